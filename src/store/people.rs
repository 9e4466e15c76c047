//! What is known of the people on a roster, corrected: one by one, or as a newer file has it.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::rosters::{self, Line};
use super::schema::{roster_entry, roster_line};
use super::{Conn, draws, issue, units};
use crate::domain::audit::Act;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::domain::sample;
use crate::domain::unit::Tree;
use crate::error::Result;
use diesel::prelude::*;
use uuid::Uuid;

/// Why somebody is not corrected or taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// There is no such unit.
    NoUnit,
    /// The person has a link, which counts in its unit.
    HasLink,
    /// The sample was drawn with this person where they are.
    Drawn,
    /// Links are being issued at this moment.
    Issuing,
    /// The unit has somebody with this ref.
    RefTaken,
}

/// Where a draw keeps people: whoever could be drawn stays in the county they could be drawn in.
pub(super) struct Bounds(Option<(i32, Tree)>);

/// The bounds of a survey; none before its draw.
pub(super) fn bounds(conn: &mut Conn, survey: Uuid) -> Result<Bounds> {
    let Some(last) = draws::last_place(conn, survey)? else { return Ok(Bounds(None)) };
    Ok(Bounds(Some((last, units::tree(conn)?))))
}

impl Bounds {
    /// Whether the person in that place may go from one unit to another.
    pub(super) fn allow(&self, place: i32, from: &str, to: &str) -> bool {
        let Some((last, tree)) = &self.0 else { return true };
        place > *last || sample::stratum(tree, from) == sample::stratum(tree, to)
    }
}

/// Somebody on the roster as a newer file has it.
#[derive(Clone)]
pub(super) struct Change {
    pub place: i32,
    /// The unit on the roster.
    pub from: String,
    pub to: Recipient,
    /// Whether the unit changes.
    pub moves: bool,
    /// Whether name and phone are taken over, where the file has them.
    pub contacts: bool,
}

/// Makes these changes to those who still stand where they were found, and notes how many they were.
pub(super) fn apply(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    if issue::current(conn, survey)?.is_some() {
        return Err(Obstacle::IssuingRunning.into());
    }
    // A sample may have been drawn since they were looked up.
    let (bounds, mut corrected) = (bounds(conn, survey)?, 0);
    for Change { place, from, to, moves, contacts } in changes {
        let Some(line) = rosters::at(conn, survey, *place)? else { continue };
        let now = line.recipient.clone();
        let may_move = line.serial.is_none() && bounds.allow(*place, from, &to.unit);
        if now.unit != *from || now.reference != to.reference || (*moves && !may_move) {
            continue;
        }
        let newer = |now: Option<String>, given: &Option<String>| given.clone().filter(|_| *contacts).or(now);
        let unit = if *moves { to.unit.clone() } else { now.unit };
        let (name, phone) = (newer(now.name, &to.name), newer(now.phone, &to.phone));
        let email = newer(now.email, &to.email);
        let to = Recipient { unit, reference: now.reference, name, phone, email };
        if *moves && is_taken(conn, survey, &line, &to)? {
            continue;
        }
        set(conn, survey, &line, &to)?;
        corrected += 1;
    }
    if corrected > 0 {
        actor.note(conn, Act::PersonCorrected, About::survey(survey).amount(corrected))?;
    }
    Ok(())
}

/// Corrects unit, ref, name, phone and e-mail of somebody, in a survey that is not closed; on the list of links, too.
pub fn correct(
    conn: &mut Conn,
    actor: &Actor<'_>,
    survey: Uuid,
    place: i32,
    to: &Recipient,
) -> Result<Result<(), Hindrance>> {
    let line = held(conn, survey, place)?;
    if line.recipient == *to {
        return Ok(Ok(()));
    }
    if issue::current(conn, survey)?.is_some() {
        return Ok(Err(Hindrance::Issuing));
    }
    let from = &line.recipient.unit;
    if *from != to.unit {
        if units::tree(conn)?.get(&to.unit).is_none() {
            return Ok(Err(Hindrance::NoUnit));
        }
        if line.serial.is_some() {
            return Ok(Err(Hindrance::HasLink));
        }
        if !bounds(conn, survey)?.allow(place, from, &to.unit) {
            return Ok(Err(Hindrance::Drawn));
        }
    }
    if is_taken(conn, survey, &line, to)? {
        return Ok(Err(Hindrance::RefTaken));
    }
    set(conn, survey, &line, to)?;
    let about = About { unit: Some(to.unit.clone()), ..About::survey(survey) };
    actor.note(conn, Act::PersonCorrected, about.amount(1))?;
    Ok(Ok(()))
}

