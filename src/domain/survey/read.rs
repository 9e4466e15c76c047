//! A survey file, checked as a whole: every mistake is found in one reading.

use super::document::{Node, Value, from_json, from_toml, place};
use super::{Design, DontKnow, MOST_QUESTIONS, Measure, POINTS, Question, Scale, ScaleOption, Survey, Target};
use crate::domain::exact::Rounding;
use crate::domain::fault::Faults;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::str::FromStr;

/// How a survey file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML, the form for people.
    Toml,
    /// JSON, the form for programs.
    Json,
}

/// Reads and checks a survey file. An error lists every mistake with its row and column.
pub fn read(text: &str, format: Format) -> Result<Survey, Faults> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = match format {
        Format::Toml => from_toml(text)?,
        Format::Json => from_json(text)?,
    };
    let file = File { text, faults: RefCell::new(Faults::default()) };
    let survey = survey(&file.table("", &root));
    let faults = file.faults.into_inner();
    match survey {
        Some(survey) => faults.or(survey),
        None => Err(faults),
    }
}

/// The file being read and what was found wrong in it so far.
struct File<'a> {
    text: &'a str,
    faults: RefCell<Faults>,
}

impl<'a> File<'a> {
    fn fault(&self, at: usize, field: &str, message: impl Into<String>) {
        let (row, column) = place(self.text, at);
        self.faults.borrow_mut().add(row, column, field, message);
    }

    fn table(&'a self, path: &str, node: &'a Node) -> Table<'a> {
        let entries: &[_] = if let Value::Table(entries) = &node.value {
            entries
        } else {
            self.fault(node.at, path, format!("this must be a table, not {}", node.value.kind()));
            &[]
        };
        Table { file: self, path: path.to_owned(), at: node.at, entries }
    }
}

/// One table of the file. Reading a key that is missing or wrong leaves a fault and gives `None`.
struct Table<'a> {
    file: &'a File<'a>,
    path: String,
    at: usize,
    entries: &'a [(String, usize, Node)],
}

impl<'a> Table<'a> {
    fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn fault(&self, at: usize, key: &str, message: impl Into<String>) {
        self.file.fault(at, &self.path(key), message);
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _, _)| name == key).map(|(_, _, node)| node)
    }

    fn need(&self, key: &str) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            self.fault(self.at, key, "missing: please add it");
        }
        found
    }

    /// Leaves a fault at every key that nobody asks for: most are misspelt.
    fn only(&self, known: &[&str]) {
        for (index, (name, at, _)) in self.entries.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                self.fault(*at, name, format!("unknown key; known are {}", known.join(", ")));
            } else if self.entries.iter().take(index).any(|(earlier, _, _)| earlier == name) {
                self.fault(*at, name, "this key stands here twice");
            }
        }
    }

    fn optional_text(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let Value::Text(text) = &node.value else {
            self.fault(node.at, key, format!("this must be text in quotes, not {}", node.value.kind()));
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.fault(node.at, key, "this must not be empty");
        } else if text.chars().count() > 2_000 || text.chars().any(char::is_control) {
            self.fault(node.at, key, "this must be one line of at most 2000 characters");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    fn text(&self, key: &str) -> Option<String> {
        self.need(key)?;
        self.optional_text(key)
    }

    fn integer(&self, key: &str, least: u32, most: u32, default: Option<u32>) -> Option<u32> {
        if self.get(key).is_none() && default.is_some() {
            return default;
        }
        let node = self.need(key)?;
        let found = match &node.value {
            Value::Number(number) => u32::from_str(number).ok(),
            _ => None,
        };
        let fits = found.filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.fault(node.at, key, format!("this must be a whole number from {least} to {most}"));
        }
        fits
    }

    fn short(&self, key: &str, least: u16, most: u16, default: Option<u16>) -> Option<u16> {
        let number = self.integer(key, u32::from(least), u32::from(most), default.map(u32::from))?;
        u16::try_from(number).ok()
    }

    fn truth(&self, key: &str, default: bool) -> Option<bool> {
        let Some(node) = self.get(key) else { return Some(default) };
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        self.fault(node.at, key, "this must be true or false");
        None
    }

    /// A value that is one of a few words.
    fn word<T>(&self, key: &str, parse: impl Fn(&str) -> Option<T>, hint: &str) -> Option<T> {
        let text = self.text(key)?;
        let found = parse(&text);
        if found.is_none() {
            let at = self.get(key).map_or(self.at, |node| node.at);
            self.fault(at, key, format!("“{text}” is not known; {hint}"));
        }
        found
    }

    fn word_or<T>(&self, key: &str, default: T, parse: impl Fn(&str) -> Option<T>, hint: &str) -> Option<T> {
        if self.get(key).is_some() { self.word(key, parse, hint) } else { Some(default) }
    }

    fn child(&self, key: &str) -> Option<Table<'a>> {
        Some(self.file.table(&self.path(key), self.need(key)?))
    }

    fn children(&self, key: &str) -> Option<Vec<Table<'a>>> {
        let node = self.need(key)?;
        let Value::List(items) = &node.value else {
            self.fault(node.at, key, format!("this must be a list, not {}", node.value.kind()));
            return None;
        };
        let path = self.path(key);
        Some(items.iter().map(|item| self.file.table(&path, item)).collect())
    }
}

