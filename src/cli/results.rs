//! `result` and `verify`.

use super::{Settings, print};
use crate::export::{csv, csv_release, docx, results_book, text};
use crate::store::{releases, verify};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::io::{ErrorKind, IsTerminal, Write, stdout};
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
    /// Every figure of the release on a line of its own, for programs
    Csv,
    /// The report's table alone, for programs
    Table,
    /// A workbook: the table, the groups, the response rates, the calculation in formulas, the method
    Xlsx,
    /// The official block and the report on the survey, as a Word file
    Docx,
}

/// A release in one of its forms.
enum Printed {
    /// For the terminal, too.
    Words(String),
    /// For programs alone.
    File(Vec<u8>),
}

impl AsRef<[u8]> for Printed {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Words(words) => words.as_bytes(),
            Self::File(bytes) => bytes,
        }
    }
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
            Format::Text => Printed::Words(text::release(&kept.release()?)),
            Format::Json => Printed::Words(kept.document),
            Format::Csv => Printed::Words(csv_release::release(&kept.release()?)?),
            Format::Table => Printed::Words(csv::table(&kept.release()?)?),
            Format::Xlsx => Printed::File(results_book::release(&kept.release()?)?),
            Format::Docx => Printed::File(docx::release(&kept.release()?)?),
        };
        match (&self.out, printed) {
            (Some(path), printed) => {
                std::fs::write(path, printed).with_context(|| format!("{} cannot be written", path.display()))
            }
            (None, Printed::Words(words)) => print(words.trim_end()),
            (None, Printed::File(_)) if stdout().is_terminal() => {
                bail!("this form is no text for a terminal: name a file with --out, or send it on through a pipe")
            }
            (None, Printed::File(bytes)) => match stdout().write_all(&bytes) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            },
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
