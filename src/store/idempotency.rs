//! What programs ask for with a key of their own choosing, so that it is done once however often they send it.
//!
//! No reply is stored. What was done is a range of serials, from which the same reply is made again; the key and the
//! body are kept as marks that only the holder of the survey's secret can make, so that nobody can try from the table
//! what was sent. A key is taken in the commit that begins a run of issuing and settled in the commit that makes its
//! links visible: whatever happens in between, the links are there once or not at all.

use super::links::Issued;
use super::schema::{idempotency, roster_entry, survey};
use super::secrets::Codes;
use super::surveys::{Stored, uuid};
use super::{Conn, seal};
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Recipient;
use crate::domain::token::Secret;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// How long after its last sign of life a run is taken for one that still goes on.
pub const HELD: TimeDelta = TimeDelta::seconds(30);

/// How long a key is known after it was used.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// What a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The API key it came with.
    pub api_key: Uuid,
    /// The mark of the Idempotency-Key.
    pub mark: [u8; 16],
    /// The survey.
    pub survey: Uuid,
    /// The mark of the body.
    pub body: [u8; 16],
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has been done for it, and nothing is being done.
    Free,
    /// It is being done.
    InUse,
    /// The key belongs to another request.
    Reused,
    /// It is done.
    Done(Settled),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The first serial.
    pub first: i32,
    /// The last serial; one less than the first where no link was issued.
    pub last: i32,
    /// How many people had a link before.
    pub known: i64,
}

impl Settled {
    /// How many links were issued.
    pub fn issued(&self) -> i64 {
        (i64::from(self.last) - i64::from(self.first) + 1).max(0)
    }
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency, treat_none_as_null = true)]
struct Row {
    api_key: Vec<u8>,
    mark: Vec<u8>,
    survey: Vec<u8>,
    body: Vec<u8>,
    run: Vec<u8>,
    held_at: NaiveDateTime,
    first: Option<i32>,
    last: Option<i32>,
    known: Option<i64>,
}

impl Row {
    fn settled(&self) -> Option<Settled> {
        let (first, last, known) = (self.first?, self.last?, self.known?);
        Some(Settled { first, last, known })
    }
}

/// How a request stands now. Changes nothing.
pub fn look(conn: &mut Conn, request: &Request, now: DateTime<Utc>) -> Result<Standing> {
    let found = idempotency::table.find((request.api_key.as_bytes().to_vec(), request.mark.to_vec()));
    let Some(row) = found.clone().get_result::<Row>(conn).optional()? else { return Ok(Standing::Free) };
    if row.survey != request.survey.as_bytes() || row.body != request.body {
        return Ok(Standing::Reused);
    }
    if let Some(settled) = row.settled() {
        return Ok(Standing::Done(settled));
    }
    if is_held(conn, request.survey, now)? == Some(uuid(&row.run)?) {
        return Ok(Standing::InUse);
    }
    // It may have come to its end between the two looks.
    let again = found.get_result::<Row>(conn).optional()?;
    Ok(again.and_then(|row| row.settled()).map_or(Standing::Free, Standing::Done))
}

/// The run for a program that writes links of a survey now, if it has given a sign of life of late.
pub fn is_held(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<Option<Uuid>> {
    let run: Option<Vec<u8>> = idempotency::table
        .inner_join(survey::table.on(survey::issue_run.eq(idempotency::run.nullable())))
        .filter(survey::id.eq(id.as_bytes().to_vec()))
        .filter(idempotency::held_at.gt((now - HELD).naive_utc()))
        .select(idempotency::run)
        .first(conn)
        .optional()?;
    run.map(|run| uuid(&run)).transpose()
}

/// Takes the key for a run that begins, unless another run is at work. The survey is locked against others.
pub(super) fn take(conn: &mut Conn, request: &Request, run: Uuid, now: DateTime<Utc>) -> Result<()> {
    // It was looked at before: whatever it is now, it has become meanwhile.
    if look(conn, request, now)? != Standing::Free {
        return Err(Obstacle::IdempotencyKeyInUse.into());
    }
    if is_held(conn, request.survey, now)?.is_some() {
        return Err(Obstacle::IssuingRunning.into());
    }
    let row = Row {
        api_key: request.api_key.as_bytes().to_vec(),
        mark: request.mark.to_vec(),
        survey: request.survey.as_bytes().to_vec(),
        body: request.body.to_vec(),
        run: run.as_bytes().to_vec(),
        held_at: now.naive_utc(),
        first: None,
        last: None,
        known: None,
    };
    on_engine!(conn, |conn| diesel::insert_into(idempotency::table)
        .values(&row)
        .on_conflict((idempotency::api_key, idempotency::mark))
        .do_update()
        .set(&row)
        .execute(conn))?;
    Ok(())
}

/// Writes down what was done, in the commit that does it. Fails where the key has gone to another run.
pub(super) fn settle(
    conn: &mut Conn,
    request: &Request,
    run: Uuid,
    settled: Settled,
    now: DateTime<Utc>,
) -> Result<()> {
    let found = idempotency::table.find((request.api_key.as_bytes().to_vec(), request.mark.to_vec()));
    let values = (
        idempotency::first.eq(settled.first),
        idempotency::last.eq(settled.last),
        idempotency::known.eq(settled.known),
        idempotency::held_at.eq(now.naive_utc()),
    );
    let ours = found.filter(idempotency::run.eq(run.as_bytes().to_vec()));
    if diesel::update(ours).set(values).execute(conn)? == 1 {
        return Ok(());
    }
    Err(Obstacle::IssuedElsewhere.into())
}

/// A sign of life of a run.
pub(super) fn hold(conn: &mut Conn, run: Uuid, now: DateTime<Utc>) -> Result<()> {
    let of_run = idempotency::table.filter(idempotency::run.eq(run.as_bytes().to_vec()));
    diesel::update(of_run).set(idempotency::held_at.eq(now.naive_utc())).execute(conn)?;
    Ok(())
}

/// The links that were issued, in order, as they were issued: a code that was replaced since is told, too, and leads
/// nowhere. Refs are those that are known now.
pub fn issued(conn: &mut Conn, stored: &Stored, secret: &Secret, settled: Settled) -> Result<Vec<Issued>> {
    seal::is_free(conn, stored.id)?;
    let codes = Codes::of(stored, secret)?;
    let rows: Vec<(i32, String, Option<String>)> = roster_entry::table
        .filter(roster_entry::survey.eq(stored.id.as_bytes().to_vec()))
        .filter(roster_entry::serial.between(settled.first, settled.last))
        .order(roster_entry::serial)
        .select((roster_entry::serial, roster_entry::unit, roster_entry::reference))
        .load(conn)?;
    let issued = |(serial, unit, reference)| {
        let code = codes.code(serial, 0)?;
        Ok(Issued { recipient: Recipient { unit, reference, ..Recipient::default() }, code })
    };
    rows.into_iter().map(issued).collect()
}

/// How many keys should be forgotten by then.
pub fn overdue(conn: &mut Conn, now: DateTime<Utc>) -> Result<i64> {
    let old = idempotency::held_at.le((now - KEPT).naive_utc());
    Ok(idempotency::table.filter(old).count().get_result(conn)?)
}

/// Forgets the keys whose time is over.
pub fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let old = idempotency::held_at.le((now - KEPT).naive_utc());
    diesel::delete(idempotency::table.filter(old)).execute(conn)?;
    Ok(())
}
