//! The figures of a line as the page, the stream and the file write them: one way for all three.

use crate::domain::progress::{Counts, Part, Plan, Standing};
use crate::web::watch::Seen;
use crate::web::words::Language;

/// What is written where there is no figure.
pub const NOTHING: &str = "—";

/// The columns: their names on the page, and the keys of their titles.
pub const COLUMNS: [(&str, &str); 11] = [
    ("submitted", "count-submitted"),
    ("today", "count-today"),
    ("rate", "count-rate"),
    ("issued", "count-issued"),
    ("waiting", "count-waiting"),
    ("started", "count-started"),
    ("declined", "count-declined"),
    ("revoked", "count-revoked"),
    ("expired", "count-expired"),
    ("rr1", "count-rr1"),
    ("rr2", "count-rr2"),
];

/// The figures of a standing, in the order of [`COLUMNS`].
pub fn cells(seen: &Seen, standing: &Standing) -> [String; COLUMNS.len()] {
    let counts = &standing.counts;
    let count = |count: i64| if seen.small { NOTHING.to_owned() } else { count.to_string() };
    let share = |tenths: Option<i64>| match tenths {
        Some(tenths) if !seen.small => percent(tenths),
        _ => NOTHING.to_owned(),
    };
    // Which answers are partial ones is known from the answers only, which are nobody's business here.
    let rr1 = standing.rr2().filter(|_| seen.about.all_required);
    [
        count(counts.submitted),
        count(standing.today),
        share(standing.response_rate()),
        counts.issued.to_string(),
        count(counts.waiting),
        count(counts.started),
        count(counts.declined),
        count(counts.revoked),
        count(counts.expired),
        share(rr1),
        share(standing.rr2()),
    ]
}

/// Issued, submitted and rate of a whole scope, of which nothing but the number issued may be seen below `floor`.
pub fn figures(counts: Counts, floor: u32) -> [String; 3] {
    if counts.issued < i64::from(floor) {
        return [counts.issued.to_string(), NOTHING.to_owned(), NOTHING.to_owned()];
    }
    let standing = Standing { counts, ..Standing::default() };
    let rate = standing.response_rate().map_or_else(|| NOTHING.to_owned(), percent);
    [counts.issued.to_string(), counts.submitted.to_string(), rate]
}

/// A share as it is written.
fn percent(tenths: i64) -> String {
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// How far a line is behind the plan, in words, if it is.
pub fn late(language: Language, plan: Option<Plan>, standing: &Standing) -> Option<String> {
    let missing = plan?.missing(standing)?;
    Some(language.with("late-by", &[("count", missing)]))
}

/// The name of a line.
pub fn name(language: Language, part: &Part, name: Option<&str>) -> String {
    match part {
        Part::Unit(code) => name.unwrap_or(code).to_owned(),
        Part::Own => language.say("part-own"),
        Part::Joined(units) => language.with("part-joined", &[("count", *units)]),
    }
}
