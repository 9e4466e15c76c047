//! Sign-ins of the desk: kept on the server, so that they can be ended.

use super::Conn;
use super::audit::{About, Actor};
use super::schema::{session, staff};
use super::staff::Account;
use crate::domain::audit::Act;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A sign-in nobody uses ends after this time …
pub const IDLE: TimeDelta = TimeDelta::hours(2);
/// … and any sign-in after this.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);

/// How exactly it is known when a sign-in was used last: writing it down at every look is not worth it.
const SEEN: TimeDelta = TimeDelta::minutes(5);

/// A sign-in that holds.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// The sign-in before this one.
    pub before: Option<DateTime<Utc>>,
    /// Whether it is time to write down that it was used.
    pub unseen: bool,
}

/// Begins a sign-in under the hash of what the browser holds, and clears those that are over.
pub fn begin(conn: &mut Conn, actor: &Actor<'_>, hash: &[u8], account: &Account) -> Result<()> {
    let now = actor.now;
    let over = session::seen_at.lt((now - IDLE).naive_utc()).or(session::created_at.lt((now - LONGEST).naive_utc()));
    diesel::delete(session::table.filter(over)).execute(conn)?;
    let id = account.staff.id.as_bytes().to_vec();
    let values = (
        session::hash.eq(hash),
        session::staff.eq(&id),
        session::created_at.eq(now.naive_utc()),
        session::seen_at.eq(now.naive_utc()),
        session::before_at.eq(account.signed_in_at.map(|at| at.naive_utc())),
    );
    diesel::insert_into(session::table).values(values).execute(conn)?;
    diesel::update(staff::table.find(id)).set(staff::signed_in_at.eq(now.naive_utc())).execute(conn)?;
    actor.note(conn, Act::SignedIn, About::account(account.staff.id))
}

/// The sign-in under that hash, if it holds.
pub fn find(conn: &mut Conn, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Session>> {
    type Found = (Vec<u8>, NaiveDateTime, NaiveDateTime, Option<NaiveDateTime>);
    let found = session::table.find(hash);
    let found = found.select((session::staff, session::created_at, session::seen_at, session::before_at));
    let Some((id, created, seen, before)) = found.get_result::<Found>(conn).optional()? else { return Ok(None) };
    let account = super::staff::get(conn, super::surveys::uuid(&id)?)?;
    let over = now - seen.and_utc() > IDLE || now - created.and_utc() > LONGEST;
    if over || account.staff.disabled {
        return Ok(None);
    }
    let unseen = now - seen.and_utc() > SEEN;
    Ok(Some(Session { account, before: before.map(|at| at.and_utc()), unseen }))
}

/// Writes down that a sign-in was used.
pub fn seen(conn: &mut Conn, hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    diesel::update(session::table.find(hash)).set(session::seen_at.eq(now.naive_utc())).execute(conn)?;
    Ok(())
}

/// Ends a sign-in of that account.
pub fn end(conn: &mut Conn, actor: &Actor<'_>, hash: &[u8], account: Uuid) -> Result<()> {
    diesel::delete(session::table.find(hash)).execute(conn)?;
    actor.note(conn, Act::SignedOut, About::account(account))
}

/// How many sign-ins of an account hold.
pub fn count(conn: &mut Conn, staff: Uuid, now: DateTime<Utc>) -> Result<i64> {
    let all = session::table.filter(session::staff.eq(staff.as_bytes().to_vec()));
    let hold = session::seen_at.ge((now - IDLE).naive_utc()).and(session::created_at.ge((now - LONGEST).naive_utc()));
    Ok(all.filter(hold).count().get_result(conn)?)
}
