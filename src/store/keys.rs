//! API keys. The table holds the hash of a token and never the token.

use super::audit::{About, Actor};
use super::schema::{api_key, staff};
use super::surveys::{unknown, uuid};
use super::{Conn, units};
use crate::domain::audit::Act;
use crate::domain::key::{self, Key, MOST, Standing, Wish};
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::staff::{Name, Role};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// A key that is to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// A fresh random id.
    pub id: Uuid,
    /// The hash of a fresh token.
    pub hash: [u8; 32],
    /// The account it belongs to: an evaluator's, not disabled.
    pub staff: Uuid,
    /// What it is to be.
    pub wish: Wish,
}

/// A key with whose it is and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub key: Key,
    /// The name of the account it belongs to.
    pub account: Name,
    /// How it stands today.
    pub standing: Standing,
}

/// What a key is called, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The name of the key.
    pub name: String,
    /// The name of the account it belongs to.
    pub account: String,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = api_key)]
struct Line {
    id: Vec<u8>,
    hash: Vec<u8>,
    name: String,
    staff: Vec<u8>,
    scopes: String,
    unit: Option<String>,
    expires_on: NaiveDate,
    last_used_on: Option<NaiveDate>,
    revoked: bool,
}

/// A key and of its account the name, the role and whether it is disabled.
type Owned = (Line, (String, String, bool));

/// Makes a key.
pub fn add(conn: &mut Conn, actor: &Actor<'_>, new: NewKey) -> Result<Key> {
    let NewKey { id, hash, staff, wish } = new;
    let today = actor.now.date_naive();
    wish.check(today)?;
    let account = super::staff::get(conn, staff)?.staff;
    if account.role != Role::Evaluator || account.disabled {
        return Err(Obstacle::KeyAccount { name: account.name.to_string() }.into());
    }
    if let Some(code) = &wish.unit
        && units::tree(conn)?.get(code).is_none()
    {
        return Err(Missing::Unit { code: code.clone() }.into());
    }
    // The log holds its end until the commit: whoever looks at the other keys after it looks alone.
    let reason = Some(key::names(&wish.scopes));
    actor.note(conn, Act::KeyAdded, About { unit: wish.unit.clone(), reason, ..About::account(id) })?;
    let live = api_key::table.filter(api_key::revoked.eq(false));
    let named = live.filter(api_key::name.eq(&wish.name)).count().get_result::<i64>(conn)?;
    if named > 0 {
        return Err(Obstacle::KeyNameTaken { name: wish.name }.into());
    }
    if live.filter(api_key::expires_on.ge(today)).count().get_result::<i64>(conn)? >= MOST {
        return Err(Obstacle::TooManyKeys { most: MOST }.into());
    }
    let line = Line {
        id: id.as_bytes().to_vec(),
        hash: hash.to_vec(),
        name: wish.name.clone(),
        staff: staff.as_bytes().to_vec(),
        scopes: key::names(&wish.scopes),
        unit: wish.unit.clone(),
        expires_on: wish.expires_on,
        last_used_on: None,
        revoked: false,
    };
    diesel::insert_into(api_key::table).values(line).execute(conn)?;
    let Wish { name, scopes, unit, expires_on } = wish;
    Ok(Key { id, name, staff, scopes, unit, expires_on, last_used_on: None, revoked: false })
}

/// All keys, also those that do not work any more, by name and then by id.
pub fn list(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Listed>> {
    let lines: Vec<Owned> = api_key::table
        .inner_join(staff::table)
        .order((api_key::name, api_key::id))
        .select((Line::as_select(), (staff::name, staff::role, staff::disabled)))
        .load(conn)?;
    lines.into_iter().map(|line| listed(line, now)).collect()
}

/// The key of that id.
pub fn get(conn: &mut Conn, id: Uuid, now: DateTime<Utc>) -> Result<Listed> {
    let line: Option<Owned> = api_key::table
        .inner_join(staff::table)
        .filter(api_key::id.eq(id.as_bytes().to_vec()))
        .select((Line::as_select(), (staff::name, staff::role, staff::disabled)))
        .get_result(conn)
        .optional()?;
    listed(line.ok_or(Missing::Key)?, now)
}

/// Takes a key back: it never works again. Doing so twice is as good as once.
pub fn revoke(conn: &mut Conn, actor: &Actor<'_>, id: Uuid) -> Result<()> {
    let found = api_key::table.find(id.as_bytes().to_vec());
    if diesel::update(found.filter(api_key::revoked.eq(false))).set(api_key::revoked.eq(true)).execute(conn)? == 1 {
        return actor.note(conn, Act::KeyRevoked, About::account(id));
    }
    get(conn, id, actor.now).map(|_| ())
}

/// Takes all keys of an account back.
pub(super) fn revoke_all(conn: &mut Conn, actor: &Actor<'_>, account: Uuid) -> Result<()> {
    let working = api_key::table.filter(api_key::staff.eq(account.as_bytes().to_vec()));
    let ids: Vec<Vec<u8>> = working.filter(api_key::revoked.eq(false)).select(api_key::id).load(conn)?;
    ids.iter().try_for_each(|id| revoke(conn, actor, uuid(id)?))
}

/// The key whose token has that hash, if it works now. A token that was never one and a key that does not work
/// take the same query and give the same answer.
pub fn find(conn: &mut Conn, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<Key>> {
    let line: Option<Owned> = api_key::table
        .inner_join(staff::table)
        .filter(api_key::hash.eq(hash.to_vec()))
        .filter(api_key::revoked.eq(false))
        .filter(api_key::expires_on.ge(now.date_naive()))
        .filter(staff::disabled.eq(false))
        .filter(staff::role.eq(Role::Evaluator.name()))
        .select((Line::as_select(), (staff::name, staff::role, staff::disabled)))
        .get_result(conn)
        .optional()?;
    Ok(line.map(|line| listed(line, now)).transpose()?.map(|found| found.key))
}

/// Writes down the day on which a key was used last, where that is not known. The caller looks first whether
/// `last_used_on` is that day, so that a key writes once a day; what fails here may be tried at its next use.
pub fn used(conn: &mut Conn, id: Uuid, day: NaiveDate) -> Result<()> {
    let older = api_key::last_used_on.is_null().or(api_key::last_used_on.lt(day));
    let found = api_key::table.find(id.as_bytes().to_vec()).filter(older);
    diesel::update(found).set(api_key::last_used_on.eq(day)).execute(conn)?;
    Ok(())
}

/// What those of the ids that are keys' are called.
pub fn names(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Called>> {
    let ids = ids.iter().map(|id| id.as_bytes().to_vec());
    let lines: Vec<(Vec<u8>, String, String)> = api_key::table
        .inner_join(staff::table)
        .filter(api_key::id.eq_any(ids))
        .select((api_key::id, api_key::name, staff::name))
        .load(conn)?;
    lines.into_iter().map(|(id, name, account)| Ok((uuid(&id)?, Called { name, account }))).collect()
}

fn listed((line, (account, role, disabled)): Owned, now: DateTime<Utc>) -> Result<Listed> {
    let key = Key {
        id: uuid(&line.id)?,
        name: line.name,
        staff: uuid(&line.staff)?,
        scopes: key::scopes(&line.scopes).map_err(unknown)?,
        unit: line.unit,
        expires_on: line.expires_on,
        last_used_on: line.last_used_on,
        revoked: line.revoked,
    };
    let account = Name::parse(&account).map_err(|_| unknown(&account))?;
    let standing = key.standing(now.date_naive(), role == Role::Evaluator.name() && !disabled);
    Ok(Listed { key, account, standing })
}
