//! The cheap tries to find out whose a response is, once nothing should lead there any more.

use super::super::Conn;
use super::super::schema::{
    idempotency, link, outbox, paper_day, paper_entry, replaced_link, rewriting, roster_entry, roster_line, sending,
    signal,
};
use crate::error::Result;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary};
use uuid::Uuid;

/// The tables that still hold rows of a survey and should not, with how many.
pub fn left(conn: &mut Conn, survey: Uuid) -> Result<Vec<(&'static str, i64)>> {
    let key = survey.as_bytes().to_vec();
    let mut left = Vec::new();
    macro_rules! count {
        ($($table:ident),+) => {$(
            let rows = $table::table.filter($table::survey.eq(&key)).count().get_result(conn)?;
            left.push((stringify!($table), rows));
        )+};
    }
    count!(
        idempotency,
        link,
        replaced_link,
        roster_entry,
        roster_line,
        outbox,
        sending,
        signal,
        paper_entry,
        paper_day,
        rewriting
    );
    left.retain(|(_, rows)| *rows > 0);
    Ok(left)
}

#[derive(QueryableByName)]
struct Heap {
    #[diesel(sql_type = BigInt)]
    writers: i64,
    #[diesel(sql_type = BigInt)]
    displaced: i64,
}

/// What the places of the responses in the table tell. On SQLite they lie in the order of their keys, which is all
/// there is; on PostgreSQL they should as well, and all be written by one transaction.
pub fn disorder(conn: &mut Conn, survey: Uuid) -> Result<Option<String>> {
    let Conn::Postgres(conn) = conn else { return Ok(None) };
    let heap: Heap = sql_query(
        "SELECT count(DISTINCT xmin::text) AS writers, count(*) FILTER (WHERE id < before) AS displaced FROM \
         (SELECT xmin, id, lag(id) OVER (ORDER BY ctid) AS before FROM response WHERE survey = $1) AS heap",
    )
    .bind::<Binary, _>(survey.as_bytes().as_slice())
    .get_result(conn)?;
    let Heap { writers, displaced } = heap;
    let alike = writers <= 1 && displaced == 0;
    Ok((!alike).then(|| format!("{displaced} responses lie elsewhere, {writers} transactions wrote them")))
}
