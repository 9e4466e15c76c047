//! Releases: made once from a closed survey, kept as they were made.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::progress::natural;
use super::schema::release;
use super::surveys::Stored;
use super::{Conn, Db, audit, frames, responses, rows, seal, surveys, voids};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::release::{AuditHead, Counted, Frame, Hiding, Release, SmallDifference, Sources, Voided};
use crate::domain::survey::{Survey, SurveyState};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use data_encoding::HEXLOWER;
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

/// What came of making a release.
#[derive(Clone, Debug)]
pub struct Made {
    /// The release that stands.
    pub kept: Kept,
    /// Whether there was none before that says the same.
    pub new: bool,
}

/// Makes the release of a closed survey, or gives the one that was made: nothing about a closed survey can
/// change what it says, but that units were voided or restored.
pub fn make(db: &Db, actor: &Actor<'_>, survey: Uuid) -> Result<Made> {
    // Whole seconds, as the document says them: so it can be computed again to the byte.
    let now = actor.now.trunc_subsecs(0);
    let made = db.snapshot(|conn| {
        let (voided, before) = (voids::of(conn, survey)?, all(conn, survey)?);
        if before.last().is_some_and(|last| last.voided == voided) {
            return Ok(None);
        }
        let audit = audit_head(conn)?;
        compute(conn, survey, Wanted { voided, before: &before, audit, as_of: now, sealed: None }).map(Some)
    })?;
    let Some(made) = made else {
        let kept = db.read(|conn| latest(conn, survey))?;
        let kept = kept.ok_or_else(|| Error::Corrupt("a release is gone".to_owned()))?;
        return Ok(Made { kept, new: false });
    };
    let document = made.canonical()?;
    db.write("release", |conn| {
        lock_survey(conn, survey, Hold::ToChange)?;
        let before = latest(conn, survey)?;
        if let Some(kept) = &before
            && kept.release()?.voided == made.voided
        {
            return Ok(Made { kept: kept.clone(), new: false });
        }
        seal::is_free(conn, survey)?;
        rows::are_in(conn, survey)?;
        // It was not compared with a release that was made meanwhile.
        if voids::of(conn, survey)? != made.voided || before.map_or(1, |kept| kept.number + 1) != made.number {
            return Err(Error::Busy);
        }
        let row = (
            release::survey.eq(survey.as_bytes().to_vec()),
            release::number.eq(made.number),
            release::made_at.eq(now.naive_utc()),
            release::sha256.eq(&made.sha256),
            release::document.eq(&document),
        );
        diesel::insert_into(release::table).values(row).execute(conn)?;
        actor.note(conn, Act::ReleaseMade, About::survey(survey))?;
        let kept = Kept { number: made.number, made_at: now, document: document.clone() };
        Ok(Made { kept, new: true })
    })
}

fn audit_head(conn: &mut Conn) -> Result<AuditHead> {
    let head = audit::head(conn)?;
    Ok(AuditHead { length: natural(head.length)?, head: HEXLOWER.encode(&head.mac) })
}

/// Which release is computed.
pub struct Wanted<'a> {
    /// Units whose responses are not counted.
    pub voided: Vec<Voided>,
    /// The releases made before it.
    pub before: &'a [Release],
    /// How far the audit log went.
    pub audit: AuditHead,
    /// When it is made.
    pub as_of: DateTime<Utc>,
    /// After the seal: the release as it was made, which says whom it was about and what it hides.
    pub sealed: Option<&'a Release>,
}

/// Computes a release from the responses as they are.
pub fn compute(conn: &mut Conn, survey: Uuid, wanted: Wanted<'_>) -> Result<Release> {
    let Wanted { voided, before, audit, as_of, sealed } = wanted;
    let stored = surveys::get(conn, survey)?;
    if !matches!(stored.state, SurveyState::Closed | SurveyState::Sealed) {
        return Err(Obstacle::NotClosed { state: stored.state }.into());
    }
    let (frame, counted, hiding) = match sealed {
        Some(release) => {
            let counted = counted(conn, survey, &stored, &voided)?;
            (Frame::of(release), counted, Hiding::of(release))
        }
        None => {
            let (frame, counted) = count(conn, survey, &stored, &voided)?;
            let hiding = decide(&stored.survey, &frame, &counted, &voided, before)?;
            (frame, counted, hiding)
        }
    };
    Ok(Release::make(&Sources {
        id: survey,
        survey: &stored.survey,
        number: i32::try_from(before.len()).unwrap_or(i32::MAX).saturating_add(1),
        frame: &frame,
        counted: &counted,
        voided: &voided,
        hiding: &hiding,
        audit,
        as_of,
    })?)
}

