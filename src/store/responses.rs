//! Responses: read to be counted, never one by one.

use super::Conn;
use super::progress::natural;
use super::schema::response;
use super::surveys::unknown;
use crate::domain::release::{Alike, Counted, Counting};
use crate::domain::response::{Channel, Respondent};
use crate::domain::survey::Survey;
use crate::error::Result;
use diesel::dsl::sql;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Responses that are alike, as they are read: unit, answers, respondent, channel, how many.
pub(super) type Row = (String, String, String, String, i64);

/// Counts all responses of a survey, those of voided units apart, in memory that does not grow with their number.
pub fn count(conn: &mut Conn, id: Uuid, survey: &Survey, voided: &BTreeSet<&str>) -> Result<Counted> {
    let mut counting = Counting::new(survey, voided);
    read(conn, id, |(unit, answers, respondent, channel, times)| {
        let respondent = Respondent::from_name(&respondent).ok_or_else(|| unknown(&respondent))?;
        let channel = Channel::from_name(&channel).ok_or_else(|| unknown(&channel))?;
        let alike = Alike { unit, respondent, channel, answers, times: natural(times)? };
        Ok(counting.add(&alike)?)
    })?;
    if counting.again() {
        read(conn, id, |(unit, answers, _, _, times)| {
            counting.add_again(&unit, &answers, natural(times)?);
            Ok(())
        })?;
    }
    Ok(counting.end())
}

/// Hands over all responses as they come, in no order. PostgreSQL groups what is alike, in a hash that it spills to
/// disk; SQLite would have to sort for that, which takes longer than to hand over every one.
pub(super) fn read(conn: &mut Conn, survey: Uuid, mut fold: impl FnMut(Row) -> Result<()>) -> Result<()> {
    let of_survey = response::survey.eq(survey.as_bytes().to_vec());
    let alike = (response::unit, response::answers, response::respondent, response::channel);
    let (unit, answers, respondent, channel) = alike;
    match conn {
        Conn::Sqlite(conn) => {
            let all = response::table.filter(of_survey);
            let all = all.select((unit, answers, respondent, channel, sql::<BigInt>("1")));
            for row in all.load_iter::<Row, _>(conn)? {
                fold(row?)?;
            }
        }
        Conn::Postgres(conn) => {
            let grouped = response::table.filter(of_survey).group_by(alike);
            let grouped = grouped.select((unit, answers, respondent, channel, sql::<BigInt>("COUNT(*)")));
            for row in grouped.load_iter::<Row, PgRowByRowLoadingMode>(conn)? {
                fold(row?)?;
            }
        }
    }
    Ok(())
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

/// Writes all responses of a survey anew, in the order of their random ids.
const SORT_POSTGRES: [&str; 1] = ["WITH taken AS (DELETE FROM response WHERE survey = $1 \
    RETURNING survey, id, unit, respondent, channel, answers) \
    INSERT INTO response (survey, id, unit, respondent, channel, answers) \
    SELECT survey, id, unit, respondent, channel, answers FROM taken ORDER BY id"];
const SORT_SQLITE: [&str; 4] = [
    "INSERT INTO rewriting (survey, id, unit, respondent, channel, answers) \
     SELECT survey, id, unit, respondent, channel, answers FROM response WHERE survey = $1 ORDER BY id",
    "DELETE FROM response WHERE survey = $1",
    "INSERT INTO response (survey, id, unit, respondent, channel, answers) \
     SELECT survey, id, unit, respondent, channel, answers FROM rewriting WHERE survey = $1 ORDER BY id",
    "DELETE FROM rewriting WHERE survey = $1",
];

/// Writes all responses of a survey anew: neither where they lie nor the transaction that PostgreSQL names for each
/// tells any longer when they came.
pub(super) fn sort(conn: &mut Conn, survey: Uuid) -> Result<()> {
    let statements: &[&str] = if matches!(conn, Conn::Postgres(_)) { &SORT_POSTGRES } else { &SORT_SQLITE };
    for statement in statements {
        let bound = sql_query(*statement).bind::<Binary, _>(survey.as_bytes().to_vec());
        on_engine!(&mut *conn, |conn| bound.execute(conn))?;
    }
    Ok(())
}
