//! The links of a survey, summed up the tree of units, and the views of them.

use super::joining::{Issued, Piece, join};
use super::{Counts, Standing};
use crate::domain::staff::Scope;
use crate::domain::unit::Tree;
use std::collections::HashMap;

/// What a line of a view counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A unit with everything below it.
    Unit(String),
    /// The unit's own links, beside those of the units below it.
    Own,
    /// So many parts together, too small to be shown by themselves.
    Joined(usize),
}

/// One line of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it counts.
    pub part: Part,
    /// How its links stand.
    pub standing: Standing,
}

/// What somebody may see of a unit: the whole, and its parts, which add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The way from the top of what this person may see to the unit; empty for all units together.
    pub path: Vec<String>,
    /// The unit with everything below it.
    pub whole: Standing,
    /// The parts, by code; none where there is nothing to split, or nothing that may be.
    pub lines: Vec<Line>,
    /// Units below that have no link and are left out.
    pub empty: usize,
    /// Whether so few links were issued that nothing but their number may be seen.
    pub small: bool,
}

/// The links of a survey, summed up the tree of units.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    own: HashMap<String, Standing>,
    whole: HashMap<String, Standing>,
    /// Links of a unit by the day on which they were issued, and the same with everything below it.
    issued_own: HashMap<String, Issued>,
    issued: HashMap<String, Issued>,
    /// Units below a unit that have links, or below which somebody has, and all others: by code.
    below: HashMap<String, Vec<String>>,
    above: HashMap<String, String>,
    tops: Vec<String>,
    all: Standing,
}

impl Sums {
    /// Sums up what each unit has of its own, and the days on which its links were issued. A unit that the tree
    /// does not know stands at the top.
    pub fn new(tree: &Tree, own: HashMap<String, Standing>, issued: HashMap<String, Issued>) -> Self {
        let mut sums = Self { own, issued: issued.clone(), issued_own: issued, ..Self::default() };
        let order = tree.in_order();
        for (depth, unit) in &order {
            match unit.parent.as_ref().filter(|_| *depth > 0) {
                Some(parent) => {
                    sums.below.entry(parent.clone()).or_default().push(unit.code.clone());
                    sums.above.insert(unit.code.clone(), parent.clone());
                }
                None => sums.tops.push(unit.code.clone()),
            }
            sums.whole.insert(unit.code.clone(), sums.own.get(&unit.code).copied().unwrap_or_default());
        }
        for (_, unit) in order.iter().rev() {
            let whole = sums.of(&unit.code);
            if let Some(above) = sums.above.get(&unit.code)
                && let Some(parent) = sums.whole.get_mut(above)
            {
                parent.add(&whole);
                let days = sums.issued.get(&unit.code).cloned().unwrap_or_default();
                let parent = sums.issued.entry(above.clone()).or_default();
                days.into_iter().for_each(|(day, count)| *parent.entry(day).or_default() += count);
            }
        }
        let mut strangers: Vec<_> = sums.own.keys().filter(|code| !sums.whole.contains_key(*code)).cloned().collect();
        strangers.sort_unstable();
        for code in strangers {
            sums.whole.insert(code.clone(), sums.own.get(&code).copied().unwrap_or_default());
            sums.tops.push(code);
        }
        for top in &sums.tops {
            if let Some(standing) = sums.whole.get(top) {
                sums.all.add(standing);
            }
        }
        sums
    }

    fn of(&self, unit: &str) -> Standing {
        self.whole.get(unit).copied().unwrap_or_default()
    }

    /// A unit and all units below it.
    pub fn within(&self, unit: &str) -> Vec<&str> {
        let mut found = vec![];
        let mut waiting: Vec<&str> =
            self.whole.get_key_value(unit).map(|(code, _)| code.as_str()).into_iter().collect();
        while let Some(unit) = waiting.pop() {
            found.push(unit);
            waiting.extend(self.below.get(unit).into_iter().flatten().map(String::as_str));
        }
        found
    }

    /// What somebody with that scope may see of a unit, or, without one, of all that is theirs. Nothing where
    /// they may not know of it: it is outside, has no links, or was joined with others.
    pub fn view(&self, scope: &Scope, unit: Option<&str>, floor: i64) -> Option<View> {
        match scope {
            Scope::Everything => self.view_all(unit),
            Scope::Below(top) => self.view_below(top, unit.unwrap_or(top), floor),
        }
    }

    fn view_all(&self, unit: Option<&str>) -> Option<View> {
        let Some(unit) = unit.or_else(|| self.only_top()) else {
            let lines = self.tops.iter().map(|top| self.line(top)).collect();
            return Some(View { whole: self.all, lines, ..View::default() });
        };
        let whole = *self.whole.get(unit)?;
        let path = self.path(unit, None)?;
        Some(View { path, whole, lines: self.parts(unit), ..View::default() })
    }

    /// The one unit at the top, if it is one.
    fn only_top(&self) -> Option<&str> {
        match self.tops.as_slice() {
            [top] => Some(top),
            _ => None,
        }
    }

