//! Where this database stands a second time: what a seal asks to be destroyed.

use super::Conn;
use super::schema::{backup, seal, survey};
use super::surveys::unknown;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// What it is that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file that the program wrote as a backup.
    Backup,
    /// A database that was copied from this one for a trial.
    Copy,
    /// The database that this one was moved from.
    Moved,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Backup, Self::Copy, Self::Moved];

    /// The word in the table.
    const fn name(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Copy => "copy",
            Self::Moved => "moved",
        }
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// What it is.
    pub kind: Kind,
    /// Where: a file, or the server and name of a database.
    pub place: String,
    /// When it was made, UTC.
    pub made_at: DateTime<Utc>,
}

/// Notes one that is about to be made. What was noted at the same place before stays until a file there is
/// [replaced](complete); several databases may have one place.
pub fn note(conn: &mut Conn, id: Uuid, one: &Backup) -> Result<()> {
    let row = (
        backup::id.eq(id.as_bytes().to_vec()),
        backup::kind.eq(one.kind.name()),
        backup::place.eq(&one.place),
        backup::made_at.eq(one.made_at.naive_utc()),
    );
    diesel::insert_into(backup::table).values(row).execute(conn)?;
    Ok(())
}

/// Notes that a file is whole, by its digest in hexadecimal. The one that it replaced, if any, is not there any more; others
/// that were written to the same place lie elsewhere now, for all that is known.
pub fn complete(conn: &mut Conn, id: Uuid, sha256: &str, replaced: Option<&str>) -> Result<()> {
    let own = || backup::table.find(id.as_bytes().to_vec());
    diesel::update(own()).set(backup::sha256.eq(sha256)).execute(conn)?;
    let Some(replaced) = replaced else { return Ok(()) };
    let place: String = own().select(backup::place).get_result(conn)?;
    let before = backup::table.filter(backup::place.eq(place)).filter(backup::kind.eq(Kind::Backup.name()));
    let before = before.filter(backup::sha256.eq(replaced)).filter(backup::id.ne(id.as_bytes().to_vec()));
    diesel::delete(before).execute(conn)?;
    Ok(())
}

/// Whether a file is known as a backup of this database.
pub fn is_backup(conn: &mut Conn, place: &str) -> Result<bool> {
    let known = backup::table.filter(backup::place.eq(place)).filter(backup::kind.eq(Kind::Backup.name()));
    Ok(known.count().get_result::<i64>(conn)? > 0)
}

/// Forgets one that was not made after all.
pub fn forget(conn: &mut Conn, id: Uuid) -> Result<()> {
    diesel::delete(backup::table.find(id.as_bytes().to_vec())).execute(conn)?;
    Ok(())
}

/// Whether one of that id is known.
pub(super) fn knows(conn: &mut Conn, id: &[u8]) -> Result<bool> {
    Ok(backup::table.find(id).count().get_result::<i64>(conn)? > 0)
}

/// Those in which a survey stands as it was before its seal, the latest first.
pub fn of(conn: &mut Conn, id: Uuid) -> Result<Vec<Backup>> {
    let key = id.as_bytes().to_vec();
    let made: NaiveDateTime = survey::table.find(&key).select(survey::created_at).get_result(conn)?;
    let sealed = seal::table.find(&key).select(seal::sealed_at);
    let sealed: Option<NaiveDateTime> = sealed.get_result(conn).optional()?.flatten();
    let since = backup::table.filter(backup::made_at.ge(made)).order((backup::made_at.desc(), backup::place));
    let rows: Vec<(String, String, NaiveDateTime)> =
        since.select((backup::kind, backup::place, backup::made_at)).load(conn)?;
    let before = rows.into_iter().filter(|(_, _, at)| sealed.is_none_or(|sealed| *at <= sealed));
    before
        .map(|(kind, place, at)| {
            let kind = Kind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(|| unknown(&kind))?;
            Ok(Backup { kind, place, made_at: at.and_utc() })
        })
        .collect()
}
