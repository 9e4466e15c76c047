//! Issuing links: a roster of any length becomes links in short chunks that all appear at once.
//!
//! Links are written with serials above the survey's `visible_serial`, where no lookup sees them; the
//! last, small commit raises it and counts them as issued. Answering goes on between the chunks. A run
//! that died leaves invisible links, which the next run clears away. A later run takes over from an
//! earlier one that is still writing; the earlier one then stops with an error and nothing of it stays.

use super::audit::{About, Actor};
use super::links::Hold;
use super::schema::{link, roster_entry, roster_line, survey};
use super::surveys::{self, Stored, number};
use super::{Conn, Db, progress};
use crate::domain::audit::Act;
use crate::domain::link::LinkState;
use crate::domain::roster::Recipient;
use crate::domain::survey::SurveyState;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Nullable, SmallInt, Text};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Links written in one commit: some tenths of a second on SQLite, during which answers wait. Smaller
/// chunks rewrite the same pages of the index of hashes many times more often.
const CHUNK: usize = 16_000;

/// One run of issuing: recipients are handed to it one by one.
pub struct Run<'a> {
    db: &'a Db,
    secret: &'a Secret,
    id: Uuid,
    survey: Stored,
    salt: Vec<u8>,
    next: i32,
    waiting: Vec<Invited>,
    issued: BTreeMap<String, i64>,
    known: u64,
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

#[derive(Insertable)]
#[diesel(table_name = link, treat_none_as_default_value = false)]
struct LinkRow {
    hash: Vec<u8>,
    survey: Vec<u8>,
    serial: i32,
    generation: i16,
    unit: String,
    state: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = roster_entry, treat_none_as_default_value = false)]
struct EntryRow {
    survey: Vec<u8>,
    serial: i32,
    unit: String,
    reference: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl<'a> Run<'a> {
    /// Begins a run for a draft or open survey. `id` is a fresh random id.
    pub fn begin(db: &'a Db, secret: &'a Secret, survey_id: Uuid, id: Uuid) -> Result<Self> {
        let survey = db.write("issue: begin", |conn| {
            links_may_be_issued(conn, survey_id, Hold::ToChange)?;
            let of_survey = survey::table.find(survey_id.as_bytes().to_vec());
            diesel::update(of_survey).set(survey::issue_run.eq(id.as_bytes().to_vec())).execute(conn)?;
            surveys::get(conn, survey_id)
        })?;
        let salt = survey.salt.clone().ok_or_else(|| Error::Corrupt("a survey without salt".to_owned()))?;
        let next = survey.visible_serial + 1;
        let run = Self { db, secret, id, survey, salt, next, waiting: Vec::new(), issued: BTreeMap::new(), known: 0 };
        run.clear()?;
        Ok(run)
    }

    /// Adds one recipient.
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
            let values = (survey::visible_serial.eq(self.next - 1), survey::issue_run.eq(None::<Vec<u8>>));
            diesel::update(survey::table.find(id.as_bytes().to_vec())).set(values).execute(conn)?;
            progress::add(conn, &changes, |_| day)?;
            actor.note(conn, Act::LinksIssued, About::survey(id).amount(issued))
        })?;
        Ok(Outcome { issued: number(issued)?, known: self.known })
    }

    /// Gives the run up and clears away what it wrote.
    pub fn abandon(self) -> Result<()> {
        self.clear()?;
        self.db.write("issue: abandon", |conn| {
            super::links::lock_survey(conn, self.survey.id, Hold::ToChange)?;
            self.still_ours(conn)?;
            let of_survey = survey::table.find(self.survey.id.as_bytes().to_vec());
            diesel::update(of_survey).set(survey::issue_run.eq(None::<Vec<u8>>)).execute(conn)?;
            Ok(())
        })
    }

    fn write_chunk(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.waiting);
        if chunk.is_empty() {
            return Ok(());
        }
        let (links, entries) = self.db.write("issue: chunk", |conn| {
            links_may_be_issued(conn, self.survey.id, Hold::Still)?;
            self.still_ours(conn)?;
            let known = self.known(conn, &chunk)?;
            let serial_of = |one: &Invited| known.get(&(one.recipient.unit.clone(), one.recipient.reference.clone()?));
            let fresh: Vec<&Invited> = chunk.iter().filter(|one| serial_of(one).is_none()).collect();
            let rows = self.rows(&fresh)?;
            insert(conn, &rows)?;
            let again = chunk.iter().filter_map(|one| Some((one.place?, *serial_of(one)?)));
            let new = (self.next..).zip(&fresh).filter_map(|(serial, one)| Some((one.place?, serial)));
            tell_places(conn, self.survey.id, again.chain(new))?;
            Ok(rows)
        })?;
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

    fn rows(&self, people: &[&Invited]) -> Result<(Vec<LinkRow>, Vec<EntryRow>)> {
        let key = self.survey.id.as_bytes().to_vec();
        let (mut links, mut entries) = (Vec::new(), Vec::new());
        for (serial, Invited { recipient, .. }) in (self.next..).zip(people) {
            let code = self.secret.code(&self.salt, number(serial)?, 0);
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
        Err(Error::Refused(
            "another run has begun to issue links for this survey: nothing of this one was kept".to_owned(),
        ))
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
                let none = roster_line::serial.eq(None::<i32>);
                diesel::update(lines.filter(roster_line::serial.gt(from))).set(none).execute(conn)?;
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
    let state =
        state.ok_or_else(|| Error::NotFound(format!("there is no survey {id}: see “fivepoint survey list”")))?;
    match surveys::parse_state(&state)? {
        SurveyState::Draft | SurveyState::Open => Ok(()),
        state => Err(Error::Refused(format!("the survey is {}: no links can be issued for it", state.name()))),
    }
}

super::sqlite_statement! {
    /// Writes a link.
    InsertLink<'a> {
        hash: &'a [u8] as Binary,
        survey: &'a [u8] as Binary,
        serial: i32 as Integer,
        generation: i16 as SmallInt,
        unit: &'a str as Text,
        state: &'a str as Text,
    }
    "INSERT INTO link (hash, survey, serial, generation, unit, state) VALUES ({}, {}, {}, {}, {}, {})"
}

