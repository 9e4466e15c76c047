//! Paper forms: keyed by one clerk, waiting for a second, recorded by the recorder.
//!
//! A row of `paper_entry` is the one thing that ties an answer to a link, so it lives as short as it can: the
//! commit that records the form erases it, and so does whatever makes that impossible: an answer or a refusal
//! by phone, a link taken back or replaced, the close.

mod days;

pub use days::{Done, add, count_days, today};

use super::audit::Actor;
use super::links::{Hold, lock_survey};
use super::schema::{link, paper_day, paper_entry};
use super::surveys::{Stored, unknown, uuid};
use super::{Conn, units};
use crate::domain::link::{LinkState, Refusal};
use crate::domain::paper::Sheet;
use crate::domain::response::{Answers, Respondent};
use crate::domain::staff::Scope;
use crate::domain::survey::SurveyState;
use crate::domain::token::LinkHash;
use crate::error::{Error, Result};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A first entry that waits for its second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who keyed it.
    pub staff: Uuid,
    /// What was keyed.
    pub sheet: Sheet,
}

/// What a code on a paper form leads a clerk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No link of this survey in the clerk's units.
    Unknown,
    /// A link that takes no form.
    Refused(Refusal),
    /// A link that takes a form, and what waits for it already.
    Ready(Option<Waiting>),
}

/// The clerk's view of a survey: which units, and the survey itself.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The units the clerk may know of.
    pub scope: &'a Scope,
    /// The survey.
    pub stored: &'a Stored,
}

/// What the code leads to. A code of another unit or another survey is as unknown as one that never was.
pub fn look(conn: &mut Conn, desk: Desk<'_>, hash: LinkHash) -> Result<Standing> {
    standing(conn, desk, hash, false)
}

/// The same; `hold` keeps the link as it is until the transaction ends.
fn standing(conn: &mut Conn, desk: Desk<'_>, hash: LinkHash, hold: bool) -> Result<Standing> {
    let Desk { scope, stored } = desk;
    let tree = units::tree(conn)?;
    let row = link::table
        .find(hash.0.to_vec())
        .filter(link::survey.eq(stored.id.as_bytes().to_vec()))
        .filter(link::serial.le(stored.visible_serial))
        .select((link::unit, link::state));
    let row: Option<(String, String)> = match conn {
        Conn::Postgres(conn) if hold => row.for_no_key_update().get_result(conn),
        Conn::Postgres(conn) => row.get_result(conn),
        Conn::Sqlite(conn) => row.get_result(conn),
    }
    .optional()?;
    let Some((unit, state)) = row else { return Ok(Standing::Unknown) };
    if !scope.holds(&unit, &tree) {
        return Ok(Standing::Unknown);
    }
    let refusal = match (stored.state, LinkState::from_name(&state).ok_or_else(|| unknown(&state))?) {
        (_, LinkState::Submitted) => Some(Refusal::Submitted),
        (_, LinkState::Revoked) => Some(Refusal::Revoked),
        (SurveyState::Draft, _) => Some(Refusal::NotOpen),
        (SurveyState::Closed | SurveyState::Sealed, _) => Some(Refusal::Closed),
        (SurveyState::Open, LinkState::Declined) => Some(Refusal::Declined),
        (SurveyState::Open, LinkState::Waiting | LinkState::Started) => None,
    };
    Ok(match refusal {
        Some(refusal) => Standing::Refused(refusal),
        None => Standing::Ready(waiting(conn, stored.id, hash)?),
    })
}

/// What waits for that link.
pub(super) fn waiting(conn: &mut Conn, survey: Uuid, hash: LinkHash) -> Result<Option<Waiting>> {
    let row: Option<(Vec<u8>, String, String)> = paper_entry::table
        .find((survey.as_bytes().to_vec(), hash.0.to_vec()))
        .select((paper_entry::staff, paper_entry::respondent, paper_entry::answers))
        .get_result(conn)
        .optional()?;
    row.map(|(staff, respondent, answers)| {
        let respondent = Respondent::from_name(&respondent).ok_or_else(|| unknown(&respondent))?;
        let answers = Answers::from_text(&answers).ok_or_else(|| Error::Corrupt("a form that is none".to_owned()))?;
        Ok(Waiting { staff: uuid(&staff)?, sheet: Sheet { respondent, answers } })
    })
    .transpose()
}

/// Keeps what a clerk has keyed: as a first entry, where nothing waited, or in place of the clerk's own entry
/// `before`. `None` when it is kept; else what stands there now instead, and nothing is changed.
pub fn keep(
    conn: &mut Conn,
    actor: &Actor<'_>,
    clerk: Uuid,
    (scope, survey): (&Scope, Uuid),
    hash: LinkHash,
    before: Option<&Sheet>,
    sheet: &Sheet,
) -> Result<Option<Standing>> {
    lock_survey(conn, survey, Hold::Still)?;
    let stored = super::surveys::get(conn, survey)?;
    let found = standing(conn, Desk { scope, stored: &stored }, hash, true)?;
    let expected = before.map(|sheet| Waiting { staff: clerk, sheet: sheet.clone() });
    if found != Standing::Ready(expected) {
        return Ok(Some(found));
    }
    let values = (
        paper_entry::survey.eq(survey.as_bytes().to_vec()),
        paper_entry::link.eq(hash.0.to_vec()),
        paper_entry::staff.eq(clerk.as_bytes().to_vec()),
        paper_entry::respondent.eq(sheet.respondent.name()),
        paper_entry::answers.eq(sheet.answers.to_text()),
    );
    if before.is_some() {
        forget(conn, survey, hash)?;
    }
    diesel::insert_into(paper_entry::table).values(values).execute(conn)?;
    if before.is_none() {
        let day = actor.now.with_timezone(&stored.survey.time_zone).date_naive();
        add(conn, clerk, survey, day, Done { first: 1, ..Done::default() })?;
    }
    Ok(None)
}

