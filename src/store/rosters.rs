//! Rosters as they were imported: everybody who could be asked, before a link is issued.

use super::audit::{About, Actor};
use super::schema::{roster_entry, roster_line, survey};
use super::surveys::{self, number, unknown, uuid};
use super::{Conn, links};
use crate::domain::audit::Act;
use crate::domain::roster::{Disposition, Recipient};
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use chrono::{DateTime, Days, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// Somebody on a roster.
#[derive(Clone, Debug)]
pub struct Line {
    /// The place on the roster, from 1.
    pub number: i32,
    /// Who it is.
    pub recipient: Recipient,
    /// Why this person is out of the base, or could not be reached.
    pub disposition: Option<Disposition>,
    /// The serial of the link, once there is one.
    pub serial: Option<i32>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = roster_line, treat_none_as_default_value = false)]
struct Row {
    survey: Vec<u8>,
    number: i32,
    unit: String,
    reference: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    disposition: Option<String>,
    serial: Option<i32>,
    email: Option<String>,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// People who are new.
    pub added: usize,
    /// People who were on the roster already, by unit and ref.
    pub known: usize,
}

/// How many are on a roster in one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Everybody.
    pub all: i64,
    /// Those who left the base before the survey.
    pub ineligible: i64,
    /// Those with a link.
    pub issued: i64,
}

/// Rows of one batch: few enough for the parameters a statement can have.
const BATCH: usize = 1_000;

/// Adds people to the roster of a survey that is not closed; who is there already, by unit and ref, stays
/// as it was.
pub fn add(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, people: &[Recipient]) -> Result<Added> {
    links::lock_survey(conn, survey, links::Hold::ToChange)?;
    changeable(conn, survey)?;
    let key = survey.as_bytes().to_vec();
    let of_survey = roster_line::table.filter(roster_line::survey.eq(&key));
    let last: Option<i32> = of_survey.select(diesel::dsl::max(roster_line::number)).get_result(conn)?;
    let fresh = fresh(conn, &key, people)?;
    let mut next = last.unwrap_or(0) + 1;
    for chunk in fresh.chunks(BATCH) {
        let rows: Vec<Row> = (next..).zip(chunk).map(|(number, person)| row(&key, number, person)).collect();
        next += number::<usize, i32>(rows.len())?;
        on_engine!(conn, |conn| diesel::insert_into(roster_line::table).values(&rows).execute(conn))?;
    }
    let added = Added { added: fresh.len(), known: people.len() - fresh.len() };
    actor.note(conn, Act::RosterImported, About::survey(survey).amount(number(added.added)?))?;
    Ok(added)
}

/// What [`add`] would do now.
pub fn would_add(conn: &mut Conn, survey: Uuid, people: &[Recipient]) -> Result<Added> {
    changeable(conn, survey)?;
    let added = fresh(conn, survey.as_bytes(), people)?.len();
    Ok(Added { added, known: people.len() - added })
}

/// Refuses a survey whose roster is what it was when it closed.
fn changeable(conn: &mut Conn, survey: Uuid) -> Result<()> {
    match surveys::get(conn, survey)?.state {
        SurveyState::Draft | SurveyState::Open => Ok(()),
        state => Err(Error::Refused(format!("the survey is {}: its roster cannot be changed", state.name()))),
    }
}

/// Those of the people who are not on the roster yet.
fn fresh<'a>(conn: &mut Conn, survey: &[u8], people: &'a [Recipient]) -> Result<Vec<&'a Recipient>> {
    let mut known: HashSet<(String, String)> = roster_line::table
        .filter(roster_line::survey.eq(survey.to_vec()))
        .filter(roster_line::reference.is_not_null())
        .select((roster_line::unit, roster_line::reference.assume_not_null()))
        .load(conn)?
        .into_iter()
        .collect();
    let is_new = |person: &&Recipient| match &person.reference {
        Some(reference) => known.insert((person.unit.clone(), reference.clone())),
        None => true,
    };
    Ok(people.iter().filter(is_new).collect())
}

fn row(survey: &[u8], number: i32, person: &Recipient) -> Row {
    Row {
        survey: survey.to_vec(),
        number,
        unit: person.unit.clone(),
        reference: person.reference.clone(),
        name: person.name.clone(),
        phone: person.phone.clone(),
        disposition: None,
        serial: None,
        email: person.email.clone(),
    }
}

