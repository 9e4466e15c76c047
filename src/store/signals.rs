//! Signs for the evaluator: the largest number of a unit and day, and what stands out in the forms of a closed
//! survey.

use super::links::{Hold, lock_survey};
use super::schema::signal;
use super::surveys::{self, number, unknown};
use super::{Conn, postgres_statement, sqlite_statement};
use crate::domain::pace::{Due, Kind};
use crate::error::Result;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Date, Integer, Text};
use std::collections::{BTreeMap, BTreeSet};
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

/// Writes numbers down where they are larger than what is there; none any more of a survey that is sealed, or about to
/// be.
pub fn raise(conn: &mut Conn, due: &Due) -> Result<()> {
    let mut over = BTreeSet::new();
    for survey in due.keys().map(|(survey, ..)| *survey).collect::<BTreeSet<Uuid>>() {
        lock_survey(conn, survey, Hold::Still)?;
        if surveys::get(conn, survey)?.is_anonymous() {
            over.insert(survey);
        }
    }
    let due = due.iter().filter(|((survey, ..), _)| !over.contains(survey));
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
            if !rows.unit.is_empty() {
                rows.execute(conn)?;
            }
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
