//! Units: city federation, county federations, institutions. The levels are data.

use super::fault::{Faults, Message};
use super::sheet::{self, Reading};
use std::collections::{HashMap, HashSet};
use std::io::Read;

/// One unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// GB/T 2260 code such as `530102`, or the federation's own, such as `530102-01`.
    pub code: String,
    /// Name, as printed.
    pub name: String,
    /// Code of the unit above; none at the top.
    pub parent: Option<String>,
    /// The kind of unit in the federation's words, such as `city`, `county`, `institution`.
    pub level: String,
}

/// The columns of a unit file, with the names Chinese sheets give them.
const COLUMNS: [sheet::Column; 4] = [
    sheet::Column { name: "code", also: &["代码", "单位代码"], required: true },
    sheet::Column { name: "name", also: &["名称", "单位名称"], required: true },
    sheet::Column { name: "parent", also: &["上级", "上级代码"], required: true },
    sheet::Column { name: "level", also: &["级别", "层级"], required: true },
];

/// Reads a CSV of units. `known` are the units that exist already: a row with the same code replaces
/// that unit's name, parent and level. Every mistake is listed; a file with one is refused whole.
pub fn read(file: impl Read, known: &[Unit]) -> Result<Vec<Unit>, Reading> {
    let mut faults = Faults::default();
    let mut rows: Vec<(u64, Unit)> = Vec::new();
    let mut places = (1, 3);
    sheet::read(file, &COLUMNS, &mut faults, |row, faults| {
        let [code, name, parent, level] = row.cells();
        let mut need = |index: usize, field: &str, text: &str, most: usize| {
            if text.is_empty() {
                faults.add(row.number(), row.column(index), field, Message::Missing("it"));
            } else if text.chars().count() > most {
                faults.add(row.number(), row.column(index), field, Message::Long(most));
            }
        };
        need(0, "code", code, 32);
        need(1, "name", name, 200);
        need(3, "level", level, 32);
        if !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
            faults.add(row.number(), row.column(0), "code", Message::Code(code.to_owned()));
        }
        places = (row.column(0), row.column(2));
        let parent = (!parent.is_empty()).then(|| parent.to_owned());
        rows.push((
            row.number(),
            Unit { code: code.to_owned(), name: name.to_owned(), parent, level: level.to_owned() },
        ));
        Ok(())
    })?;
    check_tree(&rows, places, known, &mut faults);
    Ok(faults.or(rows.into_iter().map(|(_, unit)| unit).collect())?)
}

/// `places` are the columns of code and parent.
fn check_tree(rows: &[(u64, Unit)], places: (u64, u64), known: &[Unit], faults: &mut Faults) {
    let mut parents: HashMap<&str, Option<&str>> =
        known.iter().map(|unit| (unit.code.as_str(), unit.parent.as_deref())).collect();
    let mut seen: HashMap<&str, u64> = HashMap::new();
    for (row, unit) in rows {
        if let Some(first) = seen.insert(&unit.code, *row) {
            faults.add(*row, places.0, "code", Message::CodeAgain(unit.code.clone(), first));
        }
        parents.insert(&unit.code, unit.parent.as_deref());
    }
    let mut ways = HashMap::new();
    for (row, unit) in rows {
        let Some(parent) = unit.parent.as_deref() else { continue };
        if !parents.contains_key(parent) {
            faults.add(*row, places.1, "parent", Message::NoParent(parent.to_owned()));
        } else if !reaches_top(&unit.code, &parents, &mut ways) {
            faults.add(*row, places.1, "parent", Message::Circle(unit.code.clone()));
        }
    }
}

/// Whether the way up from a unit ends at a top. `fine` holds units known to, so that a deep tree is
/// walked once.
fn reaches_top<'a>(
    code: &'a str,
    parents: &HashMap<&'a str, Option<&'a str>>,
    ways: &mut HashMap<&'a str, bool>,
) -> bool {
    let (mut way, mut seen) = (Vec::new(), HashSet::new());
    let mut next = Some(code);
    // Ways that were walked before are known, good and bad: no unit is walked over twice.
    let reaches = loop {
        let Some(unit) = next else { break true };
        if let Some(known) = ways.get(unit) {
            break *known;
        }
        if !seen.insert(unit) {
            break false;
        }
        way.push(unit);
        next = parents.get(unit).copied().flatten();
    };
    ways.extend(way.into_iter().map(|unit| (unit, reaches)));
    reaches
}

