//! The scorecard of the report: its last figure comes from the survey that was just released.

use crate::domain::scorecard::{Entry, Kind, Satisfaction, read};
use crate::domain::survey::Format;
use crate::export::scorecard::{table, text};
use crate::store::Db;
use crate::store::audit::Actor;
use crate::store::scorecards::{self, Entering};
use anyhow::{Context, Result, ensure};
use uuid::Uuid;

/// The scorecard of the report, with an example of what the report does not print.
const SCORECARD: &str = include_str!("kunming-2022-scorecard.toml");

/// The table as the report printed it.
const PRINTED: [[&str; 5]; 4] = [
    ["A项目决策", "20.00", "20.00", "0.00", "100.00%"],
    ["B项目管理", "20.00", "19.00", "1.00", "95.00%"],
    ["C项目绩效", "60.00", "56.00", "4.00", "93.33%"],
    ["合计", "100.00", "95.00", "5.00", "95.00%"],
];

/// Imports the scorecard, binds its satisfaction indicators to the release of the survey, compares every cell with the
/// report, and gives the table as it is printed.
pub(super) fn of(db: &Db, actor: &Actor<'_>, survey: Uuid) -> Result<String> {
    let (id, file) = (super::random_id()?, read(SCORECARD, Format::Toml)?);
    let kept = db.write("demo scorecard", |conn| {
        let mut kept = scorecards::add(conn, actor, id, file.clone())?;
        for indicator in &file.card.indicators {
            let Kind::Satisfaction(Satisfaction { measure, target, .. }) = indicator.kind else { continue };
            let bound = Some(scorecards::bound(conn, survey, None, measure)?);
            let (code, entry) = (indicator.code.clone(), Entry::Release { measure, target, bound });
            let entering = Entering { code, entry, reason: None, evidence: None };
            kept = scorecards::enter(conn, actor, id, Some(kept.version), entering)?;
        }
        Ok(kept)
    })?;
    let scored = kept.scored()?;
    let rows = table::summary(&scored);
    ensure!(rows == PRINTED, "the scorecard says {rows:?}, the report prints {PRINTED:?}");
    let total = scored.total.as_ref().context("the scorecard is not filled in")?;
    ensure!(total.grade == "优", "the grade is {}, the report prints 优", total.grade);
    Ok(text::table(&scored))
}
