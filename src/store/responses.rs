//! Responses: read to be counted, never one by one.

use super::Conn;
use super::schema::response;
use super::surveys::unknown;
use crate::domain::release::{Alike, Counted, Counting};
use crate::domain::response::{Channel, Respondent};
use crate::domain::survey::Survey;
use crate::error::{Error, Result};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Hands the rows of a query to a function one by one, as they come.
macro_rules! each {
    ($conn:expr, $query:expr, $row:ty, $fold:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite(conn) => {
                for row in $query.load_iter::<$row, _>(conn)? {
                    $fold(row?)?;
                }
            }
            $crate::store::Conn::Postgres(conn) => {
                for row in $query.load_iter::<$row, diesel::pg::PgRowByRowLoadingMode>(conn)? {
                    $fold(row?)?;
                }
            }
        }
    };
}
pub(super) use each;

/// Counts all responses of a survey, those of voided units apart. Equal forms are grouped by the database and
/// folded as they come, unit by unit.
pub fn count(conn: &mut Conn, id: Uuid, survey: &Survey, voided: &BTreeSet<&str>) -> Result<Counted> {
    let of_survey = response::survey.eq(id.as_bytes().to_vec());
    let alike = (response::unit, response::answers, response::respondent, response::channel);
    let grouped = response::table
        .filter(of_survey)
        .group_by(alike)
        // In the order of the groups, so that SQLite sorts once.
        .order(alike)
        .select((alike, sql::<BigInt>("COUNT(*)")));
    let mut counting = Counting::new(survey, voided);
    let mut fold = |((unit, answers, respondent, channel), times): ((String, String, String, String), i64)| {
        let respondent = Respondent::from_name(&respondent).ok_or_else(|| unknown(&respondent))?;
        let channel = Channel::from_name(&channel).ok_or_else(|| unknown(&channel))?;
        let times = super::progress::natural(times)?;
        Ok::<_, Error>(counting.add(Alike { unit, respondent, channel, answers, times })?)
    };
    each!(&mut *conn, grouped, ((String, String, String, String), i64), fold);
    counting.end(|| commonest(conn, id, voided))
}

/// How often the commonest form of the units that are not voided occurs.
fn commonest(conn: &mut Conn, survey: Uuid, voided: &BTreeSet<&str>) -> Result<u64> {
    let times: Option<i64> = response::table
        .filter(response::survey.eq(survey.as_bytes().to_vec()))
        .filter(response::unit.ne_all(voided.iter().copied().collect::<Vec<_>>()))
        .group_by(response::answers)
        .select(sql::<BigInt>("COUNT(*) AS times"))
        .order(sql::<BigInt>("times").desc())
        .first(conn)
        .optional()?;
    super::progress::natural(times.unwrap_or(0))
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
