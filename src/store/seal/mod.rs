//! The seal of a survey: asked for by one evaluator, consented to by another, then carried out.
//!
//! Two stages follow the consent. What the tables hold is rewritten (`rewrite.rs`) in one transaction; then the files of
//! the database are cleaned (`clean.rs`) of what was deleted. Whoever is stopped in between finds the stage in table
//! `seal` and goes on, on whichever node: each stage can be done again, and moves the row only from where it stood.

mod clean;
mod relink;
mod rewrite;

pub use relink::{disorder, left};

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::{fold, seal, survey};
use super::surveys::{self, unknown, uuid};
use super::{Conn, Db, progress, releases, sendings, voids};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::seal::{Stage, lapses_at};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A seal, asked for or further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How far it is.
    pub stage: Stage,
    /// When it was asked for, UTC.
    pub asked_at: DateTime<Utc>,
    /// The account that asked; nobody for the command line.
    pub asked_by: Option<Uuid>,
    /// When somebody consented, UTC.
    pub consented_at: Option<DateTime<Utc>>,
    /// The account that consented.
    pub consented_by: Option<Uuid>,
    /// When it was done, UTC.
    pub sealed_at: Option<DateTime<Utc>>,
    /// What the database did not let the program clean away.
    pub refused: Option<String>,
}

#[derive(Queryable)]
struct Row {
    _survey: Vec<u8>,
    stage: String,
    asked_at: NaiveDateTime,
    asked_by: Option<Vec<u8>>,
    consented_at: Option<NaiveDateTime>,
    consented_by: Option<Vec<u8>>,
    sealed_at: Option<NaiveDateTime>,
    refused: Option<String>,
}

/// The seal of a survey as it stands; a request that has lapsed is none.
pub fn status(conn: &mut Conn, survey: Uuid, now: DateTime<Utc>) -> Result<Option<Seal>> {
    let row: Option<Row> = seal::table.find(survey.as_bytes().to_vec()).get_result(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let id = |bytes: Option<Vec<u8>>| bytes.map(|bytes| uuid(&bytes)).transpose();
    let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    let seal = Seal {
        stage: Stage::from_name(&row.stage).ok_or_else(|| unknown(&row.stage))?,
        asked_at: row.asked_at.and_utc(),
        asked_by: id(row.asked_by)?,
        consented_at: utc(row.consented_at),
        consented_by: id(row.consented_by)?,
        sealed_at: utc(row.sealed_at),
        refused: row.refused,
    };
    let lapsed = seal.stage == Stage::Asked && lapses_at(seal.asked_at) <= now;
    Ok(Some(seal).filter(|_| !lapsed))
}

/// Asks that a survey be sealed, for that account; `None` is the command line. Asked for already, it stays as it was.
pub fn ask(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, by: Option<Uuid>) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    is_ready(conn, survey)?;
    if status(conn, survey, actor.now)?.is_some() {
        return Ok(());
    }
    let key = survey.as_bytes().to_vec();
    diesel::delete(seal::table.find(&key)).execute(conn)?;
    let row = (
        seal::survey.eq(key),
        seal::stage.eq(Stage::Asked.name()),
        seal::asked_at.eq(actor.now.naive_utc()),
        seal::asked_by.eq(by.map(|id| id.as_bytes().to_vec())),
    );
    diesel::insert_into(seal::table).values(row).execute(conn)?;
    let about = about(conn, survey)?;
    actor.note(conn, Act::SealAsked, about)
}

/// Consents to a seal, as an account that is not the one that asked. Nothing can be withdrawn after it. A consent
/// that is there already stays as it was.
pub fn consent(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, by: Uuid) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    let asked = status(conn, survey, actor.now)?.ok_or(Obstacle::SealNotAsked)?;
    if asked.stage != Stage::Asked {
        return Ok(());
    }
    if asked.asked_by == Some(by) {
        return Err(Obstacle::SealSamePerson.into());
    }
    is_ready(conn, survey)?;
    // Nobody sends anything of a closed survey; what rests is ended here, whether or not a server runs.
    sendings::end_overdue(conn)?;
    let values = (
        seal::stage.eq(Stage::Consented.name()),
        seal::consented_at.eq(actor.now.naive_utc()),
        seal::consented_by.eq(by.as_bytes().to_vec()),
    );
    diesel::update(seal::table.find(survey.as_bytes().to_vec())).set(values).execute(conn)?;
    let about = about(conn, survey)?;
    actor.note(conn, Act::SealConsented, about)
}

/// Withdraws a request that nobody has consented to yet.
pub fn withdraw(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    match status(conn, survey, actor.now)?.map(|seal| seal.stage) {
        None => Err(Obstacle::SealNotAsked.into()),
        Some(Stage::Asked) => {
            diesel::delete(seal::table.find(survey.as_bytes().to_vec())).execute(conn)?;
            actor.note(conn, Act::SealWithdrawn, About::survey(survey))
        }
        Some(Stage::Consented | Stage::Rewritten) => Err(Obstacle::BeingSealed.into()),
        Some(Stage::Sealed) => Err(Obstacle::SealedAlready.into()),
    }
}

