//! The tree of units.

use super::Conn;
use super::audit::{About, Actor};
use super::schema::unit;
use crate::domain::audit::Act;
use crate::domain::unit::{Tree, Unit};
use crate::error::Result;
use diesel::prelude::*;

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = unit, treat_none_as_null = true)]
struct UnitRow {
    code: String,
    name: String,
    parent: Option<String>,
    level: String,
}

/// All units, by code.
pub fn all(conn: &mut Conn) -> Result<Vec<Unit>> {
    let rows: Vec<UnitRow> = unit::table.order(unit::code).load(conn)?;
    let unit = |row: UnitRow| Unit { code: row.code, name: row.name, parent: row.parent, level: row.level };
    Ok(rows.into_iter().map(unit).collect())
}

/// The tree of all units.
pub fn tree(conn: &mut Conn) -> Result<Tree> {
    all(conn).map(Tree::new)
}

/// Adds units, or gives those that are there the new name, parent and level.
pub fn import(conn: &mut Conn, actor: &Actor<'_>, units: &[Unit]) -> Result<()> {
    for given in units {
        let row = UnitRow {
            code: given.code.clone(),
            name: given.name.clone(),
            parent: given.parent.clone(),
            level: given.level.clone(),
        };
        on_engine!(conn, |conn| diesel::insert_into(unit::table)
            .values(&row)
            .on_conflict(unit::code)
            .do_update()
            .set(&row)
            .execute(conn))?;
    }
    actor.note(conn, Act::UnitsImported, About::default().amount(super::surveys::number(units.len())?))
}
