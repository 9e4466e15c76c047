//! What is to be done at its time, whoever is at the desk: surveys open and close, sendings of closed
//! surveys end, contacts are erased when their days are over.
//!
//! One thread of each node looks every ten seconds. Several nodes may find the same thing to do; the store
//! does it once.

use super::shelf::Shelf;
use crate::config::Clock;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::{Db, rosters, sendings, surveys};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two rounds.
const ROUND: Duration = Duration::from_secs(10);

/// The thread; it ends after its round when it is dropped or [stopped](Keeper::stop).
pub struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts with a round at once.
    pub fn start(db: Db, secret: Secret, clock: Clock, shelf: Arc<Shelf>) -> Result<Self> {
        let (stop, stopped) = channel::<()>();
        let rounds = move || {
            loop {
                round(&db, &secret, &clock, &shelf);
                if stopped.recv_timeout(ROUND) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(rounds)
            .map_err(|error| Error::Setup(format!("no thread can be started: {error}")))?;
        Ok(Self { stop, thread })
    }

    /// Ends the thread and waits for the round it is in.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the keeper ended early");
        }
    }
}

/// Everything that may be due. One that fails is tried again in the next round and holds nothing else up.
fn round(db: &Db, secret: &Secret, clock: &Clock, shelf: &Shelf) {
    let now = clock.now();
    shelf.sweep(now);
    let actor = Actor { secret, staff: None, now };
    let deeds: [(&str, &dyn Fn() -> Result<()>); 3] = [
        ("keep dates", &|| keep_dates(db, &actor)),
        ("end sendings", &|| end_sendings(db)),
        ("forget contacts", &|| forget_contacts(db, &actor)),
    ];
    for (name, deed) in deeds {
        if let Err(error) = deed() {
            tracing::error!(%error, name, "something that is due could not be done");
        }
    }
}

/// Opens and closes surveys, as nobody: the log shows it as the program's own act.
fn keep_dates(db: &Db, actor: &Actor<'_>) -> Result<()> {
    let (opening, closing) = db.read(|conn| surveys::due(conn, actor.now))?;
    if !opening.is_empty() || !closing.is_empty() {
        db.write("keep dates", |conn| surveys::keep_dates(conn, actor))?;
    }
    Ok(())
}

/// A closed survey has nothing to send; whoever sends sees it at once, but a sending may rest, or nobody send.
fn end_sendings(db: &Db) -> Result<()> {
    if !db.read(sendings::overdue)?.is_empty() {
        db.write("end sendings", sendings::end_overdue)?;
    }
    Ok(())
}

/// Looks before it writes: most rounds have nothing to do.
fn forget_contacts(db: &Db, actor: &Actor<'_>) -> Result<()> {
    if !db.read(|conn| rosters::overdue(conn, actor.now))?.is_empty() {
        let people = db.write("forget contacts", |conn| rosters::forget_contacts(conn, actor))?;
        // What the tables have forgotten goes from the file beside them, too.
        db.settle()?;
        tracing::info!(people, "contacts were erased as their time was over");
    }
    Ok(())
}
