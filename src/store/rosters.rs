//! Rosters as they were taken in: everybody who could be asked, before a link is issued.

use super::audit::{self, About, Actor};
use super::schema::{roster_entry, roster_line, survey};
use super::surveys::{self, number, unknown, uuid};
use super::{Conn, links};
use crate::domain::audit::Act;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::{Disposition, Recipient};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use chrono::{DateTime, Days, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Untyped;
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

#[derive(Queryable)]
struct Row {
    _survey: Vec<u8>,
    number: i32,
    unit: String,
    reference: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    disposition: Option<String>,
    serial: Option<i32>,
    email: Option<String>,
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
    /// Those who could not be reached.
    pub not_reached: i64,
}

/// Refuses a survey whose roster is what it was when it closed.
pub fn changeable(conn: &mut Conn, survey: Uuid) -> Result<()> {
    match surveys::get(conn, survey)?.state {
        SurveyState::Draft | SurveyState::Open => Ok(()),
        state => Err(Obstacle::RosterFrozen { state }.into()),
    }
}

/// How many are on the roster, by unit.
pub fn counts(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, Count>> {
    use diesel::dsl::{case_when, count, count_star};
    let (key, visible) = (survey.as_bytes().to_vec(), visible(conn, survey)?);
    let issued = case_when(roster_line::serial.le(visible.serial), roster_line::serial);
    let rows: Vec<(String, Option<String>, i64, i64)> = roster_line::table
        .filter(roster_line::survey.eq(key))
        .filter(roster_line::number.le(visible.place))
        .group_by((roster_line::unit, roster_line::disposition))
        .select((roster_line::unit, roster_line::disposition, count_star(), count(issued)))
        .load(conn)?;
    let mut counts = BTreeMap::<String, Count>::new();
    for (unit, disposition, people, issued) in rows {
        let count = counts.entry(unit).or_default();
        count.all += people;
        count.issued += issued;
        match disposition.as_deref().and_then(Disposition::from_name) {
            Some(Disposition::Ineligible) => count.ineligible += people,
            Some(Disposition::NonContact) => count.not_reached += people,
            None => {}
        }
    }
    Ok(counts)
}

/// Up to `limit` people after that number, in order; of one unit, where one is given.
pub fn after(conn: &mut Conn, survey: Uuid, unit: Option<&str>, after: i32, limit: i64) -> Result<Vec<Line>> {
    let visible = visible(conn, survey)?;
    let mut lines = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.gt(after))
        .filter(roster_line::number.le(visible.place))
        .order(roster_line::number)
        .limit(limit)
        .into_boxed();
    if let Some(unit) = unit {
        lines = lines.filter(roster_line::unit.eq(unit.to_owned()));
    }
    let rows: Vec<Row> = lines.load(conn)?;
    rows.into_iter().map(|row| line(row, visible.serial)).collect()
}

/// What a page of the roster is sorted by. Who has none of it comes last, those who are alike by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The place on the roster.
    Number,
    /// The unit's code.
    Unit,
    /// The ref, by code point.
    Reference,
    /// The name, by code point.
    Name,
    /// What is known of somebody.
    Disposition,
}

impl By {
    fn sql(self, conn: &Conn, down: bool) -> String {
        let (text, way) = (conn.by_code_point(), if down { "DESC" } else { "ASC" });
        let column = match self {
            Self::Number => return format!("roster_line.number {way}"),
            Self::Unit => "unit",
            Self::Reference => "reference",
            Self::Name => "name",
            Self::Disposition => "disposition",
        };
        format!("roster_line.{column} {text} {way} NULLS LAST")
    }
}

/// Up to `limit` people after the first `skip`, in that order; of one unit, where one is given.
pub fn page(
    conn: &mut Conn,
    survey: Uuid,
    unit: Option<&str>,
    (by, down): (By, bool),
    (skip, limit): (i64, i64),
) -> Result<Vec<Line>> {
    let visible = visible(conn, survey)?;
    let mut lines = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.le(visible.place))
        .order((sql::<Untyped>(&by.sql(conn, down)), roster_line::number))
        .offset(skip)
        .limit(limit)
        .into_boxed();
    if let Some(unit) = unit {
        lines = lines.filter(roster_line::unit.eq(unit.to_owned()));
    }
    let rows: Vec<Row> = lines.load(conn)?;
    rows.into_iter().map(|row| line(row, visible.serial)).collect()
}

