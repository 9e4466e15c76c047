//! Everything from one database into an empty one, on either engine.
//!
//! The source is held against changes while it is read, and marked as moved before the target is committed; the target
//! is one transaction, committed only when both hold the same by count and digest, and the copy passes the checks of the
//! audit log and of every survey. So at no time do two databases take answers, and whatever is killed leaves a target
//! that is empty or whole. Decision 30 says why it is so.

mod rows;
mod tables;
mod value;

pub use value::Sum;

use super::audit::{self, About, Actor};
use super::backups::{self, Backup, Kind};
use super::moved::{self, Moved};
use super::schema::survey;
use super::verify::{self, Check};
use super::{Conn, Db, TRIES, collided, secrets};
use crate::domain::audit::Act;
use crate::error::{Error, Result};
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use std::time::Duration;
use tables::{Catalogue, TABLES, Table};
use uuid::Uuid;

/// What is copied where, as it is told and noted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The database that is copied: a file, or a server and a name; never a password.
    pub from: String,
    /// The database that takes the copy.
    pub to: String,
    /// Whether the source stays in service: a copy to try things with.
    pub keep: bool,
    /// A fresh id by which the copy is known.
    pub mark: Uuid,
}

/// What a copy has come to.
#[derive(Clone, Debug)]
pub enum Told<'a> {
    /// A table is copied, and read again at the target.
    Table(&'static str, &'a Sum),
    /// The audit log of the copy is whole, with so many rows; or it is not, as it is not at the source.
    Audit(Option<i64>),
    /// A survey of the copy was checked. Differences that were found are at the source, too.
    Survey(Uuid, &'a [Check]),
}

/// The names of the tables that are copied.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name)
}

