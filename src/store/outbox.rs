//! Messages on their way. A row stands for one message to one link until it has arrived or nobody needs it any
//! more; then it is gone, so that the table never becomes a list of who answered.
//!
//! A message is taken in one short transaction, which looks at the link first and puts the row off so that no
//! other node takes it, then sent, then settled in another. A node that dies between the two leaves the row, and
//! the message is sent again under the same key: each arrives at least once. What a recipient did before the first
//! transaction began stops the message; what happens while it is on its way cannot call it back.

use super::audit::{About, Actor};
use super::schema::{outbox, pace, sending, unit};
use super::secrets::{self, Codes};
use super::sendings::{self, Sending, State};
use super::surveys::{self, Stored, number, uuid};
use super::{Conn, audience};
use crate::domain::audit::Act;
use crate::domain::message::{Channel, Channels, Kind, Outcome, Rules, Trouble};
use crate::domain::roster::Recipient;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Code, MessageKey, Secret};
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Links looked at for one filling of the outbox.
const CHUNK: i64 = 500;

/// Messages that nobody needs any more which are taken out in one transaction.
const DROPPED: usize = 200;

/// Longest time that the other side may ask us to wait.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// Nothing is ever put off for longer. What is due later was put off by a clock that was wrong, and is due now.
const FARTHEST: TimeDelta = TimeDelta::hours(13);

/// What one node works by.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// The server secret.
    pub secret: &'a Secret,
    /// The way this work is for.
    pub channel: Channel,
    /// All ways there are.
    pub channels: Channels,
    /// When and how fast.
    pub rules: &'a Rules,
    /// The time now.
    pub now: DateTime<Utc>,
}

/// A message with everything that is filled in.
#[derive(Clone, Debug)]
pub struct Message {
    /// The survey it asks for.
    pub survey: Stored,
    /// What it is.
    pub kind: Kind,
    /// To whom.
    pub recipient: Recipient,
    /// Name of the unit that cares for this person.
    pub unit: String,
    /// The code of the link.
    pub code: Code,
    /// The same at every repeat.
    pub key: MessageKey,
    sending: i32,
    serial: i32,
    generation: i16,
    tries: i16,
}

/// What there is to do now.
#[derive(Clone, Debug)]
pub struct Look {
    /// Nothing before this, to keep to the rate.
    pub not_before: DateTime<Utc>,
    /// The surveys of which something is due.
    pub surveys: Vec<Uuid>,
}

/// Looks what there is to do. Changes nothing: most looks find nothing.
pub fn look(conn: &mut Conn, work: &Work<'_>) -> Result<Look> {
    let next: NaiveDateTime = pace::table.find(work.channel.name()).select(pace::next_at).get_result(conn)?;
    let running = sending::table.filter(sending::state.eq(State::Running.name()));
    let columns = (sending::survey, sending::last, sending::filled);
    let running: Vec<(Vec<u8>, i32, i32)> = running.order(sending::survey).select(columns).load(conn)?;
    let mut found = Look { not_before: sane(next, work.now), surveys: Vec::new() };
    for (key, last, filled) in running {
        let id = uuid(&key)?;
        let stored = surveys::get(conn, id)?;
        let over = stored.state != SurveyState::Open;
        let awake = work.rules.hours.hold(work.now, stored.survey.time_zone);
        let due = over || (awake && (filled < last || next_due(conn, id, work)?.is_some() || is_empty(conn, id)?));
        if due {
            found.surveys.push(id);
        }
    }
    Ok(found)
}

