//! Does what was released follow from what is stored, and do the counts agree?

use super::progress::Counts;
use super::releases::{self, Kept, Wanted};
use super::{Conn, paper, progress, receipts, responses, seal, surveys};
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was compared.
    pub what: String,
    /// Every difference that was found; none is as it should be.
    pub differences: Vec<String>,
}

/// Checks a survey. To be called with a snapshot, so that all counts are of one moment.
pub fn survey(conn: &mut Conn, id: Uuid) -> Result<Vec<Check>> {
    let stored = surveys::get(conn, id)?;
    let anonymous = stored.is_anonymous();
    let mut checks = if anonymous {
        vec![answers(conn, id)?, receipts(conn, id)?, leads(conn, id)?]
    } else {
        let closed = stored.state == SurveyState::Closed;
        vec![counters(conn, id, closed)?, answers(conn, id)?, waiting_forms(conn, id)?]
    };
    // Until the files are clean, the responses may have filled gaps of the table.
    if stored.state == SurveyState::Sealed {
        checks.push(order(conn, id)?);
    }
    checks.extend(releases(conn, id, anonymous)?);
    Ok(checks)
}

/// The same, with what cannot even be read as a difference: to be compared with another database, or told of one.
pub fn whatever_is_there(conn: &mut Conn, id: Uuid) -> Result<Vec<Check>> {
    match survey(conn, id) {
        Err(Error::Corrupt(what)) => Ok(vec![Check { what: "what is stored".to_owned(), differences: vec![what] }]),
        other => other,
    }
}

/// The counters of progress against the links themselves.
fn counters(conn: &mut Conn, id: Uuid, closed: bool) -> Result<Check> {
    let kept = progress::by_unit(conn, id)?;
    let counted = progress::recount(conn, id, closed)?;
    let units: BTreeSet<&String> = kept.keys().chain(counted.keys()).collect();
    let mut differences = Vec::new();
    for unit in units {
        let (kept, counted) =
            (kept.get(unit).copied().unwrap_or_default(), counted.get(unit).copied().unwrap_or_default());
        if kept != counted {
            differences.push(format!("unit {unit}: counted as {kept:?}, the links say {counted:?}"));
        }
        if !kept.adds_up() {
            differences.push(format!("unit {unit}: issued is not the sum of its parts"));
        }
    }
    Ok(Check { what: "progress counters against the links of every unit".to_owned(), differences })
}

/// Submitted links against responses, which after the seal may count for another unit.
fn answers(conn: &mut Conn, id: Uuid) -> Result<Check> {
    let folds = seal::folds(conn, id)?;
    let mut progress = BTreeMap::<String, Counts>::new();
    for (unit, counts) in progress::by_unit(conn, id)? {
        progress.entry(folds.get(&unit).cloned().unwrap_or(unit)).or_default().add(&counts);
    }
    let responses = responses::by_unit(conn, id)?;
    let units: BTreeSet<&String> = progress.keys().chain(responses.keys()).collect();
    let mut differences = Vec::new();
    for unit in units {
        let submitted = progress.get(unit).map_or(0, |counts| counts.submitted);
        let recorded = responses.get(unit).copied().unwrap_or(0);
        if submitted != recorded {
            differences.push(format!("unit {unit}: {submitted} links answered, {recorded} responses"));
        }
    }
    Ok(Check { what: "answered links against responses of every unit".to_owned(), differences })
}

/// Receipts against submitted links.
fn receipts(conn: &mut Conn, id: Uuid) -> Result<Check> {
    let (submitted, published) = (progress::total(conn, id)?.submitted, receipts::count(conn, id)?);
    let different = submitted != published;
    let differences = different.then(|| format!("{submitted} links answered, {published} receipts"));
    let what = "receipts against answered links".to_owned();
    Ok(Check { what, differences: differences.into_iter().collect() })
}

/// Whether anything is left that leads from an answer to a link or a person.
fn leads(conn: &mut Conn, id: Uuid) -> Result<Check> {
    let left = seal::left(conn, id)?.into_iter();
    let differences = left.map(|(table, rows)| format!("table {table}: {rows} rows are left")).collect();
    Ok(Check { what: "nothing leads from an answer to a link or a person".to_owned(), differences })
}

/// Whether the responses lie in an order that tells when they came.
fn order(conn: &mut Conn, id: Uuid) -> Result<Check> {
    let differences = seal::disorder(conn, id)?.into_iter().collect();
    Ok(Check { what: "responses lie in the order of their random ids, written at once".to_owned(), differences })
}

/// Paper forms that wait against links that can take one.
fn waiting_forms(conn: &mut Conn, id: Uuid) -> Result<Check> {
    let left = paper::left_behind(conn, id)?;
    let differences = (left > 0).then(|| format!("{left} forms wait for links that take none")).into_iter().collect();
    Ok(Check { what: "paper forms that wait against links that take one".to_owned(), differences })
}

/// Every kept release against one computed anew.
fn releases(conn: &mut Conn, id: Uuid, sealed: bool) -> Result<Vec<Check>> {
    let kept = releases::kept(conn, id)?;
    if kept.is_empty() {
        return Ok(vec![Check { what: "no release yet".to_owned(), differences: Vec::new() }]);
    }
    let all = kept.iter().map(Kept::release).collect::<Result<Vec<_>>>()?;
    let mut checks = Vec::new();
    for (place, (kept, read)) in kept.iter().zip(&all).enumerate() {
        let wanted = Wanted {
            voided: read.voided.clone(),
            before: all.get(..place).unwrap_or_default(),
            audit: read.audit.clone(),
            as_of: kept.made_at,
            sealed: sealed.then_some(read),
        };
        let mut differences = Vec::new();
        if read.digest()? != read.sha256 {
            differences.push("its SHA-256 is not that of its text".to_owned());
        }
        if releases::compute(conn, id, wanted)?.canonical()? != kept.document {
            differences.push("computed anew from the responses it says something else".to_owned());
        }
        checks.push(Check { what: format!("release {} against the responses, to the byte", kept.number), differences });
    }
    Ok(checks)
}
