//! Which groups of people may be told apart in results, so that nobody gets out of them what one person said.
//!
//! A group shows results only where at least as many people as the disclosure floor are its base. Where a group
//! is hidden, its parent's figure minus those of the groups beside it must not give it away: further groups are
//! hidden, smallest first, until at least two are and their joint base reaches the floor. Source: the rules for
//! small groups in the statistics of public bodies (complementary suppression).

use super::unit::{Tree, Unit};
use std::collections::BTreeMap;

/// People by the unit they belong to: those of a unit itself, without the units below it.
pub type Bases = BTreeMap<String, u64>;

/// Which of the groups beside each other, all of one shown parent, have to be hidden. An empty group shows
/// nothing and hides nothing.
pub fn hidden(bases: &[u64], floor: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = bases.iter().map(|base| (1..floor).contains(base)).collect();
    let mut order: Vec<usize> = (0..bases.len()).collect();
    order.sort_by_key(|place| bases.get(*place).copied());
    loop {
        let joint: Vec<u64> = bases.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(base, _)| *base).collect();
        if joint.is_empty() || (joint.len() >= 2 && joint.iter().sum::<u64>() >= floor) {
            return hidden;
        }
        let next = order.iter().copied().find(|place| {
            bases.get(*place).is_some_and(|base| *base > 0) && hidden.get(*place).is_some_and(|hidden| !hidden)
        });
        match next.and_then(|place| hidden.get_mut(place)) {
            Some(place) => *place = true,
            None => return hidden,
        }
    }
}

/// The units of which results may be shown, each with everything below it and its base.
///
/// A unit that has people of its own beside units below it counts these as one more group below it.
pub fn shown_units(tree: &Tree, own: &Bases, floor: u64) -> BTreeMap<String, u64> {
    let sums = sums(tree, own);
    let mut below: BTreeMap<Option<&str>, Vec<&Unit>> = BTreeMap::new();
    for unit in tree.units() {
        below.entry(unit.parent.as_deref()).or_default().push(unit);
    }
    let mut shown = BTreeMap::new();
    let everybody: u64 = own.values().sum();
    let mut parents = vec![None];
    if everybody < floor {
        return shown;
    }
    while let Some(parent) = parents.pop() {
        let units: Vec<&Unit> = below.get(&parent).into_iter().flatten().copied().collect();
        let mut bases: Vec<u64> = units.iter().map(|unit| sums.get(&unit.code).copied().unwrap_or(0)).collect();
        bases.push(parent.and_then(|code| own.get(code)).copied().unwrap_or(0));
        for ((unit, base), hidden) in units.into_iter().zip(&bases).zip(hidden(&bases, floor)) {
            if !hidden && *base > 0 {
                shown.insert(unit.code.clone(), *base);
                parents.push(Some(unit.code.as_str()));
            }
        }
    }
    shown
}

/// People of each unit and of all units below it.
pub fn sums(tree: &Tree, own: &Bases) -> Bases {
    let mut sums = Bases::new();
    for (code, base) in own {
        for unit in tree.up_from(code) {
            *sums.entry(unit.code.clone()).or_default() += base;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unit(code: &str, parent: Option<&str>) -> Unit {
        let parent = parent.map(str::to_owned);
        Unit { code: code.to_owned(), name: code.to_owned(), parent, level: "x".to_owned() }
    }

    #[test]
    fn a_small_group_takes_others_along() {
        let cases: [(&[u64], &[bool]); 7] = [
            (&[12, 30, 11], &[false, false, false]),
            (&[3, 30, 11], &[true, false, true]),
            (&[3, 4, 30], &[true, true, true]),
            (&[6, 4, 30], &[true, true, false]),
            (&[3, 0, 30], &[true, false, true]),
            (&[3], &[true]),
            (&[0, 40], &[false, false]),
        ];
        for (bases, expected) in cases {
            assert_eq!(hidden(bases, 10), expected, "{bases:?}");
        }
    }

    #[test]
    fn below_a_hidden_unit_everything_is_hidden() {
        let tree = Tree::new(vec![
            unit("city", None),
            unit("a", Some("city")),
            unit("b", Some("city")),
            unit("a1", Some("a")),
            unit("b1", Some("b")),
            unit("b2", Some("b")),
        ]);
        let own = Bases::from([("a1".to_owned(), 4), ("b1".to_owned(), 20), ("b2".to_owned(), 30)]);
        let shown: Vec<_> = shown_units(&tree, &own, 10).into_iter().collect();
        assert_eq!(shown, [("city".to_owned(), 54)], "b minus nothing would give a away");
        let few = Bases::from([("a1".to_owned(), 9)]);
        assert!(shown_units(&tree, &few, 10).is_empty(), "everybody is too few");
    }

    proptest! {
        /// Whatever is subtracted from a shown parent, what is left is nobody, or enough people of several groups.
        #[test]
        fn nothing_is_left_over(
            parents in proptest::collection::vec(any::<prop::sample::Index>(), 1..30),
            own in proptest::collection::vec(0_u64..25, 31),
            floor in 5_u64..15,
        ) {
            let mut units = vec![unit("0", None)];
            for (number, parent) in parents.iter().enumerate() {
                let parent = units[parent.index(units.len())].code.clone();
                units.push(unit(&(number + 1).to_string(), Some(&parent)));
            }
            let tree = Tree::new(units);
            let own: Bases = tree.units().iter().zip(own).map(|(unit, base)| (unit.code.clone(), base)).collect();
            let (shown, sums) = (shown_units(&tree, &own, floor), sums(&tree, &own));
            for (code, base) in &shown {
                prop_assert!(*base >= floor && *base == sums[code]);
                let children: Vec<u64> = tree.units().iter()
                    .filter(|unit| unit.parent.as_ref() == Some(code) && !shown.contains_key(&unit.code))
                    .map(|unit| sums[&unit.code])
                    .chain([own[code]])
                    .filter(|base| *base > 0)
                    .collect();
                let left: u64 = children.iter().sum();
                let whole = left == *base;
                prop_assert!(left == 0 || whole || left >= floor, "{left} people are left of {code}");
            }
        }
    }
}
