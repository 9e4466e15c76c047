//! An estimate of a group: its exact value, how far it may be off, and the interval that follows.

use super::interval::{Bound, Interval, wilson};
use super::quantile::{Z, number, t};
use crate::domain::exact::Fraction;
use rust_decimal::Decimal;

/// An estimate in points or per cent, 0 to 100.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The exact value.
    pub value: Fraction,
    /// How far it may be off, or why that cannot be said.
    pub spread: Result<Spread, NotEstimable>,
    /// Persons in the group.
    pub n: u64,
}

/// How far an estimate may be off.
#[derive(Clone, Debug)]
pub struct Spread {
    /// The variance in squared points, cut off after 60 decimals.
    pub variance: Fraction,
    /// Degrees of freedom.
    pub df: u64,
    /// Whether nothing is left to chance: everybody answered who could be drawn. The variance is then 0.
    pub certain: bool,
}

/// Why no interval can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEstimable {
    /// A single person answered for a stratum of several people.
    LonelyStratum,
    /// Of several counties one was drawn, or has answers.
    OneCounty,
    /// No more persons than strata, or one county alone has somebody of the group.
    NoDegreesOfFreedom,
    /// More answers than people, or more counties than there are.
    Inconsistent,
}

impl NotEstimable {
    /// The name in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LonelyStratum => "lonely_stratum",
            Self::OneCounty => "one_county",
            Self::NoDegreesOfFreedom => "no_degrees_of_freedom",
            Self::Inconsistent => "inconsistent",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::LonelyStratum, Self::OneCounty, Self::NoDegreesOfFreedom, Self::Inconsistent]
            .into_iter()
            .find(|reason| reason.name() == name)
    }
}

impl Estimate {
    /// The interval of a score: ± t·SE, cut off at 0 and 100.
    pub fn score_interval(&self) -> Result<Interval, NotEstimable> {
        let spread = self.spread.as_ref().map_err(|reason| *reason)?;
        if spread.variance.is_zero() {
            return Ok(self.point());
        }
        let value = self.value.to_f64();
        let standard_error = spread.variance.to_f64().sqrt();
        let half = t(number(spread.df)) * standard_error;
        Ok(Interval { low: Bound::clipped(value - half), high: Bound::clipped(value + half), standard_error })
    }

    /// The interval of a share: Wilson's with the effective size and the quantile of t; the plain one with all
    /// persons at exactly 0 or 100, where the variance says nothing.
    pub fn share_interval(&self) -> Result<Interval, NotEstimable> {
        let spread = self.spread.as_ref().map_err(|reason| *reason)?;
        if spread.certain {
            return Ok(self.point());
        }
        if self.is_extreme() {
            return Ok(wilson(&self.value, number(self.n), Z, 0.0));
        }
        let Some(size) = self.effective_size() else { return Ok(self.point()) };
        Ok(wilson(&self.value, size, t(number(spread.df)), spread.variance.to_f64().sqrt()))
    }

    /// How many persons of a simple random sample would say as much about this share: p·(1 − p) / variance.
    /// `None` where the share is exactly 0 or 100, or without a variance.
    pub fn effective_size(&self) -> Option<f64> {
        let spread = self.spread.as_ref().ok()?;
        if self.is_extreme() || spread.variance.is_zero() {
            return None;
        }
        let percent = self.value.to_f64();
        Some(percent * (100.0 - percent) / spread.variance.to_f64())
    }

    fn is_extreme(&self) -> bool {
        self.value.is_zero() || self.value.reaches(Decimal::ONE_HUNDRED)
    }

    /// The interval that is the value itself.
    fn point(&self) -> Interval {
        let bound = || Bound::Exact(self.value.clone().into());
        Interval { low: bound(), high: bound(), standard_error: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Stratum, Sums, ratio};
    use super::*;
    use crate::domain::exact::Rounding;

    /// People, answers and, of the group, pairs of y (of 1000) and how many.
    type Asked<'a> = (u64, u64, &'a [(u64, u64)]);

    fn estimate(strata: &[Asked<'_>]) -> Estimate {
        let stratum = |(people, answered, persons): &Asked<'_>| {
            let mut group = Sums::default();
            persons.iter().for_each(|(y, times)| group.add(1, *y, *times));
            Stratum { people: *people, answered: *answered, group }
        };
        ratio(Plan::Strata, &strata.iter().map(stratum).collect::<Vec<_>>(), 1_000).unwrap()
    }

    fn shown(interval: Result<Interval, NotEstimable>) -> (String, String) {
        let (low, high) = interval.unwrap().printed(Rounding::HalfUp).unwrap();
        (low.to_string(), high.to_string())
    }

    fn pair(low: &str, high: &str) -> (String, String) {
        (low.to_owned(), high.to_owned())
    }

    #[test]
    fn where_everybody_answered_the_interval_is_the_number_itself() {
        let everybody = estimate(&[(8, 8, &[(1_000, 7), (770, 1)])]);
        assert_eq!(shown(everybody.score_interval()), pair("97.13", "97.13"));
        assert_eq!(shown(everybody.share_interval()), pair("97.13", "97.13"));
        let (low, _) = everybody.score_interval().unwrap().printed(Rounding::HalfEven).unwrap();
        assert_eq!(low.to_string(), "97.12");
        assert_eq!(shown(estimate(&[(8, 8, &[(1_000, 8)])]).share_interval()), pair("100.00", "100.00"));
    }

    #[test]
    fn a_score_does_not_leave_the_scale() {
        // 80 ± 12.706·28.25 and 20 ± the same.
        assert_eq!(shown(estimate(&[(1_000, 2, &[(1_000, 1), (600, 1)])]).score_interval()), pair("0.00", "100.00"));
        let (low, high) = shown(estimate(&[(1_000, 3, &[(990, 1), (1_000, 2)])]).score_interval());
        assert_eq!((low.as_str(), high.as_str()), ("98.23", "100.00"));
    }

    #[test]
    fn a_share_at_the_end_takes_the_plain_interval() {
        // 49 of 49 and 0 of 49, as in tests/data/statistics.json.
        assert_eq!(shown(estimate(&[(900, 49, &[(1_000, 49)])]).share_interval()), pair("92.73", "100.00"));
        assert_eq!(shown(estimate(&[(900, 49, &[(0, 49)])]).share_interval()), pair("0.00", "7.27"));
        assert_eq!(estimate(&[(900, 49, &[(0, 49)])]).effective_size(), None);
    }

    #[test]
    fn strata_of_one_mind_each_leave_a_share_without_spread() {
        // The residuals within each stratum are equal, so their variance is exactly 0.
        let split = estimate(&[(30, 10, &[(1_000, 10)]), (10, 5, &[(0, 5)])]);
        assert_eq!((shown(split.share_interval()), split.effective_size()), (pair("75.00", "75.00"), None));
    }

    #[test]
    fn every_reason_has_a_name_of_its_own() {
        for reason in [
            NotEstimable::LonelyStratum,
            NotEstimable::OneCounty,
            NotEstimable::NoDegreesOfFreedom,
            NotEstimable::Inconsistent,
        ] {
            assert_eq!(NotEstimable::from_name(reason.name()), Some(reason));
        }
        let lonely = estimate(&[(30, 1, &[(1_000, 1)])]);
        assert_eq!(lonely.score_interval().unwrap_err(), NotEstimable::LonelyStratum);
        assert_eq!(lonely.share_interval().unwrap_err(), NotEstimable::LonelyStratum);
    }
}
