//! Issuing links: a roster of any length becomes links in short chunks that all appear at once.
//!
//! Links are written with serials above the survey's `visible_serial`, where no lookup sees them; the
//! last, small commit raises it and counts them as issued. Answering goes on between the chunks. A run
//! that died leaves invisible links, which the next run clears away. Who comes from a file and not from the stored
//! roster is put on it in the same way, above the survey's `visible_place`. A later run takes over from an
//! earlier one that is still writing; the earlier one then stops with an error and nothing of it stays.

mod rows;

use super::audit::{About, Actor};
use super::links::Hold;
use super::schema::{link, roster_entry, roster_line, survey};
use super::surveys::{self, Stored, number};
use super::{Conn, Db, idempotency, intake, progress, rosters, secrets};
use crate::domain::audit::Act;
use crate::domain::link::LinkState;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::domain::survey::SurveyState;
use crate::domain::token::Key;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use rows::{EntryRow, LinkRow, insert, tell_places};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Links written in one commit: some tenths of a second on SQLite, during which answers wait. Smaller
/// chunks rewrite the same pages of the index of hashes many times more often.
pub const CHUNK: usize = 16_000;

/// One run of issuing: recipients are handed to it one by one.
pub struct Run<'a> {
    db: &'a Db,
    key: &'a Key,
    id: Uuid,
    survey: Stored,
    salt: Vec<u8>,
    next: i32,
    next_place: i32,
    waiting: Vec<Invited>,
    issued: BTreeMap<String, i64>,
    known: u64,
    /// Whether it took over from a run that had not ended.
    took_over: bool,
    /// The request of a program that it is for.
    request: Option<idempotency::Request>,
}

/// Somebody to be written in the next chunk, with the place on the stored roster.
#[derive(Clone)]
struct Invited {
    recipient: Recipient,
    place: Option<i32>,
}

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Links issued.
    pub issued: u64,
    /// Recipients passed over because their ref was on an earlier roster.
    pub known: u64,
}

impl<'a> Run<'a> {
    /// Begins a run for a draft or open survey. `id` is a fresh random id. Where another run has not ended, this
    /// one takes over, which the log tells with the links that are dropped.
    pub fn begin(db: &'a Db, actor: &Actor<'a>, survey_id: Uuid, id: Uuid) -> Result<Self> {
        Self::begin_for(db, actor, survey_id, id, None)
    }

    /// The same for a request of a program, which is done once: what comes of it is written down with it. It does
    /// not take over from the run of another request that gives signs of life.
    pub fn begin_for(
        db: &'a Db,
        actor: &Actor<'a>,
        survey_id: Uuid,
        id: Uuid,
        request: Option<idempotency::Request>,
    ) -> Result<Self> {
        let (survey, next_place, took_over) = db.write("issue: begin", |conn| {
            links_may_be_issued(conn, survey_id, Hold::ToChange)?;
            if intake::current(conn, survey_id)?.is_some() {
                return Err(Obstacle::IntakeRunning.into());
            }
            if let Some(request) = &request {
                idempotency::take(conn, request, id, actor.now)?;
            }
            let took_over = current(conn, survey_id)?.is_some();
            if took_over {
                let dropped = invisible(conn, survey_id)?;
                actor.note(conn, Act::IssuingTakenOver, About::survey(survey_id).amount(dropped))?;
            }
            let of_survey = survey::table.find(survey_id.as_bytes().to_vec());
            diesel::update(of_survey).set(survey::issue_run.eq(id.as_bytes().to_vec())).execute(conn)?;
            Ok((surveys::get(conn, survey_id)?, rosters::last_place(conn, survey_id)? + 1, took_over))
        })?;
        let salt = survey.salt.clone().ok_or_else(|| Error::Corrupt("a survey without salt".to_owned()))?;
        let next = survey.visible_serial + 1;
        let key = secrets::of(&survey, actor.secret)?;
        let run = Self {
            db,
            key,
            id,
            survey,
            salt,
            next,
            next_place,
            waiting: Vec::new(),
            issued: BTreeMap::new(),
            known: 0,
            took_over,
            request,
        };
        run.clear()?;
        Ok(run)
    }