/// How many are on the roster, by unit.
pub fn counts(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, Count>> {
    use diesel::dsl::{case_when, count, count_star};
    let (key, visible) = (survey.as_bytes().to_vec(), visible_serial(conn, survey)?);
    let issued = case_when(roster_line::serial.le(visible), roster_line::serial);
    let rows: Vec<(String, Option<String>, i64, i64)> = roster_line::table
        .filter(roster_line::survey.eq(key))
        .group_by((roster_line::unit, roster_line::disposition))
        .select((roster_line::unit, roster_line::disposition, count_star(), count(issued)))
        .load(conn)?;
    let mut counts = BTreeMap::<String, Count>::new();
    for (unit, disposition, people, issued) in rows {
        let count = counts.entry(unit).or_default();
        count.all += people;
        count.issued += issued;
        if disposition.as_deref() == Some(Disposition::Ineligible.name()) {
            count.ineligible += people;
        }
    }
    Ok(counts)
}

/// Up to `limit` people after that number, in order; of one unit, where one is given.
pub fn page(conn: &mut Conn, survey: Uuid, unit: Option<&str>, after: i32, limit: i64) -> Result<Vec<Line>> {
    let mut lines = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.gt(after))
        .order(roster_line::number)
        .limit(limit)
        .into_boxed();
    if let Some(unit) = unit {
        lines = lines.filter(roster_line::unit.eq(unit.to_owned()));
    }
    let rows: Vec<Row> = lines.load(conn)?;
    let visible = visible_serial(conn, survey)?;
    rows.into_iter().map(|row| line(row, visible)).collect()
}

/// The person in that place of the roster.
pub fn at(conn: &mut Conn, survey: Uuid, place: i32) -> Result<Option<Line>> {
    let row: Option<Row> = roster_line::table.find((survey.as_bytes().to_vec(), place)).get_result(conn).optional()?;
    let visible = visible_serial(conn, survey)?;
    row.map(|row| line(row, visible)).transpose()
}

/// How many of those in the base have no link yet; of these places only, where they are given.
pub fn to_issue(conn: &mut Conn, survey: Uuid, places: Option<&HashSet<i32>>) -> Result<i64> {
    let visible = visible_serial(conn, survey)?;
    let in_base = roster_line::disposition.is_null().or(roster_line::disposition.ne(Disposition::Ineligible.name()));
    let without = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(in_base)
        .filter(roster_line::serial.is_null().or(roster_line::serial.gt(visible)));
    let Some(places) = places else { return Ok(without.count().get_result(conn)?) };
    let without: Vec<i32> = without.select(roster_line::number).load(conn)?;
    number(without.iter().filter(|place| places.contains(place)).count())
}

/// Links up to this serial are issued; a serial above it belongs to a run that is still writing, or died.
fn visible_serial(conn: &mut Conn, id: Uuid) -> Result<i32> {
    let found =
        survey::table.find(id.as_bytes().to_vec()).select(survey::visible_serial).get_result(conn).optional()?;
    Ok(found.unwrap_or(0))
}

/// The number after which the people come whom a list shows that leaves out so many; of one unit, where one
/// is given.
pub fn skip(conn: &mut Conn, survey: Uuid, unit: Option<&str>, people: i64) -> Result<i32> {
    let Some(before) = people.checked_sub(1).filter(|before| *before >= 0) else { return Ok(0) };
    let mut lines = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .order(roster_line::number)
        .select(roster_line::number)
        .limit(1)
        .offset(before)
        .into_boxed();
    if let Some(unit) = unit {
        lines = lines.filter(roster_line::unit.eq(unit.to_owned()));
    }
    let found: Option<i32> = lines.get_result(conn).optional()?;
    Ok(found.unwrap_or(i32::MAX))
}

/// Sets or clears why somebody is out of the base or could not be reached, in a survey that is not closed.
pub fn dispose(
    conn: &mut Conn,
    actor: &Actor<'_>,
    survey: Uuid,
    place: i32,
    disposition: Option<Disposition>,
) -> Result<()> {
    links::lock_survey(conn, survey, links::Hold::Still)?;
    changeable(conn, survey)?;
    let found = roster_line::table.find((survey.as_bytes().to_vec(), place));
    let line: Option<(String, Option<String>)> =
        found.clone().select((roster_line::unit, roster_line::disposition)).get_result(conn).optional()?;
    let (unit, before) =
        line.ok_or_else(|| Error::NotFound("there is nobody in this place of the roster".to_owned()))?;
    if before.as_deref() == disposition.map(Disposition::name) {
        return Ok(());
    }
    diesel::update(found).set(roster_line::disposition.eq(disposition.map(Disposition::name))).execute(conn)?;
    actor.note(conn, Act::DispositionSet, About { unit: Some(unit), ..About::survey(survey) })
}

