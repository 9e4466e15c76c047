//! `secret …`.

use super::{Settings, print};
use crate::domain::token::Secret as Given;
use crate::store::rotation::{self, Known};
use anyhow::Result;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum Secret {
    /// List the secrets that the database has had, by fingerprint: since when, what needs each, which may be destroyed
    List,
    /// Make the new one of the secrets given current: what is made from now on is made with it
    Rotate,
}

impl Secret {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        match self {
            Self::List => {
                // Nothing is claimed: this has to be told even where a secret is missing.
                let (db, given) = settings.look()?;
                let known = db.snapshot(rotation::list)?;
                for one in &known {
                    print(line(one, &given))?;
                }
                let new = given.fingerprints().filter(|one| known.iter().all(|known| known.fingerprint != *one));
                for fingerprint in new {
                    print(format_args!("{fingerprint}\t-\tnew\t-\t“fivepoint secret rotate” makes it current"))?;
                }
            }
            Self::Rotate => {
                let (db, given) = settings.open_existing()?;
                let actor = Settings::actor(&given);
                let current = db.write("rotate secret", |conn| rotation::rotate(conn, &actor))?;
                eprintln!(
                    "{current} is the current secret now. Keep the old one until “fivepoint secret list” says that it \
                     may be destroyed."
                );
            }
        }
        Ok(())
    }
}

fn line(one: &Known, given: &Given) -> String {
    let Known { fingerprint, since, current, bound } = one;
    let since = since.map_or_else(|| "the beginning".to_owned(), |at| at.format("%F %R UTC").to_string());
    let here = if given.key(*fingerprint).is_some() { "given" } else { "not given" };
    let state = if *current { "current" } else { "former" };
    let needed = match (bound.is_empty(), current) {
        (false, _) => format!("needed for {}", bound.words()),
        (true, true) => "needed for what is new".to_owned(),
        (true, false) => "may be destroyed".to_owned(),
    };
    format!("{fingerprint}\t{since}\t{state}\t{here}\t{needed}")
}
