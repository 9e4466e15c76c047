//! Two surveys side by side, from their releases alone.

use super::exact::{Rounding, TooLarge};
use super::release::{ByMeasure, Figure, Interval, Release};
use super::statistics::{Bound, Told, difference};
use super::survey::Measure;
use rust_decimal::Decimal;

/// Decimals of a difference.
const PLACES: u32 = 2;

/// Why two releases cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// One of them shows no results.
    NoResults,
    /// The questions are others, or weigh otherwise.
    Questions,
    /// The options are others, or their weights.
    Scale,
}

/// Whether the estimates of two surveys differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The first is higher: the interval of the difference is above 0.
    Higher,
    /// The first is lower: the interval is below 0.
    Lower,
    /// The interval holds 0: they cannot be told apart.
    NotApart,
    /// Both are exact and the same.
    Same,
}

/// How far the first estimate is above the second, in points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The difference at 2 decimals, with its sign.
    pub value: String,
    /// Lower end of its interval of 95 per cent, likewise.
    pub low: String,
    /// Upper end.
    pub high: String,
    /// What it says.
    pub verdict: Verdict,
}

/// One measure of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The measure.
    pub measure: Measure,
    /// What the first release estimates.
    pub one: Figure,
    /// What the second estimates.
    pub other: Figure,
    /// Their difference; `None` where the spread of one of them cannot be estimated.
    pub difference: Option<Difference>,
}

/// Compares all measures of two releases. They must show results, and the questions and the options be the same to
/// the letter, with the same weights: else a figure of one does not mean the same in the other.
pub fn compare(one: &Release, other: &Release) -> Result<Result<[Pair; 3], Incomparable>, TooLarge> {
    let (Some(first), Some(second)) = (&one.intervals, &other.intervals) else {
        return Ok(Err(Incomparable::NoResults));
    };
    if asked(one) != asked(other) {
        return Ok(Err(Incomparable::Questions));
    }
    if one.scale != other.scale {
        return Ok(Err(Incomparable::Scale));
    }
    let mode = Rounding::from_name(&one.survey.rounding).unwrap_or(Rounding::HalfUp);
    let (first, second) = (&first.of, &second.of);
    let pair = |measure, of: fn(&ByMeasure<Interval>) -> &Interval| {
        let (one, other) = (of(first), of(second));
        let difference = apart(one, other, mode)?;
        Ok(Pair { measure, one: one.estimate.clone(), other: other.estimate.clone(), difference })
    };
    Ok(Ok([
        pair(Measure::WeightedScore, |of| &of.weighted_score)?,
        pair(Measure::Top2, |of| &of.top2_percent)?,
        pair(Measure::Top1, |of| &of.top1_percent)?,
    ]))
}

fn asked(release: &Release) -> Vec<(&str, u16)> {
    release.questions.iter().map(|block| (block.text.as_str(), block.weight)).collect()
}

fn apart(one: &Interval, other: &Interval, mode: Rounding) -> Result<Option<Difference>, TooLarge> {
    let told = |interval: &Interval| {
        let exact = interval.exact.as_ref()?;
        Told::parse(&exact.value, &exact.variance, exact.df)
    };
    let (Some(first), Some(second)) = (told(one), told(other)) else { return Ok(None) };
    let found = difference(&first, &second);
    let exact = first.variance.is_zero() && second.variance.is_zero();
    let verdict = match (found.apart, found.value.is_sign_negative()) {
        (true, false) => Verdict::Higher,
        (true, true) => Verdict::Lower,
        (false, _) if exact => Verdict::Same,
        (false, _) => Verdict::NotApart,
    };
    let print = |bound: &Bound| Ok(signed(bound.round(PLACES, mode)?));
    Ok(Some(Difference {
        value: print(&Bound::Exact(found.value.into()))?,
        low: print(&found.interval.low)?,
        high: print(&found.interval.high)?,
        verdict,
    }))
}

/// A number with its sign, as people write it.
fn signed(number: Decimal) -> String {
    match number {
        zero if zero.is_zero() => zero.abs().to_string(),
        below if below.is_sign_negative() => format!("−{}", below.abs()),
        above => format!("+{above}"),
    }
}
