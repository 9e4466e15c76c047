//! The audit log, appended to in the same transaction as the act it tells of.

use super::schema::{audit, audit_head, rotation};
use super::surveys::uuid;
use super::{Conn, secrets};
use crate::domain::audit::{Act, Row};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Somebody who acts, and when: what every row of the log begins with.
#[derive(Clone, Debug)]
pub struct Actor<'a> {
    /// The server secret, under which the log is bound together.
    pub secret: &'a Secret,
    /// Who, by the id of an account or of an API key; nobody for the command line and for what is due.
    pub staff: Option<Uuid>,
    /// When.
    pub now: DateTime<Utc>,
}

impl Actor<'_> {
    /// Appends a row to the log.
    pub fn note(&self, conn: &mut Conn, act: Act, about: About) -> Result<()> {
        let About { survey, unit, subject, amount, reason } = about;
        let (at, act) = (self.now.trunc_subsecs(0), act.name().to_owned());
        append(conn, self.secret, Row { at, staff: self.staff, act, survey, unit, subject, amount, reason })
    }
}

/// What an act was about. Never a recipient's name, ref, phone, serial or code.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The survey.
    pub survey: Option<Uuid>,
    /// The unit.
    pub unit: Option<String>,
    /// The account, where it is somebody's, or the API key or scorecard.
    pub subject: Option<Uuid>,
    /// How many.
    pub amount: Option<i64>,
    /// Why.
    pub reason: Option<String>,
}

impl About {
    /// About a survey.
    pub fn survey(id: Uuid) -> Self {
        Self { survey: Some(id), ..Self::default() }
    }

    /// About somebody's account, or an API key.
    pub fn account(id: Uuid) -> Self {
        Self { subject: Some(id), ..Self::default() }
    }

    /// About so many of them.
    pub fn amount(self, amount: i64) -> Self {
        Self { amount: Some(amount), ..self }
    }
}

type Stored = (
    i64,
    NaiveDateTime,
    Option<Vec<u8>>,
    String,
    Option<Vec<u8>>,
    Option<String>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<String>,
    Vec<u8>,
);

/// Where the log ends: its length and the mac of its last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Rows in the log.
    pub length: i64,
    /// The mac of the last row; empty where there is none.
    pub mac: Vec<u8>,
}

/// Holds the end of the log until the commit: two writers cannot both follow the same row.
pub(super) fn hold(conn: &mut Conn) -> Result<Head> {
    let end = audit_head::table.find(1).select((audit_head::length, audit_head::proof));
    let (length, mac) = match conn {
        Conn::Sqlite(conn) => end.get_result(conn)?,
        Conn::Postgres(conn) => end.for_update().get_result(conn)?,
    };
    Ok(Head { length, mac })
}

fn append(conn: &mut Conn, secret: &Secret, row: Row) -> Result<()> {
    let Head { length, mac: before } = hold(conn)?;
    let number = length + 1;
    let mac = row.mac(secrets::current_key(conn, secret)?, number, &before).to_vec();
    let id = |id: Option<Uuid>| id.map(|id| id.as_bytes().to_vec());
    let values = (
        audit::number.eq(number),
        audit::at.eq(row.at.naive_utc()),
        audit::staff.eq(id(row.staff)),
        audit::act.eq(row.act),
        audit::survey.eq(id(row.survey)),
        audit::unit.eq(row.unit),
        audit::subject.eq(id(row.subject)),
        audit::amount.eq(row.amount),
        audit::reason.eq(row.reason),
        audit::proof.eq(&mac),
    );
    diesel::insert_into(audit::table).values(values).execute(conn)?;
    let next = (audit_head::length.eq(number), audit_head::proof.eq(mac));
    diesel::update(audit_head::table.find(1)).set(next).execute(conn)?;
    Ok(())
}

/// Where the log ends.
pub fn head(conn: &mut Conn) -> Result<Head> {
    let (length, mac) = audit_head::table.find(1).select((audit_head::length, audit_head::proof)).get_result(conn)?;
    Ok(Head { length, mac })
}

/// When the last act on a survey was, UTC.
pub(super) fn last_about(conn: &mut Conn, survey: &[u8]) -> Result<Option<NaiveDateTime>> {
    let rows = audit::table.filter(audit::survey.eq(survey)).order(audit::number.desc());
    Ok(rows.select(audit::at).first(conn).optional()?)
}

/// Up to `limit` rows after the first `skip`, newest or oldest first, with their numbers.
pub fn page(conn: &mut Conn, newest: bool, skip: i64, limit: i64) -> Result<Vec<(i64, Row)>> {
    let rows = audit::table.limit(limit).into_boxed();
    // The numbers are those of the places, so nothing has to be counted.
    let rows = if newest {
        let last = head(conn)?.length.saturating_sub(skip);
        rows.filter(audit::number.le(last)).order(audit::number.desc())
    } else {
        rows.filter(audit::number.gt(skip)).order(audit::number)
    };
    let rows: Vec<Stored> = rows.load(conn)?;
    rows.into_iter().map(|stored| row(stored).map(|(number, row, _)| (number, row))).collect()
}

