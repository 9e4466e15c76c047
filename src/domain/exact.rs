//! Exact fractions of whole numbers, rounded once at the edge.
//!
//! Every number a release prints is one [`Fraction`] of integers, divided and rounded exactly once;
//! a rounded number is never used again and no float is ever involved. Adding printed cells instead
//! gives 98.10 where the report of 2022 rightly prints 98.06.

use num_bigint::{BigInt, BigUint, Sign};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// How a tie is rounded when a fraction is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// 四舍五入: a tie goes up (0.125 → 0.13). The default.
    HalfUp,
    /// GB/T 8170: a tie goes to the even digit (0.125 → 0.12, 0.135 → 0.14).
    HalfEven,
}

impl Rounding {
    /// The name used in survey files, in the database and in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
        }
    }

    /// The mode of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::HalfUp, Self::HalfEven].into_iter().find(|mode| mode.name() == name)
    }
}

/// A number of more than 28 digits, which cannot be printed. Shares and scores end at 100.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the number is too large to be printed exactly")]
pub struct TooLarge;

/// A non-negative exact fraction. It exists only with a base: a share of nobody is no number.
#[derive(Clone, Debug)]
pub struct Fraction {
    numerator: BigUint,
    denominator: BigUint,
}

impl Fraction {
    /// `numerator / denominator`, or `None` where the denominator is 0 (printed as `—`).
    pub fn new(numerator: impl Into<BigUint>, denominator: impl Into<BigUint>) -> Option<Self> {
        let denominator = denominator.into();
        (denominator != BigUint::ZERO).then(|| Self { numerator: numerator.into(), denominator })
    }

    /// The exact sum of fractions; `None` where one of them is `None`.
    pub fn sum(parts: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        parts.into_iter().try_fold(Self::new(0_u8, 1_u8)?, |sum, part| {
            let part = part?;
            if sum.denominator == part.denominator {
                return Self::new(sum.numerator + part.numerator, sum.denominator);
            }
            let numerator = sum.numerator * &part.denominator + part.numerator * &sum.denominator;
            Self::new(numerator, sum.denominator * part.denominator)
        })
    }

    /// The fraction at `places` decimals.
    pub fn round(&self, places: u32, mode: Rounding) -> Result<Decimal, TooLarge> {
        let scaled = &self.numerator * BigUint::from(10_u8).pow(places);
        let quotient = &scaled / &self.denominator;
        let twice_the_rest = (scaled % &self.denominator) * 2_u8;
        let up = match twice_the_rest.cmp(&self.denominator) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => mode == Rounding::HalfUp || quotient.bit(0),
        };
        let units = i128::try_from(quotient + u8::from(up)).map_err(|_| TooLarge)?;
        Decimal::try_from_i128_with_scale(units, places).map_err(|_| TooLarge)
    }

    /// A decimal as a fraction; `None` below 0.
    pub fn decimal(number: Decimal) -> Option<Self> {
        let size = BigUint::from(number.mantissa().unsigned_abs());
        if number.is_sign_negative() { None } else { Self::new(size, BigUint::from(10_u8).pow(number.scale())) }
    }

    /// The exact product.
    pub fn times(&self, other: &Self) -> Self {
        let (numerator, denominator) = (&self.numerator * &other.numerator, &self.denominator * &other.denominator);
        Self { numerator, denominator }
    }

    /// The exact quotient; `None` by 0.
    pub fn over(&self, other: &Self) -> Option<Self> {
        Self::new(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }

    /// Which of the two is larger, exactly.
    pub fn compare(&self, other: &Self) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }

    /// Whether it is exactly 0.
    pub fn is_zero(&self) -> bool {
        self.numerator == BigUint::ZERO
    }

    /// The nearest float, good to 16 digits from 10⁻⁴⁰ upwards: for a root or a quantile, never for print.
    pub fn to_f64(&self) -> f64 {
        const PLACES: u32 = 60;
        let units = &self.numerator * BigUint::from(10_u8).pow(PLACES) / &self.denominator;
        format!("{units}e-{PLACES}").parse().unwrap_or(f64::INFINITY)
    }

    /// Whether the exact fraction reaches `target`, before any rounding.
    pub fn reaches(&self, target: Decimal) -> bool {
        let scaled = &self.numerator * BigUint::from(10_u8).pow(target.scale());
        target.is_sign_negative() || scaled >= &self.denominator * target.mantissa().unsigned_abs()
    }
}

