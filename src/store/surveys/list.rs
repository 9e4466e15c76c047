//! Surveys in a list.

use super::super::schema::{question, survey};
use super::super::{Conn, progress};
use super::{Stored, parse_state, uuid};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Untyped;
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

/// The surveys that were closed so long ago that they should be sealed, the oldest first.
pub fn unsealed(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Stored>> {
    let closed = survey::table.filter(survey::state.eq(SurveyState::Closed.name()));
    let keys: Vec<Vec<u8>> = closed.order((survey::closed_at, survey::id)).select(survey::id).load(conn)?;
    let all = keys.iter().map(|key| super::get(conn, uuid(key)?)).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().filter(|stored| stored.is_to_be_sealed(now)).collect())
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

/// What a page of the list is sorted by; those that are alike stand newest first.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// When it was made: the newest first.
    Age,
    /// The title, by code point.
    Title,
    /// The programme's year.
    Year,
    /// The state, from the draft to the archive.
    State,
    /// How many questions it asks.
    Questions,
    /// How many links are issued.
    Issued,
    /// How many are answered.
    Submitted,
}

impl By {
    fn sql(self, conn: &Conn, down: bool) -> String {
        let way = if down { "DESC" } else { "ASC" };
        let sum =
            |counter| format!("(SELECT coalesce(sum({counter}), 0) FROM progress WHERE progress.survey = survey.id)");
        let what = match self {
            Self::Age => return "survey.created_at DESC".to_owned(),
            Self::Title => format!("survey.title {}", conn.by_code_point()),
            Self::Year => "survey.year".to_owned(),
            Self::State => {
                "CASE survey.state WHEN 'draft' THEN 1 WHEN 'open' THEN 2 WHEN 'closed' THEN 3 ELSE 4 END".to_owned()
            }
            Self::Questions => "(SELECT count(*) FROM question WHERE question.survey = survey.id)".to_owned(),
            Self::Issued => sum("issued"),
            Self::Submitted => sum("submitted"),
        };
        format!("{what} {way}")
    }
}

/// Up to `limit` surveys that stand behind one of them in the list, or the first.
pub fn after(conn: &mut Conn, last: Option<Uuid>, limit: i64) -> Result<Vec<Line>> {
    let mut all = list(conn)?.into_iter();
    if let Some(last) = last {
        all.by_ref().find(|line| line.id == last);
    }
    Ok(all.take(usize::try_from(limit).unwrap_or(0)).collect())
}

/// How many surveys there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(survey::table.count().get_result(conn)?)
}

/// Up to `limit` surveys after the first `skip`, in that order.
pub fn page(conn: &mut Conn, by: By, down: bool, skip: i64, limit: i64) -> Result<Vec<Listed>> {
    let order = sql::<Untyped>(&by.sql(conn, down));
    let rows: Vec<(Vec<u8>, String, i16, String)> = survey::table
        .select((survey::id, survey::title, survey::year, survey::state))
        .order((order, survey::created_at.desc(), survey::id))
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