    /// Adds one recipient, who is put on the stored roster unless this unit and ref are there.
    pub fn add(&mut self, recipient: Recipient) -> Result<()> {
        self.push(recipient, None)
    }

    /// Adds the person in that place of the stored roster; the place learns the serial of the link in the
    /// same commit as the link is written.
    pub fn add_line(&mut self, place: i32, recipient: Recipient) -> Result<()> {
        self.push(recipient, Some(place))
    }

    fn push(&mut self, recipient: Recipient, place: Option<i32>) -> Result<()> {
        self.waiting.push(Invited { recipient, place });
        if self.waiting.len() >= CHUNK { self.write_chunk() } else { Ok(()) }
    }

    /// How many links are written so far.
    pub fn written(&self) -> i64 {
        self.issued.values().sum()
    }

    /// Gives a sign of life, where a program waits for it.
    pub fn hold(&self, now: DateTime<Utc>) -> Result<()> {
        if self.request.is_none() {
            return Ok(());
        }
        self.db.write("issue: hold", |conn| idempotency::hold(conn, self.id, now))
    }

    /// Makes all links of the run visible at once.
    pub fn finish(mut self, actor: &Actor<'_>) -> Result<Outcome> {
        self.write_chunk()?;
        let id = self.survey.id;
        let day = actor.now.with_timezone(&self.survey.survey.time_zone).date_naive();
        let issued: i64 = self.written();
        let counts = |count: i64| progress::Counts { issued: count, waiting: count, ..Default::default() };
        let changes = self.issued.iter().map(|(unit, count)| ((id, unit.clone()), counts(*count))).collect();
        self.db.write("issue: finish", |conn| {
            links_may_be_issued(conn, id, Hold::ToChange)?;
            self.still_ours(conn)?;
            let (serial, place) = (self.next - 1, self.next_place - 1);
            let values = (
                survey::visible_serial.eq(serial),
                survey::visible_place.eq(place),
                survey::issue_run.eq(None::<Vec<u8>>),
            );
            diesel::update(survey::table.find(id.as_bytes().to_vec())).set(values).execute(conn)?;
            progress::add(conn, &changes, |_| day)?;
            if let Some(request) = &self.request {
                let first = self.survey.visible_serial + 1;
                let settled = idempotency::Settled { first, last: serial, known: number(self.known)? };
                idempotency::settle(conn, request, self.id, settled, actor.now)?;
            }
            actor.note(conn, Act::LinksIssued, About::survey(id).amount(issued))
        })?;
        Ok(Outcome { issued: number(issued)?, known: self.known })
    }

    /// Gives the run up and clears away what it wrote; the log tells how many links that were.
    pub fn abandon(self, actor: &Actor<'_>) -> Result<()> {
        self.clear()?;
        self.db.write("issue: abandon", |conn| {
            super::links::lock_survey(conn, self.survey.id, Hold::ToChange)?;
            self.still_ours(conn)?;
            let of_survey = survey::table.find(self.survey.id.as_bytes().to_vec());
            diesel::update(of_survey).set(survey::issue_run.eq(None::<Vec<u8>>)).execute(conn)?;
            let dropped = self.written();
            // Taking over only to clear away is one act, and noted.
            if self.took_over && dropped == 0 {
                return Ok(());
            }
            actor.note(conn, Act::IssuingDropped, About::survey(self.survey.id).amount(dropped))
        })
    }

