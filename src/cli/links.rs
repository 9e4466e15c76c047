//! `link …`: issuing from a roster, exporting again, reissuing and revoking.

use super::{Settings, random_id, read_file};
use crate::domain::roster;
use crate::domain::token::{Code, Secret};
use crate::domain::unit::Tree;
use crate::error::Error;
use crate::export::csv::LinkList;
use crate::store::{Db, issue, links, surveys, units};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Links read from the database at a time while a list is written.
const PAGE: i64 = 5_000;

#[derive(Subcommand)]
pub(super) enum Link {
    /// Issue a link to everybody on a roster (CSV: unit, ref, name, phone; only unit is needed)
    Issue {
        survey: Uuid,
        /// The roster
        #[arg(long)]
        roster: PathBuf,
        /// The list of all links of the survey: unit, ref, name, phone, link, code
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the list of links again
    Export {
        survey: Uuid,
        #[arg(long)]
        out: PathBuf,
    },
    /// Replace a link by a new one; the old one stops working
    Reissue {
        /// The code of the old link
        code: String,
    },
    /// Take a link back
    Revoke { code: String },
}

impl Link {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open()?;
        let now = Settings::clock().now();
        match self {
            Self::Issue { survey, roster, out } => {
                let base = settings.base_url()?;
                let tree = db.read(units::tree)?;
                // Read once to find every mistake before anything is written, and once to issue.
                let checked = roster::read(read_file(roster)?, &tree, |_| Ok(())).map_err(Error::from);
                let count = checked.with_context(|| format!("{}: no link was issued, because", roster.display()))?;
                let list = NewFile::create(out)?;
                let outcome = issue_all(&db, &secret, *survey, roster, &tree, count)?;
                write_list(&db, &secret, *survey, &base, list)?;
                eprintln!("{} links issued; the list is in {}", outcome.issued, out.display());
                if outcome.known > 0 {
                    eprintln!("{} recipients had a link already (same unit and ref)", outcome.known);
                }
            }
            Self::Export { survey, out } => {
                let base = settings.base_url()?;
                let count = write_list(&db, &secret, *survey, &base, NewFile::create(out)?)?;
                eprintln!("{count} links in {}", out.display());
            }
            Self::Reissue { code } => {
                let (old, base) = (parse(code)?.hash(), settings.base_url()?);
                let new = db.write("reissue link", |conn| links::reissue(conn, &secret, old, now))?;
                println!("{base}/s/{new}");
            }
            Self::Revoke { code } => {
                let hash = parse(code)?.hash();
                db.write("revoke link", |conn| links::revoke(conn, hash, now))?;
                eprintln!("revoked");
            }
        }
        Ok(())
    }
}

fn parse(code: &str) -> Result<Code> {
    // A whole link may be given as well.
    let last = code.trim_end_matches('/').rsplit('/').next().unwrap_or(code);
    Code::parse(last).context("this is no code: it has 20 letters and digits")
}

fn issue_all(db: &Db, secret: &Secret, survey: Uuid, roster: &Path, tree: &Tree, count: u64) -> Result<issue::Outcome> {
    let mut run = issue::Run::begin(db, secret, survey, random_id()?)?;
    let watched = io::stderr().is_terminal();
    let mut said = 0;
    let read = roster::read(read_file(roster)?, tree, |recipient| {
        run.add(recipient).map_err(io::Error::other)?;
        if watched && run.written() >= said + 20_000 {
            said = run.written();
            eprint!("\r{said} of {count}");
        }
        Ok(())
    });
    if watched && said > 0 {
        eprint!("\r\x1b[K");
    }
    if let Err(reading) = read {
        run.abandon()?;
        return Err(anyhow::Error::new(Error::from(reading)).context("no link was issued"));
    }
    Ok(run.finish(Settings::clock().now())?)
}

/// Writes all links of a survey to a file; returns how many.
fn write_list(db: &Db, secret: &Secret, survey: Uuid, base: &str, file: NewFile) -> Result<usize> {
    let stored = db.read(|conn| surveys::get(conn, survey))?;
    let mut list = LinkList::new(BufWriter::new(&file.file))?;
    let (mut after, mut count) = (0, 0);
    loop {
        let (page, last) = db.read(|conn| links::page(conn, &stored, secret, after, PAGE))?;
        let Some(last) = last else { break };
        for link in &page {
            let code = link.code.to_string();
            list.add(&link.recipient, &format!("{base}/s/{code}"), &code)?;
        }
        (after, count) = (last, count + page.len());
    }
    list.finish()?.flush()?;
    file.keep()?;
    Ok(count)
}

/// A file that appears under its name only when it is whole, readable by its owner alone.
struct NewFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
    kept: bool,
}

impl NewFile {
    fn create(path: &Path) -> Result<Self> {
        if path.is_dir() {
            bail!("{} is a folder: name a file", path.display());
        }
        let mut part = path.to_path_buf().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { file, part, path: path.to_path_buf(), kept: false })
    }

    fn keep(mut self) -> Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.part, &self.path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            // What is half written is of no use to anybody.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}
