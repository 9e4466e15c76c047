//! The rules of a scorecard as a whole.

use super::fields::{Field, Places};
use super::read::File;
use super::{Head, Indicator, Kind, LONGEST_TEXT, MOST, Mistake, tree};
use crate::domain::fault::{Faults, Message};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Checks a file and brings its indicators into the order of their tree. Weights are added up only where everything
/// else is right: else they would be blamed for what is none of their fault.
pub(super) fn whole(mut file: File, faults: &mut Faults) -> File {
    let count = file.card.indicators.len();
    if count == 0 && faults.is_empty() {
        faults.add(1, 1, "indicators", Mistake::NoIndicators);
    }
    if count > MOST {
        faults.add(1, 1, "indicators", Mistake::Many { most: i64::try_from(MOST).unwrap_or(i64::MAX) });
        return file;
    }
    head(&file.card.head, faults);
    let order = tree::order(&file.card.indicators, &file.places, faults);
    if !faults.is_empty() {
        return file;
    }
    let mut given: Vec<_> = file.card.indicators.into_iter().zip(file.places).map(Some).collect();
    let ordered = order.iter().filter_map(|(index, _)| given.get_mut(*index).and_then(Option::take));
    (file.card.indicators, file.places) = ordered.unzip();
    rows(&file.card.indicators, &file.places, faults);
    if faults.is_empty() {
        weights(&file.card.head, &file.card.indicators, &file.places, faults);
    }
    file
}

fn head(head: &Head, faults: &mut Faults) {
    for (field, text) in [("title", &head.title), ("programme", &head.programme), ("unit", &head.unit)] {
        if text.trim().is_empty() {
            faults.add(1, 1, field, Message::Missing("it"));
        } else if text.chars().count() > super::LONGEST_NAME {
            faults.add(1, 1, field, Message::Long(super::LONGEST_NAME));
        } else if text.chars().any(char::is_control) {
            faults.add(1, 1, field, Mistake::OneLine);
        }
    }
    if !(1990..=2200).contains(&head.year) {
        faults.add(1, 1, "year", Mistake::Year);
    }
    if head.full_marks <= Decimal::ZERO {
        faults.add(1, 1, "full_marks", Mistake::Zero);
    }
    let mut before = Decimal::ONE_HUNDRED + Decimal::ONE;
    let mut good = head.grades.last().is_some_and(|last| last.from.is_zero());
    for grade in &head.grades {
        good &= grade.from < before && !grade.name.trim().is_empty() && grade.name.chars().count() <= 20;
        good &= grade.from <= Decimal::ONE_HUNDRED && !grade.name.chars().any(char::is_control);
        before = grade.from;
    }
    if !good || head.grades.len() > 20 {
        faults.add(1, 1, "grades", Mistake::Grades);
    }
}

/// What each indicator must have, for itself and for its place in the tree.
fn rows(indicators: &[Indicator], places: &[Places], faults: &mut Faults) {
    let above: std::collections::HashSet<&str> = indicators.iter().filter_map(|one| one.parent.as_deref()).collect();
    for (indicator, place) in indicators.iter().zip(places) {
        let has_below = above.contains(indicator.code.as_str());
        for (field, text) in [(Field::Reason, &indicator.reason), (Field::Evidence, &indicator.evidence)] {
            let text = text.as_deref().unwrap_or_default();
            if text.chars().count() > LONGEST_TEXT {
                place.fault(faults, field, Message::Long(LONGEST_TEXT));
            } else if text.chars().any(char::is_control) {
                place.fault(faults, field, Mistake::OneLine);
            }
        }
        match &indicator.kind {
            Kind::Group if !has_below => place.fault(faults, Field::Kind, Mistake::NoKind),
            Kind::Group => {}
            _ if has_below => place.fault(faults, Field::Kind, Mistake::KindAbove),
            Kind::Qualitative { score: Some(score) } => {
                if *score > indicator.weight {
                    place.fault(faults, Field::Score, Mistake::AboveWeight { weight: points(indicator.weight) });
                }
                if indicator.reason.is_none() {
                    place.fault(faults, Field::Reason, Mistake::NoReason);
                }
            }
            _ => {}
        }
    }
}

fn weights(head: &Head, indicators: &[Indicator], places: &[Places], faults: &mut Faults) {
    let mut sums: HashMap<Option<&str>, Decimal> = HashMap::new();
    for indicator in indicators {
        let sum = sums.entry(indicator.parent.as_deref()).or_default();
        *sum = sum.saturating_add(indicator.weight);
    }
    let top = sums.get(&None).copied().unwrap_or_default();
    if top != head.full_marks {
        let (row, column) = places.first().map_or((1, 1), |place| place.of(Field::Weight));
        let mistake = Mistake::WeightsAtTop { sum: points(top), weight: points(head.full_marks) };
        faults.add(row, column, Field::Weight.name(), mistake);
    }
    for (indicator, place) in indicators.iter().zip(places) {
        let Some(sum) = sums.get(&Some(indicator.code.as_str())).filter(|sum| **sum != indicator.weight) else {
            continue;
        };
        let above = format!("{} {}", indicator.code, indicator.name);
        place.fault(
            faults,
            Field::Weight,
            Mistake::Weights { above, sum: points(*sum), weight: points(indicator.weight) },
        );
    }
}

/// Points as they are printed: with two decimals.
pub(super) fn points(points: Decimal) -> String {
    format!("{points:.2}")
}
