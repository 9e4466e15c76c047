//! Accounts of the desk.

use super::audit::{About, Actor};
use super::schema::{session, staff, unit};
use super::surveys::{number, unknown, uuid};
use super::{Conn, keys, secrets};
use crate::domain::audit::Act;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::staff::{Name, Role, Staff};
use crate::domain::token::Fingerprint;
use crate::error::Result;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// An account as it is stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who it is.
    pub staff: Staff,
    /// The argon2id hash of the password (PHC string).
    pub password: String,
    /// How many second factors it has had.
    pub factors: u32,
    /// Under which secret its second factor was set up; `None` is the first.
    pub secret: Option<Fingerprint>,
    /// When somebody signed in with it last.
    pub signed_in_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = staff)]
struct Line {
    id: Vec<u8>,
    name: String,
    role: String,
    unit: Option<String>,
    password: String,
    second_factor: Option<i32>,
    second_factor_step: Option<i64>,
    disabled: bool,
    created_at: NaiveDateTime,
    signed_in_at: Option<NaiveDateTime>,
    secret: Option<Vec<u8>>,
}

/// Makes an account.
pub fn add(conn: &mut Conn, actor: &Actor<'_>, new: &Staff, password: String) -> Result<()> {
    if new.role.is_bound() != new.unit.is_some() {
        let role = new.role;
        return Err(if role.is_bound() { Obstacle::NeedsUnit { role } } else { Obstacle::NoUnit { role } }.into());
    }
    if let Some(code) = &new.unit
        && unit::table.find(code).select(unit::code).get_result::<String>(conn).optional()?.is_none()
    {
        return Err(Missing::Unit { code: code.clone() }.into());
    }
    if by_name(conn, &new.name)?.is_some() {
        return Err(Obstacle::NameTaken { name: new.name.to_string() }.into());
    }
    let line = Line {
        id: new.id.as_bytes().to_vec(),
        name: new.name.to_string(),
        role: new.role.name().to_owned(),
        unit: new.unit.clone(),
        password,
        second_factor: None,
        second_factor_step: None,
        disabled: false,
        created_at: actor.now.naive_utc(),
        signed_in_at: None,
        secret: None,
    };
    diesel::insert_into(staff::table).values(line).execute(conn)?;
    actor.note(conn, Act::StaffAdded, About { unit: new.unit.clone(), ..About::account(new.id) })
}

/// All accounts, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Account>> {
    let lines: Vec<Line> = staff::table.order(staff::name).select(Line::as_select()).load(conn)?;
    lines.into_iter().map(account).collect()
}

/// The account of that name.
pub fn by_name(conn: &mut Conn, name: &Name) -> Result<Option<Account>> {
    let line = staff::table.filter(staff::name.eq(name.as_str())).select(Line::as_select());
    line.get_result(conn).optional()?.map(account).transpose()
}

/// The account with that id.
pub fn get(conn: &mut Conn, id: Uuid) -> Result<Account> {
    let line = staff::table.find(id.as_bytes().to_vec()).select(Line::as_select());
    let line = line.get_result(conn).optional()?;
    account(line.ok_or(Missing::Account)?)
}

/// Lets an account sign in again, or no more; then its sign-ins end at once.
pub fn set_disabled(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, disabled: bool) -> Result<()> {
    let found = staff::table.find(id.as_bytes().to_vec());
    if diesel::update(found).set(staff::disabled.eq(disabled)).execute(conn)? != 1 {
        return Err(Missing::Account.into());
    }
    if disabled {
        end(conn, id, None)?;
    }
    actor.note(conn, if disabled { Act::StaffDisabled } else { Act::StaffEnabled }, About::account(id))
}

/// Sets a password; every other sign-in of the account ends.
pub fn set_password(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, password: &str, keep: Option<&[u8]>) -> Result<()> {
    let found = staff::table.find(id.as_bytes().to_vec());
    diesel::update(found).set(staff::password.eq(password)).execute(conn)?;
    end(conn, id, keep)?;
    actor.note(conn, Act::PasswordChanged, About::account(id))
}

/// What helps after a password was stolen: a new one, no second factor, no sign-in, and no key works any more, as
/// whoever was in may have made one.
pub fn reset(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, password: &str) -> Result<()> {
    set_password(conn, actor, id, password, None)?;
    remove_second_factor(conn, actor, id)?;
    keys::revoke_all(conn, actor, id)
}

/// Sets up the second factor of that number, made with that secret, with a code of that time step; other sign-ins end.
pub fn set_second_factor(
    conn: &mut Conn,
    actor: &Actor<'_>,
    id: Uuid,
    (times, secret): (u32, Fingerprint),
    step: i64,
    keep: &[u8],
) -> Result<()> {
    let values = (
        staff::second_factor.eq(Some(number::<u32, i32>(times)?)),
        staff::second_factor_step.eq(Some(step)),
        staff::secret.eq(Some(secret.0.to_vec())),
    );
    diesel::update(staff::table.find(id.as_bytes().to_vec())).set(values).execute(conn)?;
    end(conn, id, Some(keep))?;
    actor.note(conn, Act::SecondFactorSet, About::account(id))
}

/// Takes the second factor away. How often there was one stays, so that the next is another.
pub fn remove_second_factor(conn: &mut Conn, actor: &Actor<'_>, id: Uuid) -> Result<()> {
    let account = get(conn, id)?;
    if account.staff.second_factor.is_none() {
        return Ok(());
    }
    let removed = Some(-number::<u32, i32>(account.factors)?);
    let values = (staff::second_factor.eq(removed), staff::secret.eq(None::<Vec<u8>>));
    diesel::update(staff::table.find(id.as_bytes().to_vec())).set(values).execute(conn)?;
    actor.note(conn, Act::SecondFactorRemoved, About::account(id))
}

/// Marks the code of a time step as used. False where it, or a later one, was used before.
pub fn use_step(conn: &mut Conn, id: Uuid, step: i64) -> Result<bool> {
    let unused = staff::second_factor_step.is_null().or(staff::second_factor_step.lt(step));
    let found = staff::table.filter(staff::id.eq(id.as_bytes().to_vec())).filter(unused);
    Ok(diesel::update(found).set(staff::second_factor_step.eq(step)).execute(conn)? == 1)
}

/// Ends all sign-ins of an account but the one to keep.
pub fn end_sessions(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, keep: &[u8]) -> Result<()> {
    end(conn, id, Some(keep))?;
    actor.note(conn, Act::SessionsEnded, About::account(id))
}

fn end(conn: &mut Conn, id: Uuid, keep: Option<&[u8]>) -> Result<()> {
    let all = session::table.filter(session::staff.eq(id.as_bytes().to_vec()));
    diesel::delete(all.filter(session::hash.ne(keep.unwrap_or_default()))).execute(conn)?;
    Ok(())
}

fn account(line: Line) -> Result<Account> {
    let staff = Staff {
        id: uuid(&line.id)?,
        name: Name::parse(&line.name).map_err(|_| unknown(&line.name))?,
        role: Role::from_name(&line.role).ok_or_else(|| unknown(&line.role))?,
        unit: line.unit,
        second_factor: line.second_factor.filter(|times| *times > 0).map(number).transpose()?,
        disabled: line.disabled,
    };
    let signed_in_at = line.signed_in_at.map(|at| at.and_utc());
    let factors = number(line.second_factor.unwrap_or(0).saturating_abs())?;
    let secret = secrets::named(line.secret)?;
    Ok(Account { staff, password: line.password, factors, secret, signed_in_at })
}
