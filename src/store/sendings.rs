//! Invitations and reminders as a whole: begun, paused, stopped, and how far they are. Numbers only.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::{outbox, sending};
use super::surveys::{self, Stored, unknown, uuid};
use super::{Conn, audience};
use crate::domain::audit::Act;
use crate::domain::message::{Channels, Kind, Rules, Trouble};
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use chrono::{DateTime, Days, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Where a sending stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Messages go out.
    Running,
    /// It rests until somebody says otherwise.
    Paused,
    /// Nothing is left to be sent.
    Ended,
    /// Somebody ended it early.
    Stopped,
}

impl State {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::Stopped => "stopped",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Running, Self::Paused, Self::Ended, Self::Stopped].into_iter().find(|state| state.name() == name)
    }

    /// Whether it may still send something.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// One invitation or reminder to everybody who waits.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Its number in the survey, from 1.
    pub number: i32,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// When the last of its messages arrived.
    pub sent_at: Option<DateTime<Utc>>,
    /// It is for links above this serial.
    pub first: i32,
    /// It is for links up to this serial.
    pub last: i32,
    /// Up to this serial they were put into the outbox.
    pub filled: i32,
    /// To how many it was to go when it was begun.
    pub planned: i64,
    /// How many messages arrived.
    pub sent: i64,
    /// How many can never be delivered.
    pub refused: i64,
    /// Why the last try did not succeed; nothing once one has.
    pub trouble: Option<Trouble>,
}

#[derive(Queryable)]
struct Row {
    _survey: Vec<u8>,
    number: i32,
    kind: String,
    state: String,
    begun_at: NaiveDateTime,
    sent_at: Option<NaiveDateTime>,
    first: i32,
    last: i32,
    filled: i32,
    planned: i64,
    sent: i64,
    refused: i64,
    trouble: Option<String>,
}

impl TryFrom<Row> for Sending {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            number: row.number,
            kind: Kind::from_name(&row.kind).ok_or_else(|| unknown(&row.kind))?,
            state: State::from_name(&row.state).ok_or_else(|| unknown(&row.state))?,
            begun_at: row.begun_at.and_utc(),
            sent_at: row.sent_at.map(|at| at.and_utc()),
            first: row.first,
            last: row.last,
            filled: row.filled,
            planned: row.planned,
            sent: row.sent,
            refused: row.refused,
            trouble: row.trouble.map(|name| Trouble::from_name(&name).ok_or_else(|| unknown(&name))).transpose()?,
        })
    }
}

/// All sendings of a survey, in order.
pub fn list(conn: &mut Conn, survey: Uuid) -> Result<Vec<Sending>> {
    let of_survey = sending::table.filter(sending::survey.eq(survey.as_bytes().to_vec()));
    let rows: Vec<Row> = of_survey.order(sending::number).load(conn)?;
    rows.into_iter().map(Sending::try_from).collect()
}

/// The sending of that survey that is under way, held until the transaction ends. Whoever changes the outbox of
/// a survey holds this first, so that nobody puts messages into a sending that has just ended.
pub(super) fn hold(conn: &mut Conn, survey: Uuid) -> Result<Option<Sending>> {
    let under_way = sending::state.eq(State::Running.name()).or(sending::state.eq(State::Paused.name()));
    let found = sending::table.filter(sending::survey.eq(survey.as_bytes().to_vec())).filter(under_way);
    let row: Option<Row> = match conn {
        Conn::Sqlite(conn) => found.first(conn).optional()?,
        Conn::Postgres(conn) => found.for_no_key_update().first(conn).optional()?,
    };
    row.map(Sending::try_from).transpose()
}

/// How many messages were tried and have not arrived.
pub fn stuck(conn: &mut Conn, survey: Uuid) -> Result<i64> {
    let tried = outbox::table.filter(outbox::survey.eq(survey.as_bytes().to_vec())).filter(outbox::tries.gt(0));
    Ok(tried.count().get_result(conn)?)
}

/// Why nothing can be begun now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The survey is not open.
    NotOpen,
    /// Neither webhook nor e-mail is set up.
    NoChannel,
    /// Another sending is under way.
    UnderWay,
    /// The last message is too fresh; from that time on.
    TooSoon(DateTime<Utc>),
    /// The last reminder was the last.
    Enough,
    /// There is nobody who waits and can be reached.
    Nobody,
}

/// What a sending begun now would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// For links above this serial.
    pub first: i32,
    /// How many it would go to.
    pub people: i64,
    /// Why it cannot be begun.
    pub hindrance: Option<Hindrance>,
}

/// What a sending begun now depends on.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The ways there are.
    pub channels: Channels,
    /// When and how often.
    pub rules: &'a Rules,
    /// The time now.
    pub now: DateTime<Utc>,
}

/// What an invitation and a reminder would be, begun now. An invitation is for those with a link issued since the
/// last one, a reminder for everybody who waits.
pub fn outlooks(conn: &mut Conn, stored: &Stored, terms: Terms<'_>) -> Result<[Outlook; 2]> {
    let sendings = list(conn, stored.id)?;
    let reminder = outlook_after(conn, stored, Kind::Reminder, terms, &sendings, None)?;
    let invitation = outlook_after(conn, stored, Kind::Invitation, terms, &sendings, Some(reminder.people))?;
    Ok([invitation, reminder])
}

/// One of the two.
pub fn outlook(conn: &mut Conn, stored: &Stored, kind: Kind, terms: Terms<'_>) -> Result<Outlook> {
    let sendings = list(conn, stored.id)?;
    outlook_after(conn, stored, kind, terms, &sendings, None)
}

