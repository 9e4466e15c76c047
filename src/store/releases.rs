//! Releases: made once from a closed survey, kept as they were made.

use super::audit::{About, Actor};
use super::schema::release;
use super::{Conn, Db, progress, responses, surveys};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::release::{Release, Sources};
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A release as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its number within the survey, from 1.
    pub number: i32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The document, RFC 8785 JSON.
    pub document: String,
}

impl Kept {
    /// The document, read.
    pub fn release(&self) -> Result<Release> {
        serde_json::from_str(&self.document).map_err(|error| Error::Corrupt(format!("a release: {error}")))
    }
}

/// Makes the release of a closed survey, or gives the one that was made: nothing about a closed survey
/// can change what it says.
pub fn make(db: &Db, actor: &Actor<'_>, survey: Uuid) -> Result<Kept> {
    if let Some(kept) = db.read(|conn| latest(conn, survey))? {
        return Ok(kept);
    }
    // Whole seconds, as the document says them: so it can be computed again to the byte.
    let now = actor.now.trunc_subsecs(0);
    let made = db.snapshot(|conn| compute(conn, survey, now))?;
    let document = made.canonical()?;
    db.write("release", |conn| {
        if let Some(kept) = latest(conn, survey)? {
            return Ok(kept);
        }
        let row = (
            release::survey.eq(survey.as_bytes().to_vec()),
            release::number.eq(1),
            release::made_at.eq(now.naive_utc()),
            release::sha256.eq(&made.sha256),
            release::document.eq(&document),
        );
        diesel::insert_into(release::table).values(row).execute(conn)?;
        actor.note(conn, Act::ReleaseMade, About::survey(survey))?;
        Ok(Kept { number: 1, made_at: now, document: document.clone() })
    })
}

/// Computes a release from the responses as they are.
pub fn compute(conn: &mut Conn, survey: Uuid, as_of: DateTime<Utc>) -> Result<Release> {
    let stored = surveys::get(conn, survey)?;
    if !matches!(stored.state, SurveyState::Closed | SurveyState::Sealed) {
        return Err(Obstacle::NotClosed { state: stored.state }.into());
    }
    let tally = responses::tally(conn, survey, stored.survey.questions.len())?;
    let counts = progress::total(conn, survey)?;
    Ok(Release::make(&Sources {
        id: survey,
        survey: &stored.survey,
        issued: progress::natural(counts.issued)?,
        returned: progress::natural(counts.submitted)?,
        tally: &tally,
        as_of,
    })?)
}

/// The latest release of a survey, if there is one.
pub fn latest(conn: &mut Conn, survey: Uuid) -> Result<Option<Kept>> {
    let row: Option<(i32, NaiveDateTime, String)> = release::table
        .filter(release::survey.eq(survey.as_bytes().to_vec()))
        .order(release::number.desc())
        .select((release::number, release::made_at, release::document))
        .first(conn)
        .optional()?;
    Ok(row.map(|(number, made_at, document)| Kept { number, made_at: made_at.and_utc(), document }))
}
