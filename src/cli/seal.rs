//! `survey seal`.

use super::Settings;
use crate::domain::seal::Stage;
use crate::domain::token::Secret;
use crate::error::Error;
use crate::store::backups::{self, Kind};
use crate::store::{Db, progress, seal, surveys};
use anyhow::{Result, bail};
use std::io::{Write, stdin};
use std::thread::sleep;
use std::time::Duration;
use uuid::Uuid;

/// Times a seal is tried to be carried out, where somebody keeps the database busy.
const TRIES: u32 = 10;

/// Time between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Asks for the seal of a survey, or carries it out where an evaluator has consented.
pub(super) fn run(settings: &Settings, id: Uuid, yes: bool) -> Result<()> {
    let (db, secret) = settings.open_existing()?;
    let actor = Settings::actor(&secret);
    let (stage, links, title) = db.read(|conn| {
        let stored = surveys::get(conn, id)?;
        let stage = seal::status(conn, id, actor.now)?.map(|seal| seal.stage);
        Ok((stage, progress::total(conn, id)?, stored.survey.title))
    })?;
    match stage {
        Some(Stage::Sealed) => {
            eprintln!("sealed");
            return Ok(());
        }
        Some(Stage::Consented | Stage::Rewritten) => return carry_out(&db, &secret, id),
        None | Some(Stage::Asked) => {}
    }
    db.read(|conn| seal::is_ready(conn, id))?;
    eprintln!(
        "The seal of “{title}” cannot be undone.\n\
         Gone for good: all {} links and who they were for: refs, names, phones, e-mails, states, reminders. No link \
         can be looked up, exported or reissued, no unit voided or restored, nothing released and no rows exported.\n\
         Kept: the {} answers, rewritten in random order under new ids (units with too few people count for the one \
         above them), the releases as they were made, the counts by unit and day, the audit log. The receipts are \
         published.\n\
         Not within reach of this program: backups and copies of the database, archives of its log (WAL), snapshots \
         of its disk, replicas, and lists of links that were exported. Whoever made or keeps them must destroy them, \
         or the answers in them are not anonymous.",
        links.issued, links.submitted
    );
    tell_backups(&db, id)?;
    if !yes && !agreed()? {
        bail!("nothing was asked for");
    }
    db.write("ask for seal", |conn| seal::ask(conn, &actor, id, None))?;
    eprintln!(
        "asked for: an evaluator has to consent on the survey's page at the desk; then a server carries it out, or \
         this command"
    );
    Ok(())
}

/// Names what the program made in which the survey stands as it was.
fn tell_backups(db: &Db, id: Uuid) -> Result<()> {
    let made = db.read(|conn| backups::of(conn, id))?;
    if made.is_empty() {
        eprintln!("The program itself knows of no backup.");
        return Ok(());
    }
    eprintln!("What the program itself made and still knows of; destroy these after the seal, where they still are:");
    for one in made {
        let what = match one.kind {
            Kind::Backup => "backup",
            Kind::Copy => "copy for a trial",
            Kind::Moved => "the old database, before it was moved",
        };
        eprintln!("  {} UTC  {what}: {}", one.made_at.format("%Y-%m-%d %H:%M"), one.place);
    }
    Ok(())
}

fn agreed() -> Result<bool> {
    eprint!("Type “seal” to ask for it: ");
    std::io::stderr().flush()?;
    let mut typed = String::new();
    stdin().read_line(&mut typed)?;
    Ok(typed.trim() == "seal")
}

fn carry_out(db: &Db, secret: &Secret, id: Uuid) -> Result<()> {
    for _ in 0..TRIES {
        match seal::carry_out(db, &Settings::actor(secret), id, || Settings::clock().now()) {
            Ok(refused) => {
                match refused {
                    None => eprintln!("sealed"),
                    Some(what) => eprintln!("sealed; the database did not allow: {what} (see docs/sealing.md)"),
                }
                return tell_backups(db, id);
            }
            Err(Error::Busy) => sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
    bail!("somebody keeps the database busy; nothing is lost: a server goes on, or this command called again")
}
