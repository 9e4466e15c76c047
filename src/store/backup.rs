//! A backup of an SQLite database, written while answering goes on, and looked through before it is one.

use super::audit::{self, Actor};
use super::verify::{self, Check};
use super::{Conn, Db, collided, secrets, surveys};
use crate::error::{Error, Result};
use diesel::connection::{Connection, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{SqliteConnection, sql_query};
use std::path::Path;
use uuid::Uuid;

/// What was found in a backup.
#[derive(Clone, Debug)]
pub struct Found {
    /// Rows of its audit log; nothing where that is not whole, as it is not in the database.
    pub audit: Option<i64>,
    /// Every survey, with what its checks say. A difference was in the database before.
    pub surveys: Vec<(Uuid, Vec<Check>)>,
}

impl Found {
    /// Whether everything is as it should be.
    pub fn is_good(&self) -> bool {
        let mut checks = self.surveys.iter().flat_map(|(_, checks)| checks);
        self.audit.is_some() && checks.all(|check| check.differences.is_empty())
    }
}

/// Writes everything as it is at this moment into an empty file. Others go on reading and writing meanwhile.
pub fn write(db: &Db, to: &Path) -> Result<()> {
    let name = to.to_str().ok_or_else(|| Error::Setup("the path of the backup is not UTF-8".to_owned()))?;
    match db.establish()? {
        Conn::Sqlite(mut conn) => match sql_query("VACUUM INTO ?").bind::<Text, _>(name).execute(&mut conn) {
            Err(error) if collided(&error) => Err(Error::Busy),
            done => Ok(done.map(drop)?),
        },
        Conn::Postgres(_) => Err(Error::Setup("PostgreSQL makes its own backups".to_owned())),
    }
}

#[derive(QueryableByName)]
struct Page {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    table: String,
}

/// Looks through a backup: every page and index, what refers to what, and whether it is of this secret; refuses one with
/// which a server could not go on. Then the audit log and each survey with its releases: what is wrong there is wrong in
/// the database.
pub fn check(file: &Path, actor: &Actor<'_>) -> Result<Found> {
    let name = file.to_str().ok_or_else(|| Error::Setup("the path of the backup is not UTF-8".to_owned()))?;
    let conn = SqliteConnection::establish(name);
    let mut conn = conn.map_err(|error| Error::Setup(format!("the backup cannot be opened: {error}")))?;
    conn.batch_execute("PRAGMA query_only = ON; PRAGMA cache_size = -16000")?;
    let pages: Vec<Page> = sql_query("PRAGMA integrity_check").load(&mut conn)?;
    let keys: Vec<Key> = sql_query("PRAGMA foreign_key_check").load(&mut conn)?;
    let pages = pages.into_iter().map(|page| page.integrity_check).filter(|line| line != "ok");
    if let Some(wrong) = pages.chain(keys.into_iter().map(|key| key.table)).next() {
        return Err(Error::Setup(format!("the backup is damaged: {wrong}")));
    }
    let mut conn = Conn::Sqlite(conn);
    secrets::claim(&mut conn, actor.secret)?;
    let audit = audit::check(&mut conn, actor.secret, None)?.length();
    let ids = surveys::list(&mut conn)?.into_iter().map(|line| line.id);
    let surveys = ids.map(|id| Ok((id, verify::whatever_is_there(&mut conn, id)?))).collect::<Result<_>>()?;
    Ok(Found { audit, surveys })
}
