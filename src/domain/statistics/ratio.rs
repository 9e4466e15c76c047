//! A ratio estimated from a sample, with its variance by the way the sample was drawn.
//!
//! Every person counts for as many as the design says: d = N/n in a stratum, (M/m)·(N/n) in a county that was
//! drawn with m of M. The estimate is R = Σd·y / Σd·x over the persons of the group. Its variance is that of the
//! linearised residuals u = d·(y − R·x) / Σd·x of the group and 0 of everybody else who answered, with finite
//! population corrections at every stage: the figures of R's survey package for
//! `svydesign(id = ~1, strata = ~stratum, fpc = ~N)` and `svydesign(id = ~county + person, fpc = ~M + N)`.
//!
//! R and the residuals are exact. Their squares are added up with 60 decimals, because the common denominator
//! of the squares of thousands of strata would have as many digits as there are strata.

use super::estimate::{Estimate, NotEstimable, Spread};
use super::sums::Sums;
use crate::domain::exact::Fraction;
use num_bigint::{BigInt, BigUint};

/// Decimals with which the parts of a variance are added up.
const PLACES: u32 = 60;

/// A stratum, or a drawn county of a two-stage design, as far as it touches the group that is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// N: its people who could be drawn.
    pub people: u64,
    /// n: those in the base, in the group or not. Without any the stratum is not covered and left out.
    pub answered: u64,
    /// Those of them who are in the group.
    pub group: Sums,
}

/// How the sample was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Persons within every stratum. Everybody asked is one stratum.
    Strata,
    /// Counties first, then persons within them.
    Clusters {
        /// M: how many counties there are.
        counties: u64,
    },
}

/// The ratio Σd·y / Σd·x of a group, where y/x = `full` is 100 per cent: 1000 for weights in per mille, 1 for
/// shares. `None` where nobody is in the group.
pub fn ratio(plan: Plan, strata: &[Stratum], full: u32) -> Option<Estimate> {
    let covered: Vec<Stratum> = strata.iter().filter(|stratum| stratum.answered > 0).copied().collect();
    let common = covered.iter().fold(BigUint::from(1_u8), |all, stratum| common_multiple(all, stratum.answered));
    let total = |of: fn(&Sums) -> u128| -> BigUint {
        covered.iter().map(|stratum| &common / stratum.answered * stratum.people * of(&stratum.group)).sum()
    };
    let (y, x) = (total(|group| group.y), total(|group| group.x));
    let value = Fraction::new(&y * 100_u8, &x * full)?;
    let n = covered.iter().map(|stratum| stratum.group.n).sum();
    let spread = freedom(plan, &covered).and_then(|(df, certain)| {
        // In units of the last place, times (Σd·x)².
        let sum = if certain { BigUint::ZERO } else { Residuals::new(&y, &x).squares(plan, &covered)? };
        let units = sum * &common * &common * 10_000_u32 / (&x * &x * u64::from(full).pow(2));
        let variance = Fraction::new(units, BigUint::from(10_u8).pow(PLACES)).ok_or(NotEstimable::Inconsistent)?;
        Ok(Spread { variance, df, certain })
    });
    Some(Estimate { value, spread, n })
}

/// The degrees of freedom, and whether nothing is left to chance because everybody answered.
fn freedom(plan: Plan, strata: &[Stratum]) -> Result<(u64, bool), NotEstimable> {
    let count = |of: &dyn Fn(&&Stratum) -> bool| u64::try_from(strata.iter().filter(of).count()).unwrap_or(u64::MAX);
    let drawn = count(&|_| true);
    let touched = |stratum: &Stratum| stratum.group.n > 0;
    let units = count(&|stratum| touched(stratum));
    let persons: u64 = strata.iter().map(|stratum| stratum.group.n).sum();
    let (all_drawn, df) = match plan {
        Plan::Strata => (true, persons.saturating_sub(units)),
        Plan::Clusters { counties } if counties < drawn => return Err(NotEstimable::Inconsistent),
        Plan::Clusters { counties } => (counties == drawn, units.saturating_sub(1)),
    };
    if strata.iter().any(|stratum| stratum.answered > stratum.people || stratum.group.n > stratum.answered) {
        return Err(NotEstimable::Inconsistent);
    }
    if strata.iter().any(|stratum| touched(stratum) && stratum.answered == 1 && stratum.people > 1) {
        return Err(NotEstimable::LonelyStratum);
    }
    if !all_drawn && drawn == 1 {
        return Err(NotEstimable::OneCounty);
    }
    let certain = all_drawn && strata.iter().all(|stratum| !touched(stratum) || stratum.answered == stratum.people);
    if df < 1 && !certain { Err(NotEstimable::NoDegreesOfFreedom) } else { Ok((df, certain)) }
}

