//! A database of its own for each test.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A fresh database and a folder for files; both go away with it.
pub struct Database {
    pub engine: Engine,
    pub folder: TempDir,
    pub url: String,
    /// The PostgreSQL database to drop, and the server it is on.
    made: Option<(String, String)>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    pub fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = folder();
                let url = format!("sqlite:{}", folder.path().join("fivepoint.db").display());
                Self { engine, folder, url, made: None }
            }
            Engine::Postgres => {
                Self::on(&std::env::var("FIVEPOINT_TEST_POSTGRES").expect(
                    "FIVEPOINT_TEST_POSTGRES is not set: run the tests with tests/run, which starts a PostgreSQL",
                ))
            }
        }
    }

    /// A fresh database on that PostgreSQL server.
    pub fn on(server: &str) -> Self {
        let name = format!("t{}", uuid::Builder::from_random_bytes(random()).into_uuid().simple());
        let mut conn = PgConnection::establish(server).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (head, _) = server.rsplit_once('/').unwrap();
        let (url, made) = (format!("{head}/{name}"), Some((server.to_owned(), name)));
        Self { engine: Engine::Postgres, folder: folder(), url, made }
    }

    /// One that was made elsewhere and is dropped there.
    #[allow(dead_code, reason = "not used by the benchmarks")]
    pub fn existing(engine: Engine, url: String) -> Self {
        Self { engine, folder: folder(), url, made: None }
    }

    /// Runs a query that gives lines of text.
    pub fn lines(&self, query: &str) -> Vec<String> {
        let query = format!("SELECT line FROM ({query}) AS q (line)");
        let sqlite = || SqliteConnection::establish(self.url.strip_prefix("sqlite:").unwrap()).unwrap();
        let rows: Vec<Line> = match self.engine {
            Engine::Sqlite => {
                // SQLite has no column names for a subquery's alias: the query names its column itself.
                let query = query.replace(" AS q (line)", "");
                sql_query(query).load(&mut sqlite()).unwrap()
            }
            Engine::Postgres => sql_query(query).load(&mut PgConnection::establish(&self.url).unwrap()).unwrap(),
        };
        rows.into_iter().map(|row| row.line).collect()
    }

    /// Runs statements.
    pub fn execute(&self, statements: &str) {
        match self.engine {
            Engine::Sqlite => {
                let mut conn = SqliteConnection::establish(self.url.strip_prefix("sqlite:").unwrap()).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
                conn.batch_execute(statements).unwrap();
            }
            Engine::Postgres => PgConnection::establish(&self.url).unwrap().batch_execute(statements).unwrap(),
        }
    }

    pub fn count(&self, query: &str) -> u64 {
        self.lines(&format!("SELECT CAST(({query}) AS TEXT) AS line"))[0].parse().unwrap()
    }

    /// Everything in the database, as sorted text: two dumps are equal only if nothing has changed.
    pub fn dump(&self) -> Vec<String> {
        let mut dump = Vec::new();
        for (table, columns) in self.tables() {
            let shown: Vec<String> = columns.iter().map(|column| self.shown(column)).collect();
            let mut rows = self.lines(&format!("SELECT {} AS line FROM \"{table}\"", shown.join(" || '|' || ")));
            rows.sort();
            dump.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        dump
    }

    fn shown(&self, column: &str) -> String {
        match self.engine {
            Engine::Sqlite => format!("quote(\"{column}\")"),
            Engine::Postgres => format!("coalesce(\"{column}\"::text, 'NULL')"),
        }
    }

    /// The program's tables with their columns.
    pub fn tables(&self) -> Vec<(String, Vec<String>)> {
        let (tables, columns): (&str, fn(&str) -> String) = match self.engine {
            Engine::Sqlite => (
                "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' \
                 AND name NOT LIKE 'sqlite%' ORDER BY name",
                |table| format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid"),
            ),
            Engine::Postgres => (
                "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public' \
                 AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name",
                |table| {
                    format!(
                        "SELECT column_name::text AS line FROM information_schema.columns \
                         WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
                    )
                },
            ),
        };
        let with_columns = |table: String| {
            let columns = self.lines(&columns(&table));
            (table, columns)
        };
        self.lines(tables).into_iter().map(with_columns).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.made
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn folder() -> TempDir {
    TempDir::with_prefix("fivepoint-test-").unwrap()
}

pub fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