    fn write_chunk(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.waiting);
        if chunk.is_empty() {
            return Ok(());
        }
        let (links, entries, placed) = self.db.write("issue: chunk", |conn| {
            links_may_be_issued(conn, self.survey.id, Hold::Still)?;
            self.still_ours(conn)?;
            let known = self.known(conn, &chunk)?;
            let serial_of = |one: &Invited| known.get(&(one.recipient.unit.clone(), one.recipient.reference.clone()?));
            let fresh: Vec<&Invited> = chunk.iter().filter(|one| serial_of(one).is_none()).collect();
            let rows = self.rows(&fresh)?;
            insert(conn, &rows)?;
            let places = self.places(conn, &fresh)?;
            let place_of = |one: &Invited| {
                let found = || places.get(&(one.recipient.unit.clone(), one.recipient.reference.clone()?)).copied();
                one.place.or_else(found)
            };
            let again = chunk.iter().filter_map(|one| Some((one.place?, *serial_of(one)?)));
            let new = (self.next..).zip(&fresh).filter_map(|(serial, one)| Some((place_of(one)?, serial)));
            tell_places(conn, self.survey.id, again.chain(new))?;
            let without = (self.next..).zip(&fresh).filter(|(_, one)| place_of(one).is_none());
            let lines: Vec<_> = without.map(|(serial, one)| (&one.recipient, Some(serial))).collect();
            intake::insert(conn, self.survey.id, self.next_place, &lines)?;
            let (links, entries) = rows;
            Ok((links, entries, lines.len()))
        })?;
        self.next_place += number::<usize, i32>(placed)?;
        self.known += number::<usize, u64>(chunk.len() - links.len())?;
        self.next += number::<usize, i32>(entries.len())?;
        for link in links {
            *self.issued.entry(link.unit).or_default() += 1;
        }
        Ok(())
    }

    /// The serials of those whose ref is on an earlier roster of this survey, by unit and ref.
    fn known(&self, conn: &mut Conn, chunk: &[Invited]) -> Result<HashMap<(String, String), i32>> {
        let given: Vec<&str> = chunk.iter().filter_map(|one| one.recipient.reference.as_deref()).collect();
        if self.survey.visible_serial == 0 || given.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, String, i32)> = roster_entry::table
            .filter(roster_entry::survey.eq(self.survey.id.as_bytes().to_vec()))
            .filter(roster_entry::reference.eq_any(given))
            .select((roster_entry::unit, roster_entry::reference.assume_not_null(), roster_entry::serial))
            .load(conn)?;
        Ok(rows.into_iter().map(|(unit, reference, serial)| ((unit, reference), serial)).collect())
    }

    /// The places on the stored roster of those who come from a file, by unit and ref.
    fn places(&self, conn: &mut Conn, people: &[&Invited]) -> Result<HashMap<(String, String), i32>> {
        let from_file = people.iter().filter(|one| one.place.is_none());
        let given: Vec<&str> = from_file.filter_map(|one| one.recipient.reference.as_deref()).collect();
        let last = rosters::last_place(conn, self.survey.id)?;
        if last == 0 || given.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, String, i32)> = roster_line::table
            .filter(roster_line::survey.eq(self.survey.id.as_bytes().to_vec()))
            .filter(roster_line::number.le(last))
            .filter(roster_line::reference.eq_any(given))
            .select((roster_line::unit, roster_line::reference.assume_not_null(), roster_line::number))
            .load(conn)?;
        Ok(rows.into_iter().map(|(unit, reference, place)| ((unit, reference), place)).collect())
    }

    fn rows(&self, people: &[&Invited]) -> Result<(Vec<LinkRow>, Vec<EntryRow>)> {
        let key = self.survey.id.as_bytes().to_vec();
        let (mut links, mut entries) = (Vec::new(), Vec::new());
        for (serial, Invited { recipient, .. }) in (self.next..).zip(people) {
            let code = self.key.code(&self.salt, number(serial)?, 0);
            links.push(LinkRow {
                hash: code.hash().0.to_vec(),
                survey: key.clone(),
                serial,
                generation: 0,
                unit: recipient.unit.clone(),
                state: LinkState::Waiting.name(),
            });
            entries.push(EntryRow {
                survey: key.clone(),
                serial,
                unit: recipient.unit.clone(),
                reference: recipient.reference.clone(),
                name: recipient.name.clone(),
                phone: recipient.phone.clone(),
                email: recipient.email.clone(),
            });
        }
        // Neighbours in the index are written together.
        links.sort_unstable_by(|a, b| a.hash.cmp(&b.hash));
        Ok((links, entries))
    }

    /// Fails where another run has taken over.
    fn still_ours(&self, conn: &mut Conn) -> Result<()> {
        let key = self.survey.id.as_bytes().to_vec();
        let run: Option<Vec<u8>> = survey::table.find(key).select(survey::issue_run).get_result(conn)?;
        if run.as_deref() == Some(self.id.as_bytes().as_slice()) {
            return Ok(());
        }
        Err(Obstacle::IssuedElsewhere.into())
    }

    /// Deletes links that no run made visible, chunk by chunk.
    fn clear(&self) -> Result<()> {
        let key = self.survey.id.as_bytes().to_vec();
        let mut upper: Option<i32> = self.db.read(|conn| {
            let of_survey = link::table.filter(link::survey.eq(&key));
            Ok(of_survey.select(diesel::dsl::max(link::serial)).get_result(conn)?)
        })?;
        while let Some(last) = upper.filter(|last| *last > self.survey.visible_serial) {
            let from = self.survey.visible_serial.max(last - number::<usize, i32>(CHUNK)?);
            self.db.write("issue: clear", |conn| {
                super::links::lock_survey(conn, self.survey.id, Hold::Still)?;
                self.still_ours(conn)?;
                let links = link::table.filter(link::survey.eq(&key)).filter(link::serial.gt(from));
                diesel::delete(links).execute(conn)?;
                let entries = roster_entry::table.filter(roster_entry::survey.eq(&key));
                diesel::delete(entries.filter(roster_entry::serial.gt(from))).execute(conn)?;
                let lines = roster_line::table.filter(roster_line::survey.eq(&key));
                let of_these = roster_line::serial.gt(from);
                let last = rosters::last_place(conn, self.survey.id)?;
                diesel::delete(lines.filter(of_these.and(roster_line::number.gt(last)))).execute(conn)?;
                let none = roster_line::serial.eq(None::<i32>);
                diesel::update(lines.filter(of_these)).set(none).execute(conn)?;
                Ok(())
            })?;
            upper = Some(from);
        }
        Ok(())
    }
}

