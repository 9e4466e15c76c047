//! What is to be done at its time, whoever is at the desk: surveys open and close, sendings of closed surveys
//! end, contacts are erased when their days are over, paper forms are counted day by day, signs of the last
//! minutes are written down, surveys are sealed.
//!
//! One thread of each node looks every ten seconds. Several nodes may find the same thing to do; the store
//! does it once.

use super::metrics::Rounds;
use super::shelf::Shelf;
use super::staff::Importing;
use crate::config::Clock;
use crate::domain::pace::Pace;
use crate::domain::steady::Steady;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::{Db, census, idempotency, nodes, paper, rosters, seal, sendings, signals, surveys};
use chrono::{DateTime, Utc};
use std::cell::Cell;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Time between two rounds.
const ROUND: Duration = Duration::from_secs(10);

/// Time between two counts of everything, which are told to nobody but those who watch the program.
const CENSUS: Duration = Duration::from_secs(60);

/// What is to be looked after.
pub struct Duties {
    /// The database.
    pub db: Db,
    /// The server secret, for the log.
    pub secret: Secret,
    /// The clock.
    pub clock: Clock,
    /// Files that wait for their import.
    pub shelf: Arc<Shelf>,
    /// Imports that have ended.
    pub importing: Arc<Importing>,
    /// How fast answers come.
    pub pace: Arc<Mutex<Pace>>,
    /// What is counted of it.
    pub rounds: Rounds,
    /// This server, among those that run.
    pub node: Uuid,
}

/// What the log of the database, which holds what the tables have forgotten and in which order answers came, was emptied
/// after.
#[derive(Default)]
struct Log {
    /// How many surveys were closed then, and how many paper forms had been keyed.
    seen: Option<(i64, i64)>,
    /// Whether it has to be emptied again whatever is seen.
    owed: bool,
}

