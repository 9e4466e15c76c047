//! Signs for the evaluator: the largest number of a unit and day, and what stands out in the forms of a closed
//! survey.

use super::schema::{response, signal};
use super::surveys::{number, unknown};
use super::{Conn, postgres_statement, progress, sqlite_statement};
use crate::domain::pace::{Due, Kind};
use crate::domain::quality::Forms;
use crate::domain::response::{Answers, Respondent};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Date, Integer, Text};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Keeps the larger of what is given and what is there.
macro_rules! upsert {
    ($values:literal, $larger:literal) => {
        concat!(
            "INSERT INTO signal AS s (survey, unit, day, kind, count) ",
            $values,
            " ON CONFLICT (survey, unit, day, kind) DO UPDATE SET count = ",
            $larger,
            "(s.count, excluded.count)"
        )
    };
}

sqlite_statement! {
    /// Raises one number.
    RaiseOne<'a> {
        survey: &'a [u8] as Binary,
        unit: &'a str as Text,
        day: NaiveDate as Date,
        kind: &'a str as Text,
        count: i32 as Integer,
    }
    upsert!("VALUES ({}, {}, {}, {}, {})", "max")
}

postgres_statement! {
    /// Raises numbers, in the order given.
    RaiseAll {
        survey: Vec<Vec<u8>> as Array<Binary>,
        unit: Vec<String> as Array<Text>,
        day: Vec<NaiveDate> as Array<Date>,
        kind: Vec<&'static str> as Array<Text>,
        count: Vec<i32> as Array<Integer>,
    }
    upsert!("SELECT * FROM unnest({}, {}, {}, {}, {})", "greatest")
}

/// Writes numbers down where they are larger than what is there.
pub fn raise(conn: &mut Conn, due: &Due) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for ((survey, unit, day, kind), count) in due {
                let (survey, kind, count) = (survey.as_bytes(), kind.name(), number(*count)?);
                RaiseOne { survey, unit, day: *day, kind, count }.execute(conn)?;
            }
        }
        Conn::Postgres(conn) => {
            let mut rows = RaiseAll::default();
            for ((survey, unit, day, kind), count) in due {
                rows.survey.push(survey.as_bytes().to_vec());
                rows.unit.push(unit.clone());
                rows.day.push(*day);
                rows.kind.push(kind.name());
                rows.count.push(number(*count)?);
            }
            rows.execute(conn)?;
        }
    }
    Ok(())
}

/// The largest number of each unit with the day it is of, the latest such day.
pub type Largest = BTreeMap<(String, Kind), (u32, NaiveDate)>;

/// The largest numbers of a survey.
pub fn largest(conn: &mut Conn, survey: Uuid) -> Result<Largest> {
    let rows: Vec<(String, String, i32, NaiveDate)> = signal::table
        .filter(signal::survey.eq(survey.as_bytes().to_vec()))
        .order((signal::count, signal::day))
        .select((signal::unit, signal::kind, signal::count, signal::day))
        .load(conn)?;
    let mut largest = Largest::new();
    for (unit, kind, count, day) in rows {
        let kind = [Kind::Busiest, Kind::Phone].into_iter().find(|one| one.name() == kind);
        largest.insert((unit, kind.ok_or_else(|| unknown("a kind of sign"))?), (number(count)?, day));
    }
    Ok(largest)
}

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

/// The forms of every unit of a closed survey, by themselves and all together.
pub fn forms(conn: &mut Conn, survey: Uuid) -> Result<(BTreeMap<String, Forms>, Forms)> {
    let of_survey = response::survey.eq(survey.as_bytes().to_vec());
    let (mut units, mut everybody) = (BTreeMap::<String, Forms>::new(), Forms::default());
    let by_form = response::table.filter(of_survey.clone()).group_by((response::unit, response::answers)).select((
        response::unit,
        response::answers,
        sql::<BigInt>("COUNT(*)"),
    ));
    let mut fold = |(unit, text, times): (String, String, i64)| -> Result<()> {
        units.entry(unit).or_default().add(&answers(&text)?, progress::natural(times)?);
        Ok(())
    };
    each!(conn, by_form, (String, String, i64), fold);
    let all = response::table
        .filter(of_survey.clone())
        .group_by(response::answers)
        .select((response::answers, sql::<BigInt>("COUNT(*)")));
    let mut fold = |(text, times): (String, i64)| -> Result<()> {
        everybody.add(&answers(&text)?, progress::natural(times)?);
        Ok(())
    };
    each!(conn, all, (String, i64), fold);
    let helped: Vec<(String, String, i64)> = response::table
        .filter(of_survey)
        .group_by((response::unit, response::respondent))
        .select((response::unit, response::respondent, sql::<BigInt>("COUNT(*)")))
        .load(conn)?;
    for (unit, name, times) in helped {
        let (respondent, times) = (Respondent::from_name(&name).ok_or_else(|| unknown(&name))?, number(times)?);
        everybody.filled_in_by(respondent, times);
        units.entry(unit).or_default().filled_in_by(respondent, times);
    }
    Ok((units, everybody))
}

fn answers(text: &str) -> Result<Answers> {
    Answers::from_text(text).ok_or_else(|| Error::Corrupt("a response that does not fit its survey".to_owned()))
}
