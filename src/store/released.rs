//! Finding a release that was made: those of one survey, and the surveys that have one.

use super::Conn;
use super::schema::{release, survey};
use super::surveys::uuid;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// The releases of a survey, the last one first: the number of each and when it was made.
pub fn numbers(conn: &mut Conn, of: Uuid) -> Result<Vec<(i32, DateTime<Utc>)>> {
    let rows: Vec<(i32, NaiveDateTime)> = release::table
        .filter(release::survey.eq(of.as_bytes().to_vec()))
        .order(release::number.desc())
        .select((release::number, release::made_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(number, made_at)| (number, made_at.and_utc())).collect())
}

/// A release in a list.
#[derive(Clone, Debug, Queryable)]
pub struct Line {
    /// Its number.
    pub number: i32,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
    /// SHA-256 of its document, in hex.
    pub sha256: String,
}

/// So many releases of a survey, the last one first; those made before that number where one is given.
pub fn page(conn: &mut Conn, of: Uuid, before: Option<i32>, limit: i64) -> Result<Vec<Line>> {
    let of_survey = release::table.filter(release::survey.eq(of.as_bytes().to_vec()));
    let part = of_survey.filter(release::number.lt(before.unwrap_or(i32::MAX))).order(release::number.desc());
    Ok(part.select((release::number, release::made_at, release::sha256)).limit(limit).load(conn)?)
}

/// A survey that has a release.
#[derive(Clone, Debug)]
pub struct Released {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// The programme's year.
    pub year: i16,
}

/// The surveys that have a release, newest first.
pub fn surveys(conn: &mut Conn) -> Result<Vec<Released>> {
    let ids: Vec<Vec<u8>> = release::table.filter(release::number.eq(1)).select(release::survey).load(conn)?;
    let rows: Vec<(Vec<u8>, String, i16)> = survey::table
        .filter(survey::id.eq_any(ids))
        .order((survey::created_at.desc(), survey::id))
        .select((survey::id, survey::title, survey::year))
        .load(conn)?;
    rows.into_iter().map(|(id, title, year)| Ok(Released { id: uuid(&id)?, title, year })).collect()
}
