//! The order of a tree of indicators, found without recursion: a tree that is none ends, too.

use super::fields::{Field, Places};
use super::{DEEPEST, Indicator, Mistake};
use crate::domain::fault::{Faults, Message};
use std::collections::HashMap;

/// The places of the indicators in the order of their tree, each with its level from 1: every one behind the one
/// above it, beside each other as they were given. Codes that stand here twice, indicators above that do not exist,
/// circles and levels too deep leave their faults.
pub(super) fn order(indicators: &[Indicator], places: &[Places], faults: &mut Faults) -> Vec<(usize, usize)> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (index, (indicator, place)) in indicators.iter().zip(places).enumerate() {
        if indicator.code.is_empty() {
            continue;
        }
        if let Some(first) = known.get(indicator.code.as_str()) {
            let row = places.get(*first).map_or(0, |place| place.of(Field::Code).0);
            place.fault(faults, Field::Code, Message::CodeAgain(indicator.code.clone(), row));
        } else {
            known.insert(&indicator.code, index);
        }
    }
    let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, (indicator, place)) in indicators.iter().zip(places).enumerate() {
        let above = indicator.parent.as_deref().map(|parent| (parent, known.get(parent)));
        match above {
            None => below.entry(None).or_default().push(index),
            Some((_, Some(above))) => below.entry(Some(*above)).or_default().push(index),
            Some((code, None)) => {
                place.fault(faults, Field::Parent, Mistake::NoIndicator { code: code.to_owned() });
                // What stands below it is none of a circle.
                below.entry(None).or_default().push(index);
            }
        }
    }
    let mut ordered: Vec<(usize, usize)> = Vec::with_capacity(indicators.len());
    let mut reached = vec![false; indicators.len()];
    let first = |above: Option<usize>, level: usize| {
        let below = below.get(&above).into_iter().flatten().rev();
        below.map(move |index| (*index, level)).collect::<Vec<_>>()
    };
    let mut waiting = first(None, 1);
    while let Some((index, level)) = waiting.pop() {
        if let Some(reached) = reached.get_mut(index) {
            *reached = true;
        }
        if level == DEEPEST + 1
            && let Some(place) = places.get(index)
        {
            place.fault(faults, Field::Parent, Mistake::Deep { most: i64::try_from(DEEPEST).unwrap_or(i64::MAX) });
        }
        ordered.push((index, level));
        waiting.extend(first(Some(index), level + 1));
    }
    for ((indicator, place), reached) in indicators.iter().zip(places).zip(reached) {
        if !reached {
            place.fault(faults, Field::Parent, Message::Circle(indicator.code.clone()));
        }
    }
    ordered
}
