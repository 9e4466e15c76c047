//! The change of the server secret: a new one becomes current, the old one stays until nothing is bound to it.

use super::audit::{self, About, Actor, Check};
use super::schema::rotation;
use super::secrets::{self, Bound};
use super::{Conn, nodes, staff};
use crate::domain::audit::Act;
use crate::domain::token::{Fingerprint, Secret};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A secret of the database, as it is told to whoever looks after it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Which.
    pub fingerprint: Fingerprint,
    /// Since when it is, or was, the current one, UTC; nothing for the first.
    pub since: Option<DateTime<Utc>>,
    /// Whether everything new is made with it.
    pub current: bool,
    /// What is bound to it.
    pub bound: Bound,
}

/// All secrets of the database, the current one last.
pub fn list(conn: &mut Conn) -> Result<Vec<Known>> {
    let times: Vec<NaiveDateTime> = rotation::table.order(rotation::number).select(rotation::at).load(conn)?;
    let times = std::iter::once(None).chain(times.into_iter().map(|at| Some(at.and_utc())));
    let known = secrets::known(conn)?;
    let mut bound = secrets::bound(conn)?;
    let last = known.last().copied();
    let one = |(fingerprint, since): (Fingerprint, Option<DateTime<Utc>>)| Known {
        fingerprint,
        since,
        current: Some(fingerprint) == last,
        bound: bound.remove(&fingerprint).unwrap_or_default(),
    };
    Ok(known.into_iter().zip(times).map(one).collect())
}

/// Whether an account has a second factor that was set up under a former secret.
pub fn has_old_factor(conn: &mut Conn, account: Uuid) -> Result<bool> {
    let account = staff::get(conn, account)?;
    if account.staff.second_factor.is_none() {
        return Ok(false);
    }
    let made_with = secrets::or_first(conn, account.secret)?;
    Ok(secrets::known(conn)?.last() != Some(&made_with))
}

/// Makes the secret current that is given and new to the database. Whatever is bound to the one before stays so.
///
/// The audit log is checked as a whole and bound to the new secret, so that the old one is not needed for it any
/// more; whoever acts at the desk waits meanwhile. Refused while a server runs that does not have the new secret.
pub fn rotate(conn: &mut Conn, actor: &Actor<'_>) -> Result<Fingerprint> {
    // Holds the end of the log until the commit: it comes first, so that two changes take turns.
    audit::hold(conn)?;
    let known = secrets::known(conn)?;
    let new: Vec<Fingerprint> = actor.secret.fingerprints().filter(|one| !known.contains(one)).collect();
    let [new] = new.as_slice() else { return Err(Error::Setup(which(&new, actor.secret))) };
    nodes::hold(conn)?;
    if let Some(seen_at) = nodes::without(conn, *new, actor.now)? {
        return Err(Error::Setup(format!(
            "a server runs, or has run until {} UTC, that does not have the new secret: restart it with both, or wait \
             until it has been silent for {} minutes",
            seen_at.format("%F %R"),
            nodes::SILENT.num_minutes()
        )));
    }
    // The last row under the old secret names the new one.
    actor.note(conn, Act::SecretRotated, About { reason: Some(new.to_string()), ..About::default() })?;
    let Check::Whole { head, .. } = audit::check(conn, actor.secret, None)? else {
        return Err(Error::Setup(
            "the audit log is not whole, and a new secret would hide it: “fivepoint audit verify” tells where"
                .to_owned(),
        ));
    };
    let proof = secrets::key(actor.secret, *new)?.past_mac(&audit::digest(conn, head.length)?);
    let row = (
        rotation::number.eq(super::surveys::number::<_, i32>(known.len())?),
        rotation::fingerprint.eq(new.0.to_vec()),
        rotation::at.eq(actor.now.naive_utc()),
        rotation::audit_row.eq(head.length),
        rotation::proof.eq(proof.to_vec()),
    );
    diesel::insert_into(rotation::table).values(row).execute(conn)?;
    Ok(*new)
}

/// Why it cannot be said which secret shall be current.
fn which(new: &[Fingerprint], given: &Secret) -> String {
    match new.len() {
        0 if given.fingerprints().count() > 1 => {
            "every secret given is known already: nothing is to be changed".to_owned()
        }
        0 => "there is no new secret: put one into the secret file as a line of its own, beside the old one, and restart \
              every server"
            .to_owned(),
        _ => "more than one secret is new: give the old one and one new one".to_owned(),
    }
}
