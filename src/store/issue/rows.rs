//! The statements of issuing, written for each engine.

use crate::error::Result;
use crate::store::schema::{link, roster_entry};
use crate::store::{Conn, postgres_statement, sqlite_statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Integer, Nullable, SmallInt, Text};
use uuid::Uuid;

#[derive(Insertable)]
#[diesel(table_name = link, treat_none_as_default_value = false)]
pub(super) struct LinkRow {
    pub(super) hash: Vec<u8>,
    pub(super) survey: Vec<u8>,
    pub(super) serial: i32,
    pub(super) generation: i16,
    pub(super) unit: String,
    pub(super) state: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = roster_entry, treat_none_as_default_value = false)]
pub(super) struct EntryRow {
    pub(super) survey: Vec<u8>,
    pub(super) serial: i32,
    pub(super) unit: String,
    pub(super) reference: Option<String>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
}

sqlite_statement! {
    /// Writes a link.
    InsertLink<'a> {
        hash: &'a [u8] as Binary,
        survey: &'a [u8] as Binary,
        serial: i32 as Integer,
        generation: i16 as SmallInt,
        unit: &'a str as Text,
        state: &'a str as Text,
    }
    "INSERT INTO link (hash, survey, serial, generation, unit, state) VALUES ({}, {}, {}, {}, {}, {})"
}

sqlite_statement! {
    /// Writes a row of the roster.
    InsertEntry<'a> {
        survey: &'a [u8] as Binary,
        serial: i32 as Integer,
        unit: &'a str as Text,
        reference: Option<&'a str> as Nullable<Text>,
        name: Option<&'a str> as Nullable<Text>,
        phone: Option<&'a str> as Nullable<Text>,
        email: Option<&'a str> as Nullable<Text>,
    }
    "INSERT INTO roster_entry (survey, serial, unit, reference, name, phone, email) \
     VALUES ({}, {}, {}, {}, {}, {}, {})"
}

sqlite_statement! {
    /// Tells a place of the stored roster the serial of its link.
    TellPlace<'a> {
        serial: i32 as Integer,
        survey: &'a [u8] as Binary,
        number: i32 as Integer,
    }
    "UPDATE roster_line SET serial = {} WHERE survey = {} AND number = {}"
}

postgres_statement! {
    /// Tells places of the stored roster the serials of their links.
    TellPlaces {
        number: Vec<i32> as Array<Integer>,
        serial: Vec<i32> as Array<Integer>,
        survey: Vec<u8> as Binary,
    }
    "UPDATE roster_line SET serial = told.serial FROM unnest({}, {}) AS told (number, serial) \
     WHERE survey = {} AND roster_line.number = told.number"
}

/// Tells places of the stored roster the serials of their links: pairs of both.
pub(super) fn tell_places(conn: &mut Conn, survey: Uuid, places: impl Iterator<Item = (i32, i32)>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for (number, serial) in places {
                TellPlace { serial, survey: survey.as_bytes(), number }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let (number, serial): (Vec<i32>, Vec<i32>) = places.unzip();
            if !number.is_empty() {
                TellPlaces { number, serial, survey: survey.as_bytes().to_vec() }.execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Writes links and their rows of the roster.
pub(super) fn insert(conn: &mut Conn, (links, entries): &(Vec<LinkRow>, Vec<EntryRow>)) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for LinkRow { hash, survey, serial, generation, unit, state } in links {
                InsertLink { hash, survey, serial: *serial, generation: *generation, unit, state }.execute(conn)?;
            }
            for EntryRow { survey, serial, unit, reference, name, phone, email } in entries {
                let (reference, name) = (reference.as_deref(), name.as_deref());
                let (phone, email) = (phone.as_deref(), email.as_deref());
                InsertEntry { survey, serial: *serial, unit, reference, name, phone, email }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            diesel::copy_from(link::table).from_insertable(links).execute(conn)?;
            diesel::copy_from(roster_entry::table).from_insertable(entries).execute(conn)?;
        }
    }
    Ok(())
}
