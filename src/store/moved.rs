//! A database out of service, because everything in it went to another.
//!
//! Once it is marked, triggers refuse every change of every other table, whoever tries: a server that still runs on
//! it, an older version of the program, a command in the middle of its work. While nothing has moved there is no
//! trigger, and so nothing that a change would have to ask for.

use super::schema::moved;
use super::{Conn, copy};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use uuid::Uuid;

/// What the triggers say.
const REFUSAL: &str = "this database was moved";

/// Where everything went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The file, or the server and name of the database.
    pub place: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// By which the other database is known as the copy of this one.
    pub mark: Uuid,
    /// Whether the other one is known to be whole.
    pub done: bool,
}

impl Moved {
    /// Why nothing works here, and what does.
    pub fn words(&self) -> String {
        let Self { place, at, done, .. } = self;
        let at = at.format("%Y-%m-%d %H:%M UTC");
        if *done {
            return format!("this database was moved to {place} at {at}: give that one (see docs/moving.md)");
        }
        format!(
            "this database is out of service: it was being moved to {place} at {at}, and that was cut off. Call \
             “fivepoint copy” again, to the same place, to finish, or with --undo to go on here (see docs/moving.md)"
        )
    }
}

/// Where everything went, if it did.
pub fn find(conn: &mut Conn) -> Result<Option<Moved>> {
    let columns = (moved::place, moved::at, moved::mark, moved::done);
    let row: Option<(String, NaiveDateTime, Vec<u8>, bool)> =
        moved::table.find(1).select(columns).get_result(conn).optional()?;
    row.map(|(place, at, mark, done)| {
        let mark = super::surveys::uuid(&mark)?;
        Ok(Moved { place, at: at.and_utc(), mark, done })
    })
    .transpose()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Refuses a database that is out of service. Its tables may be those of an older version.
pub(super) fn refuse(conn: &mut Conn) -> Result<()> {
    let known = sql_query(match conn {
        Conn::Sqlite(_) => "SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table' AND name = 'moved'",
        Conn::Postgres(_) => "SELECT (to_regclass('moved') IS NOT NULL)::int::bigint AS count",
    });
    let known: Count = on_engine!(conn, |conn| known.get_result(conn))?;
    match if known.count > 0 { find(conn)? } else { None } {
        Some(moved) => Err(Error::Setup(moved.words())),
        None => Ok(()),
    }
}

/// Whether a change failed because the database is out of service.
pub(super) fn is_refusal(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(_, info) if info.message().contains(REFUSAL))
}

/// What whoever wanted to change something is told: to try again, which helps once the other one is in service. Who
/// runs this server finds the rest in its log.
pub(super) fn told(conn: &mut Conn) -> Error {
    match find(conn) {
        Ok(Some(moved)) => tracing::error!("{}", moved.words()),
        Ok(None) => {}
        Err(error) => return error,
    }
    Error::Busy
}

/// Takes the database out of service, in the transaction that is under way.
pub(super) fn mark(conn: &mut Conn, to: &Moved) -> Result<()> {
    let row = (
        moved::id.eq(1),
        moved::place.eq(&to.place),
        moved::at.eq(to.at.naive_utc()),
        moved::mark.eq(to.mark.as_bytes().to_vec()),
        moved::done.eq(to.done),
    );
    diesel::insert_into(moved::table).values(row).execute(conn)?;
    match conn {
        Conn::Sqlite(conn) => {
            for table in copy::tables() {
                for act in ["INSERT", "UPDATE", "DELETE"] {
                    conn.batch_execute(&format!(
                        "CREATE TRIGGER moved_{table}_{act} BEFORE {act} ON \"{table}\" \
                         BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                    ))?;
                }
            }
        }
        Conn::Postgres(conn) => {
            conn.batch_execute(&format!(
                "CREATE FUNCTION refuse_as_moved() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            ))?;
            for table in copy::tables() {
                conn.batch_execute(&format!(
                    "CREATE TRIGGER moved_{table} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON \"{table}\" \
                     FOR EACH STATEMENT EXECUTE FUNCTION refuse_as_moved()"
                ))?;
            }
        }
    }
    Ok(())
}

/// The other one is known to be whole.
pub(super) fn done(conn: &mut Conn) -> Result<()> {
    diesel::update(moved::table.find(1)).set(moved::done.eq(true)).execute(conn)?;
    Ok(())
}

/// Puts the database back into service, in the transaction that is under way.
pub(super) fn lift(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for table in copy::tables() {
                for act in ["INSERT", "UPDATE", "DELETE"] {
                    conn.batch_execute(&format!("DROP TRIGGER IF EXISTS moved_{table}_{act}"))?;
                }
            }
        }
        Conn::Postgres(conn) => conn.batch_execute("DROP FUNCTION IF EXISTS refuse_as_moved() CASCADE")?,
    }
    diesel::delete(moved::table).execute(conn)?;
    Ok(())
}
