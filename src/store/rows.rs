//! The responses as rows without names: noted, and then never again anything that could be compared with them.

use super::audit::{About, Actor};
use super::links::{Hold, checked, lock_survey};
use super::responses;
use super::schema::audit;
use super::surveys::unknown;
use super::{Conn, Db, frames, progress, releases, seal, surveys};
use crate::domain::audit::Act;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::release::{Forms, Release, Rows, TooAlike};
use crate::domain::response::{Answers, Channel, Respondent};
use crate::domain::survey::Survey;
use crate::error::{Error, Result};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows, and what they are of.
pub struct Exported {
    /// The survey.
    pub survey: Survey,
    /// The release whose forms they are.
    pub release: Release,
    /// The rows.
    pub rows: Rows,
}

/// Gives the rows of a survey's latest release and notes that they leave the program, and why. From then on there
/// is no further release: what it left out could be seen in the rows.
pub fn export(db: &Db, actor: &Actor<'_>, survey: Uuid, reason: &str) -> Result<Exported> {
    let reason = checked(reason)?;
    // A closed survey has always the same responses; only a further release could come in between.
    let exported = db.snapshot(|conn| compute(conn, survey))?;
    let amount = exported.rows.lines.values().sum::<u64>();
    db.write("export rows", |conn| {
        lock_survey(conn, survey, Hold::ToChange)?;
        seal::is_free(conn, survey)?;
        if releases::latest(conn, survey)?.map(|kept| kept.number) != Some(exported.release.number) {
            return Err(Error::Busy);
        }
        let about = About { reason: Some(reason.clone()), ..About::survey(survey) };
        actor.note(conn, Act::RowsExported, about.amount(i64::try_from(amount).unwrap_or(i64::MAX)))
    })?;
    Ok(exported)
}

/// The rows as they would be exported.
pub fn compute(conn: &mut Conn, id: Uuid) -> Result<Exported> {
    seal::is_free(conn, id)?;
    let releases = releases::all(conn, id)?;
    let release = releases.last().cloned().ok_or(Missing::Release)?;
    let stored = surveys::get(conn, id)?;
    let frame = frames::of(conn, &stored)?;
    let voided: BTreeSet<&str> = release.voided.iter().map(|voided| voided.unit.as_str()).collect();
    let counted = responses::count(conn, id, &stored.survey, &voided)?;
    let forms = forms(conn, id)?;
    let floor = stored.survey.disclosure_floor;
    let rows = Rows::make(&frame, &counted, &forms, floor.into(), &releases)
        .map_err(|TooAlike| Obstacle::RowsTooAlike { least: floor.into() })?;
    Ok(Exported { survey: stored.survey, release, rows })
}

/// Refuses what would change a survey whose rows have left the program.
pub fn are_in(conn: &mut Conn, survey: Uuid) -> Result<()> {
    let noted = audit::table
        .filter(audit::survey.eq(survey.as_bytes().to_vec()))
        .filter(audit::act.eq(Act::RowsExported.name()));
    match diesel::select(diesel::dsl::exists(noted)).get_result::<bool>(conn)? {
        true => Err(Obstacle::RowsAreOut.into()),
        false => Ok(()),
    }
}

/// All forms of the base, equal ones as one. They are all kept in memory: up to some hundred bytes a form where
/// hardly two are alike.
fn forms(conn: &mut Conn, id: Uuid) -> Result<Forms> {
    let mut forms = Forms::new();
    responses::read(conn, id, |(unit, answers, respondent, channel, times)| {
        let respondent = Respondent::from_name(&respondent).ok_or_else(|| unknown(&respondent))?;
        let channel = Channel::from_name(&channel).ok_or_else(|| unknown(&channel))?;
        if Answers::from_text(&answers).ok_or_else(|| unknown(&answers))?.has_base() {
            *forms.entry(((unit, respondent, channel), answers)).or_default() += progress::natural(times)?;
        }
        Ok(())
    })?;
    Ok(forms)
}
