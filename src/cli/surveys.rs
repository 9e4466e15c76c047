//! `survey …` and `unit …`.

use super::{Settings, print, random, random_id, read_file, seal, survey_id};
use crate::domain::survey::{self, Format};
use crate::domain::unit;
use crate::error::Error;
use crate::store::{releases, surveys, units};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::path::{Path, PathBuf};
use uuid::Uuid;

#[derive(Subcommand)]
pub(super) enum Survey {
    /// Import a survey from a TOML or JSON file as a draft; prints its id
    Import { file: PathBuf },
    /// List all surveys
    List,
    /// Open a draft: everything about it is frozen and its links can be answered
    Open {
        #[arg(value_parser = survey_id)]
        id: Uuid,
        /// Stand for the weights that are not confirmed yet
        #[arg(long)]
        confirm_weights: bool,
    },
    /// Close an open survey: no answer lands after it
    Close {
        #[arg(value_parser = survey_id)]
        id: Uuid,
    },
    /// Make the release of a closed survey; prints its SHA-256
    Release {
        #[arg(value_parser = survey_id)]
        id: Uuid,
    },
    /// Make a released survey anonymous for good: ask for it, or carry it out once an evaluator has consented
    Seal {
        #[arg(value_parser = survey_id)]
        id: Uuid,
        /// Do not ask whether it is meant
        #[arg(long)]
        yes: bool,
    },
}

impl Survey {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        if let Self::List = self {
            return list(settings);
        }
        if let Self::Seal { id, yes } = self {
            return seal::run(settings, *id, *yes);
        }
        let new = matches!(self, Self::Import { .. });
        let (db, secret) = if new { settings.open()? } else { settings.open_existing()? };
        let actor = Settings::actor(&secret);
        match self {
            Self::List | Self::Seal { .. } => {}
            Self::Import { file } => {
                let survey = read(file)?;
                let (id, salt) = (random_id()?, random()?);
                db.write("import survey", |conn| surveys::insert(conn, &actor, id, &survey, salt))?;
                print(id)?;
            }
            Self::Open { id, confirm_weights } => {
                db.write("open survey", |conn| {
                    if *confirm_weights {
                        surveys::confirm_weights(conn, &actor, *id, None)?;
                    }
                    surveys::open(conn, &actor, *id)
                })?;
                eprintln!("open");
            }
            Self::Close { id } => {
                db.write("close survey", |conn| surveys::close(conn, &actor, *id))?;
                db.settle()?;
                eprintln!("closed");
            }
            Self::Release { id } => {
                let release = releases::make(&db, &actor, *id)?.kept.release()?;
                print(release.sha256)?;
            }
        }
        Ok(())
    }
}

fn list(settings: &Settings) -> Result<()> {
    for line in settings.existing_database()?.read(surveys::list)? {
        print(format_args!("{}\t{}\t{}\t{}", line.id, line.state.name(), line.year, line.title))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<survey::Survey> {
    let format = match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => Format::Toml,
        Some("json") => Format::Json,
        _ => bail!("{}: a survey file ends in .toml or .json", path.display()),
    };
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{}: please save it as UTF-8", path.display()))?;
    survey::read(&text, format).with_context(|| format!("{}: nothing was imported, because", path.display()))
}

#[derive(Subcommand)]
pub(super) enum Unit {
    /// Import units from a CSV: code, name, parent, level
    Import { file: PathBuf },
    /// List all units
    List,
}

impl Unit {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        match self {
            Self::Import { file } => {
                let (db, secret) = settings.open()?;
                let known = db.read(units::all)?;
                let read = unit::read(read_file(file)?, &known).map_err(Error::from);
                let units = read.with_context(|| format!("{}: nothing was imported, because", file.display()))?;
                db.write("import units", |conn| units::import(conn, &Settings::actor(&secret), &units))?;
                eprintln!("{} units", units.len());
            }
            Self::List => {
                for unit in settings.existing_database()?.read(units::all)? {
                    let parent = unit.parent.unwrap_or_default();
                    print(format_args!("{}\t{}\t{}\t{}", unit.code, unit.level, parent, unit.name))?;
                }
            }
        }
        Ok(())
    }
}
