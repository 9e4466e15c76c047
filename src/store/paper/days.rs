//! How many forms a clerk has keyed on a day: small sums, moved to the audit log when the day is over.
//!
//! The log is append-only, so it gets a number once it is final: by the keeper after the day, or by the
//! close.

use super::super::Conn;
use super::super::audit::{About, Actor};
use super::super::schema::paper_day;
use super::super::surveys::{self, uuid};
use crate::domain::audit::Act;
use crate::error::Result;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a clerk did on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// First entries.
    pub first: i64,
    /// Second entries, each recorded.
    pub second: i64,
    /// Fields in which these second entries were not as the first.
    pub differences: i64,
    /// Forms that say: I do not take part.
    pub refusals: i64,
}

type Row = (Vec<u8>, Vec<u8>, NaiveDate, i64, i64, i64, i64);

/// Adds to what a clerk did on a day.
pub fn add(conn: &mut Conn, staff: Uuid, survey: Uuid, day: NaiveDate, done: Done) -> Result<()> {
    let values = (
        paper_day::staff.eq(staff.as_bytes().to_vec()),
        paper_day::survey.eq(survey.as_bytes().to_vec()),
        paper_day::day.eq(day),
        paper_day::first_entries.eq(done.first),
        paper_day::second_entries.eq(done.second),
        paper_day::differences.eq(done.differences),
        paper_day::refusals.eq(done.refusals),
    );
    let sums = (
        paper_day::first_entries.eq(paper_day::first_entries + excluded(paper_day::first_entries)),
        paper_day::second_entries.eq(paper_day::second_entries + excluded(paper_day::second_entries)),
        paper_day::differences.eq(paper_day::differences + excluded(paper_day::differences)),
        paper_day::refusals.eq(paper_day::refusals + excluded(paper_day::refusals)),
    );
    on_engine!(conn, |conn| diesel::insert_into(paper_day::table)
        .values(values)
        .on_conflict((paper_day::staff, paper_day::survey, paper_day::day))
        .do_update()
        .set(sums)
        .execute(conn))?;
    Ok(())
}

/// What a clerk has done in a survey on that day.
pub fn today(conn: &mut Conn, staff: Uuid, survey: Uuid, day: NaiveDate) -> Result<Done> {
    let row: Option<Row> = paper_day::table
        .find((staff.as_bytes().to_vec(), survey.as_bytes().to_vec(), day))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| done(&row)).unwrap_or_default())
}

const fn done(row: &Row) -> Done {
    Done { first: row.3, second: row.4, differences: row.5, refusals: row.6 }
}

/// Moves the counts of days that are over to the log. `write` false only looks. Gives how many there were.
pub fn count_days(conn: &mut Conn, actor: &Actor<'_>, write: bool) -> Result<usize> {
    let rows = rows(conn, None)?;
    let mut zones = BTreeMap::new();
    let mut over = Vec::new();
    for row in rows {
        let survey = uuid(&row.1)?;
        let zone = match zones.get(&survey) {
            Some(zone) => *zone,
            None => surveys::get(conn, survey)?.survey.time_zone,
        };
        zones.insert(survey, zone);
        if row.2 < actor.now.with_timezone(&zone).date_naive() {
            over.push(row);
        }
    }
    let found = over.len();
    if write {
        write_down(conn, actor, over)?;
    }
    Ok(found)
}

/// Moves all counts of a survey to the log.
pub(super) fn end(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid) -> Result<()> {
    let rows = rows(conn, Some(survey))?;
    write_down(conn, actor, rows)
}

/// Counts, held against being added to, in one order.
fn rows(conn: &mut Conn, survey: Option<Uuid>) -> Result<Vec<Row>> {
    let order = (paper_day::day, paper_day::survey, paper_day::staff);
    let key = survey.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    let chosen = paper_day::survey.eq(key);
    Ok(match (conn, survey.is_some()) {
        (Conn::Sqlite(conn), true) => paper_day::table.filter(chosen).order(order).load(conn)?,
        (Conn::Sqlite(conn), false) => paper_day::table.order(order).load(conn)?,
        (Conn::Postgres(conn), true) => paper_day::table.filter(chosen).order(order).for_update().load(conn)?,
        (Conn::Postgres(conn), false) => paper_day::table.order(order).for_update().load(conn)?,
    })
}

/// Each count becomes a row of the log, written by the program itself: about the clerk's account, with the day
/// where a reason stands.
fn write_down(conn: &mut Conn, actor: &Actor<'_>, rows: Vec<Row>) -> Result<()> {
    let program = Actor { secret: actor.secret, staff: None, now: actor.now };
    for row in rows {
        let (clerk, survey, counts) = (uuid(&row.0)?, uuid(&row.1)?, done(&row));
        let (key, day) = ((row.0, row.1, row.2), row.2.to_string());
        if diesel::delete(paper_day::table.find(key)).execute(conn)? != 1 {
            continue;
        }
        let acts = [
            (Act::PaperFirst, counts.first),
            (Act::PaperSecond, counts.second),
            (Act::PaperDifferences, counts.differences),
            (Act::PaperRefusals, counts.refusals),
        ];
        for (act, amount) in acts.into_iter().filter(|(_, amount)| *amount > 0) {
            let about = About { subject: Some(clerk), reason: Some(day.clone()), ..About::survey(survey) };
            program.note(conn, act, about.amount(amount))?;
        }
    }
    Ok(())
}