/// Locks the survey and checks that links can be issued for it.
fn links_may_be_issued(conn: &mut Conn, id: Uuid, hold: Hold) -> Result<()> {
    super::links::lock_survey(conn, id, hold)?;
    let key = id.as_bytes().to_vec();
    let state: Option<String> = survey::table.find(key).select(survey::state).get_result(conn).optional()?;
    let state = state.ok_or(Missing::Survey { id })?;
    match surveys::parse_state(&state)? {
        SurveyState::Draft | SurveyState::Open => Ok(()),
        state => Err(Obstacle::IssueClosed { state }.into()),
    }
}

/// How many links no run has made visible.
fn invisible(conn: &mut Conn, id: Uuid) -> Result<i64> {
    let key = id.as_bytes().to_vec();
    let visible: i32 = survey::table.find(&key).select(survey::visible_serial).get_result(conn)?;
    let above = link::table.filter(link::survey.eq(key)).filter(link::serial.gt(visible));
    Ok(above.count().get_result(conn)?)
}

/// The run that is writing links of a survey now, or that died doing so.
pub fn current(conn: &mut Conn, id: Uuid) -> Result<Option<Uuid>> {
    let run: Option<Option<Vec<u8>>> =
        survey::table.find(id.as_bytes().to_vec()).select(survey::issue_run).get_result(conn).optional()?;
    run.flatten().map(|id| surveys::uuid(&id)).transpose()
}