/// Erases what waits for a link.
pub(super) fn forget(conn: &mut Conn, survey: Uuid, hash: LinkHash) -> Result<()> {
    let row = paper_entry::table.find((survey.as_bytes().to_vec(), hash.0.to_vec()));
    diesel::delete(row).execute(conn)?;
    Ok(())
}

/// Erases everything that still waits in a survey, and moves its counts to the log: part of closing.
pub(super) fn end(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid) -> Result<()> {
    let all = paper_entry::table.filter(paper_entry::survey.eq(survey.as_bytes().to_vec()));
    diesel::delete(all).execute(conn)?;
    days::end(conn, actor, survey)
}

/// How many first entries wait, by unit and by whom they were keyed.
pub fn waiting_by_unit(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, BTreeMap<Uuid, i64>>> {
    let rows: Vec<(String, Vec<u8>, i64)> = paper_entry::table
        .inner_join(link::table.on(link::hash.eq(paper_entry::link)))
        .filter(paper_entry::survey.eq(survey.as_bytes().to_vec()))
        .group_by((link::unit, paper_entry::staff))
        .select((link::unit, paper_entry::staff, sql::<BigInt>("COUNT(*)")))
        .load(conn)?;
    let mut counted = BTreeMap::<String, BTreeMap<Uuid, i64>>::new();
    for (unit, staff, count) in rows {
        counted.entry(unit).or_default().insert(uuid(&staff)?, count);
    }
    Ok(counted)
}

/// How many first entries of a survey wait.
pub fn count(conn: &mut Conn, survey: Uuid) -> Result<i64> {
    let all = paper_entry::table.filter(paper_entry::survey.eq(survey.as_bytes().to_vec()));
    Ok(all.count().get_result(conn)?)
}

/// Whether a first entry waits in any survey, and how many forms were keyed on the days that are not in the log yet: a
/// number that changes with each form.
pub fn keyed(conn: &mut Conn) -> Result<(bool, i64)> {
    let waiting = paper_entry::table.count().get_result::<i64>(conn)? > 0;
    let keyed = sql::<BigInt>("CAST(COALESCE(SUM(first_entries + second_entries + refusals), 0) AS BIGINT)");
    Ok((waiting, paper_day::table.select(keyed).get_result(conn)?))
}

/// Links that are answered, declined or gone, and for which a form waits all the same: there are none.
pub fn left_behind(conn: &mut Conn, survey: Uuid) -> Result<i64> {
    let key = survey.as_bytes().to_vec();
    let usable = link::table
        .inner_join(super::schema::survey::table)
        .filter(link::survey.eq(key.clone()))
        .filter(link::state.eq(LinkState::Waiting.name()).or(link::state.eq(LinkState::Started.name())))
        .filter(super::schema::survey::state.eq(SurveyState::Open.name()))
        .filter(link::hash.eq(paper_entry::link));
    let left = paper_entry::table
        .filter(paper_entry::survey.eq(key))
        .filter(diesel::dsl::not(diesel::dsl::exists(usable.select(link::hash))));
    Ok(left.count().get_result(conn)?)
}

super::sqlite_statement! {
    /// Whether any form waits: one look for a whole batch of answers.
    AnyWaiting {}
    "SELECT EXISTS (SELECT 1 FROM paper_entry)",
    returns Integer
}

super::postgres_statement! {
    /// Whether any form waits: one look for a whole batch of answers.
    AnyWaitingThere {}
    "SELECT EXISTS (SELECT 1 FROM paper_entry)",
    returns Bool
}

super::postgres_statement! {
    /// Erases what waits for any of these links.
    EraseAll { survey: Vec<Vec<u8>> as Array<Binary>, link: Vec<Vec<u8>> as Array<Binary>, }
    "DELETE FROM paper_entry AS p USING unnest({}, {}) AS m (survey, link) \
     WHERE p.survey = m.survey AND p.link = m.link"
}

/// Erases what waits for links that take no form any more. Called with every batch of answers after its links
/// have moved, so it costs one look where nothing waits.
pub(super) fn erase(conn: &mut Conn, links: &[(Uuid, LinkHash)]) -> Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    let waiting = match conn {
        Conn::Sqlite(conn) => AnyWaiting {}.get_result::<i32>(conn)? != 0,
        Conn::Postgres(conn) => AnyWaitingThere {}.get_result(conn)?,
    };
    if !waiting {
        return Ok(());
    }
    match conn {
        Conn::Sqlite(_) => links.iter().try_for_each(|(survey, hash)| forget(conn, *survey, *hash)),
        Conn::Postgres(conn) => {
            let survey = links.iter().map(|(survey, _)| survey.as_bytes().to_vec()).collect();
            EraseAll { survey, link: links.iter().map(|(_, hash)| hash.0.to_vec()).collect() }.execute(conn)?;
            Ok(())
        }
    }
}

/// Holds links as they are until the transaction ends, in the order of their hashes. (On SQLite every change
/// does.)
pub(super) fn hold(conn: &mut Conn, links: impl Iterator<Item = LinkHash>) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        for hash in links {
            let row = link::table.find(hash.0.to_vec()).select(link::state);
            row.for_no_key_update().load::<String>(conn)?;
        }
    }
    Ok(())
}
