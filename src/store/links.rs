//! Links: looked up by the hash of their code, listed, reissued and taken back.

use super::audit::{About, Actor};
use super::schema::{link, replaced_link, roster_entry, survey};
use super::secrets::Codes;
use super::surveys::{Stored, parse_state, unknown, uuid};
use super::{Conn, paper, progress, seal};
use crate::domain::audit::Act;
use crate::domain::link::{LinkState, Refusal};
use crate::domain::obstacle::{Change, Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::domain::seen::is_unseen;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Code, LinkHash, Secret};
use crate::error::{Error, Result};
use diesel::prelude::*;
use uuid::Uuid;

/// What a code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A link of that survey, in that state.
    Link {
        /// The survey.
        survey: Uuid,
        /// Where the survey stands.
        survey_state: SurveyState,
        /// Where the link stands.
        state: LinkState,
    },
    /// A link that a newer one has replaced.
    Replaced(Uuid),
    /// Nothing.
    Unknown,
}

/// Looks a link up. Changes nothing.
pub fn find(conn: &mut Conn, hash: LinkHash) -> Result<Found> {
    let row: Option<(Vec<u8>, String, String)> = link::table
        .inner_join(survey::table)
        .filter(link::hash.eq(hash.0.to_vec()))
        .filter(link::serial.le(survey::visible_serial))
        .select((survey::id, survey::state, link::state))
        .get_result(conn)
        .optional()?;
    if let Some((id, survey_state, state)) = row {
        let state = LinkState::from_name(&state).ok_or_else(|| unknown(&state))?;
        return Ok(Found::Link { survey: uuid(&id)?, survey_state: parse_state(&survey_state)?, state });
    }
    let replaced: Option<Vec<u8>> =
        replaced_link::table.find(hash.0.to_vec()).select(replaced_link::survey).get_result(conn).optional()?;
    Ok(match replaced {
        Some(id) => Found::Replaced(uuid(&id)?),
        None => Found::Unknown,
    })
}

/// What an act on a link of a survey in that state is refused with, before the link itself is asked.
pub const fn survey_refusal(state: SurveyState) -> Option<Refusal> {
    match state {
        SurveyState::Draft => Some(Refusal::NotOpen),
        SurveyState::Open => None,
        SurveyState::Closed | SurveyState::Sealed => Some(Refusal::Closed),
    }
}

/// One line of a list of links, to be handed out.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The recipient.
    pub recipient: Recipient,
    /// The code, derived again; it is stored nowhere.
    pub code: Code,
}

/// Up to `limit` links after that serial, in order of serial, and the last serial among them; of one unit,
/// where one is given. Links that were taken back are left out.
pub fn page(
    conn: &mut Conn,
    stored: &Stored,
    secret: &Secret,
    unit: Option<&str>,
    after: i32,
    limit: i64,
) -> Result<(Vec<Issued>, Option<i32>)> {
    type Row = (i32, i16, String, String, Option<String>, Option<String>, Option<String>, Option<String>);
    // Noted before the consent to a seal or not, nothing leaves after it.
    seal::is_free(conn, stored.id)?;
    let codes = Codes::of(stored, secret)?;
    let key = stored.id.as_bytes().to_vec();
    let mut found = link::table
        .inner_join(
            roster_entry::table.on(roster_entry::survey.eq(link::survey).and(roster_entry::serial.eq(link::serial))),
        )
        .filter(link::survey.eq(key))
        .filter(link::serial.gt(after))
        .filter(link::serial.le(stored.visible_serial))
        .order(link::serial)
        .limit(limit)
        .select((
            link::serial,
            link::generation,
            link::state,
            link::unit,
            roster_entry::reference,
            roster_entry::name,
            roster_entry::phone,
            roster_entry::email,
        ))
        .into_boxed();
    if let Some(unit) = unit {
        found = found.filter(link::unit.eq(unit.to_owned()));
    }
    let rows: Vec<Row> = found.load(conn)?;
    let last = rows.last().map(|row| row.0);
    let issued = rows
        .into_iter()
        .filter(|(_, _, state, ..)| state != LinkState::Revoked.name())
        .map(|(serial, generation, _, unit, reference, name, phone, email)| {
            let code = codes.code(serial, generation)?;
            Ok(Issued { recipient: Recipient { unit, reference, name, phone, email }, code })
        })
        .collect::<Result<_>>()?;
    Ok((issued, last))
}

/// One link, as staff look it up.
#[derive(Clone, Debug)]
pub struct One {
    /// The hash of its code.
    pub hash: LinkHash,
    /// Where it stands.
    pub state: LinkState,
    /// The recipient.
    pub recipient: Recipient,
}

