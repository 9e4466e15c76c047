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

pub mod advice;
pub mod audience;
pub mod audit;
pub mod backup;
pub mod backups;
pub mod census;
mod conn;
mod connect;
pub mod copy;
pub mod draws;
pub mod frames;
pub mod idempotency;
pub mod intake;
pub mod issue;
pub mod keys;
pub mod links;
pub mod meters;
pub mod moved;
pub mod nodes;
pub mod outbox;
pub mod paper;
pub mod people;
pub mod progress;
pub mod pulse;
pub mod receipts;
pub mod recorder;
pub mod released;
pub mod releases;
pub mod responses;
pub mod rosters;
pub mod rotation;
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
mod turns;
pub mod units;
pub mod verify;
pub mod voids;

use crate::config::DatabaseUrl;
use crate::error::{Error, Result};
pub use conn::Conn;
use connect::{Manager, SQLITE_WAITS};
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_query;
use diesel::sql_types::Integer;
use meters::Meters;
use statement::{postgres_statement, sqlite_statement};
use std::sync::Arc;
use std::time::{Duration, Instant};
use turns::Turns;

/// The database: a pool of connections and the rules of using them.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    /// For those who answer: nobody at the desk has these.
    front: Pool<Manager>,
    manager: Manager,
    meters: Arc<Meters>,
    turns: Turns,
}

/// How often a change is tried again when it collides with another.
const TRIES: u32 = 8;

/// How long a checkpoint in the way is waited for.
const SETTLING: Duration = Duration::from_secs(2);

impl Db {
    /// Opens the database, brings its tables up to date, and refuses one that this program must not
    /// use: written by a newer version, unsafe (`fsync` off), or out of service because everything moved to another.
    pub fn open(url: &DatabaseUrl) -> Result<Self> {
        Self::open_if(url, moved::refuse)
    }

    /// The same for a copy, which may find that an earlier one was cut off.
    pub fn open_to_copy(url: &DatabaseUrl) -> Result<Self> {
        Self::open_if(url, |_| Ok(()))
    }

