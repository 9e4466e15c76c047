//! The benchmarks: commands that print ratios of one run, for both engines.
//!
//! `cargo bench --bench load -- [answers|recorder|looks|links|progress|release|size|floods|sustained|all] [--engine
//! sqlite|postgres|both] [--seconds N] [--rows N] [--units N]`; `tests/run --postgres` before it brings the PostgreSQL. What the numbers
//! mean is in `docs/performance.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a benchmark fails by panicking, and its figures are approximate"
)]

mod answers;
mod chance;
#[path = "../integration/harness/database.rs"]
#[allow(dead_code, reason = "shared with the integration tests, which use all of it")]
mod database;
mod floods;
mod latency;
mod links;
mod load;
mod looks;
mod pgbench;
mod process;
mod progress;
mod recorder;
mod release;
mod scene;
mod size;
mod spent;
mod sustained;
mod table;

use clap::{Parser, ValueEnum};
use database::Engine;
use std::path::PathBuf;

/// Measures the program against its budgets.
#[derive(Parser)]
#[command(name = "load")]
struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value = "all")]
    part: Part,
    /// On which engine
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Seconds of each round of answering or looking
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Rounds of answering or looking for each number of connections
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Links and responses of the parts that handle many at once
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// Units among which they are spread
    #[arg(long, default_value_t = 3_000)]
    units: usize,
    /// Only the form's rounds of the answers, for a profiler to look at
    #[arg(long)]
    forms: bool,
    /// The program to measure, to compare two versions of it; by default the one built along
    #[arg(long)]
    program: Option<PathBuf>,
    /// Numbers of connections, by default 1,8,64,256 for answers and 64,256 for looks
    #[arg(long, value_delimiter = ',')]
    connections: Vec<usize>,
    /// Given by cargo bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Given by cargo test --benches
    #[arg(long, hide = true)]
    test: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Recorded answers per second beside the empty route and pgbench
    Answers,
    /// Processor time of the recorder alone, without HTTP
    Recorder,
    /// Questionnaires fetched per second beside the empty route
    Looks,
    /// Issuing links from a roster
    Links,
    /// Looking at the progress of a survey
    Progress,
    /// Making a release
    Release,
    /// Bytes of every table and seconds of every step of a survey
    Size,
    /// Answering for long at full speed, with looks and monitors beside it (not part of all)
    Sustained,
    /// Answers while the rest of the server is flooded
    Floods,
    /// Everything
    All,
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

impl Arguments {
    /// The numbers of connections that were asked for, or the part's own.
    fn connections_or(&self, own: &[usize]) -> Vec<usize> {
        if self.connections.is_empty() { own.to_vec() } else { self.connections.clone() }
    }
}

fn main() {
    let arguments = Arguments::parse();
    if arguments.test || !arguments.bench {
        println!("the benchmarks run with: cargo bench --bench load -- all");
        return;
    }
    if let Some(program) = arguments.program.clone() {
        process::PROGRAM.set(program).unwrap();
    }
    let engines: &[Engine] = match arguments.engine {
        Engines::Sqlite => &[Engine::Sqlite],
        Engines::Postgres => &[Engine::Postgres],
        Engines::Both => &[Engine::Sqlite, Engine::Postgres],
    };
    // Said before anything long begins.
    assert!(
        !engines.contains(&Engine::Postgres) || std::env::var_os("FIVEPOINT_TEST_POSTGRES").is_some(),
        "FIVEPOINT_TEST_POSTGRES is not set: put tests/run --postgres before the command, or ask for --engine sqlite"
    );
    let asked = |part| arguments.part == part || arguments.part == Part::All;
    if asked(Part::Answers) {
        answers::measure(engines, &arguments);
    }
    if asked(Part::Recorder) {
        recorder::measure(engines, &arguments);
    }
    if asked(Part::Looks) {
        looks::measure(engines, &arguments);
    }
    if asked(Part::Links) {
        links::measure(engines, arguments.rows, arguments.units);
    }
    if asked(Part::Progress) {
        progress::measure(engines, &arguments);
    }
    if asked(Part::Release) {
        release::measure(engines, arguments.rows, arguments.units);
    }
    if asked(Part::Size) {
        size::measure(engines, arguments.rows, arguments.units);
    }
    if arguments.part == Part::Sustained {
        sustained::measure(engines, &arguments);
    }
    if asked(Part::Floods) {
        floods::measure(engines, &arguments);
    }
}
