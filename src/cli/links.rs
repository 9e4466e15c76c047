//! `link …`: issuing from a roster, exporting again, reissuing and revoking.

use super::{Settings, random_id, read_file, survey_id};
use crate::domain::roster;
use crate::domain::token::{Code, Secret};
use crate::domain::unit::Tree;
use crate::error::Error;
use crate::export::csv::LinkList;
use crate::file::NewFile;
use crate::store::{Db, issue, links, surveys, units};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Links read from the database at a time while a list is written.
const PAGE: i64 = 5_000;

/// Most bytes read where one link is awaited.
const MOST_READ: u64 = 1 << 20;

#[derive(Subcommand)]
pub(super) enum Link {
    /// Issue a link to everybody on a roster (CSV: unit, ref, name, phone, email; only unit is needed)
    Issue {
        #[arg(value_parser = survey_id)]
        survey: Uuid,
        /// The roster
        #[arg(long)]
        roster: PathBuf,
        /// The list of all links of the survey: unit, ref, name, phone, link, code
        #[arg(long)]
        out: PathBuf,
        /// Write over an existing list
        #[arg(long)]
        force: bool,
    },
    /// Write the list of links again; the audit log keeps the reason
    Export {
        #[arg(value_parser = survey_id)]
        survey: Uuid,
        /// Why the list is needed, without any person's name
        #[arg(long)]
        reason: String,
        #[arg(long)]
        out: PathBuf,
        /// Write over an existing list
        #[arg(long)]
        force: bool,
    },
    /// Replace a link by a new one; the old one stops working
    Reissue {
        /// The old link or its code; “-” reads it from standard input, where no process list shows it
        code: String,
    },
    /// Take a link back
    Revoke {
        /// The link or its code; “-” reads it from standard input
        code: String,
    },
}

impl Link {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open()?;
        match self {
            Self::Issue { survey, roster, out, force } => {
                let base = settings.base_url()?;
                if !std::fs::metadata(roster).is_ok_and(|file| file.is_file()) {
                    bail!("{} is no file: the roster is read twice, so it cannot be a pipe", roster.display());
                }
                let tree = db.read(units::tree)?;
                // Read once to find every mistake before anything is written, and once to issue.
                let checked = roster::check(read_file(roster)?, &tree).map_err(Error::from);
                let checked = checked.with_context(|| format!("{}: no link was issued, because", roster.display()))?;
                let list = new_list(out, *force)?;
                let outcome = issue_all(&db, &secret, *survey, roster, &tree, checked.count)?;
                write_list(&db, &secret, *survey, &base, list).with_context(|| {
                    format!(
                        "{} links WERE issued, only their list could not be written: do not issue them again, run \
                         “fivepoint link export {survey} --out FILE”",
                        outcome.issued
                    )
                })?;
                eprintln!("{} links issued; the list is in {}", outcome.issued, out.display());
                if outcome.known > 0 {
                    eprintln!("{} recipients had a link already (same unit and ref)", outcome.known);
                }
            }
            Self::Export { survey, reason, out, force } => {
                let base = settings.base_url()?;
                db.write("export links", |conn| {
                    links::exported(conn, &Settings::actor(&secret), *survey, None, reason)
                })?;
                let count = write_list(&db, &secret, *survey, &base, new_list(out, *force)?)?;
                eprintln!("{count} links in {}", out.display());
            }
            Self::Reissue { code } => {
                let (old, base) = (parse(code)?.hash(), settings.base_url()?);
                let new = db.write("reissue link", |conn| links::reissue(conn, &Settings::actor(&secret), old))?;
                println!("{base}/s/{new}");
            }
            Self::Revoke { code } => {
                let hash = parse(code)?.hash();
                db.write("revoke link", |conn| links::revoke(conn, &Settings::actor(&secret), hash))?;
                eprintln!("revoked");
            }
        }
        Ok(())
    }
}

fn parse(code: &str) -> Result<Code> {
    let read;
    let code = if code == "-" {
        read = only_line()?;
        &read
    } else {
        code
    };
    // A whole link may be given as well.
    let last = code.trim_end_matches('/').rsplit('/').next().unwrap_or(code);
    Code::parse(last).context("this is no code: it has 20 letters and digits")
}

/// The one line of standard input; at a terminal the next one.
fn only_line() -> Result<String> {
    let mut read = String::new();
    if io::stdin().is_terminal() {
        io::stdin().read_line(&mut read)?;
    } else {
        io::stdin().take(MOST_READ).read_to_string(&mut read)?;
    }
    let lines: Vec<&str> = read.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => bail!("no link was given on standard input"),
        [line] => Ok((*line).to_owned()),
        more => {
            bail!("{} links were given and none was changed: one is read, so call the command for each", more.len())
        }
    }
}

fn issue_all(db: &Db, secret: &Secret, survey: Uuid, roster: &Path, tree: &Tree, count: u64) -> Result<issue::Outcome> {
    let mut run = issue::Run::begin(db, &Settings::actor(secret), survey, random_id()?)?;
    let watched = io::stderr().is_terminal();
    let mut said = 0;
    let read = roster::read(read_file(roster)?, tree, |_, recipient| {
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
        run.abandon(&Settings::actor(secret))?;
        return Err(anyhow::Error::new(Error::from(reading)).context("no link was issued"));
    }
    Ok(run.finish(&Settings::actor(secret))?)
}

/// Writes all links of a survey to a file; returns how many.
fn write_list(db: &Db, secret: &Secret, survey: Uuid, base: &str, file: NewFile) -> Result<usize> {
    let stored = db.read(|conn| surveys::get(conn, survey))?;
    let mut list = LinkList::new(BufWriter::new(file.file()))?;
    let (mut after, mut count) = (0, 0);
    loop {
        let (page, last) = db.read(|conn| links::page(conn, &stored, secret, None, after, PAGE))?;
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

/// Begins the list. A file that is there already is somebody's: it is not written over unasked.
fn new_list(out: &Path, force: bool) -> Result<NewFile> {
    if out.exists() && !force {
        bail!("{} is there already: name another file, or write over it with --force", out.display());
    }
    NewFile::create(out).with_context(|| format!("{} cannot be written", out.display()))
}
