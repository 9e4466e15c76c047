//! What the names in a scorecard are called on pages.

use crate::domain::scorecard::{Difference, Line};
use crate::store::scorecards::Change;
use crate::web::words::Language;

/// What stands where there is no figure.
pub const NOTHING: &str = "—";

/// Whether something is lacking, in words, and whether nothing is.
pub fn state(language: Language, lacking: usize) -> (String, bool) {
    match lacking {
        0 => (language.say("card-complete"), true),
        lacking => (language.with("card-lacking", &[("count", lacking)]), false),
    }
}

/// The kind of an indicator.
pub fn kind(language: Language, kind: &str) -> String {
    match kind {
        "quantitative" => language.say("card-quantitative"),
        "qualitative" => language.say("card-qualitative"),
        "satisfaction" => language.say("card-satisfaction"),
        _ => language.say("card-group"),
    }
}

/// What an indicator lacks.
pub fn lack(language: Language, what: &str) -> String {
    match what {
        "actual" => language.say("card-lacks-actual"),
        "score" => language.say("card-lacks-score"),
        _ => language.say("card-lacks-release"),
    }
}

/// A measure of satisfaction.
pub fn measure(language: Language, measure: &str) -> String {
    match measure {
        "weighted_score" => language.say("measure-score"),
        "top2_percent" => language.say("measure-top2"),
        _ => language.say("measure-top1"),
    }
}

/// A figure with what it is measured in.
fn figure(language: Language, line: &Line, figure: &str) -> String {
    match line.measure.as_deref() {
        Some("weighted_score") => language.with("card-of-points", &[("figure", figure.to_owned())]),
        Some(_) => format!("{figure}%"),
        None => [figure, line.measured_in.as_deref().unwrap_or_default()].join(" ").trim_end().to_owned(),
    }
}

/// The target, with its sign.
pub fn target(language: Language, line: &Line) -> Option<String> {
    let sign = if line.direction.as_deref() == Some("lower") { "≤" } else { "≥" };
    line.target.as_ref().map(|target| format!("{sign} {}", figure(language, line, target)))
}

/// What was reached: an actual value, or the figure of a release.
pub fn reached(language: Language, line: &Line) -> Option<String> {
    let value = line.actual.as_ref().or(line.release.as_ref().map(|release| &release.value))?;
    Some(figure(language, line, value))
}

/// The word for a target that was overshot.
pub fn over(language: Language, line: &Line) -> Option<String> {
    line.over.then(|| match (line.kind.as_str(), line.direction.as_deref()) {
        ("quantitative", Some("higher")) => language.say("card-over"),
        _ => language.say("card-better"),
    })
}

/// What made a version.
pub fn change(language: Language, change: Change) -> String {
    match change {
        Change::Added => language.say("card-was-added"),
        Change::Imported => language.say("card-was-imported"),
        Change::Changed => language.say("card-was-changed"),
        Change::Actual => language.say("card-was-actual"),
        Change::Score => language.say("card-was-score"),
        Change::Bound => language.say("card-was-bound"),
    }
}

/// The name of a field that two versions differ in.
fn field(language: Language, field: &str) -> String {
    match field {
        "title" => language.say("card-title"),
        "programme" => language.say("f-programme"),
        "year" => language.say("f-year"),
        "unit" => language.say("card-unit"),
        "full_marks" => language.say("card-full-marks"),
        "grades" => language.say("card-grades"),
        "parent" => language.say("card-parent"),
        "name" => language.say("card-name"),
        "weight" => language.say("card-weight"),
        "kind" => language.say("card-kind"),
        "target" => language.say("card-target"),
        "actual" => language.say("card-actual"),
        "measured_in" => language.say("card-measured-in"),
        "direction" => language.say("card-direction"),
        "measure" => language.say("card-measure"),
        "release" => language.say("card-release"),
        "value" => language.say("card-value"),
        "reason" => language.say("card-reason"),
        "evidence" => language.say("card-evidence"),
        "score" => language.say("card-score"),
        "total" => language.say("card-total"),
        "grade" => language.say("card-grade"),
        _ => language.say("card-indicator"),
    }
}

/// The name of a column of a file.
pub fn column(language: Language, name: &str) -> Option<String> {
    match name {
        "code" => Some(language.say("card-code")),
        "points" => Some(language.say("card-score")),
        "survey" => Some(language.say("survey")),
        "" | "file" | "indicators" => None,
        name if crate::domain::scorecard::COLUMNS.iter().any(|column| column.name == name) => {
            Some(field(language, name))
        }
        "title" | "programme" | "year" | "unit" | "full_marks" | "grades" => Some(field(language, name)),
        _ => None,
    }
}

/// A difference as it is shown.
pub struct Changed {
    /// The indicator; none for the head and the total.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// What of it.
    pub field: String,
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
}

impl Changed {
    /// A difference in words.
    pub fn of(language: Language, one: Difference) -> Self {
        let shown = |value: Option<String>| match (one.field, value) {
            (_, None) => NOTHING.to_owned(),
            ("kind", Some(value)) => kind(language, &value),
            ("measure", Some(value)) => measure(language, &value),
            ("direction", Some(value)) if value == "lower" => language.say("card-lower"),
            ("direction", Some(_)) => language.say("card-higher"),
            ("indicator", Some(weight)) => language.with("card-of-points", &[("figure", weight)]),
            (_, Some(value)) => value,
        };
        let (from, to) = (shown(one.from), shown(one.to));
        Self { field: field(language, one.field), code: one.code, name: one.name, from, to }
    }
}