fn survey(root: &Table<'_>) -> Option<Survey> {
    root.only(&[
        "title",
        "table_title",
        "programme",
        "year",
        "organiser",
        "contact",
        "purpose",
        "retention_days",
        "time_zone",
        "rounding",
        "disclosure_floor",
        "target",
        "design",
        "scale",
        "questions",
    ]);
    // Every field is read before any is missed, so that all faults are found.
    let title = root.text("title");
    let table_title = if root.get("table_title").is_some() { root.text("table_title") } else { title.clone() };
    let programme = root.text("programme");
    let year = root.short("year", 1990, 2200, None);
    let organiser = root.text("organiser");
    let contact = root.text("contact");
    let purpose = root.text("purpose");
    let retention_days = root.short("retention_days", 1, 3_650, None);
    let zone = |name: &str| Tz::from_str(name).ok();
    let time_zone = root.word_or(
        "time_zone",
        Tz::Asia__Shanghai,
        zone,
        "use a name of the time zone database such as Asia/Shanghai",
    );
    let rounding = root.word_or("rounding", Rounding::HalfUp, Rounding::from_name, "use half_up or half_even");
    let disclosure_floor = root.integer("disclosure_floor", Survey::LOWEST_FLOOR, 10_000, Some(10));
    let target = root.child("target").and_then(|table| target(&table));
    let design = root.child("design").and_then(|table| {
        table.only(&["kind"]);
        table.word("kind", Design::from_name, "use everyone, strata or clusters")
    });
    let scale = root.child("scale").and_then(|table| scale(&table));
    let questions = questions(root);
    Some(Survey {
        title: title?,
        table_title: table_title?,
        programme: programme?,
        year: year?,
        organiser: organiser?,
        contact: contact?,
        purpose: purpose?,
        retention_days: retention_days?,
        time_zone: time_zone?,
        rounding: rounding?,
        disclosure_floor: disclosure_floor?,
        target: target?,
        design: design?,
        scale: scale?,
        questions: questions?,
    })
}

fn target(table: &Table<'_>) -> Option<Target> {
    table.only(&["measure", "value"]);
    let known = "use weighted_score, top2_percent or top1_percent";
    let measure = table.word("measure", Measure::from_name, known);
    let within = |text: &str| {
        Decimal::from_str_exact(text)
            .ok()
            .filter(|value| *value >= Decimal::ZERO && *value <= Decimal::ONE_HUNDRED && value.scale() <= 8)
    };
    let value = table.word("value", within, "write a number from 0 to 100 in quotes, such as \"85\"");
    Some(Target { measure: measure?, value: value? })
}

fn scale(table: &Table<'_>) -> Option<Scale> {
    table.only(&["options", "dont_know"]);
    let listed = table.children("options")?;
    let count = listed.len();
    let options: Vec<_> = listed.iter().map(option).collect();
    let dont_know = match table.get("dont_know") {
        None => Some(None),
        Some(_) => table.child("dont_know").and_then(|table| {
            table.only(&["code", "label"]);
            let (code, label) = (code(&table), table.text("label"));
            Some(Some(DontKnow { code: code?, label: label? }))
        }),
    };
    if count != POINTS {
        table.fault(table.at, "options", format!("a scale has {POINTS} options, best first; here are {count}"));
    }
    let options: [ScaleOption; POINTS] = options.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()?;
    let dont_know = dont_know?;
    let mut codes: Vec<&str> = options.iter().map(|option| option.code.as_str()).collect();
    codes.extend(dont_know.as_ref().map(|option| option.code.as_str()));
    for (index, code) in codes.iter().enumerate() {
        if codes.iter().take(index).any(|earlier| earlier == code) {
            let at = listed.get(index).map_or(table.at, |option| option.at);
            table.fault(at, "options.code", format!("the code “{code}” stands here twice"));
        }
    }
    Some(Scale { options, dont_know })
}

