//! Scorecards: every change is a version of its own, kept as it was saved.
//!
//! A change names the version it was made from. Where somebody has saved another one since, it is refused and nothing
//! is lost. A scorecard is never deleted: what an evaluation once said can be looked up.

use super::audit::{About, Actor};
use super::schema::{scorecard, scorecard_version};
use super::surveys::{self, uuid};
use super::{Conn, releases};
use crate::domain::audit::Act;
use crate::domain::fault::Faults;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::scorecard::{
    self as domain, Bound, Difference, Entry, File, Head, Kind, Mistake, Satisfaction, Scorecard, Scored, Unread,
};
use crate::domain::survey::Measure;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What made a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The scorecard was made.
    Added,
    /// Its indicators were replaced from a file.
    Imported,
    /// It was changed as a whole, or its head was.
    Changed,
    /// An actual value was entered or taken away.
    Actual,
    /// A score was given by hand or taken away.
    Score,
    /// A satisfaction indicator was bound to a release, or loosed.
    Bound,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Added, Self::Imported, Self::Changed, Self::Actual, Self::Score, Self::Bound];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Imported => "imported",
            Self::Changed => "changed",
            Self::Actual => "actual",
            Self::Score => "score",
            Self::Bound => "bound",
        }
    }

    /// The change of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }
}

/// A scorecard in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// The programme.
    pub programme: String,
    /// The programme's year.
    pub year: i16,
    /// The unit that is evaluated, by name.
    pub unit: String,
    /// The latest version.
    pub version: i32,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
    /// How many indicators it has.
    pub indicators: i32,
    /// How many of them are not filled in.
    pub lacking: i32,
    /// 得分; none while something is lacking.
    pub score: Option<String>,
    /// The grade, likewise.
    pub grade: Option<String>,
}

/// A version as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The scorecard's id.
    pub id: Uuid,
    /// The number of the version, from 1.
    pub version: i32,
    /// When it was saved.
    pub made_at: DateTime<Utc>,
    /// SHA-256 of the document without this field, in hex.
    pub sha256: String,
    /// The document, RFC 8785 JSON.
    pub document: String,
}

impl Kept {
    /// The document, read.
    pub fn scored(&self) -> Result<Scored> {
        serde_json::from_str(&self.document).map_err(|error| Error::Corrupt(format!("a scorecard: {error}")))
    }

    /// What was given in it, read.
    pub fn card(&self) -> Result<Scorecard> {
        Ok(self.scored()?.card()?)
    }
}

/// A version in the history of a scorecard.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number, from 1.
    pub number: i32,
    /// When it was saved.
    pub made_at: DateTime<Utc>,
    /// Who saved it; nobody of the command line.
    pub staff: Option<Uuid>,
    /// What was done.
    pub change: Change,
    /// The indicator that was changed, where it was one alone.
    pub code: Option<String>,
    /// SHA-256 of the document, in hex.
    pub sha256: String,
}

/// Makes a scorecard from a file. Releases that it is to be bound to are looked up; one that is none, or that shows no
/// results, is a fault of the file.
pub fn add(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, file: File) -> Result<Kept> {
    let card = bind_all(conn, file)?.checked()?;
    write(conn, actor, id, 0, &card, (Change::Added, None))
}

/// Replaces a scorecard by a file. What the file does not give, such as actual values and scores of indicators that
/// it has, stays as it is.
pub fn import(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<i32>, file: File) -> Result<Kept> {
    let (version, before) = current(conn, id, seen)?;
    let file = file.keeping(&before)?;
    let card = bind_all(conn, file)?;
    write(conn, actor, id, version, &card, (Change::Imported, None))
}

/// Saves a scorecard as it is now. Faults name rows of its exported table.
pub fn save(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<i32>, card: Scorecard) -> Result<Kept> {
    let (version, _) = current(conn, id, seen)?;
    write(conn, actor, id, version, &card.checked()?, (Change::Changed, None))
}

/// Changes what a scorecard is of, and how it is graded.
pub fn set_head(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<i32>, head: Head) -> Result<Kept> {
    let (version, before) = current(conn, id, seen)?;
    let card = Scorecard { head, ..before }.checked()?;
    write(conn, actor, id, version, &card, (Change::Changed, None))
}

/// What is entered for one indicator.
#[derive(Clone, Debug)]
pub struct Entering {
    /// The indicator.
    pub code: String,
    /// What is entered.
    pub entry: Entry,
    /// Why; none leaves it as it is, an empty one takes it away.
    pub reason: Option<String>,
    /// Where the evidence is, likewise.
    pub evidence: Option<String>,
}