/// The thread; it ends after its round when it is dropped or [stopped](Keeper::stop).
pub struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts with a round at once.
    pub fn start(duties: Duties) -> Result<Self> {
        let (stop, stopped) = channel::<()>();
        let rounds = move || {
            let mut log = Log::default();
            let mut counted: Option<Instant> = None;
            let (began, mut steady) = (Instant::now(), Steady::default());
            loop {
                log.owed |= duties.round(steady.believes(duties.clock.now(), began.elapsed()));
                duties.settle(&mut log);
                if counted.is_none_or(|at| at.elapsed() >= CENSUS) {
                    counted = Some(Instant::now());
                    duties.count_everything();
                }
                duties.rounds.done(duties.clock.now());
                if stopped.recv_timeout(ROUND) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            if let Err(error) = duties.write_signals() {
                tracing::error!(%error, "the signs of the last seconds could not be written");
            }
            if let Err(error) = duties.db.write("leave", |conn| nodes::leave(conn, duties.node)) {
                tracing::error!(%error, "it could not be said that this server has ended");
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

impl Duties {
    /// Everything that may be due. One that fails is tried again in the next round and holds nothing else up. What
    /// cannot be taken back waits while the clock is not believed. Gives whether somebody's contacts were erased.
    fn round(&self, believed: bool) -> bool {
        let now = self.clock.now();
        if !believed {
            tracing::warn!(
                "the clock has jumped: nothing opens, closes, is sent or is erased until it has gone evenly for a while"
            );
        }
        self.shelf.sweep(now);
        self.importing.sweep(now);
        let actor = Actor { secret: &self.secret, staff: None, now };
        let erased = Cell::new(false);
        let deeds: [(&'static str, &dyn Fn() -> Result<()>); 8] = [
            // First: a seal may take long, and a server that is silent is taken to be gone.
            ("announce", &|| self.announce(now)),
            ("keep dates", &|| if believed { self.keep_dates(&actor) } else { Ok(()) }),
            ("end sendings", &|| self.end_sendings()),
            ("forget contacts", &|| if believed { self.forget_contacts(&actor, &erased) } else { Ok(()) }),
            ("count paper forms", &|| self.count_forms(&actor)),
            ("write signals", &|| self.write_signals()),
            ("seal", &|| self.seal(&actor)),
            ("forget requests", &|| if believed { self.forget_requests(now) } else { Ok(()) }),
        ];
        for (name, deed) in deeds {
            self.rounds.begin(name);
            if let Err(error) = deed() {
                self.rounds.failed(name);
                tracing::error!(%error, name, "something that is due could not be done");
            }
        }
        erased.get()
    }

    /// Opens and closes surveys, as nobody: the log shows it as the program's own act.
    fn keep_dates(&self, actor: &Actor<'_>) -> Result<()> {
        let (opening, closing) = self.db.read(|conn| surveys::due(conn, actor.now))?;
        if !opening.is_empty() || !closing.is_empty() {
            while self.db.write("keep dates", |conn| surveys::keep_dates(conn, actor))? > 0 {}
        }
        Ok(())
    }

    /// A closed survey has nothing to send; whoever sends sees it at once, but a sending may rest, or nobody send.
    fn end_sendings(&self) -> Result<()> {
        if !self.db.read(sendings::overdue)?.is_empty() {
            self.db.write("end sendings", sendings::end_overdue)?;
        }
        Ok(())
    }

    /// Looks before it writes: most rounds have nothing to do.
    fn forget_contacts(&self, actor: &Actor<'_>, erased: &Cell<bool>) -> Result<()> {
        if !self.db.read(|conn| rosters::overdue(conn, actor.now))?.is_empty() {
            let people = self.db.write("forget contacts", |conn| rosters::forget_contacts(conn, actor))?;
            erased.set(true);
            tracing::info!(people, "contacts were erased as their time was over");
        }
        Ok(())
    }

    /// Carries out what was consented to; whoever reads the database may hold it up until the next round.
    fn seal(&self, actor: &Actor<'_>) -> Result<()> {
        for survey in self.db.read(seal::due)? {
            match seal::carry_out(&self.db, actor, survey, || self.clock.now()) {
                Ok(None) => tracing::info!(%survey, "a survey is sealed"),
                Ok(Some(refused)) => tracing::warn!(%survey, refused, "a survey is sealed, without what was refused"),
                Err(Error::Busy) => tracing::info!(%survey, "the seal goes on when the database is less busy"),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes the largest numbers of the last seconds down; what cannot be written now is kept for the next round.
    fn write_signals(&self) -> Result<()> {
        let pace = || self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let due = pace().take_due(self.clock.now());
        if due.is_empty() {
            return Ok(());
        }
        self.db.write("write signals", |conn| signals::raise(conn, &due)).inspect_err(|_| pace().give_back(due.clone()))
    }

    /// What programs asked for is known for a day.
    fn forget_requests(&self, now: DateTime<Utc>) -> Result<()> {
        if self.db.read(|conn| idempotency::overdue(conn, now))? > 0 {
            self.db.write("forget requests", |conn| idempotency::forget(conn, now))?;
        }
        Ok(())
    }

    /// How much there is of everything.
    fn count_everything(&self) {
        match self.db.read(census::take) {
            Ok(census) => self.rounds.counted(&census),
            Err(error) => {
                self.rounds.failed("count everything");
                tracing::error!(%error, "how much there is could not be counted");
            }
        }
    }

    /// Says now and then that this server runs, and with which secrets.
    fn announce(&self, now: DateTime<Utc>) -> Result<()> {
        if self.db.read(|conn| nodes::is_silent(conn, self.node, now))? {
            self.db.write("announce", |conn| nodes::announce(conn, self.node, &self.secret, now))?;
        }
        Ok(())
    }

    /// Counts of days that are over go to the log.
    fn count_forms(&self, actor: &Actor<'_>) -> Result<()> {
        if self.db.read(|conn| paper::count_days(conn, actor, false))? > 0 {
            self.db.write("count paper forms", |conn| paper::count_days(conn, actor, true))?;
        }
        Ok(())
    }

    /// What the tables have forgotten goes from the files of the database, too, and so does the log that tells in which
    /// order answers came: after contacts were erased, after paper forms were keyed and while some wait, after a survey
    /// was closed, by whomever. While somebody reads the database it cannot be done, and is tried again.
    fn settle(&self, log: &mut Log) {
        let done = self.db.read(|conn| Ok((surveys::count_closed(conn)?, paper::keyed(conn)?))).and_then(|now| {
            let (closed, (waiting, keyed)) = now;
            if waiting || log.owed || log.seen != Some((closed, keyed)) {
                // Until it is known to be done.
                log.owed = true;
                log.owed = !self.db.settle()?;
                log.seen = Some((closed, keyed));
            }
            Ok(())
        });
        if let Err(error) = done {
            tracing::error!(%error, "the log of the database could not be emptied");
        }
    }
}
