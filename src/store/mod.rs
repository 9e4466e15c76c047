//! What is stored, on SQLite and PostgreSQL alike.
//!
//! One set of query functions serves both engines through [`Conn`]; what diesel's derive cannot
//! express for both at once (upserts, batch inserts) goes through the macro `on_engine!`, which
//! expands one body for each. Reads go through [`Db::read`], changes through [`Db::write`], answers
//! through the [`recorder`].

/// Runs one body on whichever engine the connection is.
macro_rules! on_engine {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $body,
            $crate::store::Conn::Postgres($inner) => $body,
        }
    };
}

pub mod audience;
pub mod audit;
mod conn;
mod connect;
pub mod draws;
pub mod frames;
pub mod idempotency;
pub mod intake;
pub mod issue;
pub mod keys;
pub mod links;
pub mod outbox;
pub mod paper;
pub mod people;
pub mod progress;
pub mod receipts;
pub mod recorder;
pub mod released;
pub mod releases;
pub mod responses;
pub mod rosters;
pub mod rows;
mod schema;
pub mod scorecards;
pub mod seal;
pub mod secrets;
pub mod sendings;
pub mod sessions;
pub mod signals;
pub mod staff;
pub mod standings;
mod statement;
pub mod surveys;
pub mod units;
pub mod verify;
pub mod voids;

use crate::config::DatabaseUrl;
use crate::error::{Error, Result};
pub use conn::Conn;
use connect::Manager;
use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::Pool;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_query;
use diesel::sql_types::Integer;
use statement::{postgres_statement, sqlite_statement};
use std::time::{Duration, Instant};

/// The database: a pool of connections and the rules of using them.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    manager: Manager,
}

/// How often a change is tried again when it collides with another.
const TRIES: u32 = 8;

/// How long a checkpoint in the way is waited for.
const SETTLING: Duration = Duration::from_secs(2);

impl Db {
    /// Opens the database, brings its tables up to date, and refuses one that this program must not
    /// use: written by a newer version, or unsafe (`fsync` off).
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        let manager = Manager::new(url.clone());
        let mut first = manager.establish()?;
        connect::migrate(&mut first)?;
        connect::check(&mut first)?;
        let pool = Pool::builder()
            // Each connection to SQLite may keep 16 MB of pages.
            .max_size(if manager.is_postgres() { 8 } else { 3 })
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .build_unchecked(manager.clone());
        Ok(Self { pool, manager })
    }

    /// A connection of its own, for a thread that keeps it.
    fn establish(&self) -> Result<Conn> {
        self.manager.establish()
    }

    /// Which engine it is.
    pub fn is_postgres(&self) -> bool {
        self.manager.is_postgres()
    }

    /// One or more queries that change nothing.
    pub fn read<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get().map_err(|_| Error::Busy)?;
        body(&mut conn)
    }

    /// Queries that see one state of the database, whatever is written meanwhile.
    pub fn snapshot<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.read(|conn| {
            match conn {
                Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")?,
                Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(
                    conn,
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                )?,
            }
            finish(conn, body)
        })
    }

    /// Writes what was changed from the write-ahead log of SQLite into the database and empties the log, which tells
    /// what was written together, as far as nobody is reading it.
    pub fn settle(&self) -> Result<()> {
        self.read(|conn| {
            if let Conn::Sqlite(conn) = conn {
                let began = Instant::now();
                // A checkpoint of the recorder's, which is in the way, is over in a moment.
                while !empty_log(conn)? && began.elapsed() < SETTLING {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            Ok(())
        })
    }

    /// One change, in one transaction. `body` runs again when the change collides with another, so it
    /// must have no effect but on the database.
    pub fn write<T>(&self, name: &'static str, mut body: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get().map_err(|_| Error::Busy)?;
        transaction(&mut conn, name, &mut body)
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Empties the write-ahead log of SQLite; false where it is being read, or another checkpoint is being made.
fn empty_log(conn: &mut SqliteConnection) -> QueryResult<bool> {
    let done: Checkpoint = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)?;
    Ok(done.busy == 0)
}

/// Whether the database answers.
pub fn ping(conn: &mut Conn) -> Result<()> {
    Ok(diesel::r2d2::R2D2Connection::ping(conn)?)
}

/// One change on a connection, tried again when it collides with another.
fn transaction<T>(conn: &mut Conn, name: &'static str, body: &mut impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
    let mut tries = 1;
    loop {
        begin(conn)?;
        match finish(conn, &mut *body) {
            Err(Error::Database(error)) if tries < TRIES && (collided(&error) || made_meanwhile(&error)) => {
                tracing::debug!(name, tries, "trying again");
                std::thread::sleep(Duration::from_millis(u64::from(tries) * 7));
                tries += 1;
            }
            Err(Error::Database(error)) if collided(&error) => return Err(Error::Busy),
            other => return other,
        }
    }
}

/// Begins a change. SQLite takes the write lock at once, so that no change fails half-way for it.
fn begin(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
    }
    .map_err(|error| if collided(&error) { Error::Busy } else { error.into() })
}

/// Runs the body of a transaction that has begun, and commits it if all went well.
fn finish<T>(conn: &mut Conn, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match body(conn) {
        Ok(value) => {
            <Conn as Connection>::TransactionManager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one that says what went wrong.
            let _ = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// Whether a change failed only because another was made in the same moment.
fn collided(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(_, info) => {
            // diesel knows no code for these; the server may speak Chinese.
            let message = info.message();
            ["deadlock detected", "检测到死锁", "lock timeout", "锁超时", "database is locked"]
                .iter()
                .any(|known| message.contains(known))
        }
        DieselError::RollbackErrorOnCommit { commit_error, .. } => collided(commit_error),
        _ => false,
    }
}

/// Whether a change found made in the same moment what it was about to make.
const fn made_meanwhile(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
