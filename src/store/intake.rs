//! Taking in a roster: a file of any length becomes lines in short chunks that all appear at once.
//!
//! Lines are written with numbers above the survey's `visible_place`, where no look-up sees them; the last,
//! small commit raises it. Answering goes on between the chunks. A run that died leaves invisible lines, which
//! the next run clears away; a later run takes over from an earlier one, which then stops with an error. What
//! is corrected of people who are on the roster already comes with the last commit, or, where it is more than
//! one chunk, in chunks after it: each person is wholly as before or wholly corrected.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::people::{self, Change};
use super::schema::{roster_line, survey};
use super::surveys::{self, number};
use super::{Conn, Db, issue, rosters};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Recipient;
use crate::error::Result;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// People looked up and written in one commit: some hundredths of a second, during which answers wait on SQLite.
pub const CHUNK: usize = 2_000;

/// Somebody in a file.
#[derive(Clone)]
pub struct Given {
    /// Who it is.
    pub recipient: Recipient,
    /// Whether the ref stands in no other row of the file.
    pub alone: bool,
}

/// How somebody in a file stands to the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not on it.
    New,
    /// On it, by unit and ref.
    Known {
        /// The place.
        place: i32,
        /// Whether the file gives another name or phone.
        differs: bool,
    },
    /// On it by the ref, in one other unit, under the same name as far as both tell one.
    Moved {
        /// The place.
        place: i32,
        /// The unit on the roster.
        from: String,
        /// Whether this person has to stay there: has a link, or was drawn from among others.
        fixed: bool,
    },
}

/// What to do with those who are on the roster already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Who seems to have moved is moved; otherwise it is somebody else, who is added.
    pub moved: bool,
    /// Names and phones of the file are taken over.
    pub contacts: bool,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// People who are new.
    pub added: usize,
    /// People who were on the roster already, by unit and ref.
    pub known: usize,
    /// People who were moved to another unit.
    pub moved: usize,
    /// People whose name or phone was taken over and who were not moved.
    pub corrected: usize,
    /// People who seem to have moved and stay where they are.
    pub fixed: usize,
}

/// Looks people up. There may be a chunk of them. Where units are given, the rest of the roster is as if nobody were
/// on it.
pub fn standings(
    conn: &mut Conn,
    survey: Uuid,
    given: &[Given],
    within: Option<&HashSet<String>>,
) -> Result<Vec<Standing>> {
    type Contacts = (Option<String>, Option<String>, Option<String>);
    type Row = (String, String, i32, Contacts, Option<i32>);
    let last = rosters::last_place(conn, survey)?;
    let references: Vec<&str> = given.iter().filter_map(|one| one.recipient.reference.as_deref()).collect();
    let mut on_roster: HashMap<String, Vec<Row>> = HashMap::new();
    if last > 0 && !references.is_empty() {
        let rows: Vec<Row> = roster_line::table
            .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
            .filter(roster_line::number.le(last))
            .filter(roster_line::reference.eq_any(references))
            .select((
                roster_line::reference.assume_not_null(),
                roster_line::unit,
                roster_line::number,
                (roster_line::name, roster_line::phone, roster_line::email),
                roster_line::serial,
            ))
            .load(conn)?;
        for row in rows.into_iter().filter(|row| within.is_none_or(|units| units.contains(&row.1))) {
            on_roster.entry(row.0.clone()).or_default().push(row);
        }
    }
    let bounds = people::bounds(conn, survey)?;
    let standing = |one: &Given| {
        let Recipient { unit, reference, name, phone, email } = &one.recipient;
        let known = reference.as_ref().and_then(|reference| on_roster.get(reference));
        let Some(known) = known else { return Standing::New };
        let other = |given: &Option<String>, stored: &Option<String>| given.is_some() && given != stored;
        if let Some((_, _, place, (now_name, now_phone, now_email), _)) = known.iter().find(|row| row.1 == *unit) {
            let differs = other(name, now_name) || other(phone, now_phone) || other(email, now_email);
            return Standing::Known { place: *place, differs };
        }
        match known.as_slice() {
            [(_, from, place, (now, ..), serial)] if one.alone && (now.is_none() || !other(name, now)) => {
                let fixed = serial.is_some() || !bounds.allow(*place, from, unit);
                Standing::Moved { place: *place, from: from.clone(), fixed }
            }
            _ => Standing::New,
        }
    };
    Ok(given.iter().map(standing).collect())
}

