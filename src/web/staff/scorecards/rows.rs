//! The tree of a scorecard as rows of a table.

use super::words;
use crate::domain::scorecard::{Line, Scored};
use crate::web::words::Language;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Levels that are set apart; those below them stand under the last of them.
const SHOWN_LEVELS: usize = 8;

/// Rows from which on the deeper levels are folded away at first.
const MANY: usize = 150;

/// The level below which they are.
const FOLDED_BELOW: usize = 2;

/// A row.
pub struct Row {
    /// The indicator.
    pub line: Line,
    /// How far it is set in.
    pub depth: usize,
    /// Whether it is the sum of others.
    pub group: bool,
    /// Kind, target and what was reached.
    pub facts: Vec<String>,
    /// How far the target was reached.
    pub achieved: Option<String>,
    /// That it was overshot.
    pub over: Option<String>,
    /// What is still to be filled in.
    pub lack: Option<String>,
    /// A newer release than the one it is bound to.
    pub newer: Option<i32>,
}

impl Row {
    /// The row of an indicator that lacks this, and for which there is a release of that number.
    pub fn of(language: Language, line: &Line, lack: Option<&str>, newer: Option<i32>) -> Self {
        let group = line.kind == "group";
        let named = |key: &str, figure: String| format!("{} {figure}", language.say(key));
        let facts = [
            (!group).then(|| words::kind(language, &line.kind)),
            words::target(language, line).map(|target| named("card-target", target)),
            words::reached(language, line).map(|reached| named("card-actual", reached)),
        ];
        Self {
            depth: line.level.min(SHOWN_LEVELS),
            group,
            facts: facts.into_iter().flatten().collect(),
            achieved: line.achieved.as_ref().map(|share| named("card-achieved", format!("{share}%"))),
            over: words::over(language, line),
            lack: lack.map(|what| words::lack(language, what)),
            newer,
            line: line.clone(),
        }
    }

    /// A figure, or that there is none.
    pub fn shown(figure: &Option<String>) -> &str {
        figure.as_deref().unwrap_or(words::NOTHING)
    }

    /// A rate with its sign, or that there is none.
    pub fn rate(rate: &Option<String>) -> String {
        rate.as_ref().map_or_else(|| words::NOTHING.to_owned(), |rate| format!("{rate}%"))
    }
}

/// The rows of a scorecard; `lacking_only` leaves those that lead to an indicator that is not filled in.
pub fn rows(language: Language, scored: &Scored, newer: &BTreeMap<String, i32>, lacking_only: bool) -> Vec<Row> {
    let lacking: HashMap<&str, &str> =
        scored.missing.iter().map(|lack| (lack.code.as_str(), lack.what.as_str())).collect();
    let wanted = lacking_only.then(|| ways(scored));
    let lines = scored.indicators.iter();
    let lines = lines.filter(|line| wanted.as_ref().is_none_or(|wanted| wanted.contains(line.code.as_str())));
    lines
        .map(|line| Row::of(language, line, lacking.get(line.code.as_str()).copied(), newer.get(&line.code).copied()))
        .collect()
}

/// The indicators that are not filled in, with all above them.
fn ways(scored: &Scored) -> HashSet<&str> {
    let above: HashMap<&str, Option<&str>> =
        scored.indicators.iter().map(|line| (line.code.as_str(), line.parent.as_deref())).collect();
    let mut wanted = HashSet::new();
    for lack in &scored.missing {
        let mut next = Some(lack.code.as_str());
        while let Some(code) = next.filter(|code| wanted.insert(*code)) {
            next = above.get(code).copied().flatten();
        }
    }
    wanted
}

/// The level below which so many rows are folded away at first.
pub const fn folded(rows: usize) -> Option<usize> {
    if rows > MANY { Some(FOLDED_BELOW) } else { None }
}
