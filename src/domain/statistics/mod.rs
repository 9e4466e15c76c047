//! What a sample says about those who were not asked: estimates, their intervals, and whether a
//! questionnaire holds together.
//!
//! Intervals are over persons, never over answers, at 95 % confidence. Everything up to a variance is whole
//! numbers; then come one square root and one quantile in floats, and a bound is rounded once, at the edge.
//! A bound without any spread, and one at the end of the scale, is an exact fraction and printed as one. What
//! cannot be estimated says why; it never gets a number instead.

mod alpha;
mod difference;
mod estimate;
mod interval;
mod quantile;
mod ratio;
mod sums;

pub use alpha::Alpha;
pub use difference::{Difference, Told, difference};
pub use estimate::{Estimate, NotEstimable, Spread};
pub use interval::{Bound, Interval, wilson};
pub use quantile::{Z, t};
pub use ratio::{Plan, Stratum, ratio};
pub use sums::Sums;
