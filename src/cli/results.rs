//! `result` and `verify`.

use super::{Settings, print};
use crate::export::{csv, text};
use crate::store::{releases, verify};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// The forms in which a release is printed.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// The report's table, drawn
    Text,
    /// The release document itself
    Json,
    /// The report's table, for programs
    Csv,
}

#[derive(Args)]
pub(super) struct Print {
    survey: Uuid,
    #[arg(long, default_value = "text")]
    format: Format,
    /// Write to a file instead of printing
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Print {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let db = settings.existing_database()?;
        let kept = db.read(|conn| releases::latest(conn, self.survey))?.with_context(|| {
            format!("there is no release yet: close the survey, then “fivepoint survey release {}”", self.survey)
        })?;
        let printed = match self.format {
            Format::Text => text::release(&kept.release()?),
            Format::Json => kept.document,
            Format::Csv => csv::release(&kept.release()?)?,
        };
        match &self.out {
            Some(path) => {
                std::fs::write(path, printed).with_context(|| format!("{} cannot be written", path.display()))
            }
            None => print(printed.trim_end()),
        }
    }
}

#[derive(Args)]
pub(super) struct Verify {
    survey: Uuid,
}

impl Verify {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode> {
        let db = settings.existing_database()?;
        let checks = db.snapshot(|conn| verify::survey(conn, self.survey))?;
        for check in &checks {
            let word = if check.differences.is_empty() { "ok" } else { "DIFFERENT" };
            print(format_args!("{word}: {}", check.what))?;
            for difference in &check.differences {
                print(format_args!("  {difference}"))?;
            }
        }
        let good = checks.iter().all(|check| check.differences.is_empty());
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