/// Enters something for one indicator. For a release see [`bound`].
pub fn enter(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<i32>, entering: Entering) -> Result<Kept> {
    let (version, mut card) = current(conn, id, seen)?;
    let Entering { code, entry, reason, evidence } = entering;
    let change = match entry {
        Entry::Actual(_) => Change::Actual,
        Entry::Score(_) => Change::Score,
        Entry::Release { bound: Some(_), .. } => Change::Bound,
        Entry::Release { bound: None, .. } => Change::Changed,
    };
    let indicator = card.get_mut(&code).ok_or_else(|| Missing::Indicator { code: code.clone() })?;
    indicator.enter(entry, reason, evidence)?;
    write(conn, actor, id, version, &card.checked()?, (change, Some(code)))
}

/// The figure of a release, to be entered for a satisfaction indicator: of the release of that number, or of the
/// latest.
pub fn bound(conn: &mut Conn, survey: Uuid, release: Option<i32>, measure: Measure) -> Result<Bound> {
    surveys::get(conn, survey)?;
    let release = releases::get(conn, survey, release)?.ok_or(Missing::Release)?.release()?;
    match domain::value(&release, measure) {
        Ok(value) => {
            Ok(Bound { survey, title: release.survey.title, release: release.number, sha256: release.sha256, value })
        }
        Err(Unread::NotShown) => Err(Obstacle::NoFigure.into()),
        Err(error @ Unread::Inconsistent) => Err(Error::Corrupt(error.to_string())),
    }
}

/// Looks up every release that a file is to be bound to.
pub fn bind_all(conn: &mut Conn, mut file: File) -> Result<Scorecard> {
    let mut faults = Faults::default();
    for wanted in file.wanted.clone() {
        let measure = match file.card.get(&wanted.code).map(|indicator| &indicator.kind) {
            Some(Kind::Satisfaction(Satisfaction { measure, .. })) => *measure,
            _ => continue,
        };
        match bound(conn, wanted.survey, wanted.release, measure) {
            Ok(bound) => file.bind(&wanted.code, bound),
            Err(Error::NotFound(_)) => file.refuse(&wanted, Mistake::NoRelease, &mut faults),
            Err(Error::Refused(_)) => file.refuse(&wanted, Mistake::NoFigure, &mut faults),
            Err(error) => return Err(error),
        }
    }
    Ok(faults.or(file.card)?)
}

/// What is saved now, with its version; refused where it is not the one that was seen.
fn current(conn: &mut Conn, id: Uuid, seen: Option<i32>) -> Result<(i32, Scorecard)> {
    let latest = latest(conn, id, true)?;
    let kept = version(conn, id, latest)?;
    if seen.is_some_and(|seen| seen != kept.version) {
        return Err(Obstacle::ChangedMeanwhile.into());
    }
    Ok((kept.version, kept.card()?))
}

/// Writes the version behind `before` and what lists show of it. The card was checked.
fn write(
    conn: &mut Conn,
    actor: &Actor<'_>,
    id: Uuid,
    before: i32,
    card: &Scorecard,
    (change, code): (Change, Option<String>),
) -> Result<Kept> {
    let (key, now, version) = (id.as_bytes().to_vec(), actor.now.trunc_subsecs(0), before.saturating_add(1));
    let scored = Scored::make(card, id, version, now)?;
    let document = scored.canonical()?;
    let amount = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let listed = (
        scorecard::title.eq(&scored.title),
        scorecard::programme.eq(&scored.programme),
        scorecard::year.eq(i16::try_from(scored.year).unwrap_or(i16::MAX)),
        scorecard::unit.eq(&scored.unit),
        scorecard::version.eq(version),
        scorecard::saved_at.eq(now.naive_utc()),
        scorecard::indicators.eq(amount(scored.indicators.len())),
        scorecard::lacking.eq(amount(scored.missing.len())),
        scorecard::score.eq(scored.total.as_ref().map(|total| &total.score)),
        scorecard::grade.eq(scored.total.as_ref().map(|total| &total.grade)),
    );
    if before == 0 {
        diesel::insert_into(scorecard::table).values((scorecard::id.eq(&key), listed)).execute(conn)?;
    } else {
        // On condition that nobody was faster.
        let as_seen = scorecard::table.filter(scorecard::id.eq(&key)).filter(scorecard::version.eq(before));
        if diesel::update(as_seen).set(listed).execute(conn)? != 1 {
            return Err(Obstacle::ChangedMeanwhile.into());
        }
    }
    let row = (
        scorecard_version::scorecard.eq(&key),
        scorecard_version::number.eq(version),
        scorecard_version::made_at.eq(now.naive_utc()),
        scorecard_version::staff.eq(actor.staff.map(|staff| staff.as_bytes().to_vec())),
        scorecard_version::change.eq(change.name()),
        scorecard_version::code.eq(&code),
        scorecard_version::sha256.eq(&scored.sha256),
        scorecard_version::document.eq(&document),
    );
    diesel::insert_into(scorecard_version::table).values(row).execute(conn)?;
    let about = About { subject: Some(id), ..About::default() }.amount(version.into());
    let bound = code.as_deref().and_then(|code| card.bound().find(|(own, _)| *own == code));
    match (change, bound) {
        (Change::Added, _) => actor.note(conn, Act::ScorecardAdded, about)?,
        (Change::Bound, Some((_, bound))) => {
            actor.note(conn, Act::ScorecardBound, About { survey: Some(bound.survey), ..about })?;
        }
        _ => actor.note(conn, Act::ScorecardChanged, about)?,
    }
    Ok(Kept { id, version, made_at: now, sha256: scored.sha256, document })
}

