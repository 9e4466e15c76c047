//! Units whose responses are not counted, with the reason. The responses stay where they are.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::void;
use super::surveys;
use super::{Conn, responses, rows, seal, units};
use crate::domain::audit::Act;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::release::Voided;
use crate::domain::survey::SurveyState;
use crate::error::Result;
use diesel::prelude::*;
use uuid::Uuid;

/// The voided units of a survey, by code.
pub fn of(conn: &mut Conn, survey: Uuid) -> Result<Vec<Voided>> {
    let rows: Vec<(String, String, String)> = void::table
        .filter(void::survey.eq(survey.as_bytes().to_vec()))
        .order(void::unit)
        .select((void::unit, void::name, void::reason))
        .load(conn)?;
    Ok(rows.into_iter().map(|(unit, name, reason)| Voided { unit, name, reason }).collect())
}

/// From now on the responses of a unit are not counted. The survey is closed and not sealed.
pub fn void(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    changeable(conn, survey)?;
    let tree = units::tree(conn)?;
    let found = tree.get(unit).ok_or_else(|| Missing::Unit { code: unit.to_owned() })?;
    let voided = of(conn, survey)?;
    if voided.iter().any(|voided| voided.unit == unit) {
        return Err(Obstacle::VoidedAlready.into());
    }
    let forms = responses::by_unit(conn, survey)?.get(unit).copied().unwrap_or(0);
    if forms == 0 {
        return Err(Obstacle::NothingToVoid.into());
    }
    let row = (
        void::survey.eq(survey.as_bytes().to_vec()),
        void::unit.eq(unit),
        void::name.eq(&found.name),
        void::reason.eq(reason),
    );
    diesel::insert_into(void::table).values(row).execute(conn)?;
    let about = About { unit: Some(unit.to_owned()), reason: Some(reason.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::UnitVoided, about.amount(forms))
}

/// The responses of a unit are counted again.
pub fn restore(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    changeable(conn, survey)?;
    let key = (survey.as_bytes().to_vec(), unit);
    if diesel::delete(void::table.find(key)).execute(conn)? == 0 {
        return Err(Obstacle::NotVoided.into());
    }
    let forms = responses::by_unit(conn, survey)?.get(unit).copied().unwrap_or(0);
    let about = About { unit: Some(unit.to_owned()), reason: Some(reason.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::UnitRestored, about.amount(forms))
}

fn changeable(conn: &mut Conn, survey: Uuid) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    match surveys::get(conn, survey)?.state {
        SurveyState::Closed => {
            seal::is_free(conn, survey)?;
            rows::are_in(conn, survey)
        }
        SurveyState::Draft | SurveyState::Open => Err(Obstacle::VoidTooEarly.into()),
        SurveyState::Sealed => Err(Obstacle::VoidTooLate.into()),
    }
}
