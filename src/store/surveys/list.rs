//! Surveys in a list, newest first.

use super::super::schema::{question, survey};
use super::super::{Conn, progress};
use super::{parse_state, uuid};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use diesel::prelude::*;
use uuid::Uuid;

/// One line of the list of surveys.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// The programme's year.
    pub year: i16,
    /// Where it stands.
    pub state: SurveyState,
}

/// All surveys, newest first.
pub fn list(conn: &mut Conn) -> Result<Vec<Line>> {
    let rows: Vec<(Vec<u8>, String, i16, String)> = survey::table
        .select((survey::id, survey::title, survey::year, survey::state))
        .order((survey::created_at.desc(), survey::id))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, title, year, state)| Ok(Line { id: uuid(&id)?, title, year, state: parse_state(&state)? }))
        .collect()
}

/// One line of a page of the list, with what it costs a little to know.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The survey.
    pub line: Line,
    /// How many questions it asks.
    pub questions: i64,
    /// Where its links stand.
    pub links: progress::Counts,
}

/// Up to `limit` surveys after the first `skip`, newest first.
pub fn page(conn: &mut Conn, skip: i64, limit: i64) -> Result<Vec<Listed>> {
    let rows: Vec<(Vec<u8>, String, i16, String)> = survey::table
        .select((survey::id, survey::title, survey::year, survey::state))
        .order((survey::created_at.desc(), survey::id))
        .offset(skip)
        .limit(limit)
        .load(conn)?;
    let listed = |(key, title, year, state): (Vec<u8>, String, i16, String)| {
        let id = uuid(&key)?;
        let questions = question::table.filter(question::survey.eq(&key)).count().get_result(conn)?;
        let links = progress::total(conn, id)?;
        Ok(Listed { line: Line { id, title, year, state: parse_state(&state)? }, questions, links })
    };
    rows.into_iter().map(listed).collect()
}
