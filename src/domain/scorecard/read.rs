//! A scorecard from a file: TOML or JSON with its head, or a table of its indicators. Every mistake is found in one
//! reading, and named by its row and column.

use super::fields::{COLUMNS, Cells, FIELDS, Field, Places};
use super::number::{LARGEST, POINT_PLACES, amount};
use super::{Bound, Grade, Head, Indicator, Kind, MOST, Mistake, Satisfaction, Scorecard, check};
use crate::domain::fault::{Faults, Message};
use crate::domain::sheet::{self, Reading};
use crate::domain::survey::Format;
use crate::domain::survey::document::{Node, Value, from_json, from_toml};
use crate::domain::survey::fields::{File as Fields, Table};
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Read};
use uuid::Uuid;

/// Bytes of the longest file: the longest scorecard with long reasons takes half of it.
const LONGEST: usize = 8 * 1024 * 1024;

/// A release that an indicator of a file is to be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Code of the indicator.
    pub code: String,
    /// The survey.
    pub survey: Uuid,
    /// Number of the release; none for the latest.
    pub release: Option<i32>,
}

/// What was read from a file: good, but for the releases that are still to be looked up.
#[derive(Clone, Debug)]
pub struct File {
    /// The scorecard, without the figures of releases.
    pub card: Scorecard,
    /// The releases it is to be bound to.
    pub wanted: Vec<Wanted>,
    pub(super) places: Vec<Places>,
}

impl File {
    /// A scorecard as if it had been read from its exported table.
    pub fn of(card: Scorecard) -> Self {
        let places = (0..card.indicators.len()).map(Places::exported).collect();
        Self { card, wanted: Vec::new(), places }
    }

    /// The row of an indicator, by its place in the scorecard.
    pub fn row(&self, index: usize) -> u64 {
        self.places.get(index).map_or(0, |place| place.of(Field::Code).0)
    }

    /// What is not filled in, with its row: code, name, and `actual`, `score` or `release`. A release that is still to be
    /// looked up is not lacking.
    pub fn lacking(&self) -> impl Iterator<Item = (u64, &str, &str, &'static str)> {
        self.card.indicators.iter().enumerate().filter_map(|(index, indicator)| {
            let what = indicator.kind.lacking()?;
            let wanted = self.wanted.iter().any(|wanted| wanted.code == indicator.code);
            (!wanted).then(|| (self.row(index), indicator.code.as_str(), indicator.name.as_str(), what))
        })
    }

    /// Adds the fault that a release which an indicator is to be bound to is none, or shows no results.
    pub fn refuse(&self, wanted: &Wanted, mistake: Mistake, faults: &mut Faults) {
        let index = self.card.indicators.iter().position(|indicator| indicator.code == wanted.code);
        if let Some(place) = index.and_then(|index| self.places.get(index)) {
            place.fault(faults, Field::Release, mistake);
        }
    }

    /// Binds an indicator.
    pub fn bind(&mut self, code: &str, to: Bound) {
        if let Some(Indicator { kind: Kind::Satisfaction(satisfaction), .. }) = self.card.get_mut(code) {
            satisfaction.bound = Some(to);
        }
    }

    /// Takes over from another scorecard what this file does not give: actual values, scores with their reasons, and
    /// bindings of indicators with the same code, kind and measure.
    pub fn keeping(mut self, other: &Scorecard) -> Result<Self, Faults> {
        let before: HashMap<&str, &Indicator> = other.indicators.iter().map(|one| (one.code.as_str(), one)).collect();
        for indicator in &mut self.card.indicators {
            let Some(before) = before.get(indicator.code.as_str()) else { continue };
            let keeps = match (&mut indicator.kind, &before.kind) {
                (Kind::Quantitative(new), Kind::Quantitative(old)) if new.actual.is_none() => {
                    new.actual = old.actual;
                    true
                }
                (Kind::Qualitative { score: new @ None }, Kind::Qualitative { score }) => {
                    *new = *score;
                    true
                }
                (Kind::Satisfaction(new), Kind::Satisfaction(Satisfaction { measure, bound, .. })) => {
                    let wanted = self.wanted.iter().any(|wanted| wanted.code == indicator.code);
                    if !wanted && new.measure == *measure {
                        new.bound.clone_from(bound);
                    }
                    !wanted
                }
                _ => false,
            };
            if keeps {
                indicator.reason = indicator.reason.take().or_else(|| before.reason.clone());
                indicator.evidence = indicator.evidence.take().or_else(|| before.evidence.clone());
            }
        }
        let mut faults = Faults::default();
        let file = check::whole(self, &mut faults);
        faults.or(file)
    }
}

/// Reads a scorecard from TOML or JSON.
pub fn read(text: &str, format: Format) -> Result<File, Faults> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Faults::default();
    if text.len() > LONGEST {
        faults.add(1, 1, "file", "a scorecard has at most 8 MB: is this the right file?");
        return Err(faults);
    }
    let root = match format {
        Format::Toml => from_toml(text)?,
        Format::Json => from_json(text)?,
    };
    let fields = Fields { text, faults: RefCell::new(faults) };
    let found = whole(&fields, &root, &Lines::of(text));
    let mut faults = fields.faults.into_inner();
    let Some(file) = found else { return Err(faults) };
    let file = check::whole(file, &mut faults);
    faults.or(file)
}

