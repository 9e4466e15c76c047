//! The figures of a scorecard, exact: points of the indicators at the bottom, and sums of these.

use super::{Direction, Indicator, Kind, Quantitative, Satisfaction};
use crate::domain::exact::Fraction;
use std::cmp::Ordering;
use std::collections::HashMap;

/// What an indicator comes to.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    /// Its points; none where something below it is not filled in.
    pub points: Option<Fraction>,
    /// How far the target was reached: 1 is exactly. None where there is no target, or no number for it.
    pub achieved: Option<Fraction>,
    /// Whether it is better than the target.
    pub over: bool,
}

/// The figures of all indicators, which stand in the order of their tree.
pub(super) fn of(indicators: &[Indicator]) -> Vec<Figures> {
    let mut sums: HashMap<&str, Option<Fraction>> = HashMap::new();
    let mut found: Vec<Figures> = Vec::with_capacity(indicators.len());
    // From the end: what stands below an indicator comes behind it.
    for indicator in indicators.iter().rev() {
        let figures = match &indicator.kind {
            Kind::Group => Figures { points: sums.remove(indicator.code.as_str()).flatten(), ..Figures::default() },
            _ => leaf(indicator),
        };
        if let Some(parent) = indicator.parent.as_deref() {
            let sum = sums.entry(parent).or_insert_with(|| Fraction::new(0_u8, 1_u8));
            *sum = Fraction::sum([sum.take(), figures.points.clone()]);
        }
        found.push(figures);
    }
    found.reverse();
    found
}

/// The sum of the points at the top; none where one is missing.
pub(super) fn total(indicators: &[Indicator], figures: &[Figures]) -> Option<Fraction> {
    let top = indicators.iter().zip(figures).filter(|(indicator, _)| indicator.parent.is_none());
    Fraction::sum(top.map(|(_, figures)| figures.points.clone()))
}

fn leaf(indicator: &Indicator) -> Figures {
    let weight = Fraction::decimal(indicator.weight);
    match &indicator.kind {
        Kind::Group => Figures::default(),
        Kind::Qualitative { score } => Figures { points: score.and_then(Fraction::decimal), ..Figures::default() },
        Kind::Quantitative(Quantitative { target, actual, direction, .. }) => {
            let Some(actual) = *actual else { return Figures::default() };
            let (good, wanted) = match direction {
                Direction::Higher => (actual, *target),
                Direction::Lower => (*target, actual),
            };
            let (Some(reached), Some(asked)) = (Fraction::decimal(good), Fraction::decimal(wanted)) else {
                return Figures::default();
            };
            scored(weight, &reached, &asked)
        }
        Kind::Satisfaction(Satisfaction { target, bound, .. }) => {
            let Some(value) = bound.as_ref().and_then(|bound| bound.value.fraction()) else {
                return Figures::default();
            };
            let Some(asked) = Fraction::decimal(*target) else { return Figures::default() };
            scored(weight, &value, &asked)
        }
    }
}

/// Full points where what was reached is what was asked, or more; else in proportion.
fn scored(weight: Option<Fraction>, reached: &Fraction, asked: &Fraction) -> Figures {
    let order = reached.compare(asked);
    let achieved = reached.over(asked);
    let points = match order {
        Ordering::Less => weight.zip(achieved.as_ref()).map(|(weight, share)| weight.times(share)),
        Ordering::Equal | Ordering::Greater => weight,
    };
    Figures { points, achieved, over: order == Ordering::Greater }
}