/// Takes the next message of a survey, if its time has come. The link is looked at here: a message that nobody
/// waits for any more is dropped.
pub fn take(conn: &mut Conn, work: &Work<'_>, survey: Uuid) -> Result<Option<Message>> {
    let next = pace::table.find(work.channel.name()).select(pace::next_at);
    let next: NaiveDateTime = match conn {
        Conn::Sqlite(conn) => next.get_result(conn)?,
        // One node at a time: what keeps the rate also keeps two from taking the same message.
        Conn::Postgres(conn) => next.for_no_key_update().get_result(conn)?,
    };
    let Some(held) = sendings::hold(conn, survey)?.filter(|held| held.state == State::Running) else {
        return Ok(None);
    };
    let stored = surveys::get(conn, survey)?;
    if stored.state != SurveyState::Open {
        sendings::set(conn, survey, held.number, State::Ended)?;
        return Ok(None);
    }
    if sane(next, work.now) > work.now || !work.rules.hours.hold(work.now, stored.survey.time_zone) {
        return Ok(None);
    }
    for _ in 0..DROPPED {
        let Some((serial, tries)) = next_due(conn, survey, work)? else { break };
        let key = (survey.as_bytes().to_vec(), serial);
        let Some(waiting) = audience::one(conn, survey, serial, work.channels)? else {
            diesel::delete(outbox::table.find(key)).execute(conn)?;
            continue;
        };
        let tries = tries.saturating_add(1);
        let values = (outbox::tries.eq(tries), outbox::due_at.eq((work.now + work.rules.lease()).naive_utc()));
        diesel::update(outbox::table.find(key)).set(values).execute(conn)?;
        let next = (work.now + work.rules.interval).naive_utc();
        diesel::update(pace::table.find(work.channel.name())).set(pace::next_at.eq(next)).execute(conn)?;
        return message(conn, work, stored, &held, (serial, tries), waiting).map(Some);
    }
    if held.filled < held.last {
        fill(conn, work, survey, &held)?;
    } else if is_empty(conn, survey)? {
        sendings::set(conn, survey, held.number, State::Ended)?;
    }
    Ok(None)
}

/// When something is due, or now, where no clock that was right can have put it off so far.
fn sane(due: NaiveDateTime, now: DateTime<Utc>) -> DateTime<Utc> {
    let due = due.and_utc();
    if due > now + FARTHEST { now } else { due }
}

/// The serial of the message that is due first, and how often it was tried.
fn next_due(conn: &mut Conn, survey: Uuid, work: &Work<'_>) -> Result<Option<(i32, i16)>> {
    let now = work.now.naive_utc();
    let due = outbox::table
        .filter(outbox::survey.eq(survey.as_bytes().to_vec()))
        .filter(outbox::channel.eq(work.channel.name()))
        .filter(outbox::due_at.le(now).or(outbox::due_at.gt(now + FARTHEST)))
        .order(outbox::due_at)
        .select((outbox::serial, outbox::tries));
    Ok(due.first(conn).optional()?)
}

fn is_empty(conn: &mut Conn, survey: Uuid) -> Result<bool> {
    let of_survey = outbox::table.filter(outbox::survey.eq(survey.as_bytes().to_vec()));
    let first: Option<i32> = of_survey.select(outbox::serial).first(conn).optional()?;
    Ok(first.is_none())
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct Row {
    survey: Vec<u8>,
    serial: i32,
    sending: i32,
    channel: &'static str,
    due_at: NaiveDateTime,
    tries: i16,
}

/// Puts the next messages of a sending into the outbox, those only whose links wait now. How far it came is kept
/// in the same transaction, so that nobody is forgotten and nobody is put there twice.
fn fill(conn: &mut Conn, work: &Work<'_>, survey: Uuid, held: &Sending) -> Result<()> {
    let found = audience::page(conn, survey, (held.filled, held.last), work.channels, CHUNK)?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == CHUNK);
    let filled = found.last().filter(|_| full).map_or(held.last, |(serial, ..)| *serial);
    let row = |(serial, phone, email): (i32, bool, bool)| {
        let channel = work.channels.to(phone, email)?.name();
        let (survey, due_at) = (survey.as_bytes().to_vec(), work.now.naive_utc());
        Some(Row { survey, serial, sending: held.number, channel, due_at, tries: 0 })
    };
    let rows: Vec<Row> = found.into_iter().filter_map(row).collect();
    if !rows.is_empty() {
        on_engine!(conn, |conn| diesel::insert_into(outbox::table).values(&rows).execute(conn))?;
    }
    let this = sending::table.find((survey.as_bytes().to_vec(), held.number));
    diesel::update(this).set(sending::filled.eq(filled)).execute(conn)?;
    Ok(())
}

