//! What the monitoring of a survey reads: sums of the days that are over once, the last days again and again.
//!
//! [`acts`] tells whether anything else may have changed: every act of staff is noted in the audit log, in the
//! transaction that does it.

use super::progress::Counts;
use super::schema::{audit_head, progress, session, staff, survey as surveys};
use super::sessions::{IDLE, LONGEST};
use super::surveys::uuid;
use super::{Conn, postgres_statement, sqlite_statement};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What changed in a unit on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The unit.
    pub unit: String,
    /// The day, in the survey's zone.
    pub day: NaiveDate,
    /// The change.
    pub counts: Counts,
}

type Row = (String, NaiveDate, i64, i64, i64, i64, i64, i64, i64);

/// The changes of a day and all days after it.
pub fn since(conn: &mut Conn, survey: Uuid, day: NaiveDate) -> Result<Vec<Change>> {
    let rows: Vec<Row> = progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
        .filter(progress::day.ge(day))
        .order((progress::day, progress::unit))
        .select((
            progress::unit,
            progress::day,
            progress::issued,
            progress::waiting,
            progress::started,
            progress::submitted,
            progress::declined,
            progress::revoked,
            progress::expired,
        ))
        .load(conn)?;
    let change = |(unit, day, issued, waiting, started, submitted, declined, revoked, expired)| Change {
        unit,
        day,
        counts: Counts { issued, waiting, started, submitted, declined, revoked, expired },
    };
    Ok(rows.into_iter().map(change).collect())
}

/// What the days before that day add up to, by unit.
pub fn before(conn: &mut Conn, survey: Uuid, day: NaiveDate) -> Result<HashMap<String, Counts>> {
    type Sums = (String, i64, i64, i64, i64, i64, i64, i64);
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(SUM({column}) AS BIGINT)"));
    let rows: Vec<Sums> = progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
        .filter(progress::day.lt(day))
        .group_by(progress::unit)
        .select((
            progress::unit,
            sum("issued"),
            sum("waiting"),
            sum("started"),
            sum("submitted"),
            sum("declined"),
            sum("revoked"),
            sum("expired"),
        ))
        .load(conn)?;
    let counts = |(unit, issued, waiting, started, submitted, declined, revoked, expired)| {
        (unit, Counts { issued, waiting, started, submitted, declined, revoked, expired })
    };
    Ok(rows.into_iter().map(counts).collect())
}

/// How many answered on each day before that day, by unit.
pub fn answered_before(conn: &mut Conn, survey: Uuid, day: NaiveDate) -> Result<Vec<(String, NaiveDate, i64)>> {
    Ok(progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
        .filter(progress::day.lt(day))
        .filter(progress::submitted.ne(0))
        .select((progress::unit, progress::day, progress::submitted))
        .load(conn)?)
}

/// How many links were issued on each day before that day, by unit.
pub fn issued_before(conn: &mut Conn, survey: Uuid, day: NaiveDate) -> Result<Vec<(String, NaiveDate, i64)>> {
    Ok(progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
        .filter(progress::day.lt(day))
        .filter(progress::issued.ne(0))
        .select((progress::unit, progress::day, progress::issued))
        .load(conn)?)
}

/// Where the links of some units stand, together.
pub fn of_units(conn: &mut Conn, survey: Uuid, units: &[String]) -> Result<Counts> {
    type Sums = (i64, i64, i64, i64, i64, i64, i64);
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"));
    let (issued, waiting, started, submitted, declined, revoked, expired): Sums = progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
        .filter(progress::unit.eq_any(units))
        .select((
            sum("issued"),
            sum("waiting"),
            sum("started"),
            sum("submitted"),
            sum("declined"),
            sum("revoked"),
            sum("expired"),
        ))
        .get_result(conn)?;
    Ok(Counts { issued, waiting, started, submitted, declined, revoked, expired })
}

/// Those few people first, and then their links. Left to choose, SQLite would read all links of the survey: it knows
/// nothing of how many there are of either. PostgreSQL takes this for any other join.
const INELIGIBLE: &str = "SELECT link.unit, COUNT(*) FROM roster_line CROSS JOIN link CROSS JOIN survey \
    WHERE roster_line.survey = {} AND roster_line.disposition = 'ineligible' \
    AND link.survey = roster_line.survey AND link.serial = roster_line.serial AND link.state <> 'revoked' \
    AND survey.id = roster_line.survey AND link.serial <= survey.visible_serial GROUP BY link.unit";

sqlite_statement! {
    /// See [`INELIGIBLE`].
    Ineligible { survey: Vec<u8> as Binary, }
    INELIGIBLE,
    returns (Text, BigInt)
}

postgres_statement! {
    /// See [`INELIGIBLE`].
    IneligibleThere { survey: Vec<u8> as Binary, }
    INELIGIBLE,
    returns (Text, BigInt)
}

/// Links, not taken back, of people who left the base before the survey, by unit.
pub fn ineligible(conn: &mut Conn, survey: Uuid) -> Result<HashMap<String, i64>> {
    let survey = survey.as_bytes().to_vec();
    let rows: Vec<(String, i64)> = match conn {
        Conn::Sqlite(conn) => Ineligible { survey }.load(conn)?,
        Conn::Postgres(conn) => IneligibleThere { survey }.load(conn)?,
    };
    Ok(rows.into_iter().collect())
}

/// How many acts of staff are noted: while this stays, only answers can have come in.
pub fn acts(conn: &mut Conn) -> Result<i64> {
    Ok(audit_head::table.find(1).select(audit_head::length).get_result(conn)?)
}

/// Which of these sign-ins hold, by their hashes.
pub fn holding(conn: &mut Conn, sessions: &[Vec<u8>], now: DateTime<Utc>) -> Result<HashSet<Vec<u8>>> {
    let rows: Vec<Vec<u8>> = session::table
        .inner_join(staff::table)
        .filter(session::hash.eq_any(sessions))
        .filter(session::seen_at.ge((now - IDLE).naive_utc()))
        .filter(session::created_at.ge((now - LONGEST).naive_utc()))
        .filter(staff::disabled.eq(false))
        .select(session::hash)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The surveys that have links in some units, newest first.
pub fn surveys_of(conn: &mut Conn, units: &[String], limit: i64) -> Result<Vec<Uuid>> {
    let with_links = diesel::dsl::exists(
        progress::table.filter(progress::survey.eq(surveys::id)).filter(progress::unit.eq_any(units)),
    );
    let rows: Vec<Vec<u8>> = surveys::table
        .filter(with_links)
        .order((surveys::created_at.desc(), surveys::id))
        .limit(limit)
        .select(surveys::id)
        .load(conn)?;
    rows.iter().map(|id| uuid(id)).collect()
}
