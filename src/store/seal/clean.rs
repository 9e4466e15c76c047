//! The files of the database, without what was deleted from its tables.
//!
//! SQLite overwrites what is deleted (`secure_delete`, on every connection); its file is built anew and its log
//! emptied. PostgreSQL keeps old rows in its tables, in the statistics about them and in its log: the tables are built
//! anew, and the parts of the log that it keeps for later are written over with zeros. What a role without the rights
//! cannot do there is left to the server, and told.

use super::super::{Conn, Db, collided};
use crate::error::{Error, Result};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};
use std::thread::sleep;
use std::time::Duration;

/// Every table of which a seal deletes or rewrites rows but that of the responses, and the statistics about them, which
/// the owner of the database may have built anew.
const TABLES: [&str; 18] = [
    "idempotency",
    "rewriting",
    "link",
    "replaced_link",
    "roster_entry",
    "roster_line",
    "outbox",
    "sending",
    "signal",
    "paper_entry",
    "paper_day",
    "draw",
    "survey",
    "progress",
    "receipt",
    "fold",
    "seal",
    "pg_catalog.pg_statistic",
];

/// Builds the responses anew, in the order of their random ids: rows that were written in that order have filled the
/// room that older ones had left.
const RESPONSES: [&str; 2] = ["CLUSTER response USING response_pkey", "ANALYZE response"];

/// How long a table is waited for: whoever asks for it meanwhile waits behind.
const PATIENCE: &str = "SET lock_timeout = '3s'";

/// How often it is looked whether somebody still sees the database as it was, and the time in between.
const LOOKS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(50);

/// One node at a time.
const CLEANING: &str = "SELECT pg_try_advisory_lock(562949953421313) AS yes";

/// Cleans. Gives what the database did not let the program do, in words; [`Error::Busy`] where somebody is in the way.
pub(super) fn files(db: &Db) -> Result<Option<String>> {
    match db.establish()? {
        Conn::Sqlite(mut conn) => sqlite(db, &mut conn).map(|()| None),
        Conn::Postgres(mut conn) => postgres(&mut conn),
    }
}

fn busy(error: diesel::result::Error) -> Error {
    if collided(&error) { Error::Busy } else { error.into() }
}

fn sqlite(db: &Db, conn: &mut SqliteConnection) -> Result<()> {
    // Where somebody reads the database as it was, it would be written into the log whole at each try.
    if !db.empty_log(conn)? {
        return Err(Error::Busy);
    }
    let turn = db.turns.next()?;
    // The whole database passes through the temporary file: that is not for the memory.
    conn.batch_execute("PRAGMA temp_store = FILE; VACUUM").map_err(busy)?;
    drop(turn);
    if db.empty_log(conn)? { Ok(()) } else { Err(Error::Busy) }
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn postgres(conn: &mut PgConnection) -> Result<Option<String>> {
    conn.batch_execute(PATIENCE)?;
    let ours: Yes = sql_query(CLEANING).get_result(conn)?;
    if !ours.yes {
        return Err(Error::Busy);
    }
    nobody_sees_it(conn)?;
    for statement in RESPONSES {
        conn.batch_execute(statement).map_err(busy)?;
    }
    for table in TABLES {
        conn.batch_execute(&format!("VACUUM (FULL, ANALYZE) {table}")).map_err(busy)?;
    }
    let refused: Vec<&str> = [("CHECKPOINT", checkpoint(conn)?), ("pg_switch_wal", write_over_log(conn)?)]
        .into_iter()
        .filter_map(|(what, done)| (!done).then_some(what))
        .collect();
    Ok((!refused.is_empty()).then(|| refused.join(", ")))
}

/// Waits until nobody sees the database as it was before: rows that somebody may see are kept. A session sees what was
/// there when the oldest change then under way had begun, in whichever database of the server; so those have to be over,
/// and every session here younger. A session of another role is seen only by one that may read all of
/// `pg_stat_activity`.
fn nobody_sees_it(conn: &mut PgConnection) -> Result<()> {
    let now: Word = sql_query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS word").get_result(conn)?;
    for _ in 0..LOOKS {
        let seeing: Count = sql_query(
            "SELECT (pg_snapshot_xmin(pg_current_snapshot()) < $1::xid8)::int \
             + (SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND \
             (datname = current_database() OR datname IS NULL) AND age(backend_xmin) > age($1::xid8::xid)) \
             + (SELECT count(*) FROM pg_replication_slots WHERE age(xmin) > age($1::xid8::xid)) AS count",
        )
        .bind::<Text, _>(&now.word)
        .get_result(conn)?;
        if seeing.count == 0 {
            return Ok(());
        }
        sleep(PAUSE);
    }
    Err(Error::Busy)
}

/// Whether the server let us; a lost connection is no refusal.
fn allowed(done: QueryResult<()>) -> Result<bool> {
    use diesel::result::{DatabaseErrorKind, Error as DieselError};
    match done {
        Ok(()) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)) => Err(Error::Busy),
        Err(DieselError::DatabaseError(..)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn checkpoint(conn: &mut PgConnection) -> Result<bool> {
    allowed(conn.batch_execute("CHECKPOINT"))
}

/// Goes on to a new part of the log; the rest of the one before is filled with zeros. An empty message comes first,
/// as a part without anything in it is not left.
const NEXT_PART: &str = "SELECT pg_logical_emit_message(false, 'fivepoint', ''); SELECT pg_switch_wal()";

/// Writes over the parts of the log that the server keeps to use them again, which hold what was written into them
/// before: at a checkpoint all old parts are put at the end of the row, and the row is gone along until there. Two
/// refusals are one.
fn write_over_log(conn: &mut PgConnection) -> Result<bool> {
    if !allowed(conn.batch_execute(NEXT_PART))? || !checkpoint(conn)? {
        return Ok(false);
    }
    let last = "SELECT coalesce(max(name), '') AS word FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'";
    let last: QueryResult<Word> = sql_query(last).get_result(conn);
    let Ok(Word { word: last }) = last else { return Ok(false) };
    loop {
        let current: Word = sql_query("SELECT pg_walfile_name(pg_current_wal_lsn()) AS word").get_result(conn)?;
        if current.word > last {
            return checkpoint(conn);
        }
        if !allowed(conn.batch_execute(NEXT_PART))? {
            return Ok(false);
        }
    }
}