/// The person in that place of the roster.
pub fn at(conn: &mut Conn, survey: Uuid, place: i32) -> Result<Option<Line>> {
    let visible = visible(conn, survey)?;
    let found = roster_line::table.find((survey.as_bytes().to_vec(), place));
    let row: Option<Row> = found.filter(roster_line::number.le(visible.place)).get_result(conn).optional()?;
    row.map(|row| line(row, visible.serial)).transpose()
}

/// How many of those in the base have no link yet; of these places only, where they are given.
pub fn to_issue(conn: &mut Conn, survey: Uuid, places: Option<&HashSet<i32>>) -> Result<i64> {
    let visible = visible(conn, survey)?;
    let in_base = roster_line::disposition.is_null().or(roster_line::disposition.ne(Disposition::Ineligible.name()));
    let without = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.le(visible.place))
        .filter(in_base)
        .filter(roster_line::serial.is_null().or(roster_line::serial.gt(visible.serial)));
    let Some(places) = places else { return Ok(without.count().get_result(conn)?) };
    let without: Vec<i32> = without.select(roster_line::number).load(conn)?;
    number(without.iter().filter(|place| places.contains(place)).count())
}

/// What of a survey's roster and links is there; what stands above it belongs to a run that is still writing, or
/// died.
struct Visible {
    /// The last serial.
    serial: i32,
    /// The last place on the roster.
    place: i32,
}

fn visible(conn: &mut Conn, id: Uuid) -> Result<Visible> {
    let columns = (survey::visible_serial, survey::visible_place);
    let found = survey::table.find(id.as_bytes().to_vec()).select(columns).get_result(conn).optional()?;
    let (serial, place) = found.unwrap_or((0, 0));
    Ok(Visible { serial, place })
}

/// The last place on the roster; nobody may be there any more.
pub fn last_place(conn: &mut Conn, survey: Uuid) -> Result<i32> {
    Ok(visible(conn, survey)?.place)
}

/// How many in the base stand behind that place without a link.
pub fn behind(conn: &mut Conn, survey: Uuid, place: i32) -> Result<i64> {
    let visible = visible(conn, survey)?;
    let in_base = roster_line::disposition.is_null().or(roster_line::disposition.ne(Disposition::Ineligible.name()));
    let behind = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.gt(place).and(roster_line::number.le(visible.place)))
        .filter(roster_line::serial.is_null().or(roster_line::serial.gt(visible.serial)))
        .filter(in_base);
    Ok(behind.count().get_result(conn)?)
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
    let last = last_place(conn, survey)?;
    let found = roster_line::table.find((survey.as_bytes().to_vec(), place)).filter(roster_line::number.le(last));
    let line: Option<(String, Option<String>)> =
        found.clone().select((roster_line::unit, roster_line::disposition)).get_result(conn).optional()?;
    let (unit, before) = line.ok_or(Missing::Place)?;
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

/// Surveys whose contacts should be gone by then and are not: their days of retention have passed since they were
/// closed, or, of a draft that is not about to open by itself, since somebody did something with it.
pub fn overdue(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let closed: Vec<(Vec<u8>, Option<NaiveDateTime>, i32)> = survey::table
        .filter(survey::closed_at.is_not_null())
        .order(survey::id)
        .select((survey::id, survey::closed_at, survey::retention_days))
        .load(conn)?;
    type Draft = (Vec<u8>, NaiveDateTime, i32, Option<Vec<u8>>, Option<Vec<u8>>);
    let drafts: Vec<Draft> = survey::table
        .filter(survey::state.eq(SurveyState::Draft.name()))
        .filter(survey::opens_at.is_null().or(survey::opens_at.le(now.naive_utc())))
        .order(survey::id)
        .select((survey::id, survey::created_at, survey::retention_days, survey::intake_run, survey::issue_run))
        .load(conn)?;
    let mut over = closed;
    for (key, created_at, days, intake, issue) in drafts {
        let last = audit::last_about(conn, &key)?.unwrap_or(created_at);
        // What is being taken in or issued is noted in the log at its end, and takes no day; a run that has died is not.
        let days = if intake.or(issue).is_some() { days.saturating_add(1) } else { days };
        over.push((key, Some(last), days));
    }
    let mut overdue = Vec::new();
    for (key, since, days) in over {
        let end = since.and_then(|at| forgotten_at(at.and_utc(), number(days).ok()?));
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
        // Until it was held it may have been opened, or somebody begun something with it.
        if !overdue(conn, actor.now)?.contains(&id) {
            continue;
        }
        let key = id.as_bytes().to_vec();
        // An import that died has left people who never were on the roster.
        let last = last_place(conn, id)?;
        let unseen = roster_line::table.filter(roster_line::survey.eq(&key)).filter(roster_line::number.gt(last));
        diesel::delete(unseen).execute(conn)?;
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
