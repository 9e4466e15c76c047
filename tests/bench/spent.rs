//! What was spent: processor time and bytes, as the system and the database count them.

use crate::database::{Database, Engine};
use crate::process::Server;
use std::fs::{read_dir, read_to_string};

/// Processor time so far, in microseconds, by whom.
#[derive(Clone, Copy, Default)]
pub struct Spent {
    /// The server.
    pub server: f64,
    /// PostgreSQL, all its processes; none of it with SQLite, which is part of the server.
    pub database: f64,
    /// The load generator, which shares the machine.
    pub generator: f64,
}

impl Spent {
    /// What has been spent since then.
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            generator: self.generator - before.generator,
        }
    }

    /// Adds what another round has spent.
    pub fn add(&mut self, other: Self) {
        self.server += other.server;
        self.database += other.database;
        self.generator += other.generator;
    }

    /// Of server, database and generator, a thing.
    pub fn describe(self, things: usize) -> String {
        let each = |sum: f64| sum / things.max(1) as f64;
        format!("{:.1} + {:.1} + {:.1}", each(self.server), each(self.database), each(self.generator))
    }

    /// Of all three together, a thing.
    pub fn all(self, things: usize) -> f64 {
        (self.server + self.database + self.generator) / things.max(1) as f64
    }
}

/// Counts what a server and its database spend.
pub struct Meter<'a> {
    database: &'a Database,
    server: u32,
    postmaster: Option<u32>,
}

impl<'a> Meter<'a> {
    /// For a server that works on a database of this machine.
    pub fn new(database: &'a Database, server: &Server) -> Self {
        let postmaster = (database.engine == Engine::Postgres).then(|| {
            // A process that stays, whose parent is the one looked for.
            let child = database.count("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
            parent(u32::try_from(child).unwrap()).expect("PostgreSQL runs on this machine")
        });
        Self { database, server: server.id(), postmaster }
    }

    /// Processor time so far.
    pub fn spent(&self) -> Spent {
        let database = self.postmaster.map_or(0.0, |postmaster| {
            let processes =
                read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
            let own = processes.filter(|pid| *pid == postmaster || parent(*pid) == Some(postmaster));
            own.map(processor).sum::<f64>() + of_children(postmaster)
        });
        Spent { server: processor(self.server), database, generator: processor(std::process::id()) }
    }

    /// Bytes written for the database so far: what the system has sent to the disk for the server with SQLite, the
    /// write-ahead log of PostgreSQL, which writes the tables later.
    pub fn written(&self) -> u64 {
        match self.database.engine {
            Engine::Sqlite => {
                let counts = read_to_string(format!("/proc/{}/io", self.server)).unwrap_or_default();
                let line = counts.lines().find_map(|line| line.strip_prefix("write_bytes: "));
                line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
            }
            Engine::Postgres => self.database.count("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"),
        }
    }
}

/// The fields of a process's line of figures behind its name.
fn figures(pid: u32) -> Option<Vec<u64>> {
    let line = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, behind) = line.rsplit_once(") ")?;
    Some(behind.split(' ').map(|figure| figure.trim().parse().unwrap_or(0)).collect())
}

fn parent(pid: u32) -> Option<u32> {
    figures(pid)?.get(1).and_then(|parent| u32::try_from(*parent).ok())
}

/// Processor time of a process, its own and the system's for it, in microseconds; Linux counts in hundredths of seconds.
fn processor(pid: u32) -> f64 {
    figures(pid).map_or(0.0, |figures| (figures[11] + figures[12]) as f64 * 10_000.0)
}

/// This process's own processor time and the system's for it, in microseconds.
pub fn processor_times() -> (f64, f64) {
    figures(std::process::id())
        .map_or((0.0, 0.0), |figures| (figures[11] as f64 * 10_000.0, figures[12] as f64 * 10_000.0))
}

/// That of its children that have ended.
fn of_children(pid: u32) -> f64 {
    figures(pid).map_or(0.0, |figures| (figures[13] + figures[14]) as f64 * 10_000.0)
}
