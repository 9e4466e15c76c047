//! Rows out of one database and into the other, one at a time.

use super::super::Conn;
use super::tables::Table;
use super::value::{Kind, Record, Sum, Value, unfit};
use crate::error::{Error, Result};
use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, SqliteConnection};
use std::cell::RefCell;
use std::io::Write;

/// Bytes that are handed to PostgreSQL at once.
const PIECE: usize = 64 * 1024;

/// What a file of PostgreSQL's binary form begins with, and ends with.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// Hands over every row of a table, in the order of their keys, and gives their sum.
pub(super) fn read(
    conn: &mut Conn,
    table: &Table,
    kinds: &[Kind],
    mut take: impl FnMut(Vec<Value>) -> Result<()>,
) -> Result<Sum> {
    let mut sum = Sum::default();
    let mut one = |row: QueryResult<Record>| {
        let row = row?.0.into_iter().zip(kinds).enumerate();
        let row = row.map(|(place, (value, kind))| value.settle(*kind).ok_or(place)).collect::<Result<Vec<_>, _>>();
        let row = match row {
            Ok(row) => row,
            Err(place) => return Err(unfit(table.name, table.columns()?.get(place))),
        };
        sum.add(&row);
        take(row)
    };
    let query = sql_query(table.select()?);
    match conn {
        Conn::Sqlite(conn) => {
            query.load_iter::<Record, DefaultLoadingMode>(conn)?.try_for_each(&mut one)?;
        }
        Conn::Postgres(conn) => {
            query.load_iter::<Record, PgRowByRowLoadingMode>(conn)?.try_for_each(&mut one)?;
        }
    }
    Ok(sum)
}

/// Copies a table whose rows have these kinds, and gives their sum.
pub(super) fn copy(source: &mut Conn, target: &mut Conn, table: &Table, kinds: &[Kind]) -> Result<Sum> {
    match target {
        Conn::Sqlite(target) => into_sqlite(source, target, table, kinds),
        Conn::Postgres(target) => into_postgres(source, target, table, kinds),
    }
}

/// An INSERT that is prepared once for all rows of a table.
struct Insert<'a> {
    text: &'a str,
    values: Vec<Value>,
}

impl QueryId for Insert<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut text = self.text.split('?');
        out.push_sql(text.next().unwrap_or_default());
        for value in &self.values {
            match value {
                Value::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Value::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
                // A time or a day is text by now.
                Value::Null | Value::Time(_) | Value::Day(_) => {
                    out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>)?;
                }
            }
            out.push_sql(text.next().unwrap_or_default());
        }
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Insert<'_> {}

fn into_sqlite(source: &mut Conn, target: &mut SqliteConnection, table: &Table, kinds: &[Kind]) -> Result<Sum> {
    let columns = table.columns()?;
    let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let places = vec!["?"; columns.len()].join(", ");
    let text = format!("INSERT INTO \"{}\" ({}) VALUES ({places})", table.name, names.join(", "));
    read(source, table, kinds, |row| {
        let values = row.into_iter().map(Value::for_sqlite).collect::<Option<Vec<_>>>();
        let values = values.ok_or_else(|| unfit(table.name, None))?;
        Insert { text: &text, values }.execute(target)?;
        Ok(())
    })
}

fn into_postgres(source: &mut Conn, target: &mut PgConnection, table: &Table, kinds: &[Kind]) -> Result<Sum> {
    if table.name == "response" {
        // A table that is made anew takes its rows one behind the other; else the end of a page that is nearly full is
        // filled with a later row, and they do not lie in the order of their ids.
        target.batch_execute("TRUNCATE response")?;
    }
    // The callback cannot change anything of its own, and the database's word for an error of ours is only its echo.
    let (source, done) = (RefCell::new(source), RefCell::new(Ok(Sum::default())));
    let stream = |out: &mut dyn Write| -> Result<()> {
        let mut piece = HEAD.to_vec();
        let sum = read(*source.borrow_mut(), table, kinds, |row| {
            piece.extend(i16::try_from(row.len()).unwrap_or(i16::MAX).to_be_bytes());
            for (place, (value, kind)) in row.iter().zip(kinds).enumerate() {
                if value.write_binary(*kind, &mut piece).is_none() {
                    return Err(unfit(table.name, table.columns()?.get(place)));
                }
            }
            if piece.len() >= PIECE {
                out.write_all(&piece)?;
                piece.clear();
            }
            Ok(())
        });
        let written = sum.and_then(|sum| {
            piece.extend(END);
            out.write_all(&piece)?;
            Ok(sum)
        });
        let good = written.is_ok();
        *done.borrow_mut() = written;
        if good { Ok(()) } else { Err(Error::Busy) }
    };
    let taken = (table.take_in)(target, &stream);
    let sum = done.into_inner()?;
    taken?;
    Ok(sum)
}