/// The same, with the sendings there were and, where it is known, how many of everybody can be reached.
fn outlook_after(
    conn: &mut Conn,
    stored: &Stored,
    kind: Kind,
    Terms { channels, rules, now }: Terms<'_>,
    sendings: &[Sending],
    everybody: Option<i64>,
) -> Result<Outlook> {
    let invited = sendings.iter().filter(|sending| sending.kind == Kind::Invitation).map(|sending| sending.last).max();
    let first = if kind == Kind::Invitation { invited.unwrap_or(0) } else { 0 };
    let people = match (stored.state, everybody) {
        _ if channels.is_empty() => 0,
        (SurveyState::Closed | SurveyState::Sealed, _) => 0,
        (_, Some(everybody)) if first == 0 => everybody,
        _ => audience::count(conn, stored.id, (first, stored.visible_serial), channels)?,
    };
    let reminders = sendings.iter().filter(|sending| sending.kind == Kind::Reminder && sending.sent > 0).count();
    let last = sendings.iter().filter_map(|sending| sending.sent_at).max();
    let free = last.and_then(|last| last.checked_add_days(Days::new(rules.days_apart.into())));
    let hindrance = if stored.state != SurveyState::Open {
        Some(Hindrance::NotOpen)
    } else if channels.is_empty() {
        Some(Hindrance::NoChannel)
    } else if sendings.iter().any(|sending| sending.state.is_under_way()) {
        Some(Hindrance::UnderWay)
    } else if kind == Kind::Reminder && u32::try_from(reminders).is_ok_and(|count| count >= rules.most_reminders) {
        Some(Hindrance::Enough)
    } else if let Some(free) = free.filter(|free| kind == Kind::Reminder && *free > now) {
        Some(Hindrance::TooSoon(free))
    } else if people == 0 {
        Some(Hindrance::Nobody)
    } else {
        None
    };
    Ok(Outlook { first, people, hindrance })
}

/// Begins a sending. Its messages are put into the outbox as they go out.
pub fn begin(
    conn: &mut Conn,
    actor: &Actor<'_>,
    survey: Uuid,
    kind: Kind,
    channels: Channels,
    rules: &Rules,
) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    let stored = surveys::get(conn, survey)?;
    let outlook = outlook(conn, &stored, kind, Terms { channels, rules, now: actor.now })?;
    if outlook.hindrance.is_some() {
        return Err(Obstacle::NothingToSend.into());
    }
    let key = survey.as_bytes().to_vec();
    let of_survey = sending::table.filter(sending::survey.eq(&key));
    let number: Option<i32> = of_survey.select(diesel::dsl::max(sending::number)).get_result(conn)?;
    let row = (
        sending::survey.eq(key),
        sending::number.eq(number.unwrap_or(0) + 1),
        sending::kind.eq(kind.name()),
        sending::state.eq(State::Running.name()),
        sending::begun_at.eq(actor.now.naive_utc()),
        sending::first.eq(outlook.first),
        sending::last.eq(stored.visible_serial),
        sending::filled.eq(outlook.first),
        sending::planned.eq(outlook.people),
        sending::sent.eq(0),
        sending::refused.eq(0),
    );
    diesel::insert_into(sending::table).values(row).execute(conn)?;
    let about = About { reason: Some(kind.name().to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::SendingBegun, about.amount(outlook.people))
}

/// What staff do with a sending under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steer {
    /// Let it rest.
    Pause,
    /// Let it go on.
    Continue,
    /// End it: what has not arrived is never sent.
    Stop,
}

/// Does that with the sending of that number. What is on its way at this moment cannot be called back.
pub fn steer(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, number: i32, steer: Steer) -> Result<()> {
    let found = hold(conn, survey)?.filter(|found| found.number == number);
    let (act, to) = match (steer, found.as_ref().map(|found| found.state)) {
        (Steer::Pause, Some(State::Running)) => (Act::SendingPaused, State::Paused),
        (Steer::Continue, Some(State::Paused)) => (Act::SendingContinued, State::Running),
        (Steer::Stop, Some(_)) => (Act::SendingStopped, State::Stopped),
        _ => return Err(Obstacle::SendingChanged.into()),
    };
    set(conn, survey, number, to)?;
    let sent = found.map_or(0, |found| found.sent);
    actor.note(conn, act, About::survey(survey).amount(sent))
}

/// The surveys that are not open, of which a sending is under way.
pub fn overdue(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let under_way = sending::state.eq(State::Running.name()).or(sending::state.eq(State::Paused.name()));
    let keys: Vec<Vec<u8>> = sending::table.filter(under_way).select(sending::survey).distinct().load(conn)?;
    let mut over = Vec::new();
    for key in keys {
        let id = uuid(&key)?;
        if surveys::get(conn, id)?.state != SurveyState::Open {
            over.push(id);
        }
    }
    Ok(over)
}

/// Ends the sendings of surveys that are not open any more, those too that rest: nothing of them stays in the
/// outbox.
pub fn end_overdue(conn: &mut Conn) -> Result<()> {
    for id in overdue(conn)? {
        if let Some(held) = hold(conn, id)? {
            set(conn, id, held.number, State::Ended)?;
        }
    }
    Ok(())
}

/// Moves a sending that is [held](hold) to another state; one that is over has nothing left in the outbox.
pub(super) fn set(conn: &mut Conn, survey: Uuid, number: i32, state: State) -> Result<()> {
    let key = survey.as_bytes().to_vec();
    diesel::update(sending::table.find((&key, number))).set(sending::state.eq(state.name())).execute(conn)?;
    if !state.is_under_way() {
        diesel::delete(outbox::table.filter(outbox::survey.eq(&key))).execute(conn)?;
    }
    Ok(())
}
