//! A survey file, checked as a whole: every mistake is found in one reading.

use super::document::{from_json, from_toml};
use super::fields::{File, Table};
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

/// Bytes of the longest survey file: a hundred questions with long texts take half of it.
const LONGEST: usize = 1024 * 1024;

/// Reads and checks a survey file. An error lists every mistake with its row and column.
pub fn read(text: &str, format: Format) -> Result<Survey, Faults> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > LONGEST {
        let mut faults = Faults::default();
        faults.add(1, 1, "file", "a survey file has at most 1 MB: is this the right file?");
        return Err(faults);
    }
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

fn survey(root: &Table<'_>) -> Option<Survey> {
    root.knows_only(&[
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
        table.knows_only(&["kind"]);
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
    table.knows_only(&["measure", "value"]);
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
    table.knows_only(&["options", "dont_know"]);
    let listed = table.children("options")?;
    let count = listed.len();
    let options: Vec<_> = listed.iter().map(option).collect();
    let dont_know = match table.get("dont_know") {
        None => Some(None),
        Some(_) => table.child("dont_know").and_then(|table| {
            table.knows_only(&["code", "label"]);
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
    table.knows_only(&["code", "label", "weight", "confirmed"]);
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
        table.knows_only(&["text", "easy", "weight", "required"]);
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
    fn a_number_in_another_radix_is_not_misread() {
        for (toml, fits) in
            [("year = 2022", true), ("year = 0x7e6", false), ("year = 0o3746", false), ("year = 2_022", true)]
        {
            let faults = read(toml, Format::Toml).unwrap_err().to_string();
            assert_eq!(!faults.contains("(year)"), fits, "{toml}: {faults}");
        }
    }

    #[test]
    fn a_hopeless_file_is_refused_soon() {
        let faults = read(&"=\n".repeat(100_000), Format::Toml).unwrap_err();
        assert_eq!(faults.listed().len(), Faults::LISTED);
        let keys: String = (0..50_000).map(|number| format!("k{number} = 1\n")).collect();
        assert!(read(&keys, Format::Toml).unwrap_err().to_string().contains("more"));
        assert_eq!(read(&" ".repeat(2_000_000), Format::Toml).unwrap_err().listed().len(), 1);
    }

    #[test]
    fn toml_syntax_errors_have_places() {
        let faults = read("title = \nyear = = 3\n", Format::Toml).unwrap_err();
        for row in [1, 2] {
            assert!(faults.listed().iter().any(|fault| fault.row == row), "{faults}");
        }
    }
}
