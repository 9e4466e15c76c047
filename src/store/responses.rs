//! Responses: read to be counted, never one by one.

use super::Conn;
use super::schema::response;
use crate::domain::disclosure::Bases;
use crate::domain::response::Answers;
use crate::domain::tally::Tally;
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

/// The responses of a survey, counted.
pub struct Counted {
    /// Those that count.
    pub valid: Tally,
    /// Those of voided units.
    pub voided: Tally,
    /// The base of every unit, of valid responses alone: forms that chose an option of the scale at least once.
    pub bases: Bases,
}

/// Counts all responses of a survey, those of voided units apart. Equal forms are grouped by the database and
/// folded as they come.
pub fn count(conn: &mut Conn, survey: Uuid, questions: usize, voided: &BTreeSet<&str>) -> Result<Counted> {
    let grouped = response::table
        .filter(response::survey.eq(survey.as_bytes().to_vec()))
        .group_by((response::unit, response::answers))
        .select((response::unit, response::answers, sql::<BigInt>("COUNT(*)")));
    let mut counted = Counted { valid: Tally::new(questions), voided: Tally::new(questions), bases: Bases::new() };
    let mut fold = |(unit, text, times): (String, String, i64)| -> Result<()> {
        let answers = Answers::from_text(&text).filter(|answers| answers.iter().count() == questions);
        let answers = answers.ok_or_else(|| Error::Corrupt("a response that does not fit its survey".to_owned()))?;
        let times = super::progress::natural(times)?;
        if voided.contains(unit.as_str()) {
            counted.voided.add(&answers, times);
        } else {
            counted.valid.add(&answers, times);
            if answers.has_base() {
                *counted.bases.entry(unit).or_default() += times;
            }
        }
        Ok(())
    };
    each!(conn, grouped, (String, String, i64), fold);
    Ok(counted)
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
