//! Which server secrets belong to this database, and which of those given a piece of work needs.
//!
//! The first stands in table `secret`, every later one in table `rotation`; the last is current. A survey names the
//! one its links are issued under until it is sealed, an account the one its second factor was made with. The secrets
//! themselves are nowhere in the database, only their fingerprints.

use super::Conn;
use super::schema::{rotation, secret, staff, survey};
use super::surveys::Stored;
use crate::domain::obstacle::Obstacle;
use crate::domain::token::{Code, Fingerprint, Key, Receipt, Secret};
use crate::error::{Error, Result};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What the codes of one survey are derived from.
pub struct Codes<'a> {
    salt: &'a [u8],
    key: &'a Key,
}

impl<'a> Codes<'a> {
    /// Those of a survey that is not sealed.
    pub fn of(stored: &'a Stored, given: &'a Secret) -> Result<Self> {
        let salt = stored.salt.as_deref().ok_or(Obstacle::Sealed)?;
        Ok(Self { salt, key: of(stored, given)? })
    }

    /// The code of a link by its stored serial and generation.
    pub fn code(&self, serial: i32, generation: i16) -> Result<Code> {
        Ok(self.key.code(self.salt, super::surveys::number(serial)?, super::surveys::number(generation)?))
    }

    /// The receipt of an answer to the link with that code.
    pub fn receipt(&self, code: &Code) -> Receipt {
        self.key.receipt(code)
    }
}

/// The secret under which the links of a survey are issued, which is not sealed.
pub fn of<'a>(stored: &Stored, given: &'a Secret) -> Result<&'a Key> {
    key(given, stored.secret.ok_or(Obstacle::Sealed)?)
}

/// The secret of that fingerprint. Where it was not given, other servers may have it: this one is
/// [busy](Error::Busy), and its log says why.
pub fn key(given: &Secret, fingerprint: Fingerprint) -> Result<&Key> {
    given.key(fingerprint).ok_or_else(|| {
        tracing::error!(%fingerprint, "a secret is needed that this server was not given; “fivepoint secret list” tells for what");
        Error::Busy
    })
}

/// The fingerprint that is stored.
fn fingerprint(bytes: &[u8]) -> Result<Fingerprint> {
    bytes.try_into().map(Fingerprint).map_err(|_| Error::Corrupt("a fingerprint that is none".to_owned()))
}

/// The fingerprint in a column that may be empty.
pub(super) fn named(stored: Option<Vec<u8>>) -> Result<Option<Fingerprint>> {
    stored.map(|bytes| fingerprint(&bytes)).transpose()
}

/// The secret that is named, or the first, under which everything is that names none.
pub fn or_first(conn: &mut Conn, named: Option<Fingerprint>) -> Result<Fingerprint> {
    match named {
        Some(named) => Ok(named),
        None => first(conn)?.ok_or_else(unclaimed),
    }
}

fn unclaimed() -> Error {
    Error::Corrupt("a database that belongs to no secret".to_owned())
}

/// The first secret that the database had.
fn first(conn: &mut Conn) -> Result<Option<Fingerprint>> {
    let found: Option<Vec<u8>> = secret::table.select(secret::fingerprint).get_result(conn).optional()?;
    found.map(|bytes| fingerprint(&bytes)).transpose()
}

/// All secrets that the database has had, the current one last.
pub fn known(conn: &mut Conn) -> Result<Vec<Fingerprint>> {
    let later: Vec<Vec<u8>> = rotation::table.order(rotation::number).select(rotation::fingerprint).load(conn)?;
    let later: Vec<Fingerprint> = later.iter().map(|bytes| fingerprint(bytes)).collect::<Result<_>>()?;
    Ok(first(conn)?.into_iter().chain(later).collect())
}

/// The secret for whatever is new.
pub fn current_key<'a>(conn: &mut Conn, given: &'a Secret) -> Result<&'a Key> {
    let last = rotation::table.order(rotation::number.desc()).select(rotation::fingerprint);
    let last: Option<Vec<u8>> = last.first(conn).optional()?;
    let current = or_first(conn, named(last)?)?;
    key(given, current)
}

