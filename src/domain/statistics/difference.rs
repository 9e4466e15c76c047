//! Two independent estimates compared, such as two waves of a survey, from what their releases print.

use super::estimate::Estimate;
use super::interval::{Bound, Interval};
use super::quantile::{number, t};
use crate::domain::exact::{Rounding, TooLarge};
use rust_decimal::Decimal;
use std::str::FromStr;

/// An estimate as a release tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// In points or per cent, at [`Told::VALUE_PLACES`] decimals.
    pub value: Decimal,
    /// In squared points, at [`Told::VARIANCE_PLACES`] decimals.
    pub variance: Decimal,
    /// Degrees of freedom, 1 or more where the variance is not 0.
    pub df: u64,
}

impl Told {
    /// Decimals of the value.
    pub const VALUE_PLACES: u32 = 8;
    /// Decimals of the variance.
    pub const VARIANCE_PLACES: u32 = 12;

    /// What a release tells of an estimate; `None` where its spread cannot be estimated.
    pub fn of(estimate: &Estimate, mode: Rounding) -> Result<Option<Self>, TooLarge> {
        let Ok(spread) = &estimate.spread else { return Ok(None) };
        let value = estimate.value.round(Self::VALUE_PLACES, mode)?;
        let variance = spread.variance.round(Self::VARIANCE_PLACES, mode)?;
        Ok(Some(Self { value, variance, df: spread.df }))
    }

    /// Reads the texts of a release; `None` where they are no such numbers.
    pub fn parse(value: &str, variance: &str, df: u64) -> Option<Self> {
        let value =
            Decimal::from_str(value).ok().filter(|value| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(value))?;
        let variance = Decimal::from_str(variance).ok().filter(|variance| !variance.is_sign_negative())?;
        (df > 0 || variance.is_zero()).then_some(Self { value, variance, df })
    }

    /// The variance and what it adds to the degrees of freedom.
    fn spread(&self) -> (f64, f64) {
        let variance = Bound::Exact(self.variance.into()).to_f64();
        (variance, if self.variance.is_zero() { 0.0 } else { variance * variance / number(self.df) })
    }
}

/// How far two estimates are apart.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The first less the second, in points.
    pub value: Decimal,
    /// Its interval, within −100 and 100.
    pub interval: Interval,
    /// Whether the interval lies on one side of 0: only then the two can be told apart.
    pub apart: bool,
}

/// The difference `one` − `other` with its interval, the degrees of freedom after Welch and Satterthwaite.
pub fn difference(one: &Told, other: &Told) -> Difference {
    let value = one.value - other.value;
    let ((v1, part1), (v2, part2)) = (one.spread(), other.spread());
    let variance = v1 + v2;
    if variance == 0.0 {
        let bound = || Bound::Exact(value.into());
        let interval = Interval { low: bound(), high: bound(), standard_error: 0.0 };
        return Difference { value, interval, apart: !value.is_zero() };
    }
    let standard_error = variance.sqrt();
    let half = t(variance * variance / (part1 + part2)) * standard_error;
    let middle = Bound::Exact(value.into()).to_f64();
    let bound = |value| Bound::within(value, -Decimal::ONE_HUNDRED, Decimal::ONE_HUNDRED);
    let interval = Interval { low: bound(middle - half), high: bound(middle + half), standard_error };
    Difference { value, interval, apart: middle.abs() > half }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: &str, variance: &str, df: u64) -> Told {
        Told::parse(value, variance, df).unwrap()
    }

    /// Value and bounds at eight decimals, and whether the two are apart.
    fn shown(one: Told, other: Told) -> (String, String, String, bool) {
        let found = difference(&one, &other);
        let at_eight = |bound: &Bound| bound.round(8, Rounding::HalfUp).unwrap().to_string();
        (found.value.to_string(), at_eight(&found.interval.low), at_eight(&found.interval.high), found.apart)
    }

    fn line(value: &str, low: &str, high: &str, apart: bool) -> (String, String, String, bool) {
        (value.to_owned(), low.to_owned(), high.to_owned(), apart)
    }

    #[test]
    fn two_waves_are_compared_as_r_does() {
        // R: (a - b) ± qt(.975, (v + w)^2 / (v^2/k + w^2/l)) * sqrt(v + w)
        let (one, other) = (told("98.06250000", "0.250000000000", 48), told("95.50000000", "0.500000000000", 10));
        assert_eq!(shown(one, other), line("2.56250000", "0.76347954", "4.36152046", true));
        let (one, other) = (told("98.06250000", "0.5", 48), told("97", "1", 3));
        assert_eq!(shown(one, other), line("1.06250000", "-1.86511333", "3.99011333", false));
    }

    #[test]
    fn a_wave_without_chance_adds_none() {
        assert_eq!(shown(told("90", "0", 0), told("88", "1.5", 5)), line("2", "-1.14830692", "5.14830692", false));
        let (one, other) = (told("97.12500000", "0.000000000000", 4), told("97", "0", 0));
        assert_eq!(shown(one, other), line("0.12500000", "0.12500000", "0.12500000", true));
        assert_eq!(difference(&one, &other).interval.low.round(2, Rounding::HalfUp).unwrap().to_string(), "0.13");
        assert_eq!(shown(other, other), line("0", "0.00000000", "0.00000000", false));
    }

    #[test]
    fn a_difference_ends_with_the_scale() {
        let found = shown(told("60", "100", 1), told("10", "400", 1));
        assert_eq!(found, line("50", "-88.37045660", "100.00000000", false));
    }

    #[test]
    fn what_no_release_tells_is_not_read() {
        for (value, variance, df) in
            [("100.01", "1", 3), ("-1", "1", 3), ("90", "-1", 3), ("90", "1", 0), ("", "1", 3), ("90", "—", 3)]
        {
            assert_eq!(Told::parse(value, variance, df), None, "{value} {variance} {df}");
        }
    }
}
