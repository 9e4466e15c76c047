//! Getting a connection that can be trusted with answers: settings, migrations, refusals.

use super::meters::Meters;
use super::{Conn, advice, collided};
use crate::config::DatabaseUrl;
use crate::error::{Error, Result};
use diesel::connection::{Connection, SimpleConnection};
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::r2d2::ManageConnection;
use diesel::result::Error as DieselError;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A lock that only one node at a time can hold while it migrates.
const MIGRATING: &str = "SELECT pg_advisory_lock(562949953421312)";
const MIGRATED: &str = "SELECT pg_advisory_unlock(562949953421312)";

/// Takes every table of ours, or fails soon. (A circle is looked for after a second.)
const TAKE_TABLES: &str = "SET LOCAL lock_timeout = '300ms'; DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
    AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'USAGE') ORDER BY array_position(\
    ARRAY['link', 'survey', 'response', 'progress'], relname::text) NULLS LAST, relname \
    LOOP EXECUTE format('LOCK TABLE %I', name); END LOOP; END $$";

/// How often the tables are tried to be taken, and the time in between.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// How long the settings of a connection are tried to be made.
const SETTING: Duration = Duration::from_secs(5);

/// Every SQLite connection: a commit is on disk before it returns (`FULL`), readers never wait for
/// the writer (`WAL`).
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000; \
    PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864; \
    PRAGMA secure_delete = ON;";

/// How long a statement waits for an SQLite file, in milliseconds.
pub(super) const SQLITE_WAITS: &str = "PRAGMA busy_timeout = 10000";

/// The same, for a turn to write.
pub(super) const SQLITE_PATIENCE: Duration = Duration::from_secs(10);

/// Every PostgreSQL connection: a commit is on disk before it returns, whatever the server's default; and the server
/// lets go soon of what a node holds that it can no longer reach.
const POSTGRES_SETTINGS: &str = "SET synchronous_commit = on; SET application_name = 'fivepoint'; \
    SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
    SET tcp_user_timeout = '10s';";

/// Makes connections for the pool and for threads that keep one.
#[derive(Clone)]
pub(super) struct Manager {
    url: DatabaseUrl,
    meters: Arc<Meters>,
}

impl Manager {
    pub(super) const fn new(url: DatabaseUrl, meters: Arc<Meters>) -> Self {
        Self { url, meters }
    }

    /// The file, where the database is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => Some(path),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    pub(super) const fn is_postgres(&self) -> bool {
        matches!(self.url, DatabaseUrl::Postgres(_))
    }

    /// The first connection: sees whether the database may be used, and brings its tables up to date.
    pub(super) fn begin(&self, fits: impl FnOnce(&mut Conn) -> Result<()>) -> Result<()> {
        let mut first = self.establish()?;
        fits(&mut first)?;
        migrate(&mut first)?;
        check(&mut first)
    }

    /// A connection with its settings made.
    pub(super) fn establish(&self) -> Result<Conn> {
        self.connection().inspect_err(|_| {
            self.meters.unreachable.inc();
        })
    }

    fn connection(&self) -> Result<Conn> {
        let (mut conn, settings) = match &self.url {
            DatabaseUrl::Sqlite(path) => {
                make_private(path)?;
                let name = path.to_str().ok_or_else(|| Error::Setup("the database's path is not UTF-8".to_owned()))?;
                let conn = SqliteConnection::establish(name).map_err(|error| {
                    let said = advice::with_step(&error.to_string());
                    Error::Setup(format!("the database {} cannot be opened: {said}", path.display()))
                })?;
                (Conn::Sqlite(conn), SQLITE_SETTINGS)
            }
            DatabaseUrl::Postgres(url) => {
                let conn = PgConnection::establish(&with_timeouts(url)).map_err(|error| refused(&error))?;
                (Conn::Postgres(conn), POSTGRES_SETTINGS)
            }
        };
        set_up(&mut conn, settings)?;
        Ok(conn)
    }
}

/// Makes the settings. Whoever opens an SQLite file in the moment in which another turns its log on is sent away at once,
/// as the change to a log is nothing that SQLite waits for.
fn set_up(conn: &mut Conn, settings: &str) -> Result<()> {
    let began = Instant::now();
    loop {
        match conn.batch_execute(settings) {
            Err(error) if collided(&error) && began.elapsed() < SETTING => sleep(PAUSE),
            done => return Ok(done?),
        }
    }
}

