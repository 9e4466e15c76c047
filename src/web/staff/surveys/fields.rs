//! The fields of the form of a survey: what each is called, what helps to fill it in, and what to do where
//! it is wrong.

use super::{design, measure, rounding};
use crate::domain::exact::Rounding;
use crate::domain::survey::typed::{HEAD, Typed};
use crate::domain::survey::{Design, Measure};
use crate::web::words::Language;

/// How a field is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Line,
    Lines,
    Number,
    Choice,
}

/// A field as the page shows it.
pub struct Field {
    pub name: String,
    pub label: String,
    pub help: String,
    pub value: String,
    pub kind: Kind,
    /// Values and words, where one of a few is chosen.
    pub choices: Vec<(&'static str, String)>,
    /// What to do, where it is wrong.
    pub wrong: Option<String>,
}

impl Field {
    pub fn is_lines(&self) -> bool {
        self.kind == Kind::Lines
    }

    pub fn is_choice(&self) -> bool {
        self.kind == Kind::Choice
    }

    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    /// What describes it to a screen reader: ids of the help and of what is wrong.
    pub fn described(&self) -> String {
        let help = (!self.help.is_empty()).then(|| format!("{}-h", self.name));
        let wrong = self.wrong.is_some().then(|| format!("{}-e", self.name));
        help.into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }
}

/// Key of the label, key of the help (or nothing) and kind of a field.
fn known(name: &str) -> (&'static str, &'static str, Kind) {
    let part = name.split_once('-').map_or(name, |(_, part)| part);
    match (name, part) {
        ("title", _) => ("f-title", "f-title-help", Kind::Line),
        ("table_title", _) => ("f-table-title", "f-table-title-help", Kind::Line),
        ("programme", _) => ("f-programme", "f-programme-help", Kind::Line),
        ("year", _) => ("f-year", "", Kind::Number),
        ("organiser", _) => ("f-organiser", "f-organiser-help", Kind::Line),
        ("contact", _) => ("f-contact", "f-contact-help", Kind::Line),
        ("purpose", _) => ("f-purpose", "f-purpose-help", Kind::Lines),
        ("retention_days", _) => ("f-retention", "f-retention-help", Kind::Number),
        ("disclosure_floor", _) => ("f-floor", "f-floor-help", Kind::Number),
        ("time_zone", _) => ("f-zone", "f-zone-help", Kind::Line),
        ("design", _) => ("f-design", "", Kind::Choice),
        ("measure", _) => ("f-measure", "f-measure-help", Kind::Choice),
        ("value", _) => ("f-value", "f-value-help", Kind::Line),
        ("rounding", _) => ("f-rounding", "", Kind::Choice),
        ("x-code", _) => ("f-code", "", Kind::Line),
        ("x-label", _) => ("f-label", "", Kind::Line),
        (_, "code") => ("f-code", "", Kind::Line),
        (_, "label") => ("f-label", "", Kind::Line),
        (_, "text") => ("f-text", "", Kind::Lines),
        (_, "easy") => ("f-easy", "f-easy-help", Kind::Lines),
        (_, _) if name.starts_with('o') => ("f-option-weight", "", Kind::Line),
        _ => ("f-question-weight", "", Kind::Number),
    }
}

/// What to do about a field that is wrong; nothing for a name that is no field's.
pub fn advice(language: Language, name: &str) -> Option<String> {
    let part = name.split_once('-').map_or(name, |(_, part)| part);
    let key = match (name, part) {
        ("questions", _) => "wrong-questions",
        ("year", _) => "wrong-year",
        ("retention_days", _) => "wrong-days",
        ("disclosure_floor", _) => "wrong-floor",
        ("time_zone", _) => "wrong-zone",
        ("value", _) => "wrong-value",
        ("design" | "measure" | "rounding", _) => "wrong-choice",
        ("file-weight", _) => "wrong-per-mille",
        (_, "code") => "wrong-code",
        (_, "easy") => "wrong-easy",
        (_, "weight") if name.starts_with('o') => "wrong-weight",
        (_, "weight") => "wrong-question-weight",
        ("title" | "table_title" | "programme" | "organiser" | "contact" | "purpose", _) | (_, "label" | "text") => {
            "wrong-line"
        }
        _ => return None,
    };
    Some(language.say(key))
}

/// Whose field it is: the question or option, where it is in a list; for the summary.
fn owner(language: Language, name: &str) -> Option<String> {
    let (owner, _) = name.split_once('-')?;
    if owner == "x" {
        return Some(language.say("dont-know"));
    }
    match owner.split_at_checked(1)? {
        ("q", number) => Some(language.with("question-no", &[("no", number)])),
        ("o", number) => Some(language.with("option-no", &[("no", number)])),
        _ => None,
    }
}

/// A line of the summary: the field and what to do about it.
pub fn summary(language: Language, name: &str) -> String {
    let advice = advice(language, name).unwrap_or_default();
    if name == "questions" {
        return advice;
    }
    let label = language.say(known(name).0);
    let field = match owner(language, name) {
        Some(owner) => format!("{owner} · {label}"),
        None => label,
    };
    language.with("wrong-field", &[("field", field), ("advice", advice)])
}

/// What the fields of a form are made with.
pub struct Maker<'a> {
    pub language: Language,
    pub wrong: &'a [String],
}

impl Maker<'_> {
    /// The field of that name with that value.
    pub fn field(&self, name: &str, value: &str) -> Field {
        let (label, help, kind) = known(name);
        let language = self.language;
        let wrong = self.wrong.iter().any(|wrong| wrong == name);
        Field {
            label: language.say(label),
            help: if help.is_empty() { String::new() } else { language.say(help) },
            value: value.to_owned(),
            kind,
            choices: choices(language, name),
            wrong: wrong.then(|| advice(language, name)).flatten(),
            name: name.to_owned(),
        }
    }

    /// The fields that are in no list.
    pub fn head(&self, typed: &Typed) -> impl Iterator<Item = Field> {
        HEAD.into_iter().zip(&typed.head).map(|(name, value)| self.field(name, value))
    }
}

fn choices(language: Language, name: &str) -> Vec<(&'static str, String)> {
    match name {
        "design" => {
            [Design::Everyone, Design::Strata, Design::Clusters].map(|one| (one.name(), design(language, one))).into()
        }
        "measure" => [Measure::WeightedScore, Measure::Top2, Measure::Top1]
            .map(|one| (one.name(), measure(language, one)))
            .into(),
        "rounding" => [Rounding::HalfUp, Rounding::HalfEven].map(|one| (one.name(), rounding(language, one))).into(),
        _ => Vec::new(),
    }
}
