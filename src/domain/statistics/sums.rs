//! What an estimate has to know of a group of persons.

/// Sums over persons of a numerator y and a denominator x, both whole numbers. For a score x is the sum of the
/// weights of the questions that a person answered and y the points got there; for a share of persons x is 1
/// and y is 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Persons.
    pub n: u64,
    /// Σx.
    pub x: u128,
    /// Σy.
    pub y: u128,
    /// Σx².
    pub xx: u128,
    /// Σxy.
    pub xy: u128,
    /// Σy².
    pub yy: u128,
}

impl Sums {
    /// Counts `times` persons with these two numbers.
    pub fn add(&mut self, x: u64, y: u64, times: u64) {
        let (x, y, persons) = (u128::from(x), u128::from(y), u128::from(times));
        self.n += times;
        self.x += x * persons;
        self.y += y * persons;
        self.xx += x * x * persons;
        self.xy += x * y * persons;
        self.yy += y * y * persons;
    }

    /// Counts the persons of another group, too.
    pub fn join(&mut self, other: &Self) {
        self.n += other.n;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.xy += other.xy;
        self.yy += other.yy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_groups_are_one_group() {
        let (mut one, mut two, mut both) = (Sums::default(), Sums::default(), Sums::default());
        one.add(3, 2, 2);
        two.add(5, 4, 1);
        both.add(3, 2, 1);
        both.add(5, 4, 1);
        both.add(3, 2, 1);
        one.join(&two);
        assert_eq!(one, both);
        assert_eq!(one, Sums { n: 3, x: 11, y: 8, xx: 43, xy: 32, yy: 24 });
    }
}
