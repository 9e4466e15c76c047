//! One connection type for both engines.

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to either engine.
#[derive(MultiConnection)]
pub enum Conn {
    /// The embedded engine.
    Sqlite(SqliteConnection),
    /// The server.
    Postgres(PgConnection),
}

impl Conn {
    /// What follows a text in an ORDER BY, so that it is in the order of its code points on either engine.
    pub(super) const fn by_code_point(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "COLLATE BINARY",
            Self::Postgres(_) => "COLLATE \"C\"",
        }
    }
}