/// An exact fraction that may be below 0.
#[derive(Clone, Debug)]
pub struct Signed {
    negative: bool,
    size: Fraction,
}

impl Signed {
    /// `numerator / denominator`, or `None` where the denominator is 0.
    pub fn new(numerator: impl Into<BigInt>, denominator: impl Into<BigUint>) -> Option<Self> {
        let (sign, size) = numerator.into().into_parts();
        Some(Self { negative: sign == Sign::Minus, size: Fraction::new(size, denominator)? })
    }

    /// The fraction at `places` decimals. A tie goes up in size, as with the same number above 0.
    pub fn round(&self, places: u32, mode: Rounding) -> Result<Decimal, TooLarge> {
        let mut rounded = self.size.round(places, mode)?;
        rounded.set_sign_negative(self.negative && !rounded.is_zero());
        Ok(rounded)
    }

    /// The nearest float, as [`Fraction::to_f64`] gives it.
    pub fn to_f64(&self) -> f64 {
        if self.negative { -self.size.to_f64() } else { self.size.to_f64() }
    }
}

impl From<Fraction> for Signed {
    fn from(size: Fraction) -> Self {
        Self { negative: false, size }
    }
}

impl From<Decimal> for Signed {
    fn from(decimal: Decimal) -> Self {
        let denominator = BigUint::from(10_u8).pow(decimal.scale());
        let size = Fraction { numerator: decimal.mantissa().unsigned_abs().into(), denominator };
        Self { negative: decimal.is_sign_negative(), size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(numerator: u64, denominator: u64, places: u32, mode: Rounding) -> String {
        Fraction::new(numerator, denominator).unwrap().round(places, mode).unwrap().to_string()
    }

    #[test]
    fn ties_go_where_the_mode_says() {
        assert_eq!(rounded(1, 8, 2, Rounding::HalfUp), "0.13");
        assert_eq!(rounded(1, 8, 2, Rounding::HalfEven), "0.12");
        assert_eq!(rounded(27, 200, 2, Rounding::HalfEven), "0.14");
        assert_eq!(rounded(5, 2, 0, Rounding::HalfEven), "2");
        assert_eq!(rounded(5, 2, 0, Rounding::HalfUp), "3");
    }

    #[test]
    fn zeros_at_the_end_are_kept() {
        assert_eq!(rounded(0, 49, 2, Rounding::HalfUp), "0.00");
        assert_eq!(rounded(49, 5, 2, Rounding::HalfUp), "9.80");
    }

    #[test]
    fn nothing_is_no_number() {
        assert!(Fraction::new(0_u8, 0_u8).is_none());
    }

    #[test]
    fn too_large_is_said_and_not_wrapped() {
        let huge = Fraction::new(u128::MAX, 3_u8).unwrap();
        assert_eq!(huge.round(2, Rounding::HalfUp), Err(TooLarge));
    }

    #[test]
    fn below_zero_a_tie_goes_up_in_size_and_there_is_no_minus_zero() {
        let rounded = |numerator: i64| Signed::new(numerator, 1_000_u32).unwrap().round(2, Rounding::HalfUp).unwrap();
        assert_eq!([-125, -4, 0, 125].map(|units| rounded(units).to_string()), ["-0.13", "0.00", "0.00", "0.13"]);
        assert!(Signed::new(1, 0_u8).is_none());
        let back = Signed::from(Decimal::new(-1_250, 4));
        assert_eq!((back.round(3, Rounding::HalfUp), back.to_f64()), (Ok(Decimal::new(-125, 3)), -0.125));
    }

    #[test]
    fn the_nearest_float_of_a_fraction() {
        assert_eq!(Fraction::new(2_u8, 3_u8).unwrap().to_f64(), 2.0 / 3.0);
        assert_eq!(Fraction::new(0_u8, 3_u8).unwrap().to_f64(), 0.0);
        assert_eq!(Fraction::new(1_u8, 10_u128.pow(38)).unwrap().to_f64(), 1e-38);
    }

    #[test]
    fn a_target_is_met_by_the_exact_number() {
        // 84.996 % prints as 85.00 and still misses a target of 85.
        let share = Fraction::new(84_996_u32, 1_000_u32).unwrap();
        assert_eq!(share.round(2, Rounding::HalfUp).unwrap().to_string(), "85.00");
        assert!(!share.reaches(Decimal::from(85)));
        assert!(Fraction::new(85_u8, 1_u8).unwrap().reaches(Decimal::new(850, 1)));
    }
}