/// By what a link is looked up.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// The hash of its code.
    Hash(LinkHash),
    /// Its serial, which the stored roster knows.
    Serial(i32),
}

/// The link of that survey, if it is issued and was not replaced.
pub fn one(conn: &mut Conn, survey: &Stored, by: By) -> Result<Option<One>> {
    type Row = (Vec<u8>, String, String, Option<String>, Option<String>, Option<String>, Option<String>);
    let mut found = link::table
        .inner_join(
            roster_entry::table.on(roster_entry::survey.eq(link::survey).and(roster_entry::serial.eq(link::serial))),
        )
        .filter(link::survey.eq(survey.id.as_bytes().to_vec()))
        .filter(link::serial.le(survey.visible_serial))
        .select((
            link::hash,
            link::state,
            link::unit,
            roster_entry::reference,
            roster_entry::name,
            roster_entry::phone,
            roster_entry::email,
        ))
        .into_boxed();
    found = match by {
        By::Hash(hash) => found.filter(link::hash.eq(hash.0.to_vec())),
        By::Serial(serial) => found.filter(link::serial.eq(serial)),
    };
    let row: Option<Row> = found.get_result(conn).optional()?;
    row.map(|(hash, state, unit, reference, name, phone, email)| {
        let hash = hash.try_into().map_err(|_| Error::Corrupt("a hash that is none".to_owned()))?;
        let state = LinkState::from_name(&state).ok_or_else(|| unknown(&state))?;
        Ok(One { hash: LinkHash(hash), state, recipient: Recipient { unit, reference, name, phone, email } })
    })
    .transpose()
}

/// Refuses to hand out anything about the links of a survey whose seal has begun.
fn may_leave(conn: &mut Conn, survey: Uuid) -> Result<()> {
    lock_survey(conn, survey, Hold::Still)?;
    seal::is_free(conn, survey)
}

