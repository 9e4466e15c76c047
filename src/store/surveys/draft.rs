//! Drafts: changed as a whole, and begun from another survey.

use super::super::audit::{About, Actor};
use super::super::schema::{question, scale_option, survey};
use super::super::{Conn, draws, issue, links};
use super::{get, insert, insert_lists, row_of};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::{Survey, SurveyState, mark};
use crate::error::Result;
use diesel::prelude::*;
use uuid::Uuid;

/// Replaces a draft by what it is now. An option stays confirmed as long as its code, its label and its weight
/// stay as they are in their place; otherwise it is confirmed only where the new one says so, which is for a
/// person to say. Links that are issued already are as good as before.
///
/// `seen` is the [mark] of what it was made from: where somebody has changed the draft since, it is refused.
pub fn update(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<&str>, new: &Survey) -> Result<()> {
    let key = id.as_bytes().to_vec();
    links::lock_survey(conn, id, links::Hold::ToChange)?;
    let stored = get(conn, id)?;
    let state = stored.state;
    if state == SurveyState::Draft && seen.is_some_and(|seen| seen != mark(&stored.survey)) {
        return Err(Obstacle::ChangedMeanwhile.into());
    }
    let drawn = draws::get(conn, id)?.is_some();
    let issued = stored.visible_serial > 0 || issue::current(conn, id)?.is_some();
    if new.design != stored.survey.design && (drawn || issued) {
        return Err(Obstacle::DesignFixed.into());
    }
    let draft = survey::table.find(&key).filter(survey::state.eq(SurveyState::Draft.name()));
    let row = row_of(id, new, actor.now)?;
    let head = (
        survey::title.eq(row.title),
        survey::table_title.eq(row.table_title),
        survey::programme.eq(row.programme),
        survey::year.eq(row.year),
        survey::organiser.eq(row.organiser),
        survey::contact.eq(row.contact),
        survey::purpose.eq(row.purpose),
        survey::retention_days.eq(row.retention_days),
        survey::time_zone.eq(row.time_zone),
        survey::rounding.eq(row.rounding),
        survey::disclosure_floor.eq(row.disclosure_floor),
        survey::target_measure.eq(row.target_measure),
        survey::target_value.eq(row.target_value),
        survey::design.eq(row.design),
        survey::dont_know_code.eq(row.dont_know_code),
        survey::dont_know_label.eq(row.dont_know_label),
    );
    if diesel::update(draft).set(head).execute(conn)? != 1 {
        return Err(Obstacle::NotDraft { state }.into());
    }
    let before = get(conn, id)?.survey;
    let mut new = new.clone();
    let stood_for = new.unconfirmed().is_empty();
    for (option, old) in new.scale.options.iter_mut().zip(&before.scale.options) {
        let same = (&option.code, &option.label, option.weight) == (&old.code, &old.label, old.weight);
        option.confirmed |= old.confirmed && same;
    }
    diesel::delete(question::table.filter(question::survey.eq(&key))).execute(conn)?;
    diesel::delete(scale_option::table.filter(scale_option::survey.eq(&key))).execute(conn)?;
    insert_lists(conn, &key, &new)?;
    actor.note(conn, Act::SurveyChanged, About::survey(id))?;
    if stood_for { actor.note(conn, Act::WeightsConfirmed, About::survey(id)) } else { Ok(()) }
}

/// Stores a new draft that asks what another survey asks. It has no dates, no roster and no links.
pub fn copy(conn: &mut Conn, actor: &Actor<'_>, from: Uuid, id: Uuid, salt: [u8; 16]) -> Result<()> {
    let survey = get(conn, from)?.survey;
    insert(conn, actor, id, &survey, salt)
}
