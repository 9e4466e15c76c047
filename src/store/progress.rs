//! How many links stand where, by unit and day: small sums kept with every change, so that progress
//! costs the same for a hundred links and for a million.
//!
//! A row holds what changed on a day of the survey's time zone; the sums over all days are where the
//! links stand. Every row adds up by itself, which the database checks.

use super::Conn;
use super::schema::progress;
use super::surveys::{number, unknown};
use crate::domain::link::LinkState;
pub use crate::domain::progress::Counts;
use crate::error::Result;
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Text};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Changes of one day, by survey and unit, in key order so that two writers never wait in a circle.
pub type Changes = BTreeMap<(Uuid, String), Counts>;

/// Adds changes to the counters of days; `day` gives each survey's day.
pub fn add(conn: &mut Conn, changes: &Changes, day: impl Fn(Uuid) -> NaiveDate) -> Result<()> {
    let moved = changes.iter().filter(|(_, counts)| **counts != Counts::default());
    match conn {
        Conn::Sqlite(conn) => {
            for ((survey, unit), counts) in moved {
                let row = AddOne {
                    survey: survey.as_bytes(),
                    unit,
                    day: day(*survey),
                    issued: counts.issued,
                    waiting: counts.waiting,
                    started: counts.started,
                    submitted: counts.submitted,
                    declined: counts.declined,
                    revoked: counts.revoked,
                    expired: counts.expired,
                };
                row.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let mut rows = AddAll::default();
            for ((survey, unit), counts) in moved {
                rows.survey.push(survey.as_bytes().to_vec());
                rows.unit.push(unit.clone());
                rows.day.push(day(*survey));
                rows.issued.push(counts.issued);
                rows.waiting.push(counts.waiting);
                rows.started.push(counts.started);
                rows.submitted.push(counts.submitted);
                rows.declined.push(counts.declined);
                rows.revoked.push(counts.revoked);
                rows.expired.push(counts.expired);
            }
            if !rows.unit.is_empty() {
                rows.execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Adds what is given to what is there.
macro_rules! upsert {
    ($values:literal) => {
        concat!(
            "INSERT INTO progress AS p (survey, unit, day, issued, waiting, started, submitted, declined, revoked, \
             expired) ",
            $values,
            " ON CONFLICT (survey, unit, day) DO UPDATE SET \
             issued = p.issued + excluded.issued, waiting = p.waiting + excluded.waiting, \
             started = p.started + excluded.started, submitted = p.submitted + excluded.submitted, \
             declined = p.declined + excluded.declined, revoked = p.revoked + excluded.revoked, \
             expired = p.expired + excluded.expired"
        )
    };
}

super::sqlite_statement! {
    /// Adds one change.
    AddOne<'a> {
        survey: &'a [u8] as Binary,
        unit: &'a str as Text,
        day: NaiveDate as Date,
        issued: i64 as BigInt,
        waiting: i64 as BigInt,
        started: i64 as BigInt,
        submitted: i64 as BigInt,
        declined: i64 as BigInt,
        revoked: i64 as BigInt,
        expired: i64 as BigInt,
    }
    upsert!("VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})")
}

super::postgres_statement! {
    /// Adds a batch of changes, in the order given.
    AddAll {
        survey: Vec<Vec<u8>> as Array<Binary>,
        unit: Vec<String> as Array<Text>,
        day: Vec<NaiveDate> as Array<Date>,
        issued: Vec<i64> as Array<BigInt>,
        waiting: Vec<i64> as Array<BigInt>,
        started: Vec<i64> as Array<BigInt>,
        submitted: Vec<i64> as Array<BigInt>,
        declined: Vec<i64> as Array<BigInt>,
        revoked: Vec<i64> as Array<BigInt>,
        expired: Vec<i64> as Array<BigInt>,
    }
    upsert!("SELECT * FROM unnest({}, {}, {}, {}, {}, {}, {}, {}, {}, {})")
}

/// Where the links of a survey stand, by unit.
pub fn by_unit(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, Counts>> {
    type Sums = (String, i64, i64, i64, i64, i64, i64, i64);
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(SUM({column}) AS BIGINT)"));
    let rows: Vec<Sums> = progress::table
        .filter(progress::survey.eq(survey.as_bytes().to_vec()))
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

/// Where all links of a survey stand.
pub fn total(conn: &mut Conn, survey: Uuid) -> Result<Counts> {
    let mut total = Counts::default();
    by_unit(conn, survey)?.values().for_each(|counts| total.add(counts));
    Ok(total)
}

/// Turns waiting and started into expired, as closing does.
pub fn expire(conn: &mut Conn, survey: Uuid, day: NaiveDate) -> Result<()> {
    let expired = |counts: Counts| Counts {
        waiting: -counts.waiting,
        started: -counts.started,
        expired: counts.waiting + counts.started,
        ..Counts::default()
    };
    let changes = by_unit(conn, survey)?.into_iter().map(|(unit, counts)| ((survey, unit), expired(counts))).collect();
    add(conn, &changes, |_| day)
}

/// Counts the links themselves, by unit: what the counters must agree with.
pub fn recount(conn: &mut Conn, survey: Uuid, closed: bool) -> Result<BTreeMap<String, Counts>> {
    use super::schema::{link, survey as surveys};
    let rows: Vec<(String, String, i64)> = link::table
        .inner_join(surveys::table)
        .filter(link::survey.eq(survey.as_bytes().to_vec()))
        .filter(link::serial.le(surveys::visible_serial))
        .group_by((link::unit, link::state))
        .select((link::unit, link::state, sql::<BigInt>("COUNT(*)")))
        .load(conn)?;
    let mut counted: BTreeMap<String, Counts> = BTreeMap::new();
    for (unit, state, count) in rows {
        let counts = counted.entry(unit).or_default();
        counts.issued += count;
        match LinkState::from_name(&state).ok_or_else(|| unknown(&state))? {
            LinkState::Waiting | LinkState::Started if closed => counts.expired += count,
            state => counts.enter(state, count),
        }
    }
    Ok(counted)
}

/// A count that cannot be negative, as a release prints it.
pub fn natural(count: i64) -> Result<u64> {
    number(count)
}