/// One run of an import: people are handed to it one by one.
pub struct Run<'a> {
    db: &'a Db,
    id: Uuid,
    survey: Uuid,
    wish: Wish,
    /// The units whose people are known to whoever imports; all of them where nothing is said.
    within: Option<HashSet<String>>,
    visible: i32,
    next: i32,
    waiting: Vec<Given>,
    changes: Vec<Change>,
    outcome: Outcome,
}

impl<'a> Run<'a> {
    /// Begins a run for a survey that is not closed. `id` is a fresh random id.
    pub fn begin(db: &'a Db, survey: Uuid, id: Uuid, wish: Wish) -> Result<Self> {
        let visible = db.write("intake: begin", |conn| {
            lock_survey(conn, survey, Hold::ToChange)?;
            rosters::changeable(conn, survey)?;
            if issue::current(conn, survey)?.is_some() {
                return Err(Obstacle::IssuingRunning.into());
            }
            set_run(conn, survey, Some(id))?;
            rosters::last_place(conn, survey)
        })?;
        let (waiting, changes, outcome) = (Vec::new(), Vec::new(), Outcome::default());
        let run = Self { db, id, survey, wish, within: None, visible, next: visible + 1, waiting, changes, outcome };
        run.clear()?;
        Ok(run)
    }

    /// The same for somebody who may know of these units only: nobody is moved out of others, and it is not told who
    /// is in them.
    pub fn within(self, units: HashSet<String>) -> Self {
        Self { within: Some(units), ..self }
    }

    /// Adds somebody.
    pub fn add(&mut self, given: Given) -> Result<()> {
        self.waiting.push(given);
        if self.waiting.len() >= CHUNK { self.write_chunk() } else { Ok(()) }
    }

    /// Makes everybody who is new visible at once, and corrects the others.
    pub fn finish(mut self, actor: &Actor<'_>) -> Result<Outcome> {
        self.write_chunk()?;
        let changes = std::mem::take(&mut self.changes);
        let (first, rest) = changes.split_at(changes.len().min(CHUNK));
        self.db.write("intake: finish", |conn| {
            lock_survey(conn, self.survey, Hold::ToChange)?;
            rosters::changeable(conn, self.survey)?;
            self.still_ours(conn)?;
            let of_survey = survey::table.find(self.survey.as_bytes().to_vec());
            diesel::update(of_survey).set(survey::visible_place.eq(self.next - 1)).execute(conn)?;
            if rest.is_empty() {
                set_run(conn, self.survey, None)?;
            }
            let about = About::survey(self.survey).amount(number(self.outcome.added)?);
            actor.note(conn, Act::RosterImported, about)?;
            people::apply(conn, actor, self.survey, first)
        })?;
        for chunk in rest.chunks(CHUNK) {
            self.db.write("intake: correct", |conn| {
                lock_survey(conn, self.survey, Hold::Still)?;
                rosters::changeable(conn, self.survey)?;
                self.still_ours(conn)?;
                people::apply(conn, actor, self.survey, chunk)
            })?;
        }
        if !rest.is_empty() {
            self.db.write("intake: end", |conn| self.give_back(conn))?;
        }
        Ok(self.outcome)
    }

    /// Gives the run up and clears away what it wrote.
    pub fn abandon(self) -> Result<()> {
        self.clear()?;
        self.db.write("intake: abandon", |conn| self.give_back(conn))
    }

    fn give_back(&self, conn: &mut Conn) -> Result<()> {
        lock_survey(conn, self.survey, Hold::ToChange)?;
        self.still_ours(conn)?;
        set_run(conn, self.survey, None)
    }

    fn write_chunk(&mut self) -> Result<()> {
        let chunk = std::mem::take(&mut self.waiting);
        if chunk.is_empty() {
            return Ok(());
        }
        let (fresh, changes, outcome) = self.db.write("intake: chunk", |conn| {
            lock_survey(conn, self.survey, Hold::Still)?;
            rosters::changeable(conn, self.survey)?;
            self.still_ours(conn)?;
            let (mut fresh, mut changes, mut outcome) = (Vec::new(), Vec::new(), self.outcome);
            let found = standings(conn, self.survey, &chunk, self.within.as_ref())?;
            for (given, standing) in chunk.iter().zip(found) {
                let change = |place, from: &str, moves| Change {
                    place,
                    from: from.to_owned(),
                    to: given.recipient.clone(),
                    moves,
                    contacts: self.wish.contacts,
                };
                match standing {
                    Standing::Moved { fixed: true, .. } if self.wish.moved => outcome.fixed += 1,
                    Standing::Moved { place, from, .. } if self.wish.moved => {
                        outcome.moved += 1;
                        changes.push(change(place, &from, true));
                    }
                    Standing::New | Standing::Moved { .. } => fresh.push((&given.recipient, None)),
                    Standing::Known { place, differs } => {
                        outcome.known += 1;
                        if differs && self.wish.contacts {
                            outcome.corrected += 1;
                            changes.push(change(place, &given.recipient.unit, false));
                        }
                    }
                }
            }
            insert(conn, self.survey, self.next, &fresh)?;
            Ok((fresh.len(), changes, outcome))
        })?;
        self.changes.extend(changes);
        self.outcome = Outcome { added: outcome.added + fresh, ..outcome };
        self.next += number::<usize, i32>(fresh)?;
        Ok(())
    }

