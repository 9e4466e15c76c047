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