fn decide(survey: &Survey, frame: &Frame, counted: &Counted, voided: &[Voided], before: &[Release]) -> Result<Hiding> {
    let decided = Hiding::decide(frame, counted, survey.disclosure_floor.into(), voided, before);
    decided.map_err(|SmallDifference { unit }| {
        let unit = unit.unwrap_or_else(|| "none".to_owned());
        Obstacle::SmallDifference { unit, least: survey.disclosure_floor.into() }.into()
    })
}

/// Refuses a further release that leaves these units out where the difference to one before would be about a few
/// people.
pub fn check(conn: &mut Conn, survey: Uuid, voided: &[Voided]) -> Result<()> {
    let before = all(conn, survey)?;
    // Before the first release nothing can differ, nor from one that leaves out the same; there may be a million
    // responses.
    if before.last().is_none_or(|last| last.voided == voided) {
        return Ok(());
    }
    let stored = surveys::get(conn, survey)?;
    let (frame, counted) = count(conn, survey, &stored, voided)?;
    decide(&stored.survey, &frame, &counted, voided, &before).map(drop)
}

/// The responses of a closed survey as a release that leaves these units out would count them, and what it would
/// hide; what the latest release hides where it would be refused, and where there is no other any more.
pub fn look(conn: &mut Conn, survey: Uuid, voided: &[Voided]) -> Result<(Frame, Counted, Hiding)> {
    let (stored, before) = (surveys::get(conn, survey)?, all(conn, survey)?);
    let (frame, counted) = count(conn, survey, &stored, voided)?;
    if let (true, Some(latest)) = (stored.is_anonymous(), before.last()) {
        return Ok((frame, counted, Hiding::of(latest)));
    }
    let hiding = match (decide(&stored.survey, &frame, &counted, voided, &before), before.last()) {
        (Err(Error::Refused(_)), Some(latest)) => Hiding::of(latest),
        (decided, _) => decided?,
    };
    Ok((frame, counted, hiding))
}

fn count(conn: &mut Conn, survey: Uuid, stored: &Stored, voided: &[Voided]) -> Result<(Frame, Counted)> {
    Ok((frames::of(conn, stored)?, counted(conn, survey, stored, voided)?))
}

fn counted(conn: &mut Conn, survey: Uuid, stored: &Stored, voided: &[Voided]) -> Result<Counted> {
    let units: BTreeSet<&str> = voided.iter().map(|voided| voided.unit.as_str()).collect();
    responses::count(conn, survey, &stored.survey, &units)
}

/// The first release of a survey, if there is one.
pub fn first(conn: &mut Conn, survey: Uuid) -> Result<Option<Release>> {
    let of_survey = release::table.filter(release::survey.eq(survey.as_bytes().to_vec()));
    let document: Option<String> = of_survey.order(release::number).select(release::document).first(conn).optional()?;
    document.map(|document| read(&document)).transpose()
}

/// The release of that number, or the latest.
pub fn get(conn: &mut Conn, survey: Uuid, number: Option<i32>) -> Result<Option<Kept>> {
    let Some(number) = number else { return latest(conn, survey) };
    let row: Option<(NaiveDateTime, String)> = release::table
        .find((survey.as_bytes().to_vec(), number))
        .select((release::made_at, release::document))
        .first(conn)
        .optional()?;
    Ok(row.map(|(made_at, document)| Kept { number, made_at: made_at.and_utc(), document }))
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
    kept(conn, survey)?.iter().map(Kept::release).collect()
}

/// The same as they are kept.
pub fn kept(conn: &mut Conn, survey: Uuid) -> Result<Vec<Kept>> {
    let rows: Vec<(i32, NaiveDateTime, String)> = release::table
        .filter(release::survey.eq(survey.as_bytes().to_vec()))
        .order(release::number)
        .select((release::number, release::made_at, release::document))
        .load(conn)?;
    let kept = |(number, made_at, document): (i32, NaiveDateTime, String)| {
        let made_at = made_at.and_utc();
        Kept { number, made_at, document }
    };
    Ok(rows.into_iter().map(kept).collect())
}

fn read(document: &str) -> Result<Release> {
    serde_json::from_str(document).map_err(|error| Error::Corrupt(format!("a release: {error}")))
}