    fn view_below(&self, top: &str, unit: &str, floor: i64) -> Option<View> {
        let path = self.path(unit, Some(top))?;
        if self.of(top).counts.issued == 0 {
            return None;
        }
        // Each step down goes by a line that may be seen.
        for step in path.windows(2) {
            let [above, below] = step else { continue };
            let (lines, _) = self.joined(above, floor);
            lines.iter().find(|line| line.part == Part::Unit(below.clone()))?;
        }
        let whole = self.of(unit);
        if whole.counts.issued < floor {
            let counts = Counts { issued: whole.counts.issued, ..Counts::default() };
            return Some(View {
                path,
                whole: Standing { counts, ..Standing::default() },
                small: true,
                ..View::default()
            });
        }
        let (lines, empty) = self.joined(unit, floor);
        Some(View { path, whole, lines, empty, small: false })
    }

    /// The way down to a unit from that top, or from its highest.
    fn path(&self, unit: &str, top: Option<&str>) -> Option<Vec<String>> {
        self.whole.get(unit)?;
        let mut path = vec![unit.to_owned()];
        let mut at = unit;
        while Some(at) != top {
            match self.above.get(at) {
                Some(above) => at = above,
                None if top.is_none() => break,
                None => return None,
            }
            path.push(at.to_owned());
        }
        path.reverse();
        Some(path)
    }

    fn line(&self, unit: &str) -> Line {
        Line { part: Part::Unit(unit.to_owned()), standing: self.of(unit) }
    }

    /// The parts of a unit, none left out: its own links and the units below. None where nothing is below.
    fn parts(&self, unit: &str) -> Vec<Line> {
        let Some(below) = self.below.get(unit) else { return Vec::new() };
        let own = self.own.get(unit).filter(|own| own.counts != Counts::default());
        let own = own.map(|own| Line { part: Part::Own, standing: *own });
        own.into_iter().chain(below.iter().map(|code| self.line(code))).collect()
    }

