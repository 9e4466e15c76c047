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
