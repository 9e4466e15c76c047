//! Who gets a message: those whose link waits, whether the person has started or not, who can be reached and are
//! not out of the base. Who answered or declined is never among them.

use super::Conn;
use super::links::Issued;
use super::schema::{link, roster_entry, roster_line};
use super::secrets::Codes;
use super::surveys::Stored;
use crate::domain::link::LinkState;
use crate::domain::message::Channels;
use crate::domain::roster::Recipient;
use crate::domain::token::Secret;
use crate::error::Result;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// The links of a survey with the given serials that wait and whose people are not out of the base.
macro_rules! waiting {
    ($survey:expr, $serials:expr) => {{
        let key: Vec<u8> = $survey.as_bytes().to_vec();
        // Written out, so that the index on these few rows serves.
        let out_of_base = roster_line::table
            .filter(roster_line::survey.eq(key.clone()))
            .filter(sql::<Bool>("disposition = 'ineligible'"))
            .filter(roster_line::serial.is_not_null())
            .select(roster_line::serial.assume_not_null());
        let (waiting, started) = (LinkState::Waiting.name(), LinkState::Started.name());
        link::table
            .inner_join(
                roster_entry::table
                    .on(roster_entry::survey.eq(link::survey).and(roster_entry::serial.eq(link::serial))),
            )
            .filter(link::survey.eq(key))
            .filter(link::serial.gt($serials.0).and(link::serial.le($serials.1)))
            .filter(link::state.eq(waiting).or(link::state.eq(started)))
            .filter(link::serial.ne_all(out_of_base))
    }};
}

/// The same, those only who can be reached.
macro_rules! reachable {
    ($survey:expr, $serials:expr, $channels:expr) => {{
        let by_phone = roster_entry::phone.is_not_null().and($channels.webhook.into_sql::<Bool>());
        let by_email = roster_entry::email.is_not_null().and($channels.email.into_sql::<Bool>());
        waiting!($survey, $serials).filter(by_phone.or(by_email))
    }};
}

/// What is known of them.
macro_rules! columns {
    () => {
        (
            link::serial,
            link::generation,
            link::unit,
            roster_entry::reference,
            roster_entry::name,
            roster_entry::phone,
            roster_entry::email,
        )
    };
}

/// How many are reached now, among the links above the first serial up to the second.
pub fn count(conn: &mut Conn, survey: Uuid, serials: (i32, i32), channels: Channels) -> Result<i64> {
    Ok(reachable!(survey, serials, channels).count().get_result(conn)?)
}

/// How many wait, whether they can be reached or not.
pub fn waiting(conn: &mut Conn, survey: Uuid, upto: i32) -> Result<i64> {
    Ok(waiting!(survey, (0, upto)).count().get_result(conn)?)
}

/// The serials of those, in order, with whether there is a phone and an e-mail address.
pub fn page(
    conn: &mut Conn,
    survey: Uuid,
    serials: (i32, i32),
    channels: Channels,
    limit: i64,
) -> Result<Vec<(i32, bool, bool)>> {
    let found = reachable!(survey, serials, channels).order(link::serial).limit(limit);
    let columns = (link::serial, roster_entry::phone.is_not_null(), roster_entry::email.is_not_null());
    Ok(found.select(columns).load(conn)?)
}

/// Up to `limit` of those who wait after that serial, in order, whether they can be reached or not, with the last
/// serial among them: a list of who has not answered.
pub fn list(
    conn: &mut Conn,
    stored: &Stored,
    secret: &Secret,
    after: i32,
    limit: i64,
) -> Result<(Vec<Issued>, Option<i32>)> {
    let codes = Codes::of(stored, secret)?;
    let found = waiting!(stored.id, (after, stored.visible_serial)).order(link::serial).limit(limit);
    let rows: Vec<Row> = found.select(columns!()).load(conn)?;
    let last = rows.last().map(|row| row.0);
    let issued = |row: Row| {
        let code = codes.code(row.0, row.1)?;
        Ok(Issued { recipient: recipient(row), code })
    };
    Ok((rows.into_iter().map(issued).collect::<Result<_>>()?, last))
}

type Row = (i32, i16, String, Option<String>, Option<String>, Option<String>, Option<String>);

fn recipient((_, _, unit, reference, name, phone, email): Row) -> Recipient {
    Recipient { unit, reference, name, phone, email }
}

/// Somebody to be written to.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which of the links of this recipient it is, from 0.
    pub generation: i16,
    /// The recipient.
    pub recipient: Recipient,
}

/// Whoever holds the link of that serial, if it waits now and there is a way to this person.
pub fn one(conn: &mut Conn, survey: Uuid, serial: i32, channels: Channels) -> Result<Option<Waiting>> {
    let found = reachable!(survey, (serial - 1, serial), channels).select(columns!());
    let row: Option<Row> = found.get_result(conn).optional()?;
    Ok(row.map(|row| Waiting { generation: row.1, recipient: recipient(row) }))
}
