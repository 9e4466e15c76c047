//! Whether the database can be worked with at this moment: it answers, takes writes and is the one it was.
//!
//! Looking costs a query; that a write reaches the disk is tried every ten seconds, and at once after the recorder has
//! failed. What is written changes nothing.

use super::{Conn, Db, collided, moved};
use crate::error::{Error, Result as Done};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a write that reached the disk is taken for a sign that the next will.
const TRUST: Duration = Duration::from_secs(10);

/// Why it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// It cannot be reached, or does not answer.
    Away,
    /// It takes no writes: read-only, a standby, a full disk, or everything in it went to another.
    ReadOnly,
    /// Its file is gone, or another lies in its place.
    Moved,
}

/// A connection that is kept for looking.
pub struct Pulse {
    db: Db,
    conn: Option<Conn>,
    file: Option<FileId>,
    /// When a write reached the disk, and how many batches of the recorder had failed before.
    wrote: Option<(Instant, u64)>,
}

#[derive(QueryableByName)]
struct Standby {
    #[diesel(sql_type = Bool)]
    standby: bool,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    user_version: i32,
}

impl Pulse {
    /// Looks at this database.
    pub fn new(db: &Db) -> Self {
        Self { db: db.clone(), conn: None, file: db.manager.file().and_then(identity), wrote: None }
    }

    /// Looks once. May take as long as the database is silent.
    pub fn look(&mut self) -> Result<(), Ailment> {
        if self.file.is_some() && self.file != self.db.manager.file().and_then(identity) {
            return Err(Ailment::Moved);
        }
        // A new connection takes the place of one that is not what it was.
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => connect(&self.db).map_err(|error| ailment(&error))?,
        };
        let failures = self.db.meters.failed_batches();
        let trusted = self.wrote.is_some_and(|(at, before)| at.elapsed() < TRUST && before == failures);
        match answers(&mut conn) {
            Ok(true) if trusted => {}
            Ok(true) => match writes(&mut conn) {
                Ok(()) => self.wrote = Some((Instant::now(), failures)),
                // Somebody else is writing for a while: so it can be written, unless answers were lost to it.
                Err(Error::Database(error))
                    if self.db.manager.file().is_some()
                        && collided(&error)
                        && self.wrote.is_none_or(|(_, before)| before == failures) => {}
                Err(error) => return Err(ailment(&error)),
            },
            Ok(false) => return Err(Ailment::ReadOnly),
            Err(error) => return Err(ailment(&error)),
        }
        self.conn = Some(conn);
        Ok(())
    }
}

/// A connection that does not wait long for others.
fn connect(db: &Db) -> Done<Conn> {
    let mut conn = db.establish()?;
    match &mut conn {
        Conn::Sqlite(conn) => conn.batch_execute("PRAGMA busy_timeout = 500")?,
        Conn::Postgres(conn) => conn.batch_execute("SET statement_timeout = '5s'")?,
    }
    Ok(conn)
}

/// Asks the database, and whether it takes writes as far as it says so itself.
fn answers(conn: &mut Conn) -> Done<bool> {
    if moved::find(conn)?.is_some() {
        return Ok(false);
    }
    match conn {
        Conn::Sqlite(conn) => {
            conn.batch_execute("SELECT 1 FROM sqlite_schema LIMIT 1")?;
            Ok(true)
        }
        Conn::Postgres(conn) => {
            let query = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS standby";
            let found: Standby = diesel::sql_query(query).get_result(conn)?;
            Ok(!found.standby)
        }
    }
}

/// Writes something that changes nothing, and waits until it is on disk.
fn writes(conn: &mut Conn) -> Done<()> {
    match conn {
        // SQLite writes the page of this number although it stays the same.
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| {
            let now: Version = diesel::sql_query("PRAGMA user_version").get_result(conn)?;
            Ok(conn.batch_execute(&format!("PRAGMA user_version = {}", now.user_version))?)
        }),
        // Locking a row writes to the log, and the commit waits for the log. Nobody waits for this lock.
        Conn::Postgres(conn) => Ok(conn.batch_execute(
            "BEGIN; SELECT version FROM __diesel_schema_migrations ORDER BY version LIMIT 1 \
             FOR NO KEY UPDATE SKIP LOCKED; COMMIT",
        )?),
    }
}

/// What an error of the probe means: it is read-only where the database says so or could not write, and away else.
fn ailment(error: &Error) -> Ailment {
    let Error::Database(error) = error else { return Ailment::Away };
    let text = error.to_string();
    let known = ["read-only", "readonly", "只读", "database or disk is full", "disk I/O error"];
    if known.iter().any(|known| text.contains(known)) { Ailment::ReadOnly } else { Ailment::Away }
}

/// Which file lies at a path.
type FileId = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

/// Elsewhere an open file cannot be moved.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<FileId> {
    None
}