/// All scorecards, newest year first, then by programme and title.
pub fn list(conn: &mut Conn) -> Result<Vec<Listed>> {
    type Row = (Vec<u8>, String, String, i16, String, i32, NaiveDateTime, i32, i32, Option<String>, Option<String>);
    let rows: Vec<Row> = scorecard::table.load(conn)?;
    let mut list = Vec::with_capacity(rows.len());
    for (id, title, programme, year, unit, version, saved_at, indicators, lacking, score, grade) in rows {
        let (id, saved_at) = (uuid(&id)?, saved_at.and_utc());
        list.push(Listed { id, title, programme, year, unit, version, saved_at, indicators, lacking, score, grade });
    }
    // In the order of code points, as everywhere; a database has an order of its own.
    list.sort_by(|a, b| {
        let by = |one: &Listed| (std::cmp::Reverse(one.year), one.programme.clone(), one.title.clone(), one.id);
        by(a).cmp(&by(b))
    });
    Ok(list)
}

/// The latest version of a scorecard.
pub fn get(conn: &mut Conn, id: Uuid) -> Result<Kept> {
    let latest = latest(conn, id, false)?;
    version(conn, id, latest)
}

/// The number of the latest version; `to_change` holds it until the commit, so that changes take turns. On SQLite
/// writers take turns anyway.
fn latest(conn: &mut Conn, id: Uuid, to_change: bool) -> Result<i32> {
    let row = scorecard::table.find(id.as_bytes().to_vec()).select(scorecard::version);
    let latest: Option<i32> = match conn {
        Conn::Postgres(conn) if to_change => row.for_update().first(conn).optional()?,
        Conn::Postgres(conn) => row.first(conn).optional()?,
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    Ok(latest.ok_or(Missing::Scorecard { id })?)
}

/// A version of a scorecard.
pub fn version(conn: &mut Conn, id: Uuid, number: i32) -> Result<Kept> {
    let row: Option<(NaiveDateTime, String, String)> = scorecard_version::table
        .find((id.as_bytes().to_vec(), number))
        .select((scorecard_version::made_at, scorecard_version::sha256, scorecard_version::document))
        .first(conn)
        .optional()?;
    let (made_at, sha256, document) = row.ok_or(Missing::ScorecardVersion)?;
    Ok(Kept { id, version: number, made_at: made_at.and_utc(), sha256, document })
}

/// All versions of a scorecard, the last one first, without their documents.
pub fn versions(conn: &mut Conn, id: Uuid) -> Result<Vec<Version>> {
    type Row = (i32, NaiveDateTime, Option<Vec<u8>>, String, Option<String>, String);
    let rows: Vec<Row> = scorecard_version::table
        .filter(scorecard_version::scorecard.eq(id.as_bytes().to_vec()))
        .order(scorecard_version::number.desc())
        .select((
            scorecard_version::number,
            scorecard_version::made_at,
            scorecard_version::staff,
            scorecard_version::change,
            scorecard_version::code,
            scorecard_version::sha256,
        ))
        .load(conn)?;
    if rows.is_empty() {
        return Err(Missing::Scorecard { id }.into());
    }
    let version = |(number, made_at, staff, change, code, sha256): Row| {
        let staff = staff.map(|staff| uuid(&staff)).transpose()?;
        let change = Change::from_name(&change).ok_or_else(|| Error::Corrupt(format!("the change “{change}”")))?;
        Ok(Version { number, made_at: made_at.and_utc(), staff, change, code, sha256 })
    };
    rows.into_iter().map(version).collect()
}

/// What is different between two versions of a scorecard.
pub fn differences(conn: &mut Conn, id: Uuid, from: i32, to: i32) -> Result<Vec<Difference>> {
    let (from, to) = (version(conn, id, from)?.scored()?, version(conn, id, to)?.scored()?);
    Ok(domain::differences(&from, &to))
}

/// The numbers of newer releases than the ones that indicators are bound to, by code; only of those that have one. The
/// scorecard does not change by it.
pub fn newer_releases(conn: &mut Conn, scored: &Scored) -> Result<BTreeMap<String, i32>> {
    let mut newer = BTreeMap::new();
    for line in &scored.indicators {
        let Some(bound) = &line.release else { continue };
        let latest = super::released::numbers(conn, bound.survey)?.first().map(|(number, _)| *number);
        if let Some(latest) = latest.filter(|latest| *latest > bound.number) {
            newer.insert(line.code.clone(), latest);
        }
    }
    Ok(newer)
}
