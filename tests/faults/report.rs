//! What was tried and what came of it.

use crate::check::Verdict;
use crate::database::Engine;
use std::time::{Duration, Instant};

/// Rounds of one kind of fault.
struct Row {
    kind: &'static str,
    engine: Engine,
    acknowledged: usize,
    times: Vec<Duration>,
}

/// All rounds.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    lost: usize,
    doubled: usize,
    failures: Vec<String>,
    missing: Vec<String>,
}

/// The rounds of one kind that is being tried.
pub struct Rounds<'a> {
    report: &'a mut Report,
    /// How many there are to be.
    pub count: usize,
    began: Instant,
}

impl Report {
    /// Begins a kind.
    pub fn begin(&mut self, kind: &'static str, engine: Engine, count: usize) -> Rounds<'_> {
        self.rows.push(Row { kind, engine, acknowledged: 0, times: Vec::new() });
        Rounds { report: self, count, began: Instant::now() }
    }

    /// Notes a kind that cannot be tried here.
    pub fn leave_out(&mut self, kind: &str, why: &str) {
        println!("left out: {kind}: {why}");
        self.missing.push(format!("{kind} ({why})"));
    }

    /// Notes a kind that ended before its time.
    pub fn fail(&mut self, kind: &str, why: &str) {
        println!("FAILED: {kind}: {why}");
        self.failures.push(format!("{kind}: {why}"));
    }

    /// Prints everything; whether all is as it should be.
    pub fn print(&self, allow_missing: bool) -> bool {
        println!("\n| kind | engine | rounds | acknowledged | recovery median | recovery max |");
        println!("|---|---|---:|---:|---:|---:|");
        for row in &self.rows {
            let (median, max) = median_and_max(&row.times);
            let (kind, engine, rounds, acknowledged) = (row.kind, row.engine, row.times.len(), row.acknowledged);
            println!("| {kind} | {engine:?} | {rounds} | {acknowledged} | {median} | {max} |");
        }
        println!();
        for failure in &self.failures {
            println!("FAILED: {failure}");
        }
        for missing in &self.missing {
            println!("left out: {missing}");
        }
        let rounds: usize = self.rows.iter().map(|row| row.times.len()).sum();
        let tried = self.rows.iter().filter(|row| !row.times.is_empty()).count();
        println!(
            "faults: {rounds} kill-and-recover rounds over {tried} kinds: {} acknowledged answers lost, {} doubled",
            self.lost, self.doubled
        );
        let whole = self.missing.is_empty() || allow_missing;
        self.lost == 0 && self.doubled == 0 && self.failures.is_empty() && whole
    }
}

impl Rounds<'_> {
    /// Notes a round: what was found after it, and how long recovery took.
    pub fn note(&mut self, recovery: Duration, verdict: &Verdict) {
        let row = self.report.rows.last_mut().unwrap();
        row.times.push(recovery);
        row.acknowledged = row.acknowledged.max(verdict.acknowledged);
        println!(
            "{:>7.1} s  {} ({:?}) round {}: {} acknowledged, recovered in {}",
            self.began.elapsed().as_secs_f64(),
            row.kind,
            row.engine,
            row.times.len(),
            verdict.acknowledged,
            milliseconds(recovery)
        );
        self.conclude(verdict);
    }

    /// Notes what was found at the end of a scene; it ends the kind when it is not good.
    pub fn conclude(&mut self, verdict: &Verdict) {
        self.report.lost += verdict.lost.len();
        self.report.doubled += verdict.doubled.len();
        assert!(verdict.is_good(), "{}", verdict.describe());
    }
}

fn median_and_max(times: &[Duration]) -> (String, String) {
    let mut times = times.to_vec();
    times.sort();
    let shown = |time: Option<&Duration>| time.map_or_else(|| "–".to_owned(), |time| milliseconds(*time));
    (shown(times.get(times.len() / 2)), shown(times.last()))
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