/// Refuses a survey that cannot be sealed: nothing can be released afterwards. (A closed survey takes no roster, no
/// links and no paper forms, and whatever was still writing some when it closed finds that out at its next write.)
pub fn is_ready(conn: &mut Conn, survey: Uuid) -> Result<()> {
    is_free(conn, survey)?;
    let state = surveys::get(conn, survey)?.state;
    if state != SurveyState::Closed {
        return Err(Obstacle::SealNotClosed { state }.into());
    }
    let latest = releases::latest(conn, survey)?.ok_or(Obstacle::SealNoRelease)?.release()?;
    if latest.voided != voids::of(conn, survey)? {
        return Err(Obstacle::SealNewVoids.into());
    }
    Ok(())
}

/// Refuses what would change a survey, or hand anything of it out, once its seal is consented to. Whoever asks holds
/// the survey.
pub(super) fn is_free(conn: &mut Conn, survey: Uuid) -> Result<()> {
    let found = seal::table.find(survey.as_bytes().to_vec()).select(seal::stage);
    let stage: Option<String> = found.get_result(conn).optional()?;
    match stage.map(|name| Stage::from_name(&name).ok_or_else(|| unknown(&name))).transpose()? {
        None | Some(Stage::Asked) => Ok(()),
        Some(Stage::Consented | Stage::Rewritten) => Err(Obstacle::BeingSealed.into()),
        Some(Stage::Sealed) => Err(Obstacle::SealedAlready.into()),
    }
}

fn about(conn: &mut Conn, survey: Uuid) -> Result<About> {
    Ok(About::survey(survey).amount(progress::total(conn, survey)?.issued))
}

/// The surveys whose seal was consented to and is not done.
pub fn due(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let begun = [Stage::Consented.name(), Stage::Rewritten.name()];
    let found = seal::table.filter(seal::stage.eq_any(begun)).order(seal::survey).select(seal::survey);
    let keys: Vec<Vec<u8>> = found.load(conn)?;
    keys.iter().map(|key| uuid(key)).collect()
}

/// Carries out a seal that was consented to, from where it stands, and gives what the database did not let the
/// program clean away. It may be called at any time and by several nodes at once: a stage that another has done is
/// left as it is. Where the files cannot be cleaned now, because somebody is reading them, it is
/// [busy](crate::error::Error::Busy), and the next call goes on.
///
/// It is sealed at the time `now` tells at its end: what was copied from the database until then is from before.
pub fn carry_out(db: &Db, actor: &Actor<'_>, survey: Uuid, now: impl Fn() -> DateTime<Utc>) -> Result<Option<String>> {
    let stage = |conn: &mut Conn| Ok(status(conn, survey, actor.now)?.map(|seal| seal.stage));
    if matches!(db.read(stage)?, None | Some(Stage::Asked)) {
        return Err(Obstacle::SealNotAsked.into());
    }
    db.write("seal: rewrite", |conn| rewrite::survey(conn, actor.secret, survey))?;
    if db.read(stage)? == Some(Stage::Rewritten) {
        let refused = clean::files(db)?;
        let ending = Actor { now: now(), ..*actor };
        db.write("seal: end", |conn| end(conn, &ending, survey, refused.as_deref()))?;
    }
    Ok(db.read(|conn| status(conn, survey, actor.now))?.and_then(|seal| seal.refused))
}

/// From here on the survey is sealed, and its receipts are there for everybody.
fn end(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, refused: Option<&str>) -> Result<()> {
    lock_survey(conn, id, Hold::ToChange)?;
    let key = id.as_bytes().to_vec();
    let cleaned = seal::table.find(&key).filter(seal::stage.eq(Stage::Rewritten.name()));
    let values =
        (seal::stage.eq(Stage::Sealed.name()), seal::sealed_at.eq(actor.now.naive_utc()), seal::refused.eq(refused));
    if diesel::update(cleaned).set(values).execute(conn)? == 0 {
        return Ok(());
    }
    diesel::update(survey::table.find(key)).set(survey::state.eq(SurveyState::Sealed.name())).execute(conn)?;
    let program = Actor { secret: actor.secret, staff: None, now: actor.now };
    let about = About { reason: refused.map(str::to_owned), ..about(conn, id)? };
    program.note(conn, Act::SurveySealed, about)
}

/// The units of a sealed survey whose responses count for another, each with that one.
pub fn folds(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, String>> {
    let of_survey = fold::table.filter(fold::survey.eq(survey.as_bytes().to_vec()));
    let rows: Vec<(String, String)> = of_survey.select((fold::unit, fold::target)).load(conn)?;
    Ok(rows.into_iter().collect())
}