fn whole(fields: &Fields<'_>, root: &Node, lines: &Lines<'_>) -> Option<File> {
    let root = fields.table("", root);
    root.knows_only(&["title", "programme", "year", "unit", "full_marks", "grades", "indicators"]);
    let (title, programme, unit) = (root.text("title"), root.text("programme"), root.text("unit"));
    let year = root.short("year", 1990, 2200, None);
    let full_marks = if root.get("full_marks").is_some() {
        number(&root, "full_marks", LARGEST)
    } else {
        Some(Decimal::ONE_HUNDRED)
    };
    let grades = if root.get("grades").is_some() { grades(&root) } else { Some(Grade::usual()) };
    let tables = root.children("indicators")?;
    if tables.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        root.fault(root.at, "indicators", Mistake::Many { most });
        return None;
    }
    let (mut indicators, mut places, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    for table in &tables {
        table.knows_only(&Field::ALL.map(Field::name));
        let cells = cells(table, lines, &fields.faults);
        let mut faults = fields.faults.borrow_mut();
        let (texts, at) = cells;
        let (indicator, place, wants) = Cells { texts, places: Places(at), faults: &mut faults }.indicator();
        indicators.push(indicator);
        places.push(place);
        wanted.extend(wants);
    }
    let head = Head {
        title: title?,
        programme: programme?,
        year: year?,
        unit: unit?,
        full_marks: full_marks?,
        grades: grades?,
    };
    Some(File { card: Scorecard { head, indicators }, wanted, places })
}

/// The fields of one indicator as texts, with their places.
fn cells(table: &Table<'_>, lines: &Lines<'_>, faults: &RefCell<Faults>) -> ([String; FIELDS], [(u64, u64); FIELDS]) {
    let own = lines.place(table.at);
    let mut texts: [String; FIELDS] = Default::default();
    let mut places = [own; FIELDS];
    for ((field, text), place) in Field::ALL.into_iter().zip(&mut texts).zip(&mut places) {
        let Some(node) = table.get(field.name()) else { continue };
        *place = lines.place(node.at);
        match &node.value {
            Value::Text(found) | Value::Number(found) => text.clone_from(found),
            other => {
                let message = format!("this must be text or a number, not {}", other.kind());
                faults.borrow_mut().add(place.0, place.1, field.name(), message);
            }
        }
    }
    (texts, places)
}

fn grades(root: &Table<'_>) -> Option<Vec<Grade>> {
    let grade = |table: &Table<'_>| {
        table.knows_only(&["name", "from"]);
        let (name, from) = (table.text("name"), number(table, "from", 100));
        Some(Grade { name: name?, from: from? })
    };
    let read: Vec<_> = root.children("grades")?.iter().map(grade).collect();
    read.into_iter().collect()
}

/// A number that may stand in quotes.
fn number(table: &Table<'_>, key: &str, most: i64) -> Option<Decimal> {
    let Some(node) = table.get(key) else {
        table.fault(table.at, key, Message::Missing("it"));
        return None;
    };
    let (Value::Text(text) | Value::Number(text)) = &node.value else {
        table.fault(node.at, key, Mistake::NotNumber { text: node.value.kind().to_owned() });
        return None;
    };
    match amount(text.trim(), POINT_PLACES) {
        Ok(number) if number <= Decimal::from(most) => return Some(number),
        Ok(_) => table.fault(node.at, key, Mistake::High { most }),
        Err(mistake) => table.fault(node.at, key, mistake),
    }
    None
}

/// Reads a table of indicators, CSV; its head is given beside it.
pub fn read_table(file: impl Read, head: Head) -> Result<File, Reading> {
    let mut faults = Faults::default();
    let (mut indicators, mut places, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    sheet::read(file, &COLUMNS, &mut faults, |row, faults| {
        if indicators.len() > MOST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let found = row.cells();
        let texts = std::array::from_fn(|index| found.get(index).map_or_else(String::new, |cell| (*cell).to_owned()));
        let at = std::array::from_fn(|index| (row.number(), row.column(index)));
        let (indicator, place, wants) = Cells { texts, places: Places(at), faults }.indicator();
        indicators.push(indicator);
        places.push(place);
        wanted.extend(wants);
        Ok(())
    })
    .or_else(|error| match error {
        Reading::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(()),
        other => Err(other),
    })?;
    let file = check::whole(File { card: Scorecard { head, indicators }, wanted, places }, &mut faults);
    Ok(faults.or(file)?)
}

/// Where the lines of a text begin: a place is found without counting from the start each time.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Row and column of a byte offset, from 1, the column in characters. A line of a megabyte is not counted through
    /// for each of its fields: columns end at ten thousand.
    fn place(&self, at: usize) -> (u64, u64) {
        let row = self.starts.partition_point(|start| *start <= at);
        let start = row.checked_sub(1).and_then(|row| self.starts.get(row)).copied().unwrap_or_default();
        let column = self.text.get(start..at).map_or(0, |before| before.chars().take(9_999).count());
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        (number(row), number(column).saturating_add(1))
    }
}