/// Takes somebody off the roster who was entered by mistake: nobody with a link, and nobody who could be drawn.
/// The place stays empty.
pub fn remove(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, place: i32) -> Result<Result<(), Hindrance>> {
    let line = held(conn, survey, place)?;
    if let Some(obstacle) = why_stays(conn, survey, &line)? {
        return Ok(Err(obstacle));
    }
    diesel::delete(roster_line::table.find((survey.as_bytes().to_vec(), place))).execute(conn)?;
    let about = About { unit: Some(line.recipient.unit), ..About::survey(survey) };
    actor.note(conn, Act::PersonRemoved, about.amount(1))?;
    Ok(Ok(()))
}

/// Why somebody cannot be taken off the roster, if so.
pub fn why_stays(conn: &mut Conn, survey: Uuid, line: &Line) -> Result<Option<Hindrance>> {
    if line.serial.is_some() {
        return Ok(Some(Hindrance::HasLink));
    }
    if issue::current(conn, survey)?.is_some() {
        return Ok(Some(Hindrance::Issuing));
    }
    Ok(draws::last_place(conn, survey)?.filter(|last| line.number <= *last).map(|_| Hindrance::Drawn))
}

/// Somebody on the roster of a survey that is held as it is and not closed.
fn held(conn: &mut Conn, survey: Uuid, place: i32) -> Result<Line> {
    lock_survey(conn, survey, Hold::Still)?;
    rosters::changeable(conn, survey)?;
    Ok(rosters::at(conn, survey, place)?.ok_or(Missing::Place)?)
}

/// Whether somebody else has this ref in this unit: on the roster, in an import that is running, or on the
/// list of links.
fn is_taken(conn: &mut Conn, survey: Uuid, line: &Line, to: &Recipient) -> Result<bool> {
    let (key, Some(reference)) = (survey.as_bytes().to_vec(), &to.reference) else { return Ok(false) };
    let others: Vec<i32> = roster_line::table
        .filter(roster_line::survey.eq(&key).and(roster_line::unit.eq(&to.unit)))
        .filter(roster_line::reference.eq(reference))
        .filter(roster_line::number.ne(line.number))
        .select(roster_line::number)
        .load(conn)?;
    let entries: i64 = roster_entry::table
        .filter(roster_entry::survey.eq(&key).and(roster_entry::unit.eq(&to.unit)))
        .filter(roster_entry::reference.eq(reference))
        .filter(roster_entry::serial.ne(line.serial.unwrap_or(0)))
        .count()
        .get_result(conn)?;
    Ok(!others.is_empty() || entries > 0)
}

/// Writes somebody down, on the roster and on the list of links.
fn set(conn: &mut Conn, survey: Uuid, line: &Line, to: &Recipient) -> Result<()> {
    let key = survey.as_bytes().to_vec();
    let Recipient { unit, reference, name, phone, email } = to;
    diesel::update(roster_line::table.find((&key, line.number)))
        .set((
            roster_line::unit.eq(unit),
            roster_line::reference.eq(reference),
            roster_line::name.eq(name),
            roster_line::phone.eq(phone),
            roster_line::email.eq(email),
        ))
        .execute(conn)?;
    if let Some(serial) = line.serial {
        diesel::update(roster_entry::table.find((&key, serial)))
            .set((
                roster_entry::reference.eq(reference),
                roster_entry::name.eq(name),
                roster_entry::phone.eq(phone),
                roster_entry::email.eq(email),
            ))
            .execute(conn)?;
    }
    Ok(())
}
