//! Numbers about acts of people, made coarse.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// How many acts of people are told at once.
const STEP: u64 = 10;

/// A random number below [`STEP`], so that nobody knows how many acts a step is away.
fn offset() -> u64 {
    let mut byte = [0];
    // Without randomness the steps begin at their full size: coarse all the same.
    let _ = getrandom::fill(&mut byte);
    u64::from(u8::from_le_bytes(byte)) % STEP
}

/// Observations that are held back, each kind by itself, until ten acts of its kind have come: whoever sends many of one
/// kind does not see by that when another came. The first may stand for fewer, by chance, so that nobody can count along.
pub struct Held<K, T>(Mutex<HashMap<K, Holding<T>>>);

struct Holding<T> {
    held: Vec<T>,
    /// Acts still to come before anything is told.
    missing: u64,
}

impl<T> Default for Holding<T> {
    fn default() -> Self {
        Self { held: Vec::new(), missing: STEP - offset() }
    }
}

impl<K, T> Default for Held<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> Held<K, T> {
    /// Adds an observation about so many acts of a kind; gives all that may be told now, most times none.
    pub fn add(&self, kind: K, acts: u64, one: T) -> Vec<T> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holding = kinds.entry(kind).or_default();
        holding.held.push(one);
        holding.missing = holding.missing.saturating_sub(acts);
        if holding.missing > 0 {
            return Vec::new();
        }
        holding.missing = STEP;
        std::mem::take(&mut holding.held)
    }
}

/// A count that is told in tens: rounded at a place of its own, which nobody knows and which stays while the program
/// runs.
pub struct Rough(i64);

impl Default for Rough {
    fn default() -> Self {
        Self(i64::try_from(offset()).unwrap_or_default())
    }
}

impl Rough {
    /// The count, at most nine off.
    pub fn of(&self, count: i64) -> i64 {
        let step = i64::try_from(STEP).unwrap_or(1);
        count.saturating_add(self.0).div_euclid(step).saturating_mul(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_of_fewer_than_ten_acts() {
        let held = Held::default();
        let told: Vec<usize> = (0..1_000).map(|act| held.add("one", 1, act).len()).filter(|told| *told > 0).collect();
        assert!((1..=10).contains(&told[0]) && told[1..].iter().all(|told| *told == 10), "{told:?}");
        assert!(told.iter().sum::<usize>() > 990);
        assert!(held.add("other", 9, 0).len() < 2, "another kind waits by itself");
        assert_eq!(
            held.add("one", 512, 0).len(),
            1_001 - told.iter().sum::<usize>(),
            "a large batch takes along what waits"
        );
    }

    #[test]
    fn a_count_moves_in_tens_from_a_place_that_differs() {
        let places: std::collections::BTreeSet<i64> = (0..200)
            .map(|_| {
                let rough = Rough::default();
                assert!((0..100).all(|count| rough.of(count) % 10 == 0 && (rough.of(count) - count).abs() < 10));
                (0..=10).find(|count| rough.of(*count) == 10).unwrap()
            })
            .collect();
        assert!(places.len() > 5, "{places:?}");
    }
}
