//! `copy`.

use super::{Settings, print, random_id};
use crate::config::DatabaseUrl;
use crate::store::copy::{self, Plan, Told};
use crate::store::{Db, moved};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::io::{Write, stdin};
use std::time::{Duration, Instant};

#[derive(Args)]
pub(super) struct Copy {
    /// The new database, as --database-url has it; in the environment no process list shows its password
    #[arg(long, env = "FIVEPOINT_COPY_TO", hide_env_values = true)]
    to: Option<String>,
    /// Leave this database in service: a copy to try things with
    #[arg(long)]
    keep: bool,
    /// Put this database back into service after it was moved; nothing comes back from the other
    #[arg(long, conflicts_with_all = ["to", "keep"])]
    undo: bool,
    /// Do not ask
    #[arg(long, requires = "undo")]
    yes: bool,
}

/// Rows from which on the seconds for a million tell something.
const MANY: u64 = 10_000;

/// Seconds of work for so many rows.
#[derive(Default)]
struct Total {
    tables: usize,
    rows: u64,
    time: Duration,
}

impl Copy {
    /// Copies everything, and tells what of it.
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open_to_copy()?;
        let actor = Settings::actor(&secret);
        if self.undo {
            self.agreed(&db)?;
            copy::undo(&db, &actor)?;
            eprintln!("this database is in service again");
            return Ok(());
        }
        let to = self.to.as_deref().context("where to? Give --to URL, or FIVEPOINT_COPY_TO")?;
        let to: DatabaseUrl = to.parse().map_err(crate::error::Error::Setup)?;
        let target = Db::open(&to).context("the new database")?;
        let plan = Plan { from: settings.database_url()?.place(), to: to.place(), keep: self.keep, mark: random_id()? };
        let (mut total, mut begun) = (Total::default(), Instant::now());
        let moved = copy::run(&db, &target, &plan, &actor, &mut |told| {
            let time = begun.elapsed();
            let told = tell(&told, time, &mut total);
            begun = Instant::now();
            told.map_err(|error| crate::error::Error::Io(std::io::Error::other(error)))
        })?;
        if moved {
            print(Total::line("all", total.rows, total.time))?;
        }
        if self.keep {
            eprintln!(
                "copied to {}; this database stays in service. The copy holds the same people and answers: destroy it \
                 when it has served, at the latest after the seal of a survey",
                plan.to
            );
        } else {
            eprintln!(
                "moved to {}; this database takes no answers any more. Start the servers with the new one and the same \
                 secret; destroy the old one when the new one is backed up, at the latest after the seal of a survey",
                plan.to
            );
        }
        Ok(())
    }

    /// Asks whether it is meant.
    fn agreed(&self, db: &Db) -> Result<()> {
        let Some(moved) = db.read(moved::find)? else { bail!("this database was not moved: it is in service") };
        if self.yes {
            return Ok(());
        }
        eprintln!(
            "Everything went to {}. What that database has taken since is not here and will be lost: links, answers, \
             releases. No server may run on it any more.",
            moved.place
        );
        eprint!("Type “undo” to go on here: ");
        std::io::stderr().flush()?;
        let mut typed = String::new();
        stdin().read_line(&mut typed)?;
        if typed.trim() == "undo" { Ok(()) } else { bail!("nothing was done") }
    }
}

impl Total {
    /// A line of the table: seconds, and seconds for a million rows.
    fn line(name: &str, rows: u64, time: Duration) -> String {
        let micros = time.as_micros();
        let seconds = |micros: u128| format!("{}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000);
        let million = micros.checked_mul(1_000_000).and_then(|all| all.checked_div(rows.into()));
        let million = million.filter(|_| rows >= MANY).map(seconds).unwrap_or_default();
        format!("{name:<18}{rows:>12}{:>10}{million:>14}", seconds(micros))
    }
}

fn tell(told: &Told<'_>, time: Duration, total: &mut Total) -> Result<()> {
    match told {
        Told::Table(name, sum) => {
            if total.tables == 0 {
                print(format_args!(
                    "{:<18}{:>12}{:>10}{:>14}  digest on both sides",
                    "table", "rows", "seconds", "s / million"
                ))?;
            }
            total.tables += 1;
            total.rows += sum.rows;
            total.time += time;
            let digest = sum.digest();
            let line = Total::line(name, sum.rows, time);
            print(format_args!("{line}  {}", digest.get(..16).unwrap_or(&digest)))
        }
        Told::Audit(Some(rows)) => print(format_args!("audit log: whole, {rows} rows")),
        Told::Audit(None) => print("audit log: DIFFERENT, as in the old database: see fivepoint audit verify"),
        Told::Survey(id, checks) => {
            let wrong: Vec<&String> = checks.iter().flat_map(|check| &check.differences).collect();
            match wrong.first() {
                None => print(format_args!("survey {id}: verified, {} checks", checks.len())),
                Some(first) => print(format_args!("survey {id}: DIFFERENT, as in the old database: {first}")),
            }
        }
    }
}