    /// The parts of a unit as a monitor may see them, and how many units without a link are left out.
    fn joined(&self, unit: &str, floor: i64) -> (Vec<Line>, usize) {
        let all = self.parts(unit);
        let count = all.len();
        let none = Issued::new();
        let piece = |line: Line| {
            let issued = match &line.part {
                Part::Unit(code) => self.issued.get(code),
                Part::Own | Part::Joined(_) => self.issued_own.get(unit),
            };
            Piece::new(line, issued.unwrap_or(&none))
        };
        let with_links = all.into_iter().filter(|line| line.standing.counts.issued > 0);
        let pieces: Vec<Piece> = with_links.map(piece).collect();
        let empty = count - pieces.len();
        (join(pieces, floor), empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const FLOOR: i64 = 5;

    fn issued(issued: i64) -> Standing {
        Standing { counts: Counts { issued, waiting: issued, ..Counts::default() }, ..Standing::default() }
    }

    /// The sums of a tree given as code, parent and links of its own.
    fn sums(units: &[(&str, &str, i64)]) -> Sums {
        let unit = |(code, parent, _): &(&str, &str, i64)| Unit {
            code: (*code).to_owned(),
            name: format!("unit {code}"),
            parent: (!parent.is_empty()).then(|| (*parent).to_owned()),
            level: "x".to_owned(),
        };
        let with_links = || units.iter().filter(|(.., own)| *own > 0);
        let own = with_links().map(|(code, _, own)| ((*code).to_owned(), issued(*own)));
        let days = with_links().map(|(code, _, own)| ((*code).to_owned(), Issued::from([(NaiveDate::MIN, *own)])));
        Sums::new(&Tree::new(units.iter().map(unit).collect()), own.collect(), days.collect())
    }

    fn seen(sums: &Sums, top: &str, unit: &str) -> Option<Vec<(String, i64)>> {
        let view = sums.view(&Scope::Below(top.to_owned()), Some(unit), FLOOR)?;
        let name = |part: &Part| match part {
            Part::Unit(code) => code.clone(),
            Part::Own => "own".to_owned(),
            Part::Joined(units) => format!("{units} joined"),
        };
        Some(view.lines.iter().map(|line| (name(&line.part), line.standing.counts.issued)).collect())
    }

    fn lines(expected: &[(&str, i64)]) -> Option<Vec<(String, i64)>> {
        Some(expected.iter().map(|(name, issued)| ((*name).to_owned(), *issued)).collect())
    }

    #[test]
    fn small_units_are_joined_until_they_are_enough() {
        let tree = [("c", "", 0), ("a", "c", 20), ("b", "c", 2), ("d", "c", 2), ("e", "c", 7), ("f", "c", 0)];
        let sums = sums(&tree);
        assert_eq!(seen(&sums, "c", "c"), lines(&[("a", 20), ("3 joined", 11)]), "the smallest other has joined");
        assert_eq!(seen(&sums, "c", "a"), lines(&[]));
        assert_eq!(seen(&sums, "c", "b"), None, "what is joined is not there");
        assert_eq!(seen(&sums, "c", "e"), None);
        assert_eq!(seen(&sums, "a", "c"), None, "nor is what is above or beside");
        assert_eq!(seen(&sums, "f", "f"), None, "nor a survey without links here");
        let everything = sums.view(&Scope::Everything, None, FLOOR).unwrap();
        assert_eq!((everything.lines.len(), everything.whole.counts.issued), (5, 31), "an evaluator sees them all");
    }

    #[test]
    fn a_units_own_links_are_a_part_like_others() {
        let sums = sums(&[("c", "", 3), ("a", "c", 20), ("b", "c", 6)]);
        assert_eq!(seen(&sums, "c", "c"), lines(&[("a", 20), ("2 joined", 9)]));
    }

    #[test]
    fn of_a_few_links_only_their_number_is_seen() {
        let mut few = issued(4);
        few.counts.waiting = 3;
        few.counts.submitted = 1;
        let tree =
            Tree::new(vec![Unit { code: "a".to_owned(), name: "a".to_owned(), parent: None, level: "x".to_owned() }]);
        let sums = Sums::new(&tree, HashMap::from([("a".to_owned(), few)]), HashMap::new());
        let view = sums.view(&Scope::Below("a".to_owned()), None, FLOOR).unwrap();
        assert!(view.small && view.lines.is_empty());
        assert_eq!(view.whole.counts, Counts { issued: 4, ..Counts::default() });
    }

    #[test]
    fn links_of_a_unit_nobody_knows_are_counted() {
        let own = HashMap::from([("lost".to_owned(), issued(7))]);
        let sums = Sums::new(&Tree::default(), own, HashMap::new());
        assert_eq!(sums.view(&Scope::Everything, None, FLOOR).unwrap().whole.counts.issued, 7);
    }

    /// Everything a monitor can look at: for each sum on its pages, the units whose own links are in it.
    fn sums_seen(sums: &Sums, top: &str, codes: &[String]) -> Vec<(BTreeSet<usize>, i64)> {
        let place = |code: &str| codes.iter().position(|known| known == code).unwrap();
        let below = |code: &str| sums.within(code).into_iter().map(place).collect::<BTreeSet<_>>();
        let mut seen = Vec::new();
        for code in codes {
            let Some(view) = sums.view(&Scope::Below(top.to_owned()), Some(code), FLOOR) else { continue };
            let mut left = below(code);
            seen.push((left.clone(), view.whole.counts.issued));
            let mut joint = None;
            for line in &view.lines {
                let members = match &line.part {
                    Part::Unit(child) => below(child),
                    Part::Own => BTreeSet::from([place(code)]),
                    Part::Joined(_) => {
                        joint = Some(line.standing.counts.issued);
                        continue;
                    }
                };
                left.retain(|member| !members.contains(member));
                seen.push((members, line.standing.counts.issued));
            }
            seen.extend(joint.map(|issued| (left, issued)));
            let parts: i64 = view.lines.iter().map(|line| line.standing.counts.issued).sum();
            assert!(view.lines.is_empty() || parts == view.whole.counts.issued, "the parts are the whole");
            assert!(view.small || view.whole.counts.adds_up());
        }
        seen
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

        /// Whatever a monitor adds and takes away of what it sees, no group with fewer links than the floor is
        /// left over, unless it has none at all.
        #[test]
        fn nothing_small_is_found_by_subtraction(
            tree in prop::collection::vec((any::<prop::sample::Index>(), 0_i64..12), 1..9),
        ) {
            let codes: Vec<String> = (0..tree.len()).map(|number| format!("u{number}")).collect();
            let named: Vec<(&str, &str, i64)> = tree.iter().enumerate().map(|(number, (above, own))| {
                let parent = if number == 0 { "" } else { codes[above.index(number)].as_str() };
                (codes[number].as_str(), parent, *own)
            }).collect();
            let sums = sums(&named);
            let own = |members: &BTreeSet<usize>| members.iter().map(|member| tree[*member].1).sum::<i64>();
            let whole = own(&(0..tree.len()).collect());
            let mut known: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
            for (members, count) in sums_seen(&sums, "u0", &codes) {
                prop_assert_eq!(own(&members), count);
                known.insert(members);
            }
            // All differences and sums, again and again, until nothing new comes of them.
            loop {
                let all: Vec<_> = known.iter().cloned().collect();
                let before = known.len();
                for one in &all {
                    for other in &all {
                        if one.is_superset(other) {
                            known.insert(one.difference(other).copied().collect());
                        } else if one.is_disjoint(other) {
                            known.insert(one.union(other).copied().collect());
                        }
                    }
                }
                if known.len() == before {
                    break;
                }
            }
            if whole >= FLOOR {
                for members in known {
                    let count = own(&members);
                    prop_assert!(count == 0 || count >= FLOOR, "{members:?} has {count}");
                }
            }
        }
    }
}