    /// Fails where another run has taken over.
    fn still_ours(&self, conn: &mut Conn) -> Result<()> {
        if current(conn, self.survey)? == Some(self.id) {
            return Ok(());
        }
        Err(Obstacle::ImportedElsewhere.into())
    }

    /// Deletes lines that no run made visible, chunk by chunk.
    fn clear(&self) -> Result<()> {
        let lines = || roster_line::table.filter(roster_line::survey.eq(self.survey.as_bytes().to_vec()));
        let mut upper: Option<i32> =
            self.db.read(|conn| Ok(lines().select(diesel::dsl::max(roster_line::number)).get_result(conn)?))?;
        while let Some(last) = upper.filter(|last| *last > self.visible) {
            let from = self.visible.max(last - number::<usize, i32>(CHUNK)?);
            self.db.write("intake: clear", |conn| {
                lock_survey(conn, self.survey, Hold::Still)?;
                self.still_ours(conn)?;
                diesel::delete(lines().filter(roster_line::number.gt(from))).execute(conn)?;
                Ok(())
            })?;
            upper = Some(from);
        }
        Ok(())
    }
}

/// The run that is writing a roster now, or that died doing so.
pub fn current(conn: &mut Conn, id: Uuid) -> Result<Option<Uuid>> {
    let run: Option<Option<Vec<u8>>> =
        survey::table.find(id.as_bytes().to_vec()).select(survey::intake_run).get_result(conn).optional()?;
    run.flatten().map(|id| surveys::uuid(&id)).transpose()
}

fn set_run(conn: &mut Conn, survey: Uuid, run: Option<Uuid>) -> Result<()> {
    let of_survey = survey::table.find(survey.as_bytes().to_vec());
    let run = run.map(|id| id.as_bytes().to_vec());
    diesel::update(of_survey).set(survey::intake_run.eq(run)).execute(conn)?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = roster_line, treat_none_as_default_value = false)]
struct Row<'a> {
    survey: &'a [u8],
    number: i32,
    unit: &'a str,
    reference: Option<&'a str>,
    name: Option<&'a str>,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    serial: Option<i32>,
}

super::sqlite_statement! {
    /// Writes a line of the roster.
    InsertLine<'a> {
        survey: &'a [u8] as Binary,
        number: i32 as Integer,
        unit: &'a str as Text,
        reference: Option<&'a str> as Nullable<Text>,
        name: Option<&'a str> as Nullable<Text>,
        phone: Option<&'a str> as Nullable<Text>,
        email: Option<&'a str> as Nullable<Text>,
        serial: Option<i32> as Nullable<Integer>,
    }
    "INSERT INTO roster_line (survey, number, unit, reference, name, phone, email, serial) \
     VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
}

/// Writes people in places from that one on, each with the serial of the link, where there is one already.
pub(super) fn insert(conn: &mut Conn, survey: Uuid, first: i32, people: &[(&Recipient, Option<i32>)]) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for (number, (person, serial)) in (first..).zip(people) {
                let Recipient { unit, reference, name, phone, email } = person;
                let (reference, name) = (reference.as_deref(), name.as_deref());
                let (phone, email) = (phone.as_deref(), email.as_deref());
                let (survey, serial) = (survey.as_bytes(), *serial);
                InsertLine { survey, number, unit, reference, name, phone, email, serial }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let rows: Vec<Row<'_>> = (first..)
                .zip(people)
                .map(|(number, (person, serial))| Row {
                    survey: survey.as_bytes(),
                    number,
                    unit: &person.unit,
                    reference: person.reference.as_deref(),
                    name: person.name.as_deref(),
                    phone: person.phone.as_deref(),
                    email: person.email.as_deref(),
                    serial: *serial,
                })
                .collect();
            diesel::copy_from(roster_line::table).from_insertable(&rows).execute(conn)?;
        }
    }
    Ok(())
}