/// Sums of squares and products of y − R·x with R = P/Q: Q²·a − 2PQ·b + P²·c, where a, b and c are such sums of
/// y and x.
struct Residuals {
    qq: BigInt,
    pq2: BigInt,
    pp: BigInt,
}

impl Residuals {
    fn new(p: &BigUint, q: &BigUint) -> Self {
        Self { qq: (q * q).into(), pq2: (p * q * 2_u8).into(), pp: (p * p).into() }
    }

    /// The variance times (Σd·x)².
    fn squares(&self, plan: Plan, strata: &[Stratum]) -> Result<BigUint, NotEstimable> {
        let (drawn, counties) = match plan {
            Plan::Strata => (BigUint::from(1_u8), BigUint::from(1_u8)),
            Plan::Clusters { counties } => (BigUint::from(strata.len()), BigUint::from(counties)),
        };
        strata.iter().filter(|stratum| stratum.group.n > 0).try_fold(BigUint::ZERO, |mut sum, stratum| {
            let (people, answered) = (BigUint::from(stratum.people), BigUint::from(stratum.answered));
            if answered < people {
                // (m/M)·N·(N − n)/(n²·(n − 1))·[n·Σe² − (Σe)²]
                let share = &people * (&people - &answered) * &drawn;
                let base = &answered * &answered * (&answered - 1_u8) * &counties;
                sum += self.part(self.within(stratum), share, base)?;
            }
            if drawn < counties {
                // (1 − m/M)·m/(m − 1)·(N/n)²·(Σe)²: over all counties the sums of d·e add up to 0.
                let share = &people * &people * (&counties - &drawn) * &drawn;
                let base = &answered * &answered * (&drawn - 1_u8) * &counties;
                sum += self.part(self.between(stratum), share, base)?;
            }
            Ok(sum)
        })
    }

    /// `e·share / (Q²·base)` in units of the last place.
    fn part(&self, e: BigInt, share: BigUint, base: BigUint) -> Result<BigUint, NotEstimable> {
        let e = BigUint::try_from(e).map_err(|_| NotEstimable::Inconsistent)?;
        Ok(e * share * BigUint::from(10_u8).pow(PLACES) / (self.qq.magnitude() * base))
    }

    /// n·Σe² − (Σe)² times Q².
    fn within(&self, stratum: &Stratum) -> BigInt {
        let n = BigInt::from(stratum.answered);
        let Sums { x, y, xx, xy, yy, .. } = stratum.group;
        let (x, y) = (BigInt::from(x), BigInt::from(y));
        self.form(&n * yy - &y * &y, &n * xy - &x * &y, &n * xx - &x * &x)
    }

    /// (Σe)² times Q².
    fn between(&self, stratum: &Stratum) -> BigInt {
        let (x, y) = (BigInt::from(stratum.group.x), BigInt::from(stratum.group.y));
        self.form(&y * &y, &x * &y, &x * &x)
    }

    fn form(&self, a: BigInt, b: BigInt, c: BigInt) -> BigInt {
        &self.qq * a - &self.pq2 * b + &self.pp * c
    }
}

