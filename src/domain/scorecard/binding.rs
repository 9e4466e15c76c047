//! The exact figure of a release, worked out from the counts that the release shows.
//!
//! The document prints its measures at two decimals. A scorecard never counts on with a rounded number, so the value is
//! taken from the counts and weights of the same document, and must round to what is printed there.

use super::Value;
use crate::domain::exact::{Fraction, Rounding};
use crate::domain::release::{Release, TotalBlock};
use crate::domain::survey::Measure;

/// Why a release gives no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The release shows no results: its base is below the disclosure floor, or empty.
    #[error("the release shows no results")]
    NotShown,
    /// What it counts does not come to what it prints.
    #[error("the counts of a release do not come to its measures")]
    Inconsistent,
}

/// The exact value of a measure in a release.
pub fn value(release: &Release, measure: Measure) -> Result<Value, Unread> {
    let (Some(total), Some(printed)) = (&release.total, release.measures.get(measure)) else {
        return Err(Unread::NotShown);
    };
    let (numerator, denominator) = match measure {
        Measure::WeightedScore => pooled(release),
        Measure::Top2 => share(release, total, 2),
        Measure::Top1 => share(release, total, 1),
    };
    let divisor = common_divisor(numerator, denominator);
    let value = Value {
        numerator: numerator.checked_div(divisor).ok_or(Unread::Inconsistent)?,
        denominator: denominator.checked_div(divisor).ok_or(Unread::Inconsistent)?,
    };
    let rounding = Rounding::from_name(&release.survey.rounding).ok_or(Unread::Inconsistent)?;
    let exact = Fraction::new(value.numerator, value.denominator).ok_or(Unread::Inconsistent)?;
    let rounded = exact.round(2, rounding).map_err(|_| Unread::Inconsistent)?;
    if rounded.to_string() == *printed { Ok(value) } else { Err(Unread::Inconsistent) }
}

/// 100 · Σ v·w·count / Σ v·n, with the weights w in per mille.
fn pooled(release: &Release) -> (u128, u128) {
    let (mut points, mut base) = (0_u128, 0_u128);
    for question in &release.questions {
        let weight = u128::from(question.weight);
        for option in &release.scale {
            let count = question.counts.get(&option.code).copied().unwrap_or(0);
            points += weight * u128::from(option.weight_per_mille) * u128::from(count);
        }
        base += weight * u128::from(question.n);
    }
    (points, base * 10)
}

/// The share of the best options among all answers, in per cent.
fn share(release: &Release, total: &TotalBlock, best: usize) -> (u128, u128) {
    let codes = release.scale.iter().take(best);
    let chosen: u128 = codes.map(|option| u128::from(total.counts.get(&option.code).copied().unwrap_or(0))).sum();
    (chosen * 100, total.n.into())
}

const fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while let Some(rest) = one.checked_rem(other) {
        (one, other) = (other, rest);
    }
    one
}