/// Makes a new database file that only its owner can read; what SQLite puts beside it is made alike.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Setup(format!("the database {} cannot be made: {error}", path.display()))),
    }
}

/// The address with limits to how long a silent server is waited for, where it does not set its own.
fn with_timeouts(url: &str) -> String {
    let limits = ["connect_timeout=5", "tcp_user_timeout=10000", "keepalives_idle=10", "keepalives_interval=5"];
    limits.into_iter().fold(url.to_owned(), |url, limit| {
        let name = limit.split('=').next().unwrap_or(limit);
        if url.contains(&format!("{name}=")) {
            return url;
        }
        let join = if url.contains('?') { '&' } else { '?' };
        format!("{url}{join}{limit}")
    })
}

/// What libpq says is repeated only where it is about a connection: about an address that it cannot
/// read, it repeats pieces of the password.
fn refused(error: &diesel::ConnectionError) -> Error {
    let text = error.to_string();
    let about_connection = text.starts_with("connection to server") && !text.contains('@');
    let reason = if about_connection {
        text.trim_end().to_owned()
    } else if text.contains("SSL support is not compiled in") {
        "its sslmode asks for TLS, which this build of fivepoint does not speak: build it with the system's libpq \
         (docs/operating.md, A PostgreSQL of your own)"
            .to_owned()
    } else {
        "check the address: user, password (percent-encoded), host, port, database and parameters".to_owned()
    };
    Error::Setup(format!("the database postgres://… cannot be opened: {reason}"))
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        self.establish().map_err(|error| {
            diesel::r2d2::Error::ConnectionError(diesel::ConnectionError::BadConnection(error.to_string()))
        })
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        diesel::r2d2::R2D2Connection::ping(conn).map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || diesel::r2d2::R2D2Connection::is_broken(conn)
    }
}

/// Brings the tables up to date; refuses a database that a newer version of the program has written.
fn migrate(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            // Another process may be starting on the same file: looking and making is one step.
            conn.immediate_transaction(|conn| Ok(migrate_with(conn, SQLITE))).map_err(Error::Database)?
        }
        Conn::Postgres(conn) => {
            conn.batch_execute(MIGRATING)?;
            let done = migrate_beside(conn);
            conn.batch_execute(MIGRATED)?;
            done
        }
    }
}

/// Brings the tables of a server up to date while other nodes may be at work on them. All tables are taken before the
/// first is changed, those of the recorder in its order; and who waits long lets go of all and begins again, before the
/// server would have to break up a circle of nodes that wait for each other.
fn migrate_beside(conn: &mut PgConnection) -> Result<()> {
    for _ in 0..TRIES {
        if !conn.has_pending_migration(POSTGRES).map_err(unfit)? {
            return migrate_with(conn, POSTGRES);
        }
        let done = conn.transaction(|conn| {
            conn.batch_execute(TAKE_TABLES)?;
            migrate_with(conn, POSTGRES)
        });
        match done {
            Err(Error::Database(error)) if collided(&error) => sleep(PAUSE),
            done => return done,
        }
    }
    Err(Error::Setup("the database's tables are in use all the time and cannot be brought up to date now".to_owned()))
}

/// What went wrong with the tables.
fn unfit(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    match error.downcast::<DieselError>() {
        Ok(error) => Error::Database(*error),
        Err(error) => Error::Setup(format!("the database's tables: {}", advice::with_step(&error.to_string()))),
    }
}

fn migrate_with<DB, C>(conn: &mut C, source: EmbeddedMigrations) -> Result<()>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let known: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(unfit)?;
    let known: Vec<MigrationVersion<'_>> =
        known.iter().map(|migration| migration.name().version().as_owned()).collect();
    if let Some(newer) = conn.applied_migrations().map_err(unfit)?.iter().find(|version| !known.contains(version)) {
        let message =
            format!("the database was written by a newer version of fivepoint (migration {newer}): use that one");
        return Err(Error::Setup(message));
    }
    conn.run_pending_migrations(source).map_err(unfit)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    fsync: String,
}

/// Refuses a server that says a commit is kept when it is not.
fn check(conn: &mut Conn) -> Result<()> {
    if let Conn::Postgres(conn) = conn {
        let setting: Setting = sql_query("SELECT current_setting('fsync') AS fsync").get_result(conn)?;
        if setting.fsync != "on" {
            return Err(Error::Setup(
                "this PostgreSQL runs with fsync off and can lose answers: turn it on".to_owned(),
            ));
        }
    }
    Ok(())
}