/// Notes that somebody is told where one link stands, and why they ask: the unit, never the person.
pub fn looked_up(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    may_leave(conn, survey)?;
    let about = About { unit: Some(unit.to_owned()), reason: Some(reason.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::LinkLookedUp, about.amount(1))
}

/// Notes that a list of those who have not answered leaves the program, and why. Comes before the list; only while
/// the survey is open, when it serves to remind them.
pub fn unanswered_exported(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, reason: &str) -> Result<()> {
    let stored = super::surveys::get(conn, survey)?;
    if stored.state != SurveyState::Open {
        return Err(Obstacle::NotOpenNow.into());
    }
    let amount = super::audience::waiting(conn, survey, stored.visible_serial)?;
    let about = About { reason: Some(checked(reason)?), ..About::survey(survey) };
    actor.note(conn, Act::UnansweredExported, about.amount(amount))
}

/// A reason that can be written down.
pub(super) fn checked(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON || reason.chars().any(is_unseen) {
        return Err(Obstacle::NoReason { most: super::surveys::number(LONGEST_REASON)? }.into());
    }
    Ok(reason.to_owned())
}

/// Notes that a list of links, or of those of one unit, leaves the program, and why. Comes before the list:
/// what was not noted is not handed out.
pub fn exported(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: Option<&str>, reason: &str) -> Result<()> {
    may_leave(conn, survey)?;
    let amount = count(conn, survey, unit)?;
    let (reason, unit) = (Some(checked(reason)?), unit.map(str::to_owned));
    let about = About { reason, unit, ..About::survey(survey) };
    actor.note(conn, Act::LinksExported, about.amount(amount))
}

/// Notes that the paper questionnaires of a unit leave the program, and why. Comes before them.
pub fn forms_printed(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    may_leave(conn, survey)?;
    let amount = count(conn, survey, Some(unit))?;
    let about = About { reason: Some(checked(reason)?), unit: Some(unit.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::FormsPrinted, about.amount(amount))
}

/// How many links of a survey a list shows; of one unit, where one is given.
pub fn count(conn: &mut Conn, survey: Uuid, unit: Option<&str>) -> Result<i64> {
    let visible = super::surveys::get(conn, survey)?.visible_serial;
    let mut shown = link::table
        .filter(link::survey.eq(survey.as_bytes().to_vec()))
        .filter(link::serial.le(visible))
        .filter(link::state.ne(LinkState::Revoked.name()))
        .into_boxed();
    if let Some(unit) = unit {
        shown = shown.filter(link::unit.eq(unit.to_owned()));
    }
    Ok(shown.count().get_result(conn)?)
}

/// Characters of the longest reason.
pub const LONGEST_REASON: usize = 200;

#[derive(Queryable)]
struct LinkRow {
    survey: Vec<u8>,
    serial: i32,
    generation: i16,
    unit: String,
    state: String,
}

/// Replaces a link by a new one: the old code answers 410 from here on. Returns the new code. An
/// answered link is never replaced.
pub fn reissue(conn: &mut Conn, actor: &Actor<'_>, old: LinkHash) -> Result<Code> {
    let (row, stored, state) = changeable(conn, old, Change::Reissue)?;
    if state == LinkState::Revoked {
        return Err(Obstacle::LinkRevoked.into());
    }
    let generation = row.generation.checked_add(1).ok_or(Obstacle::ReissuedTooOften)?;
    let code = Codes::of(&stored, actor.secret)?.code(row.serial, generation)?;
    let values = (
        link::hash.eq(code.hash().0.to_vec()),
        link::generation.eq(generation),
        link::state.eq(LinkState::Waiting.name()),
    );
    let unchanged = link::table.find(old.0.to_vec()).filter(link::state.eq(state.name()));
    if diesel::update(unchanged).set(values).execute(conn)? != 1 {
        return Err(Error::Busy);
    }
    paper::forget(conn, stored.id, old)?;
    let replaced = (replaced_link::hash.eq(old.0.to_vec()), replaced_link::survey.eq(row.survey));
    diesel::insert_into(replaced_link::table).values(replaced).execute(conn)?;
    note(conn, actor, Act::LinkReissued, &stored, row.unit, state)?;
    Ok(code)
}

/// Takes a link back. An answered link is never taken back.
pub fn revoke(conn: &mut Conn, actor: &Actor<'_>, hash: LinkHash) -> Result<()> {
    let (row, stored, state) = changeable(conn, hash, Change::Revoke)?;
    let unchanged = link::table.find(hash.0.to_vec()).filter(link::state.eq(state.name()));
    if diesel::update(unchanged).set(link::state.eq(LinkState::Revoked.name())).execute(conn)? != 1 {
        return Err(Error::Busy);
    }
    paper::forget(conn, stored.id, hash)?;
    note(conn, actor, Act::LinkRevoked, &stored, row.unit, state)
}

/// The link with its survey locked against closing, if staff may still change it.
fn changeable(conn: &mut Conn, hash: LinkHash, change: Change) -> Result<(LinkRow, Stored, LinkState)> {
    let row: Option<LinkRow> = link::table
        .find(hash.0.to_vec())
        .select((link::survey, link::serial, link::generation, link::unit, link::state))
        .get_result(conn)
        .optional()?;
    let row = row.ok_or(Missing::Link)?;
    let id = uuid(&row.survey)?;
    lock_survey(conn, id, Hold::Still)?;
    let stored = super::surveys::get(conn, id)?;
    let state = LinkState::from_name(&row.state).ok_or_else(|| unknown(&row.state))?;
    if row.serial > stored.visible_serial {
        return Err(Missing::Link.into());
    }
    if state == LinkState::Submitted {
        return Err(Obstacle::LinkAnswered { change }.into());
    }
    if !matches!(stored.state, SurveyState::Draft | SurveyState::Open) {
        return Err(Obstacle::LinksFrozen { state: stored.state, change }.into());
    }
    Ok((row, stored, state))
}

/// What a transaction is about to do with a survey's row.
#[derive(Clone, Copy)]
pub(super) enum Hold {
    /// Keep it as it is.
    Still,
    /// Change it; taken at once, as two that hold it still and then both want to change it never end.
    ToChange,
}

/// Holds a survey in its state until the transaction ends. (On SQLite every change does.)
pub(super) fn lock_survey(conn: &mut Conn, id: Uuid, hold: Hold) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        let row = survey::table.find(id.as_bytes().to_vec()).select(survey::state);
        match hold {
            Hold::Still => row.for_share().load::<String>(conn)?,
            Hold::ToChange => row.for_no_key_update().load::<String>(conn)?,
        };
    }
    Ok(())
}

/// Counts a link that was replaced or taken back, and notes who did it.
fn note(conn: &mut Conn, actor: &Actor<'_>, act: Act, stored: &Stored, unit: String, from: LinkState) -> Result<()> {
    let mut counts = progress::Counts::default();
    counts.enter(from, -1);
    counts.enter(if act == Act::LinkRevoked { LinkState::Revoked } else { LinkState::Waiting }, 1);
    let day = actor.now.with_timezone(&stored.survey.time_zone).date_naive();
    let about = About { unit: Some(unit.clone()), ..About::survey(stored.id) };
    progress::add(conn, &progress::Changes::from([((stored.id, unit), counts)]), |_| day)?;
    actor.note(conn, act, about)
}
