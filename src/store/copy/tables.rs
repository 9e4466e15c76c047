//! The tables of a copy: in which order, how they are read and, on PostgreSQL, written.

use super::super::Conn;
use super::super::schema as s;
use super::value::Kind;
use crate::error::{Error, Result};
use diesel::pg::{CopyFormat, Pg, PgQueryBuilder};
use diesel::prelude::*;
use diesel::query_builder::{QueryBuilder, QueryFragment};
use diesel::sql_types::Text;
use diesel::{PgConnection, sql_query};
use std::collections::BTreeMap;
use std::io::Write;

/// What writes the rows of a table in PostgreSQL's binary form.
pub(super) type Source<'a> = dyn Fn(&mut dyn Write) -> Result<()> + 'a;

/// One table.
pub(super) struct Table {
    pub(super) name: &'static str,
    select: fn() -> Result<String>,
    /// Takes the rows in, in PostgreSQL's binary form.
    pub(super) take_in: fn(&mut PgConnection, &Source<'_>) -> Result<usize>,
}

macro_rules! tables {
    ($($table:ident,)+) => {
        /// Every table of the program, each behind those that it refers to, but for [`APART`].
        pub(super) const TABLES: &[Table] = &[$(
            Table {
                name: stringify!($table),
                select: || {
                    let key = diesel::Table::primary_key(&s::$table::table);
                    text(&s::$table::table.select(s::$table::all_columns).order(key))
                },
                take_in: |conn, source| {
                    let rows = diesel::copy_from(s::$table::table).from_raw_data(s::$table::all_columns, source);
                    diesel::ExecuteCopyFromDsl::execute(rows.with_format(CopyFormat::Binary), conn)
                },
            },
        )+];
    };
}

tables! {
    secret,
    rotation,
    unit,
    survey,
    question,
    scale_option,
    staff,
    session,
    api_key,
    audit,
    audit_head,
    roster_line,
    roster_entry,
    draw,
    link,
    replaced_link,
    response,
    rewriting,
    progress,
    signal,
    void,
    paper_entry,
    paper_day,
    sending,
    outbox,
    pace,
    release,
    seal,
    fold,
    receipt,
    scorecard,
    scorecard_version,
    idempotency,
    backup,
}

/// What a copy leaves out: whether its own database is out of service, and which servers run on it.
const APART: [&str; 2] = ["moved", "node"];

/// The text of a query, which both engines understand.
fn text(query: &impl QueryFragment<Pg>) -> Result<String> {
    let mut builder = PgQueryBuilder::default();
    query.to_sql(&mut builder, &Pg)?;
    Ok(builder.finish())
}

impl Table {
    /// The query for all rows, in the order of their keys: no other order goes along.
    pub(super) fn select(&self) -> Result<String> {
        (self.select)()
    }

    /// The columns, in the order of the query.
    pub(super) fn columns(&self) -> Result<Vec<String>> {
        let select = self.select()?;
        let list = select.strip_prefix("SELECT ").and_then(|rest| rest.split_once(" FROM "));
        let list = list.ok_or_else(|| Error::Corrupt(format!("the query of table {}", self.name)))?.0;
        let column = |full: &str| full.rsplit('.').next().unwrap_or(full).trim_matches('"').to_owned();
        Ok(list.split(", ").map(column).collect())
    }
}

/// What an engine says there is: tables, and the kinds of their columns.
pub(super) struct Catalogue(BTreeMap<String, BTreeMap<String, Kind>>);

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

impl Catalogue {
    /// Reads it, and refuses a table that the program does not know: a copy without it would not be whole.
    pub(super) fn read(conn: &mut Conn) -> Result<Self> {
        let columns = sql_query(match conn {
            Conn::Sqlite(_) => {
                "SELECT t.name AS \"of\", c.name AS name, c.type AS kind FROM sqlite_schema AS t \
                 JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Conn::Postgres(_) => {
                "SELECT c.table_name::text AS of, c.column_name::text AS name, c.data_type::text AS kind \
                 FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name) \
                 WHERE t.table_type = 'BASE TABLE' AND c.table_schema = current_schema()"
            }
        });
        let columns: Vec<Column> = on_engine!(conn, |conn| columns.load(conn))?;
        let mut tables = BTreeMap::<String, BTreeMap<String, Kind>>::new();
        for Column { of, name, kind } in columns {
            if APART.contains(&of.as_str()) || of == "__diesel_schema_migrations" {
                continue;
            }
            if !TABLES.iter().any(|known| known.name == of) {
                return Err(Error::Setup(format!("the database has a table {of}, which is not this program's")));
            }
            let known = Kind::of(&kind).ok_or_else(|| Error::Setup(format!("column {of}.{name} is of kind {kind}")))?;
            tables.entry(of).or_default().insert(name, known);
        }
        Ok(Self(tables))
    }

    /// The kinds of a table's columns, in the order of its query; all columns are in it.
    pub(super) fn kinds(&self, table: &Table) -> Result<Vec<Kind>> {
        let wrong = || Error::Corrupt(format!("the columns of table {}", table.name));
        let known = self.0.get(table.name).ok_or_else(wrong)?;
        let columns = table.columns()?;
        if columns.len() != known.len() {
            return Err(wrong());
        }
        columns.iter().map(|column| known.get(column).copied().ok_or_else(wrong)).collect()
    }
}