    fn open_if(url: &DatabaseUrl, fits: impl FnOnce(&mut Conn) -> Result<()>) -> Result<Self> {
        let meters = Arc::<Meters>::default();
        let manager = Manager::new(url.clone(), Arc::clone(&meters));
        manager.begin(fits).map_err(|error| advice::placed(error, &url.place()))?;
        let pool = |size| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(Duration::from_secs(5))
                .build_unchecked(manager.clone())
        };
        let (pool, front) = if manager.is_postgres() { (pool(8), pool(4)) } else { (pool(3), pool(1)) };
        let turns = Turns::new(manager.is_postgres());
        Ok(Self { pool, front, manager, meters, turns })
    }

    /// A connection of its own, for a thread that keeps it. Whoever stands still in the middle of a change there, as a
    /// machine does while it is moved, holds other nodes up no longer than this.
    fn establish(&self) -> Result<Conn> {
        let mut conn = self.manager.establish()?;
        if let Conn::Postgres(conn) = &mut conn {
            conn.batch_execute("SET idle_in_transaction_session_timeout = '5s'")?;
        }
        Ok(conn)
    }

    /// What is counted of it.
    pub fn meters(&self) -> Arc<Meters> {
        Arc::clone(&self.meters)
    }

    /// Connections of the pools: how many there may be, how many there are, how many of these are idle.
    pub fn connections(&self) -> (u32, u32, u32) {
        let (back, front) = (self.pool.state(), self.front.state());
        (
            self.pool.max_size() + self.front.max_size(),
            back.connections + front.connections,
            back.idle_connections + front.idle_connections,
        )
    }

    /// Bytes of the file of an embedded database and of its log.
    pub fn file_sizes(&self) -> Option<(u64, u64)> {
        let path = self.manager.file()?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Some((size(path), size(log.as_ref())))
    }

    /// A connection of the pool, once one is free.
    fn connection(&self) -> Result<PooledConnection<Manager>> {
        self.meters.waiting.inc();
        let conn = self.pool.get();
        self.meters.waiting.dec();
        conn.map_err(|_| {
            self.meters.exhausted.inc();
            Error::Busy
        })
    }

    /// Which engine it is.
    pub fn is_postgres(&self) -> bool {
        self.manager.is_postgres()
    }

    /// One or more queries that change nothing.
    pub fn read<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        body(&mut conn)
    }

    /// One or two short queries for somebody who answers, on a connection that nobody at the desk can hold.
    pub fn look<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.front.get().map_err(|_| Error::Busy)?;
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
    /// what was written together. False where somebody is reading it and it could not be emptied.
    pub fn settle(&self) -> Result<bool> {
        self.read(|conn| match conn {
            Conn::Sqlite(conn) => self.empty_log(conn),
            Conn::Postgres(_) => Ok(true),
        })
    }

    /// The same on a connection. While SQLite waits for those who read, nobody can write: so it waits for a moment only,
    /// again and again for a while, with room between for everybody's writes.
    fn empty_log(&self, conn: &mut SqliteConnection) -> Result<bool> {
        let began = Instant::now();
        conn.batch_execute("PRAGMA busy_timeout = 100")?;
        let emptied = loop {
            let done = self.turns.next().and_then(|_turn| {
                Ok(sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn)?.busy == 0)
            });
            match done {
                Ok(false) if began.elapsed() < SETTLING => std::thread::sleep(Duration::from_millis(100)),
                done => break done,
            }
        };
        conn.batch_execute(SQLITE_WAITS)?;
        emptied
    }

    /// One change, in one transaction. `body` runs again when the change collides with another, so it
    /// must have no effect but on the database.
    pub fn write<T>(&self, name: &'static str, mut body: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        let began = Instant::now();
        let done = transaction(self, &mut conn, name, &mut body);
        let failed = matches!(done, Err(Error::Busy | Error::Database(_)));
        self.meters.wrote(name, began.elapsed(), failed);
        if let Err(Error::Database(error)) = &done
            && is_read_only(error)
        {
            forsake(&mut conn);
        }
        done
    }
}

/// Fails where nothing can be written. SQLite opens a file in silence that it can only read.
pub fn try_writing(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => Ok(conn.batch_execute("DELETE FROM secret WHERE FALSE")?),
        // A server that takes no changes now may take them later, on the same connection.
        Conn::Postgres(_) => Ok(()),
    }
}

/// Whether a change failed because the connection can only read.
fn is_read_only(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => true,
        DieselError::DatabaseError(_, info) => info.message().contains("readonly database"),
        _ => false,
    }
}

/// Lets the pool close a connection instead of keeping it: opened while the disk could only be read, or to a server
/// that has become a standby, it would never write again. The pool keeps none in the middle of a transaction.
fn forsake(conn: &mut Conn) {
    let _ = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN"),
    };
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// One change on a connection, tried again when it collides with another.
fn transaction<T>(
    db: &Db,
    conn: &mut Conn,
    name: &'static str,
    body: &mut impl FnMut(&mut Conn) -> Result<T>,
) -> Result<T> {
    let mut tries = 1;
    loop {
        let turn = db.turns.next()?;
        begin(conn)?;
        let done = finish(conn, &mut *body);
        drop(turn);
        match done {
            Err(Error::Database(error)) if tries < TRIES && (collided(&error) || made_meanwhile(&error)) => {
                tracing::debug!(name, tries, "trying again");
                db.meters.retried(name);
                std::thread::sleep(Duration::from_millis(u64::from(tries) * 7));
                tries += 1;
            }
            Err(Error::Database(error)) if collided(&error) => return Err(Error::Busy),
            Err(Error::Database(error)) if moved::is_refusal(&error) => return Err(moved::told(conn)),
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
