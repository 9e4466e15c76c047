//! `result` and `verify`.

use super::{Settings, print, survey_id};
use crate::export::{csv, csv_release, docx, results_book, text};
use crate::store::releases::{self, Kept};
use crate::store::{Db, surveys, verify};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
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

/// A document in one of its forms.
pub(super) enum Printed {
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

/// Where a document goes.
#[derive(Args)]
pub(super) struct Out {
    /// Write to a file instead of printing
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long)]
    force: bool,
}

impl Out {
    /// The ending of the file, which says the form; none where there is no file.
    pub(super) fn ending(&self) -> Result<Option<&str>> {
        let Some(path) = &self.out else { return Ok(None) };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ending @ ("txt" | "json" | "csv" | "xlsx" | "docx")) => Ok(Some(ending)),
            _ => bail!(
                "{}: the form does not follow from this ending; .txt, .json, .csv, .xlsx and .docx are known, or name \
                 it with --format",
                path.display()
            ),
        }
    }

    /// Prints it, or writes it to the file.
    pub(super) fn write(&self, printed: Printed) -> Result<()> {
        match (&self.out, printed) {
            (Some(path), printed) => self.file(path, printed.as_ref()),
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

    /// Writes the file. One that is there already is somebody's: it is not written over unasked.
    fn file(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let opened = if self.force { File::create(path) } else { File::create_new(path) };
        match opened.and_then(|mut file| file.write_all(bytes)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} is there already: name another file, or write over it with --force", path.display())
            }
            done => done.with_context(|| format!("{} cannot be written", path.display())),
        }
    }
}

#[derive(Args)]
pub(super) struct Print {
    #[arg(value_parser = survey_id)]
    survey: Uuid,
    /// The form [default: that of the file's ending (.txt, .json, .csv, .xlsx, .docx), or text]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    out: Out,
    /// Which release, from 1 [default: the latest]
    #[arg(long)]
    number: Option<i32>,
}

impl Print {
    /// The form that was asked for, or that of the file's ending.
    fn format(&self) -> Result<Format> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        Ok(match self.out.ending()? {
            None | Some("txt") => Format::Text,
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            Some("xlsx") => Format::Xlsx,
            Some(_) => Format::Docx,
        })
    }

    /// The release that was asked for, or the latest.
    fn kept(&self, db: &Db) -> Result<Kept> {
        let mut all = db.read(|conn| {
            surveys::get(conn, self.survey)?;
            releases::kept(conn, self.survey)
        })?;
        let Some(latest) = all.pop() else {
            bail!("there is no release yet: close the survey, then “fivepoint survey release {}”", self.survey)
        };
        match self.number {
            Some(number) if number != latest.number => {
                let made: Vec<String> = all.iter().chain([&latest]).map(|kept| kept.number.to_string()).collect();
                let found = all.into_iter().find(|kept| kept.number == number);
                found.with_context(|| format!("there is no release {number}: there are {}", made.join(", ")))
            }
            _ => Ok(latest),
        }
    }

    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let db = settings.existing_database()?;
        let format = self.format()?;
        let kept = self.kept(&db)?;
        let printed = match format {
            Format::Text => Printed::Words(text::release(&kept.release()?)),
            Format::Json => Printed::Words(kept.document),
            Format::Csv => Printed::Words(csv_release::release(&kept.release()?)?),
            Format::Table => Printed::Words(csv::table(&kept.release()?)?),
            Format::Xlsx => Printed::File(results_book::release(&kept.release()?)?),
            Format::Docx => Printed::File(docx::release(&kept.release()?)?),
        };
        self.out.write(printed)
    }
}

#[derive(Args)]
pub(super) struct Verify {
    #[arg(value_parser = survey_id)]
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
