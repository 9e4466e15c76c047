//! Releases: made once from a closed survey, kept as they were made.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::release;
use super::voids::Told;
use super::{Conn, Db, progress, responses, surveys, voids};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::release::{Release, Sources, Voided};
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
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
        read(&self.document)
    }
}

/// Makes the release of a closed survey, or gives the one that was made: nothing about a closed survey can
/// change what it says, but that units were voided or restored.
pub fn make(db: &Db, actor: &Actor<'_>, survey: Uuid) -> Result<Kept> {
    // Whole seconds, as the document says them: so it can be computed again to the byte.
    let now = actor.now.trunc_subsecs(0);
    let made = db.snapshot(|conn| {
        let (voided, last) = (voids::of(conn, survey)?, latest(conn, survey)?);
        match last {
            Some(kept) if kept.release()?.voided == voided => Ok(Err(kept)),
            last => {
                let before = all(conn, survey)?;
                Told::read(conn, survey, &before)?.check(&voided)?;
                Ok(Ok((compute(conn, survey, now, voided, &before)?, last.map_or(1, |kept| kept.number + 1))))
            }
        }
    })?;
    let (made, number) = match made {
        Ok(made) => made,
        Err(kept) => return Ok(kept),
    };
    let document = made.canonical()?;
    db.write("release", |conn| {
        lock_survey(conn, survey, Hold::ToChange)?;
        let before = latest(conn, survey)?;
        if let Some(kept) = &before
            && kept.release()?.voided == made.voided
        {
            return Ok(kept.clone());
        }
        // It was not compared with a release that was made meanwhile.
        if voids::of(conn, survey)? != made.voided || before.map_or(1, |kept| kept.number + 1) != number {
            return Err(Error::Busy);
        }
        let row = (
            release::survey.eq(survey.as_bytes().to_vec()),
            release::number.eq(number),
            release::made_at.eq(now.naive_utc()),
            release::sha256.eq(&made.sha256),
            release::document.eq(&document),
        );
        diesel::insert_into(release::table).values(row).execute(conn)?;
        actor.note(conn, Act::ReleaseMade, About::survey(survey))?;
        Ok(Kept { number, made_at: now, document: document.clone() })
    })
}

/// Computes a release from the responses as they are, without those of voided units, given those made before it.
pub fn compute(
    conn: &mut Conn,
    survey: Uuid,
    as_of: DateTime<Utc>,
    voided: Vec<Voided>,
    before: &[Release],
) -> Result<Release> {
    let stored = surveys::get(conn, survey)?;
    if !matches!(stored.state, SurveyState::Closed | SurveyState::Sealed) {
        return Err(Obstacle::NotClosed { state: stored.state }.into());
    }
    let units: BTreeSet<&str> = voided.iter().map(|voided| voided.unit.as_str()).collect();
    let counted = responses::count(conn, survey, stored.survey.questions.len(), &units)?;
    let counts = progress::total(conn, survey)?;
    Ok(Release::make(&Sources {
        id: survey,
        survey: &stored.survey,
        issued: progress::natural(counts.issued)?,
        returned: progress::natural(counts.submitted)?,
        tally: &counted.valid,
        voided: &voided,
        voided_tally: &counted.voided,
        tells_all: Told::read(conn, survey, before)?.takes_all(),
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

/// All releases of a survey, the first one first.
pub fn all(conn: &mut Conn, survey: Uuid) -> Result<Vec<Release>> {
    let documents: Vec<String> = release::table
        .filter(release::survey.eq(survey.as_bytes().to_vec()))
        .order(release::number)
        .select(release::document)
        .load(conn)?;
    documents.iter().map(|document| read(document)).collect()
}

fn read(document: &str) -> Result<Release> {
    serde_json::from_str(document).map_err(|error| Error::Corrupt(format!("a release: {error}")))
}