fn option(table: &Table<'_>) -> Option<ScaleOption> {
    table.only(&["code", "label", "weight", "confirmed"]);
    let (code, label) = (code(table), table.text("label"));
    let (weight, confirmed) = (table.short("weight", 0, 1_000, None), table.truth("confirmed", true));
    Some(ScaleOption { code: code?, label: label?, weight: weight?, confirmed: confirmed? })
}

fn code(table: &Table<'_>) -> Option<String> {
    let plain = |text: &str| {
        let fits = text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| text.to_owned())
    };
    table.word("code", plain, "use one to eight letters or digits, such as A")
}

fn questions(root: &Table<'_>) -> Option<Vec<Question>> {
    let tables = root.children("questions")?;
    if tables.is_empty() || tables.len() > MOST_QUESTIONS {
        let found = tables.len();
        root.fault(root.at, "questions", format!("a questionnaire has 1 to {MOST_QUESTIONS} questions, not {found}"));
    }
    let question = |table: &Table<'_>| {
        table.only(&["text", "easy", "weight", "required"]);
        let text = table.text("text");
        // A wrong easy text leaves its fault; the file is refused for it.
        let easy = table.optional_text("easy");
        let weight = table.short("weight", 1, 1_000, Some(1));
        let required = table.truth("required", true);
        Some(Question { text: text?, easy, weight: weight?, required: required? })
    };
    let read: Vec<_> = tables.iter().map(question).collect();
    read.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
  "title": "t", "programme": "p", "year": 2022, "organiser": "o", "contact": "c", "purpose": "w",
  "retention_days": 90, "target": {"measure": "top2_percent", "value": "85.5"}, "design": {"kind": "strata"},
  "scale": {"options": [
    {"code": "A", "label": "a", "weight": 1000}, {"code": "B", "label": "b", "weight": 900},
    {"code": "C", "label": "c", "weight": 800}, {"code": "D", "label": "d", "weight": 600, "confirmed": false},
    {"code": "E", "label": "e", "weight": 0}], "dont_know": {"code": "X", "label": "不清楚"}},
  "questions": [{"text": "q", "weight": 3}, {"text": "r", "easy": "s", "required": false}]
}"#;

    #[test]
    fn json_is_read_with_its_defaults() {
        let survey = read(GOOD, Format::Json).unwrap();
        assert_eq!(survey.time_zone, Tz::Asia__Shanghai);
        assert_eq!(survey.rounding, Rounding::HalfUp);
        assert_eq!(survey.disclosure_floor, 10);
        assert_eq!(survey.total_weight(), 4);
        assert_eq!(survey.unconfirmed().len(), 1);
        assert_eq!(survey.table_title, "t");
        assert!(survey.scale.dont_know.is_some());
    }

    #[test]
    fn all_mistakes_are_listed_with_their_places() {
        let bad = GOOD
            .replace("\"weight\": 900", "\"weight\": 1001")
            .replace("\"year\": 2022", "\"year\": \"2022\"")
            .replace("\"purpose\": \"w\"", "\"purpos\": \"w\"")
            .replace("\"weight\": 3", "\"weight\": 0");
        let faults = read(&bad, Format::Json).unwrap_err();
        let column = |row: usize, text: &str| {
            let at = bad.lines().nth(row - 1).and_then(|line| line.find(text)).unwrap();
            u64::try_from(at).unwrap() + 1
        };
        let found: Vec<_> =
            faults.listed().iter().map(|fault| (fault.row, fault.column, fault.field.as_str())).collect();
        let expected = [
            (2, column(2, "\"purpos\""), "purpos"),
            (2, column(2, "\"2022\""), "year"),
            (1, 1, "purpose"),
            (5, column(5, "1001"), "scale.options.weight"),
            (8, column(8, "0}, {"), "questions.weight"),
        ];
        assert_eq!(found, expected, "{faults}");
    }

    #[test]
    fn a_scale_has_five_options_with_different_codes() {
        let four = GOOD.replace(r#", {"code": "B", "label": "b", "weight": 900}"#, "");
        assert!(read(&four, Format::Json).unwrap_err().to_string().contains("here are 4"));
        let twice = GOOD.replace(r#""code": "X""#, r#""code": "A""#);
        assert!(read(&twice, Format::Json).unwrap_err().to_string().contains("stands here twice"));
    }

    #[test]
    fn toml_syntax_errors_have_places() {
        let faults = read("title = \nyear = = 3\n", Format::Toml).unwrap_err();
        let rows: Vec<_> = faults.listed().iter().map(|fault| fault.row).collect();
        assert_eq!(rows, [1, 2], "{faults}");
    }
}