fn message(
    conn: &mut Conn,
    work: &Work<'_>,
    survey: Stored,
    held: &Sending,
    (serial, tries): (i32, i16),
    waiting: audience::Waiting,
) -> Result<Message> {
    let audience::Waiting { generation, recipient } = waiting;
    let unit: Option<String> = unit::table.find(&recipient.unit).select(unit::name).get_result(conn).optional()?;
    let code = Codes::of(&survey, work.secret)?.code(serial, generation)?;
    let key = secrets::of(&survey, work.secret)?;
    let key = key.message_key(survey.id, number(held.number)?, number(serial)?, number(generation)?);
    Ok(Message {
        kind: held.kind,
        unit: unit.unwrap_or_else(|| recipient.unit.clone()),
        code,
        key,
        survey,
        recipient,
        sending: held.number,
        serial,
        generation,
        tries,
    })
}

/// Writes down what became of a try. What another node or an end of the sending has settled meanwhile stays as
/// it is.
pub fn settle(conn: &mut Conn, work: &Work<'_>, message: &Message, outcome: Outcome) -> Result<()> {
    if let Outcome::Failed(_, Some(wait)) = outcome {
        // Whoever asks for time gets it from all nodes and all surveys.
        let rest = (work.now + wait.clamp(TimeDelta::zero(), LONGEST_WAIT)).naive_utc();
        let sooner = pace::table.find(work.channel.name()).filter(pace::next_at.lt(rest));
        diesel::update(sooner).set(pace::next_at.eq(rest)).execute(conn)?;
    }
    let survey = message.survey.id;
    let Some(held) = sendings::hold(conn, survey)?.filter(|held| held.number == message.sending) else {
        return Ok(());
    };
    let row = outbox::table.find((survey.as_bytes().to_vec(), message.serial));
    let ours = row.clone().filter(outbox::tries.eq(message.tries));
    let this = sending::table.find((survey.as_bytes().to_vec(), held.number));
    match outcome {
        Outcome::Arrived | Outcome::Undeliverable => {
            let newer = audience::one(conn, survey, message.serial, work.channels)?
                .is_some_and(|waiting| waiting.generation != message.generation);
            if newer {
                // The link was replaced while the message was on its way: what arrived leads nowhere.
                diesel::update(ours).set(outbox::due_at.eq(work.now.naive_utc())).execute(conn)?;
            } else if diesel::delete(row).execute(conn)? == 0 {
                return Ok(());
            } else if outcome == Outcome::Arrived {
                let at = sending::sent_at.eq(work.now.naive_utc());
                let values = (sending::sent.eq(sending::sent + 1), at, sending::trouble.eq(None::<String>));
                diesel::update(this).set(values).execute(conn)?;
            } else {
                diesel::update(this).set(sending::refused.eq(sending::refused + 1)).execute(conn)?;
            }
        }
        Outcome::Failed(trouble, wait) => {
            let wait = work.rules.retry_after(message.tries, message.key).max(wait.unwrap_or_default());
            put_off(conn, work, message, trouble, wait.min(LONGEST_WAIT * 2))?;
        }
        Outcome::Refused(trouble) => {
            put_off(conn, work, message, trouble, TimeDelta::zero())?;
            if held.state == State::Running {
                sendings::set(conn, survey, held.number, State::Paused)?;
                let actor = Actor { secret: work.secret, staff: None, now: work.now };
                actor.note(conn, Act::SendingPaused, About::survey(survey).amount(held.sent))?;
            }
        }
    }
    Ok(())
}

fn put_off(conn: &mut Conn, work: &Work<'_>, message: &Message, trouble: Trouble, wait: TimeDelta) -> Result<()> {
    let key = message.survey.id.as_bytes().to_vec();
    let ours = outbox::table.find((&key, message.serial)).filter(outbox::tries.eq(message.tries));
    diesel::update(ours).set(outbox::due_at.eq((work.now + wait).naive_utc())).execute(conn)?;
    let this = sending::table.find((&key, message.sending));
    diesel::update(this).set(sending::trouble.eq(trouble.name())).execute(conn)?;
    Ok(())
}