/// What is still bound to a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// The titles of surveys that are not sealed.
    pub surveys: Vec<String>,
    /// The names of accounts with a second factor.
    pub accounts: Vec<String>,
}

impl Bound {
    /// Whether nothing is.
    pub const fn is_empty(&self) -> bool {
        self.surveys.is_empty() && self.accounts.is_empty()
    }

    /// What it is, in words; of many the first few.
    pub fn words(&self) -> String {
        const SHOWN: usize = 3;
        let some = |what: &str, names: &[String], mark: &dyn Fn(&String) -> String| {
            let more = names.len().saturating_sub(SHOWN);
            let shown: Vec<String> = names.iter().take(SHOWN).map(mark).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!names.is_empty()).then(|| format!("{what} {}{more}", shown.join(", ")))
        };
        let parts = [
            some("the survey", &self.surveys, &|title| format!("“{title}”")),
            some("the second factor of", &self.accounts, &String::clone),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// What is bound to each secret, by its fingerprint.
pub fn bound(conn: &mut Conn) -> Result<BTreeMap<Fingerprint, Bound>> {
    let mut all = BTreeMap::<Fingerprint, Bound>::new();
    let surveys: Vec<(String, Option<Vec<u8>>)> = survey::table
        .filter(survey::salt.is_not_null())
        .order((survey::created_at, survey::id))
        .select((survey::title, survey::secret))
        .load(conn)?;
    for (title, named) in surveys {
        all.entry(or_first(conn, self::named(named)?)?).or_default().surveys.push(title);
    }
    let accounts: Vec<(String, Option<Vec<u8>>)> = staff::table
        .filter(staff::second_factor.gt(0))
        .order(staff::name)
        .select((staff::name, staff::secret))
        .load(conn)?;
    for (name, named) in accounts {
        all.entry(or_first(conn, self::named(named)?)?).or_default().accounts.push(name);
    }
    Ok(all)
}

/// Takes the first secret given as the database's own if it has none yet; refuses as [`fits`] does.
pub fn claim(conn: &mut Conn, given: &Secret) -> Result<()> {
    if first(conn)?.is_some() {
        return fits(conn, given);
    }
    let first = given.fingerprints().next().ok_or_else(unclaimed)?;
    let row = (secret::id.eq(1), secret::fingerprint.eq(first.0.to_vec()));
    diesel::insert_into(secret::table).values(row).execute(conn)?;
    Ok(())
}

/// Refuses where a secret is missing that is current or still needed: links that were handed out would lead nowhere.
/// So does a database that has none yet.
pub fn fits(conn: &mut Conn, given: &Secret) -> Result<()> {
    let known = known(conn)?;
    let Some(current) = known.last() else {
        return Err(Error::Setup("this database has no secret yet: nothing was ever done in it".to_owned()));
    };
    if known.iter().all(|fingerprint| given.key(*fingerprint).is_none()) {
        return Err(Error::Setup(
            "this is not the secret that the database belongs to: links issued with the other one would stop working. \
             Give the secret it was started with (FIVEPOINT_SECRET_FILE or FIVEPOINT_SECRET)"
                .to_owned(),
        ));
    }
    if given.key(*current).is_none() {
        return Err(Error::Setup(format!(
            "the secret was changed, and the new one ({current}) is not among those given: put it into the secret file, \
             one secret a line, beside the old one while that is needed"
        )));
    }
    if let Some((missing, bound)) = bound(conn)?.iter().find(|(fingerprint, _)| given.key(**fingerprint).is_none()) {
        return Err(Error::Setup(format!(
            "the secret {missing} is not among those given and still needed, for {}: put it back into the secret file, \
             one secret a line; “fivepoint secret list” tells when it may go",
            bound.words()
        )));
    }
    Ok(())
}
