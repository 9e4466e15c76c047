//! The servers that run on this database, and which secrets each was given.

use super::schema::node;
use super::{Conn, secrets};
use crate::domain::token::{Fingerprint, Secret};
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use uuid::Uuid;

/// How often a server says that it runs.
const SAID: TimeDelta = TimeDelta::minutes(10);

/// A server that has said nothing for so long is gone, and so is one whose clock is ahead by as much.
pub const SILENT: TimeDelta = TimeDelta::minutes(25);

/// Says that a server begins. Refuses as [`secrets::claim`] does, once it has been said: a change of the secret either
/// knows of this server, or is seen here.
pub fn enter(conn: &mut Conn, id: Uuid, given: &Secret, now: DateTime<Utc>) -> Result<()> {
    announce(conn, id, given, now)?;
    secrets::claim(conn, given)
}

/// Until the commit no server says anything.
pub(super) fn hold(conn: &mut Conn) -> Result<()> {
    match conn {
        // Nobody else writes meanwhile.
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(conn) => Ok(conn.batch_execute("LOCK TABLE node IN SHARE MODE")?),
    }
}

/// Says that a server runs, and forgets those that are gone.
pub fn announce(conn: &mut Conn, id: Uuid, given: &Secret, now: DateTime<Utc>) -> Result<()> {
    let (first, last) = ((now - SILENT).naive_utc(), (now + SILENT).naive_utc());
    diesel::delete(node::table.filter(node::seen_at.lt(first).or(node::seen_at.gt(last)))).execute(conn)?;
    leave(conn, id)?;
    let secrets: Vec<String> = given.fingerprints().map(|one| one.to_string()).collect();
    let row =
        (node::id.eq(id.as_bytes().to_vec()), node::seen_at.eq(now.naive_utc()), node::secrets.eq(secrets.join(" ")));
    diesel::insert_into(node::table).values(row).execute(conn)?;
    Ok(())
}

/// Whether it is time to say so again.
pub fn is_silent(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let seen: Option<NaiveDateTime> =
        node::table.find(id.as_bytes().to_vec()).select(node::seen_at).get_result(conn).optional()?;
    Ok(seen.is_none_or(|seen| (now - seen.and_utc()).abs() > SAID))
}

/// Says that a server has ended.
pub fn leave(conn: &mut Conn, id: Uuid) -> Result<()> {
    diesel::delete(node::table.find(id.as_bytes().to_vec())).execute(conn)?;
    Ok(())
}

/// When a server was seen last that runs and does not have that secret, if there is one.
pub fn without(conn: &mut Conn, secret: Fingerprint, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let rows: Vec<(NaiveDateTime, String)> =
        node::table.order(node::seen_at.desc()).select((node::seen_at, node::secrets)).load(conn)?;
    let runs = |seen: &DateTime<Utc>| (now - *seen).abs() <= SILENT;
    let lacks = |secrets: &str| secrets.split(' ').all(|one| Fingerprint::parse(one) != Some(secret));
    Ok(rows.into_iter().filter(|(_, secrets)| lacks(secrets)).map(|(seen, _)| seen.and_utc()).find(runs))
}
