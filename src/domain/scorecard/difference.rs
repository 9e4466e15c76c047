//! What is different between two versions of a scorecard.

use super::{Line, Scored};
use std::collections::HashMap;

/// A field that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Code of the indicator; none for the head and the total.
    pub code: Option<String>,
    /// Name of the indicator as it is now, or was; empty for the head and the total.
    pub name: String,
    /// The field, as in the document; `indicator` where the indicator was added or taken away.
    pub field: &'static str,
    /// What it was; none where there was nothing.
    pub from: Option<String>,
    /// What it is; none where there is nothing.
    pub to: Option<String>,
}

/// Everything that is different: the head first, then the indicators as they stand now, those that are gone, the total.
pub fn differences(from: &Scored, to: &Scored) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut found, None, "", &head(from), &head(to));
    let before: HashMap<&str, &Line> = from.indicators.iter().map(|line| (line.code.as_str(), line)).collect();
    let after: HashMap<&str, &Line> = to.indicators.iter().map(|line| (line.code.as_str(), line)).collect();
    let alone = |line: &Line, from: Option<String>, to: Option<String>| Difference {
        code: Some(line.code.clone()),
        name: line.name.clone(),
        field: "indicator",
        from,
        to,
    };
    for line in &to.indicators {
        match before.get(line.code.as_str()) {
            Some(old) => compare(&mut found, Some(&line.code), &line.name, &fields(old), &fields(line)),
            None => found.push(alone(line, None, Some(line.weight.clone()))),
        }
    }
    for line in from.indicators.iter().filter(|line| !after.contains_key(line.code.as_str())) {
        found.push(alone(line, Some(line.weight.clone()), None));
    }
    compare(&mut found, None, "", &total(from), &total(to));
    found
}

type Fields = Vec<(&'static str, Option<String>)>;

fn compare(found: &mut Vec<Difference>, code: Option<&str>, name: &str, from: &Fields, to: &Fields) {
    for ((field, from), (_, to)) in from.iter().zip(to).filter(|(from, to)| from != to) {
        let (code, name) = (code.map(str::to_owned), name.to_owned());
        found.push(Difference { code, name, field, from: from.clone(), to: to.clone() });
    }
}

fn head(scored: &Scored) -> Fields {
    let grades: Vec<String> = scored.grades.iter().map(|grade| format!("{} {}", grade.name, grade.from)).collect();
    vec![
        ("title", Some(scored.title.clone())),
        ("programme", Some(scored.programme.clone())),
        ("year", Some(scored.year.to_string())),
        ("unit", Some(scored.unit.clone())),
        ("full_marks", Some(scored.full_marks.clone())),
        ("grades", Some(grades.join(", "))),
    ]
}

fn fields(line: &Line) -> Fields {
    let release = line.release.as_ref();
    vec![
        ("parent", line.parent.clone()),
        ("name", Some(line.name.clone())),
        ("weight", Some(line.weight.clone())),
        ("kind", Some(line.kind.clone())),
        ("target", line.target.clone()),
        ("actual", line.actual.clone()),
        ("measured_in", line.measured_in.clone().filter(|text| !text.is_empty())),
        ("direction", line.direction.clone()),
        ("measure", line.measure.clone()),
        ("release", release.map(|release| format!("{} {}", release.title, release.number))),
        ("value", release.map(|release| release.value.clone())),
        ("reason", line.reason.clone()),
        ("evidence", line.evidence.clone()),
        ("score", line.score.clone()),
    ]
}

fn total(scored: &Scored) -> Fields {
    let total = scored.total.as_ref();
    vec![("total", total.map(|total| total.score.clone())), ("grade", total.map(|total| total.grade.clone()))]
}
