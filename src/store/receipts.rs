//! Receipts of the answers of a sealed survey, for everybody to see: that an answer was received, never what it said.

use super::Conn;
use super::schema::{link, receipt, survey};
use super::secrets::Codes;
use super::surveys::{self, number};
use crate::domain::link::LinkState;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Receipt, Secret};
use crate::error::Result;
use diesel::prelude::*;
use uuid::Uuid;

/// Links in memory at once, and rows of one INSERT.
const CHUNK: i64 = 5_000;

/// Writes down the receipts of all answered links of a survey that is being sealed, in their own order. All of them
/// are in memory once, 20 bytes each.
pub(super) fn publish(conn: &mut Conn, secret: &Secret, id: Uuid) -> Result<()> {
    let stored = surveys::get(conn, id)?;
    let codes = Codes::of(&stored, secret)?;
    let key = id.as_bytes().to_vec();
    let (mut all, mut last): (Vec<Receipt>, i32) = (Vec::new(), 0);
    loop {
        let rows: Vec<(i32, i16)> = link::table
            .filter(link::survey.eq(&key))
            .filter(link::serial.gt(last).and(link::serial.le(stored.visible_serial)))
            .filter(link::state.eq(LinkState::Submitted.name()))
            .order(link::serial)
            .limit(CHUNK)
            .select((link::serial, link::generation))
            .load(conn)?;
        let Some((end, _)) = rows.last() else { break };
        last = *end;
        for (serial, generation) in rows {
            all.push(codes.receipt(&codes.code(serial, generation)?));
        }
    }
    all.sort_unstable();
    for chunk in all.chunks(number(CHUNK)?) {
        let row = |one: &Receipt| (receipt::survey.eq(key.clone()), receipt::words.eq(one.to_string()));
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_engine!(conn, |conn| diesel::insert_into(receipt::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// The title of a sealed survey; `None` for every other.
pub fn title(conn: &mut Conn, id: Uuid) -> Result<Option<String>> {
    let sealed = survey::table.find(id.as_bytes().to_vec()).filter(survey::state.eq(SurveyState::Sealed.name()));
    Ok(sealed.select(survey::title).get_result(conn).optional()?)
}

/// How many receipts there are.
pub fn count(conn: &mut Conn, id: Uuid) -> Result<i64> {
    Ok(receipt::table.filter(receipt::survey.eq(id.as_bytes().to_vec())).count().get_result(conn)?)
}

/// Up to `limit` receipts after that one, in order.
pub fn after(conn: &mut Conn, id: Uuid, after: &str, limit: i64) -> Result<Vec<String>> {
    Ok(receipt::table
        .filter(receipt::survey.eq(id.as_bytes().to_vec()))
        .filter(receipt::words.gt(after))
        .order(receipt::words)
        .limit(limit)
        .select(receipt::words)
        .load(conn)?)
}

/// The receipts that begin so, in order.
pub fn beginning(conn: &mut Conn, id: Uuid, part: &str) -> Result<Vec<String>> {
    Ok(receipt::table
        .filter(receipt::survey.eq(id.as_bytes().to_vec()))
        // "~" comes after everything that is in a receipt.
        .filter(receipt::words.gt(part).and(receipt::words.lt(format!("{part}~"))))
        .order(receipt::words)
        .select(receipt::words)
        .load(conn)?)
}
