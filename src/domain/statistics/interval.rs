//! Intervals and their bounds.

use crate::domain::exact::{Fraction, Rounding, Signed, TooLarge};
use rust_decimal::{Decimal, RoundingStrategy};

/// An interval at 95 % confidence, in points or per cent.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Where it begins.
    pub low: Bound,
    /// Where it ends.
    pub high: Bound,
    /// The standard error, in points; 0 where the plain Wilson interval takes none.
    pub standard_error: f64,
}

impl Interval {
    /// Both bounds as a release prints them: at two decimals.
    pub fn printed(&self, mode: Rounding) -> Result<(Decimal, Decimal), TooLarge> {
        Ok((self.low.round(2, mode)?, self.high.round(2, mode)?))
    }

    /// The standard error as a release prints it: at two decimals.
    pub fn printed_error(&self, mode: Rounding) -> Result<Decimal, TooLarge> {
        Bound::Near(self.standard_error).round(2, mode)
    }
}

/// A bound of an interval.
#[derive(Clone, Debug)]
pub enum Bound {
    /// A number that no root or quantile has touched: the estimate itself, or an end of the scale.
    Exact(Signed),
    /// Everything else.
    Near(f64),
}

impl Bound {
    /// The bound of a score, which is nowhere below 0 or above 100.
    pub(super) fn clipped(value: f64) -> Self {
        Self::within(value, Decimal::ZERO, Decimal::ONE_HUNDRED)
    }

    /// The bound, moved to `least` or `most` where it is beyond them.
    pub(super) fn within(value: f64, least: Decimal, most: Decimal) -> Self {
        let (least, most) = (Signed::from(least), Signed::from(most));
        if value <= least.to_f64() {
            Self::Exact(least)
        } else if value >= most.to_f64() {
            Self::Exact(most)
        } else {
            Self::Near(value)
        }
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Exact(exact) => exact.to_f64(),
            Self::Near(value) => *value,
        }
    }

    /// The bound at `places` decimals.
    pub fn round(&self, places: u32, mode: Rounding) -> Result<Decimal, TooLarge> {
        let value = match self {
            Self::Exact(exact) => return exact.round(places, mode),
            Self::Near(value) => *value,
        };
        let strategy = match mode {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
        };
        let exact = Decimal::from_f64_retain(value).ok_or(TooLarge)?;
        let mut rounded = exact.round_dp_with_strategy(places, strategy);
        rounded.rescale(places);
        rounded.set_sign_negative(rounded.is_sign_negative() && !rounded.is_zero());
        Ok(rounded)
    }
}

/// Wilson's interval of a share in per cent of `size` persons with that quantile (Wilson 1927). At exactly 0 or
/// 100 it ends there.
pub fn wilson(percent: &Fraction, size: f64, quantile: f64, standard_error: f64) -> Interval {
    let share = percent.to_f64() / 100.0;
    let shrink = quantile * quantile / size;
    let middle = (share + shrink / 2.0) / (1.0 + shrink);
    let half = quantile / (1.0 + shrink) * ((share * (1.0 - share) + shrink / 4.0) / size).sqrt();
    let end = |beyond: bool, value: f64| {
        if beyond { Bound::Exact(percent.clone().into()) } else { Bound::clipped(value * 100.0) }
    };
    Interval {
        low: end(percent.is_zero(), middle - half),
        high: end(percent.reaches(Decimal::ONE_HUNDRED), middle + half),
        standard_error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_bound_is_rounded_as_a_fraction() {
        // 97.125 is a tie that no float's printing would tell.
        let bound = Bound::Exact(Fraction::new(777_u16, 8_u8).unwrap().into());
        assert_eq!(bound.round(2, Rounding::HalfUp).unwrap().to_string(), "97.13");
        assert_eq!(bound.round(2, Rounding::HalfEven).unwrap().to_string(), "97.12");
    }

    #[test]
    fn a_bound_keeps_its_zeros_and_has_no_minus_zero() {
        let printed = |value: f64| Bound::Near(value).round(2, Rounding::HalfUp).unwrap().to_string();
        assert_eq!([95.0, 0.5, -0.001, -1.239].map(printed), ["95.00", "0.50", "0.00", "-1.24"]);
        assert_eq!(Bound::Near(f64::INFINITY).round(2, Rounding::HalfUp), Err(TooLarge));
        assert_eq!(Bound::clipped(101.5).round(2, Rounding::HalfUp).unwrap().to_string(), "100.00");
        assert_eq!(Bound::clipped(-0.5).round(2, Rounding::HalfUp).unwrap().to_string(), "0.00");
    }
}