/// What a check of the log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Every row is as it was written, and the head that was asked for is among them.
    Whole {
        /// Where the log ends.
        head: Head,
        /// The number of the row whose head was asked for.
        asked: Option<i64>,
    },
    /// The row of that number is not what was written there, or not where it was.
    Broken(i64),
    /// The rows up to that number are not what they were when the secret was changed.
    Rewritten(i64),
    /// The log ends before its own head: rows at its end are missing.
    Cut,
    /// All rows are whole, but none has the head that was asked for: it was copied wrongly, or the end is missing.
    Unknown,
}

impl Check {
    /// The rows of a log that is whole.
    pub const fn length(&self) -> Option<i64> {
        match self {
            Self::Whole { head, .. } => Some(head.length),
            Self::Broken(_) | Self::Rewritten(_) | Self::Cut | Self::Unknown => None,
        }
    }
}

/// The part of the log that was written before a secret became current.
struct Past {
    /// Its last row.
    end: i64,
    /// What only that secret can make of it.
    proof: Vec<u8>,
}

/// Checks every row of the log and, where one is given, that a head printed earlier is still in it.
///
/// The current secret is enough. Rows from before it are bound to it as a whole; where the one they were written under
/// is given, too, it tells which of them is wrong.
pub fn check(conn: &mut Conn, secret: &Secret, printed: Option<&[u8]>) -> Result<Check> {
    let known = secrets::known(conn)?;
    let pasts: Vec<(i64, Vec<u8>)> =
        rotation::table.order(rotation::number).select((rotation::audit_row, rotation::proof)).load(conn)?;
    let past = pasts.last().map(|(end, proof)| Past { end: *end, proof: proof.clone() });
    let current = secrets::current_key(conn, secret)?;
    // Under which secret a row was written.
    let key = |number: i64| {
        let before = pasts.iter().take_while(|(end, _)| *end < number).count();
        known.get(before).and_then(|one| secret.key(*one))
    };
    let (mut last, mut before) = (0, Vec::new());
    let mut digest = Sha256::new();
    let mut asked = None;
    loop {
        let rows = some(conn, last)?;
        if rows.is_empty() {
            break;
        }
        for (number, row, mac) in rows {
            let key = key(number);
            let wrong = key.is_some_and(|key| row.mac(key, number, &before).as_slice() != mac);
            if number != last + 1 || wrong {
                return Ok(Check::Broken(last + 1));
            }
            if printed == Some(mac.as_slice()) {
                asked = Some(number);
            }
            if let Some(past) = &past {
                if number <= past.end {
                    take_in(&mut digest, number, &row, &mac);
                }
                if number == past.end && current.past_mac(&digest.clone().finalize()).as_slice() != past.proof {
                    return Ok(Check::Rewritten(number));
                }
            }
            (last, before) = (number, mac);
        }
    }
    let head = head(conn)?;
    if head != (Head { length: last, mac: before }) || past.is_some_and(|past| past.end > last) {
        return Ok(Check::Cut);
    }
    if printed.is_some() && asked.is_none() {
        return Ok(Check::Unknown);
    }
    Ok(Check::Whole { head, asked })
}

/// The digest of the first rows of the log, up to that one.
pub(super) fn digest(conn: &mut Conn, end: i64) -> Result<[u8; 32]> {
    let (mut last, mut digest) = (0, Sha256::new());
    loop {
        let rows = some(conn, last)?;
        for (number, row, mac) in rows.iter().take_while(|(number, ..)| *number <= end) {
            take_in(&mut digest, *number, row, mac);
            last = *number;
        }
        if rows.last().is_none_or(|(number, ..)| *number >= end) {
            return Ok(digest.finalize().into());
        }
    }
}

fn take_in(digest: &mut Sha256, number: i64, row: &Row, mac: &[u8]) {
    digest.update(row.bytes(number));
    digest.update(mac);
}

/// Some rows after that one, in order, with their numbers and macs.
fn some(conn: &mut Conn, after: i64) -> Result<Vec<(i64, Row, Vec<u8>)>> {
    const ROWS: i64 = 1_000;
    let rows = audit::table.filter(audit::number.gt(after)).order(audit::number).limit(ROWS);
    rows.load::<Stored>(conn)?.into_iter().map(row).collect()
}

fn row(stored: Stored) -> Result<(i64, Row, Vec<u8>)> {
    let (number, at, staff, act, survey, unit, subject, amount, reason, mac) = stored;
    let id = |bytes: Option<Vec<u8>>| bytes.map(|bytes| uuid(&bytes)).transpose();
    let (staff, survey, subject) = (id(staff)?, id(survey)?, id(subject)?);
    if number < 1 {
        return Err(Error::Corrupt(format!("row {number} of the audit log")));
    }
    Ok((number, Row { at: at.and_utc(), staff, act, survey, unit, subject, amount, reason }, mac))
}
