//! Responses: read to be counted, never one by one.

use super::Conn;
use super::schema::response;
use crate::domain::response::Answers;
use crate::domain::tally::Tally;
use crate::error::{Error, Result};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Counts all responses of a survey. Equal forms are grouped by the database and folded as they come.
pub fn tally(conn: &mut Conn, survey: Uuid, questions: usize) -> Result<Tally> {
    let grouped = response::table
        .filter(response::survey.eq(survey.as_bytes().to_vec()))
        .group_by(response::answers)
        .select((response::answers, sql::<BigInt>("COUNT(*)")));
    let mut tally = Tally::new(questions);
    let mut fold = |(text, times): (String, i64)| -> Result<()> {
        let answers = Answers::from_text(&text).filter(|answers| answers.iter().count() == questions);
        let answers = answers.ok_or_else(|| Error::Corrupt("a response that does not fit its survey".to_owned()))?;
        tally.add(&answers, super::progress::natural(times)?);
        Ok(())
    };
    match conn {
        Conn::Sqlite(conn) => {
            for row in grouped.load_iter::<(String, i64), _>(conn)? {
                fold(row?)?;
            }
        }
        Conn::Postgres(conn) => {
            for row in grouped.load_iter::<(String, i64), diesel::pg::PgRowByRowLoadingMode>(conn)? {
                fold(row?)?;
            }
        }
    }
    Ok(tally)
}

/// How many responses each unit has: what the submitted links must agree with.
pub fn by_unit(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = response::table
        .filter(response::survey.eq(survey.as_bytes().to_vec()))
        .group_by(response::unit)
        .select((response::unit, sql::<BigInt>("COUNT(*)")))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
