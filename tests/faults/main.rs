//! Trial by faults: servers are killed, disks filled, clocks moved while phones answer; after each round everything
//! that was acknowledged has to be there, once, and all counts have to agree.
//!
//! `tests/run --faults [--rounds N] [--only KIND,…] [--engine sqlite|postgres|both] [--seed N] [--allow-missing]`.
//! What is tried and what it has shown is in `docs/faults.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a trial fails by panicking"
)]

mod chance;
mod check;
mod client;
#[path = "../integration/harness/database.rs"]
#[allow(dead_code, reason = "shared with the integration tests, which use all of it")]
mod database;
mod ledger;
mod need;
mod node;
mod phones;
mod postgres;
mod report;
mod scene;
mod shim;
mod sqlite;

use chance::Chance;
use clap::{Parser, ValueEnum};
use database::Engine;
use need::Need;
use report::{Report, Rounds};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Tries the program by faults.
#[derive(Parser)]
#[command(name = "faults")]
struct Arguments {
    /// Rounds of each kind, instead of the kind's own number
    #[arg(long)]
    rounds: Option<usize>,
    /// Only these kinds, with commas between
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// On which engine
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Where chance begins; printed, so that a run can be repeated
    #[arg(long)]
    seed: Option<u64>,
    /// Kinds that this machine does not allow are no failure
    #[arg(long)]
    allow_missing: bool,
    /// Print the kinds and what they need
    #[arg(long)]
    list: bool,
    /// Given by cargo bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Given by cargo test --benches
    #[arg(long, hide = true)]
    test: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engines {
    /// The embedded engine
    Sqlite,
    /// The server named by FIVEPOINT_TEST_POSTGRES
    Postgres,
    /// Both
    Both,
}

/// A kind of fault.
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// The engine it is about.
    pub engine: Engine,
    /// Rounds, unless others are asked for.
    pub rounds: usize,
    /// What the machine must allow.
    pub needs: &'static [Need],
    /// Tries it: as many [rounds](Rounds::count) as there are to be, each noted. It fails by panicking.
    pub run: fn(&mut Run, &mut Rounds<'_>),
}

/// What a kind is tried with.
pub struct Run {
    /// The engine.
    pub engine: Engine,
    /// Chance of its own, the same for the same seed.
    pub chance: Chance,
}

/// All kinds, in the order in which they are tried.
fn kinds() -> impl Iterator<Item = &'static Kind> {
    [sqlite::KINDS, postgres::KINDS].into_iter().flatten()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.test || !arguments.bench {
        println!("the trial by faults runs with: tests/run --faults");
        return ExitCode::SUCCESS;
    }
    if arguments.list {
        kinds().for_each(|kind| println!("{} ({:?}): {} rounds", kind.name, kind.engine, kind.rounds));
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = arguments.only.iter().find(|name| kinds().all(|kind| kind.name != name.as_str())) {
        eprintln!("faults: there is no kind “{unknown}”; --list shows them");
        return ExitCode::FAILURE;
    }
    let seed = arguments.seed.unwrap_or_else(|| u64::from_le_bytes(*database::random().first_chunk().unwrap()));
    println!("faults: --seed {seed}");
    let mut report = Report::default();
    for kind in kinds().filter(|kind| arguments.asks_for(kind)) {
        if let Some(why) = kind.needs.iter().find_map(|need| need.lacking()) {
            report.leave_out(kind.name, &why);
            continue;
        }
        let chance = Chance::new(seed).for_part(kind.name);
        let mut run = Run { engine: kind.engine, chance };
        let mut rounds = report.begin(kind.name, kind.engine, arguments.rounds.unwrap_or(kind.rounds));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (kind.run)(&mut run, &mut rounds))) {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            report.fail(kind.name, said.or_else(|| panic.downcast_ref().copied()).unwrap_or("it panicked"));
        }
    }
    if report.print(arguments.allow_missing) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Arguments {
    fn asks_for(&self, kind: &Kind) -> bool {
        let engine = match self.engine {
            Engines::Sqlite => kind.engine == Engine::Sqlite,
            Engines::Postgres => kind.engine == Engine::Postgres,
            Engines::Both => true,
        };
        engine && (self.only.is_empty() || self.only.iter().any(|name| name == kind.name))
    }
}