/// When refs, names, phones and e-mails of a survey are erased: its days of retention after it was closed, UTC.
pub fn forgotten_at(closed_at: DateTime<Utc>, retention_days: u16) -> Option<DateTime<Utc>> {
    closed_at.checked_add_days(Days::new(retention_days.into()))
}

/// Surveys whose contacts should be gone by then and are not.
pub fn overdue(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let closed: Vec<(Vec<u8>, Option<NaiveDateTime>, i32)> = survey::table
        .filter(survey::closed_at.is_not_null())
        .order(survey::id)
        .select((survey::id, survey::closed_at, survey::retention_days))
        .load(conn)?;
    let mut overdue = Vec::new();
    for (key, closed_at, days) in closed {
        let end = closed_at.and_then(|at| forgotten_at(at.and_utc(), number(days).ok()?));
        if end.is_some_and(|end| end <= now) && (lines_left(conn, &key)?.is_some() || entries_left(conn, &key)?) {
            overdue.push(uuid(&key)?);
        }
    }
    Ok(overdue)
}

/// Whether there is anything in a row that says who it is.
macro_rules! has_contact {
    ($table:ident) => {
        $table::reference
            .is_not_null()
            .or($table::name.is_not_null())
            .or($table::phone.is_not_null())
            .or($table::email.is_not_null())
    };
}

/// Whether contacts are left on the roster, and if so, of how many people with a link.
fn lines_left(conn: &mut Conn, survey: &[u8]) -> Result<Option<i64>> {
    let left = roster_line::table.filter(roster_line::survey.eq(survey.to_vec())).filter(has_contact!(roster_line));
    let first: Option<i32> = left.clone().select(roster_line::number).first(conn).optional()?;
    if first.is_none() {
        return Ok(None);
    }
    Ok(Some(left.filter(roster_line::serial.is_not_null()).count().get_result(conn)?))
}

fn entries_left(conn: &mut Conn, survey: &[u8]) -> Result<bool> {
    let left = roster_entry::table.filter(roster_entry::survey.eq(survey.to_vec())).filter(has_contact!(roster_entry));
    let first: Option<i32> = left.select(roster_entry::serial).first(conn).optional()?;
    Ok(first.is_some())
}

/// Erases refs, names, phones and e-mails of the surveys whose days of retention have passed. Units, dispositions and
/// links stay. Returns how many people are forgotten.
pub fn forget_contacts(conn: &mut Conn, actor: &Actor<'_>) -> Result<i64> {
    let mut all = 0;
    for id in overdue(conn, actor.now)? {
        links::lock_survey(conn, id, links::Hold::ToChange)?;
        let key = id.as_bytes().to_vec();
        // Who has a link is on both lists, and one person.
        let twice = lines_left(conn, &key)?.unwrap_or(0);
        let gone = None::<String>;
        let lines = roster_line::table.filter(roster_line::survey.eq(&key)).filter(has_contact!(roster_line));
        let lines = diesel::update(lines)
            .set((
                roster_line::reference.eq(&gone),
                roster_line::name.eq(&gone),
                roster_line::phone.eq(&gone),
                roster_line::email.eq(&gone),
            ))
            .execute(conn)?;
        let entries = roster_entry::table.filter(roster_entry::survey.eq(&key)).filter(has_contact!(roster_entry));
        let entries = diesel::update(entries)
            .set((
                roster_entry::reference.eq(&gone),
                roster_entry::name.eq(&gone),
                roster_entry::phone.eq(&gone),
                roster_entry::email.eq(&gone),
            ))
            .execute(conn)?;
        let (lines, entries): (i64, i64) = (number(lines)?, number(entries)?);
        let people = lines.max(lines + entries - twice);
        if people > 0 {
            actor.note(conn, Act::ContactsDeleted, About::survey(id).amount(people))?;
        }
        all += people;
    }
    Ok(all)
}

fn line(row: Row, visible: i32) -> Result<Line> {
    let disposition = row.disposition.map(|name| Disposition::from_name(&name).ok_or_else(|| unknown(&name)));
    let Row { number, unit, reference, name, phone, email, serial, .. } = row;
    let recipient = Recipient { unit, reference, name, phone, email };
    let serial = serial.filter(|serial| *serial <= visible);
    Ok(Line { number, recipient, disposition: disposition.transpose()?, serial })
}