/// Copies everything. Gives false where an earlier call had done it all but to say so.
pub fn run(
    source: &Db,
    target: &Db,
    plan: &Plan,
    actor: &Actor<'_>,
    tell: &mut dyn FnMut(Told<'_>) -> Result<()>,
) -> Result<bool> {
    match source.read(moved::find)? {
        Some(moved) if moved.done || moved.place != plan.to => return Err(Error::Setup(moved.words())),
        Some(moved) if target.read(|conn| backups::knows(conn, moved.mark.as_bytes()))? => {
            source.write("moved", moved::done)?;
            return Ok(false);
        }
        _ => {}
    }
    target.read(is_empty)?;
    if plan.keep {
        source.write("note copy", |conn| note(conn, plan, actor))?;
    }
    let (mut from, mut to) = (source.establish()?, target.establish()?);
    if plan.keep {
        look(&mut from)?
    } else {
        hold(&mut from)?
    }
    let body = hold(&mut to).and_then(|()| {
        let done = both(&mut from, &mut to, plan, actor, tell);
        if done.is_err() {
            roll_back(&mut to);
        }
        done
    });
    if let Err(error) = body {
        roll_back(&mut from);
        return Err(error);
    }
    // The source first: cut off in between, nothing is in service, and nothing is lost.
    <Conn as Connection>::TransactionManager::commit_transaction(&mut from)?;
    <Conn as Connection>::TransactionManager::commit_transaction(&mut to)?;
    if !plan.keep {
        source.write("moved", moved::done)?;
    }
    target.settle()?;
    Ok(true)
}

/// Puts a database back into service from which everything was moved, or nearly.
pub fn undo(source: &Db, actor: &Actor<'_>) -> Result<()> {
    source.write("undo move", |conn| {
        let Some(moved) = moved::find(conn)? else {
            return Err(Error::Setup("this database was not moved: it is in service".to_owned()));
        };
        moved::lift(conn)?;
        backups::forget(conn, moved.mark)?;
        let other = Backup { kind: Kind::Copy, place: moved.place.clone(), made_at: moved.at };
        backups::note(conn, moved.mark, &other)?;
        actor.note(conn, Act::MoveUndone, About { reason: Some(moved.place), ..About::default() })
    })
}

/// What is noted at the source, and goes along: that it was done, and where all of it stands a second time.
fn note(conn: &mut Conn, plan: &Plan, actor: &Actor<'_>) -> Result<()> {
    let (kind, place, act) = if plan.keep {
        (Kind::Copy, &plan.to, Act::DatabaseCopied)
    } else {
        (Kind::Moved, &plan.from, Act::DatabaseMoved)
    };
    backups::note(conn, plan.mark, &Backup { kind, place: place.clone(), made_at: actor.now })?;
    actor.note(conn, act, About { reason: Some(plan.to.clone()), ..About::default() })
}

/// The work on both sides, within a transaction of each.
fn both(
    from: &mut Conn,
    to: &mut Conn,
    plan: &Plan,
    actor: &Actor<'_>,
    tell: &mut dyn FnMut(Told<'_>) -> Result<()>,
) -> Result<()> {
    if !plan.keep {
        // Looked at once more, now that nobody else can be at it.
        match moved::find(from)? {
            Some(moved) if moved.done || moved.place != plan.to => return Err(Error::Setup(moved.words())),
            Some(_) => moved::lift(from)?,
            None => {}
        }
        note(from, plan, actor)?;
    }
    let (read, written) = (Catalogue::read(from)?, Catalogue::read(to)?);
    // What a new database begins with.
    to.batch_execute("DELETE FROM pace; DELETE FROM audit_head")?;
    for table in TABLES {
        let kinds = read.kinds(table)?;
        if written.kinds(table)? != kinds {
            return Err(Error::Corrupt(format!("the columns of table {}", table.name)));
        }
        let sum = rows::copy(from, to, table, &kinds)?;
        let again = rows::read(to, table, &kinds, |_| Ok(()))?;
        if sum != again {
            return Err(different(&format!("table {}: {} rows here, {} there", table.name, sum.rows, again.rows)));
        }
        tell(Told::Table(table.name, &again))?;
    }
    if let Conn::Postgres(conn) = to {
        conn.batch_execute("ANALYZE")?;
    }
    check(from, to, actor, tell)?;
    if !plan.keep {
        let moved = Moved { place: plan.to.clone(), at: actor.now, mark: plan.mark, done: false };
        moved::mark(from, &moved)?;
    }
    Ok(())
}

/// Whether the copy is one that a server can go on with.
fn check(
    from: &mut Conn,
    to: &mut Conn,
    actor: &Actor<'_>,
    tell: &mut dyn FnMut(Told<'_>) -> Result<()>,
) -> Result<()> {
    secrets::claim(to, actor.secret)?;
    let log = audit::check(to, actor.secret, None)?;
    // What is wrong at the source is wrong in a good copy of it.
    if log.length().is_none() && audit::check(from, actor.secret, None)? != log {
        return Err(different("the audit log is not whole"));
    }
    tell(Told::Audit(log.length()))?;
    let surveys: Vec<Vec<u8>> = survey::table.select(survey::id).order(survey::id).load(to)?;
    for id in surveys {
        let id = super::surveys::uuid(&id)?;
        let checks = verify::whatever_is_there(to, id)?;
        let good = checks.iter().all(|check| check.differences.is_empty());
        if !good && verify::whatever_is_there(from, id)? != checks {
            return Err(different(&format!("survey {id} does not verify as it does here")));
        }
        tell(Told::Survey(id, &checks))?;
    }
    Ok(())
}

fn different(what: &str) -> Error {
    Error::Setup(format!("the copy is not what was copied: {what}; nothing of it was kept"))
}

/// Refuses a database in which there is anything already.
fn is_empty(conn: &mut Conn) -> Result<()> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    for Table { name, .. } in TABLES {
        let condition = match *name {
            "audit_head" => " WHERE length > 0",
            "pace" => " WHERE next_at > '1970-01-01 00:00:00'",
            _ => "",
        };
        let rows = sql_query(format!("SELECT count(*) AS count FROM \"{name}\"{condition}"));
        let rows: Count = on_engine!(conn, |conn| rows.get_result(conn))?;
        if rows.count > 0 {
            return Err(Error::Setup(format!(
                "the other database is not empty: table {name} has {} rows. Give a new one, which no server or command \
                 has used",
                rows.count
            )));
        }
    }
    Ok(())
}

/// Begins a transaction in which nobody else can change anything, whatever it takes in time.
fn hold(conn: &mut Conn) -> Result<()> {
    for tries in 1..=TRIES {
        let held = match conn {
            Conn::Sqlite(conn) => {
                return AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE").map_err(busy);
            }
            Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN").and_then(|()| {
                let all: Vec<String> = tables().map(|table| format!("\"{table}\"")).collect();
                conn.batch_execute(&format!("{PATIENCE}; LOCK TABLE {} IN EXCLUSIVE MODE", all.join(", ")))
            }),
        };
        match held {
            Ok(()) => return Ok(()),
            // Whoever is in the middle of a change holds some tables and wants others.
            Err(error) if collided(&error) && tries < TRIES => {
                roll_back(conn);
                std::thread::sleep(Duration::from_millis(u64::from(tries) * 50));
            }
            Err(error) => {
                roll_back(conn);
                return Err(busy(error));
            }
        }
    }
    Err(Error::Busy)
}

/// One side waits while the other works.
const PATIENCE: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";

/// Begins to look at the database as it is now, whatever is changed meanwhile.
fn look(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")?,
        Conn::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            conn.batch_execute(PATIENCE)?;
        }
    }
    Ok(())
}

fn busy(error: diesel::result::Error) -> Error {
    if collided(&error) { Error::Busy } else { error.into() }
}

fn roll_back(conn: &mut Conn) {
    // The first error is the one that says what went wrong.
    let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
}
