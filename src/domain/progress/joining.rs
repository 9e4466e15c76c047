//! Parts of a unit that are too small to be seen by themselves, in one line.

use super::{Line, Part, Standing};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Links issued by day. All that were issued until the day of the opening are of one day.
pub type Issued = BTreeMap<NaiveDate, i64>;

/// A part, and the links by which it is decided whether it joins.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    line: Line,
    /// The first day on which it got links, and how many.
    first: (NaiveDate, i64),
}

impl Piece {
    pub(super) fn new(line: Line, issued: &Issued) -> Self {
        let first = issued.first_key_value().map_or((NaiveDate::MAX, 0), |(day, count)| (*day, *count));
        Self { line, first }
    }

    fn links(&self) -> i64 {
        self.first.1
    }
}

/// The parts as a monitor may see them, by code: those that got fewer links than the floor on their first day are
/// one line, which the smallest of the others join until it has enough.
///
/// Day by day, and by the first day alone: what has joined never leaves the line again, however many links are
/// issued later. Who looked before and looks after has nothing to compare.
pub(super) fn join(mut pieces: Vec<Piece>, floor: i64) -> Vec<Line> {
    pieces.sort_by_key(|piece| piece.first.0);
    let (mut shown, mut joint) = (Vec::<Piece>::new(), Vec::<Piece>::new());
    for day in pieces.chunk_by(|one, other| one.first.0 == other.first.0) {
        shown.extend_from_slice(day);
        // The next one to join is at the end; by code where two are alike, so that every look joins the same.
        shown.sort_by(|one, other| (other.links(), code(&other.line.part)).cmp(&(one.links(), code(&one.line.part))));
        let joined = |joint: &[Piece]| joint.iter().map(Piece::links).sum::<i64>();
        while let Some(last) =
            shown.pop_if(|last| last.links() < floor || (!joint.is_empty() && joined(&joint) < floor))
        {
            joint.push(last);
        }
    }
    let mut lines: Vec<Line> = shown.into_iter().map(|piece| piece.line).collect();
    lines.sort_by(|one, other| code(&one.part).cmp(code(&other.part)));
    if !joint.is_empty() {
        let mut standing = Standing::default();
        joint.iter().for_each(|piece| standing.add(&piece.line.standing));
        lines.push(Line { part: Part::Joined(joint.len()), standing });
    }
    // One line alone is the whole once more.
    if lines.len() < 2 { Vec::new() } else { lines }
}

/// The code of a unit; a unit's own links come before those below it.
fn code(part: &Part) -> &str {
    match part {
        Part::Unit(code) => code,
        Part::Own | Part::Joined(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::progress::Counts;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The units of which each is seen by itself, given the links issued on each day; nothing where all are one.
    fn shown(units: &[Vec<i64>], days: usize, floor: i64) -> BTreeSet<usize> {
        let mut pieces = Vec::new();
        for (unit, issued) in units.iter().enumerate() {
            let with_links =
                issued.iter().take(days).zip(NaiveDate::default().iter_days()).filter(|(links, _)| **links > 0);
            let issued: Issued = with_links.map(|(links, day)| (day, *links)).collect();
            let all = issued.values().sum();
            let counts = Counts { issued: all, waiting: all, ..Counts::default() };
            let line =
                Line { part: Part::Unit(unit.to_string()), standing: Standing { counts, ..Standing::default() } };
            pieces.extend((all > 0).then(|| Piece::new(line, &issued)));
        }
        // Alone, a unit is seen as the whole.
        if let [only] = pieces.as_slice()
            && only.links() >= floor
        {
            return BTreeSet::from([code(&only.line.part).parse().unwrap()]);
        }
        let lines = join(pieces, floor);
        for line in &lines {
            assert!(line.standing.counts.issued >= floor, "{lines:?}");
        }
        lines.iter().filter_map(|line| code(&line.part).parse().ok()).collect()
    }

    #[test]
    fn further_links_free_nobody() {
        // The first two join. Were it decided by all links, the third would have to take the second's place.
        let units = [vec![2, 0], vec![4, 9], vec![6, 0], vec![20, 0]];
        assert_eq!(shown(&units, 1, 5), BTreeSet::from([2, 3]));
        assert_eq!(shown(&units, 2, 5), BTreeSet::from([2, 3]));
        // Who comes later with enough is seen; with few, joins those before.
        let later = [vec![2, 0], vec![4, 0], vec![0, 7], vec![0, 3], vec![20, 0]];
        assert_eq!(shown(&later, 2, 5), BTreeSet::from([2, 4]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        /// A unit that has joined never leaves again, whatever is issued on the days after.
        #[test]
        fn what_has_joined_stays(
            units in prop::collection::vec(prop::collection::vec(prop_oneof![2 => Just(0_i64), 3 => 0_i64..12], 4), 1..7),
        ) {
            for days in 1..4 {
                let had_links = |unit: &usize| units[*unit][..days].iter().sum::<i64>() > 0;
                let (before, after) = (shown(&units, days, 5), shown(&units, days + 1, 5));
                for unit in after.iter().filter(|unit| had_links(unit)) {
                    prop_assert!(before.contains(unit), "{unit} is seen after day {}: {units:?}", days + 1);
                }
            }
        }
    }
}