/// The smallest number that `all` and `other` divide.
fn common_multiple(all: BigUint, other: u64) -> BigUint {
    let rest = u64::try_from(&all % other).unwrap_or(0);
    let (mut a, mut b) = (other, rest);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    all * (other / a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exact::Rounding;

    /// A stratum whose group is shares of persons, as pairs of y and how many.
    fn stratum(people: u64, answered: u64, group: &[(u64, u64)]) -> Stratum {
        let mut sums = Sums::default();
        group.iter().for_each(|(y, times)| sums.add(1, *y, *times));
        Stratum { people, answered, group: sums }
    }

    fn reason(plan: Plan, strata: &[Stratum]) -> NotEstimable {
        ratio(plan, strata, 1).unwrap().spread.unwrap_err()
    }

    /// The variance at 12 decimals and the degrees of freedom.
    fn spread(plan: Plan, strata: &[Stratum]) -> (String, u64) {
        let spread = ratio(plan, strata, 1).unwrap().spread.unwrap();
        (spread.variance.round(12, Rounding::HalfUp).unwrap().to_string(), spread.df)
    }

    #[test]
    fn a_single_answer_of_several_people_is_not_estimable_where_the_group_is() {
        let pair = stratum(10, 2, &[(1, 1), (0, 1)]);
        assert_eq!(reason(Plan::Strata, &[pair, stratum(2, 1, &[(1, 1)])]), NotEstimable::LonelyStratum);
        assert_eq!(
            reason(Plan::Clusters { counties: 5 }, &[pair, stratum(2, 1, &[(1, 1)])]),
            NotEstimable::LonelyStratum
        );
        // Alone, but nobody of the group; alone, but all there are; nobody at all.
        // 10·8/(2²·1)·[2·(1/4 + 1/4) − 0²]/10² with R = 1/2, in squared points.
        for other in [stratum(2, 1, &[]), stratum(2, 0, &[])] {
            assert_eq!(spread(Plan::Strata, &[pair, other]), ("2000.000000000000".to_owned(), 1));
        }
        assert!(ratio(Plan::Strata, &[pair, stratum(1, 1, &[(1, 1)])], 1).unwrap().spread.is_ok());
    }

    #[test]
    fn one_of_several_counties_is_not_estimable() {
        let (county, empty) = (stratum(10, 4, &[(1, 2), (0, 2)]), stratum(10, 0, &[]));
        assert_eq!(reason(Plan::Clusters { counties: 5 }, &[county, empty]), NotEstimable::OneCounty);
        let untouched = stratum(10, 4, &[]);
        assert_eq!(reason(Plan::Clusters { counties: 5 }, &[county, untouched]), NotEstimable::NoDegreesOfFreedom);
        assert_eq!(reason(Plan::Clusters { counties: 1 }, &[county]), NotEstimable::NoDegreesOfFreedom);
    }

    #[test]
    fn a_person_for_each_stratum_leaves_no_freedom_unless_everybody_answered() {
        let few = stratum(9, 3, &[(1, 1)]);
        assert_eq!(reason(Plan::Strata, &[few, few]), NotEstimable::NoDegreesOfFreedom);
        let (all, other) = (stratum(3, 3, &[(1, 1)]), stratum(3, 3, &[(0, 1)]));
        assert_eq!(spread(Plan::Strata, &[all, other]), ("0.000000000000".to_owned(), 0));
        assert_eq!(spread(Plan::Clusters { counties: 2 }, &[all, other]), ("0.000000000000".to_owned(), 1));
    }

    #[test]
    fn more_answers_than_people_and_more_counties_than_there_are_fit_nothing() {
        let fine = stratum(9, 3, &[(1, 3)]);
        assert_eq!(reason(Plan::Strata, &[fine, stratum(3, 4, &[])]), NotEstimable::Inconsistent);
        assert_eq!(reason(Plan::Strata, &[stratum(9, 2, &[(1, 3)])]), NotEstimable::Inconsistent);
        assert_eq!(reason(Plan::Clusters { counties: 1 }, &[fine, fine]), NotEstimable::Inconsistent);
        // Σy² below (Σy)²/n: sums of no persons.
        let group = Sums { n: 2, x: 2, y: 3, xx: 2, xy: 3, yy: 3 };
        assert_eq!(
            reason(Plan::Strata, &[Stratum { people: 9, answered: 2, group }, fine]),
            NotEstimable::Inconsistent
        );
    }

    #[test]
    fn nobody_has_no_ratio() {
        assert!(ratio(Plan::Strata, &[], 1).is_none());
        assert!(ratio(Plan::Strata, &[stratum(9, 3, &[])], 1).is_none());
        assert!(ratio(Plan::Strata, &[stratum(9, 0, &[])], 1).is_none());
    }

    #[test]
    fn all_counties_drawn_are_strata() {
        let counties = [stratum(30, 6, &[(1, 3), (0, 1)]), stratum(40, 7, &[(1, 5), (0, 2)]), stratum(9, 4, &[(0, 3)])];
        let (variance, df) = spread(Plan::Strata, &counties);
        assert_eq!((spread(Plan::Clusters { counties: 3 }, &counties), df), ((variance.clone(), 2), 11));
        assert_ne!(spread(Plan::Clusters { counties: 4 }, &counties).0, variance);
    }

    #[test]
    fn thousands_of_strata_of_any_size_are_added_up() {
        // Sizes without a common divisor: their smallest common multiple has thousands of digits.
        let strata: Vec<Stratum> = (2..2_002).map(|n| stratum(n * 3, n, &[(1, n / 2), (0, n - n / 2)])).collect();
        let estimate = ratio(Plan::Strata, &strata, 1).unwrap();
        let (value, variance) = (estimate.value.to_f64(), estimate.spread.unwrap().variance.to_f64());
        // Odd strata have half a person less: Σ3·⌊n/2⌋ = 3 003 000 of Σ3n = 6 009 000 for n = 2 … 2001.
        assert!((value - 100.0 * 3_003_000.0 / 6_009_000.0).abs() < 1e-9, "{value}");
        // (1 − 1/3)·p(1 − p)/n of about two million persons, a little more for n − 1.
        let plain = 2_500.0 / 2_003_000.0 * 2.0 / 3.0;
        assert!(variance > plain && variance < plain * 1.002, "{variance} {plain}");
    }
}