/// The units as a tree, for sums over everything below a unit.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    units: Vec<Unit>,
    places: HashMap<String, usize>,
}

impl Tree {
    /// The tree of these units.
    pub fn new(units: Vec<Unit>) -> Self {
        let places = units.iter().enumerate().map(|(index, unit)| (unit.code.clone(), index)).collect();
        Self { units, places }
    }

    /// All units, in the order given.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit with that code.
    pub fn get(&self, code: &str) -> Option<&Unit> {
        self.places.get(code).and_then(|index| self.units.get(*index))
    }

    /// All units with their depth, each below the one it belongs to, beside each other by code.
    pub fn in_order(&self) -> Vec<(usize, &Unit)> {
        let mut below: HashMap<Option<&str>, Vec<&Unit>> = HashMap::new();
        for unit in &self.units {
            below.entry(unit.parent.as_deref()).or_default().push(unit);
        }
        // The next one to be taken is at the end.
        for units in below.values_mut() {
            units.sort_unstable_by(|a, b| b.code.cmp(&a.code));
        }
        let with = |depth: usize, above: Option<&str>| {
            below.get(&above).into_iter().flatten().map(move |unit| (depth, *unit)).collect::<Vec<_>>()
        };
        let (mut ordered, mut waiting) = (Vec::with_capacity(self.units.len()), with(0, None));
        while let Some((depth, unit)) = waiting.pop() {
            ordered.push((depth, unit));
            waiting.extend(with(depth + 1, Some(&unit.code)));
        }
        ordered
    }

    /// Whether the unit of that code is `top` or stands below it.
    pub fn is_within(&self, code: &str, top: &str) -> bool {
        self.up_from(code).any(|unit| unit.code == top)
    }

    /// The unit with that code and everything above it, nearest first.
    pub fn up_from<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a Unit> {
        std::iter::successors(self.get(code), |unit| self.get(unit.parent.as_deref()?)).take(self.units.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        match read(text.as_bytes(), &[]) {
            Err(Reading::Faults(faults)) => faults.listed().iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_mistakes_of_a_unit_file_are_listed() {
        let found = faults("code,name,parent,level\n1,a,,city\n1,b,,city\n2,,9,county\n3 x,c,1,\n4,d,5,x\n5,e,4,x\n");
        assert_eq!(
            found,
            [
                "row 4, column 2 (name): missing: please fill it in",
                "row 5, column 4 (level): missing: please fill it in",
                "row 5, column 1 (code): “3 x”: use letters, digits, “-”, “_” and “.” only",
                "row 3, column 1 (code): “1” stands in row 2 already",
                "row 4, column 3 (parent): there is no unit “9”: add it, or correct the code",
                "row 6, column 3 (parent): “4” would stand above itself, or below a unit that does",
                "row 7, column 3 (parent): “5” would stand above itself, or below a unit that does",
            ]
        );
    }

    #[test]
    fn mistakes_are_named_by_the_columns_as_they_stand() {
        let found = faults("level,parent,name,code\ncity,,a,1\ncity,9,b,1\n");
        assert_eq!(
            found,
            [
                "row 3, column 4 (code): “1” stands in row 2 already",
                "row 3, column 2 (parent): there is no unit “9”: add it, or correct the code",
            ]
        );
    }

    #[test]
    fn a_tree_is_listed_from_its_top() {
        let text = "code,name,parent,level\n2,b,1,x\n1,a,,x\n3,c,1,x\n21,d,2,x\n0,e,,x\n";
        let tree = Tree::new(read(text.as_bytes(), &[]).unwrap());
        let order: Vec<_> = tree.in_order().into_iter().map(|(depth, unit)| (depth, unit.code.as_str())).collect();
        assert_eq!(order, [(0, "0"), (0, "1"), (1, "2"), (2, "21"), (1, "3")]);
    }

    #[test]
    fn a_tree_knows_who_stands_above() {
        let units =
            read("上级,代码,名称,级别\n,1,市,city\n1,2,县,county\n2,3,院,institution\n".as_bytes(), &[]).unwrap();
        let tree = Tree::new(units);
        let above: Vec<_> = tree.up_from("3").map(|unit| unit.name.as_str()).collect();
        assert_eq!(above, ["院", "县", "市"]);
    }
}