super::sqlite_statement! {
    /// Writes a row of the roster.
    InsertEntry<'a> {
        survey: &'a [u8] as Binary,
        serial: i32 as Integer,
        unit: &'a str as Text,
        reference: Option<&'a str> as Nullable<Text>,
        name: Option<&'a str> as Nullable<Text>,
        phone: Option<&'a str> as Nullable<Text>,
        email: Option<&'a str> as Nullable<Text>,
    }
    "INSERT INTO roster_entry (survey, serial, unit, reference, name, phone, email) \
     VALUES ({}, {}, {}, {}, {}, {}, {})"
}

super::sqlite_statement! {
    /// Tells a place of the stored roster the serial of its link.
    TellPlace<'a> {
        serial: i32 as Integer,
        survey: &'a [u8] as Binary,
        number: i32 as Integer,
    }
    "UPDATE roster_line SET serial = {} WHERE survey = {} AND number = {}"
}

super::postgres_statement! {
    /// Tells places of the stored roster the serials of their links.
    TellPlaces {
        number: Vec<i32> as Array<Integer>,
        serial: Vec<i32> as Array<Integer>,
        survey: Vec<u8> as Binary,
    }
    "UPDATE roster_line SET serial = told.serial FROM unnest({}, {}) AS told (number, serial) \
     WHERE survey = {} AND roster_line.number = told.number"
}

fn tell_places(conn: &mut Conn, survey: Uuid, places: impl Iterator<Item = (i32, i32)>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for (number, serial) in places {
                TellPlace { serial, survey: survey.as_bytes(), number }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let (number, serial): (Vec<i32>, Vec<i32>) = places.unzip();
            if !number.is_empty() {
                TellPlaces { number, serial, survey: survey.as_bytes().to_vec() }.execute(conn)?;
            }
        }
    }
    Ok(())
}

/// The run that is writing links of a survey now, or that died doing so.
pub fn current(conn: &mut Conn, id: Uuid) -> Result<Option<Uuid>> {
    let run: Option<Option<Vec<u8>>> =
        survey::table.find(id.as_bytes().to_vec()).select(survey::issue_run).get_result(conn).optional()?;
    run.flatten().map(|id| surveys::uuid(&id)).transpose()
}

fn insert(conn: &mut Conn, (links, entries): &(Vec<LinkRow>, Vec<EntryRow>)) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for LinkRow { hash, survey, serial, generation, unit, state } in links {
                InsertLink { hash, survey, serial: *serial, generation: *generation, unit, state }.execute(conn)?;
            }
            for EntryRow { survey, serial, unit, reference, name, phone, email } in entries {
                let (reference, name) = (reference.as_deref(), name.as_deref());
                let (phone, email) = (phone.as_deref(), email.as_deref());
                InsertEntry { survey, serial: *serial, unit, reference, name, phone, email }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            diesel::copy_from(link::table).from_insertable(links).execute(conn)?;
            diesel::copy_from(roster_entry::table).from_insertable(entries).execute(conn)?;
        }
    }
    Ok(())
}
