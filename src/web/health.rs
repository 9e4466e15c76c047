//! Whether the server lives, and whether it can do its work.
//!
//! A thread with a connection of its own looks at the database when somebody asks, at most once a second. Whoever asks
//! waits two seconds at most, so that a database that hangs is told in time.

use super::error::Problem;
use super::{App, answer};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::meters::Meters;
use crate::store::pulse::{Ailment, Pulse};
use actix_web::HttpResponse;
use actix_web::rt::time::timeout;
use actix_web::web::Data;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How old a look may be.
const FRESH: Duration = Duration::from_millis(800);

/// How long somebody waits for a look.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the server cannot do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sick {
    /// It is ending.
    Ending,
    /// A thread of the recorder has ended.
    Recorder,
    /// The database did not say anything in time.
    Silent,
    /// The database is not as it should be.
    Database(Ailment),
}

impl Sick {
    /// For whoever asks, in a few words.
    const fn words(self) -> &'static str {
        match self {
            Self::Ending => "the server is ending",
            Self::Recorder => "nothing is recorded: the server must be started again",
            Self::Silent => "the database is silent",
            Self::Database(Ailment::Away) => "the database cannot be reached",
            Self::Database(Ailment::ReadOnly) => "the database cannot be written",
            Self::Database(Ailment::Moved) => "the file of the database is gone or another lies in its place",
        }
    }
}

type Look = Option<(Instant, Result<(), Ailment>)>;

/// The way to know how the server is.
#[derive(Clone)]
pub struct Vitals {
    asks: SyncSender<()>,
    seen: watch::Receiver<Look>,
    ending: Arc<AtomicBool>,
    meters: Arc<Meters>,
    /// Threads that the recorder has when all is well.
    recorders: i64,
}

/// The thread that looks.
pub struct Nurse {
    wake: SyncSender<()>,
    over: Arc<AtomicBool>,
    alive: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Nurse {
    /// Starts the thread.
    pub fn start(db: &Db, recorders: usize) -> Result<(Self, Vitals)> {
        let (asks, asked) = sync_channel::<()>(1);
        let (tell, seen) = watch::channel(None);
        let (ended, alive) = channel::<()>();
        let mut pulse = Pulse::new(db);
        let over = Arc::<AtomicBool>::default();
        let stopped = Arc::clone(&over);
        let rounds = move || {
            let _ended = ended;
            let mut well = true;
            while asked.recv().is_ok() && !stopped.load(Ordering::Relaxed) {
                let look = pulse.look();
                note(look, &mut well);
                tell.send_replace(Some((Instant::now(), look)));
            }
        };
        let thread = std::thread::Builder::new().name("nurse".to_owned());
        let thread =
            thread.spawn(rounds).map_err(|error| Error::Setup(format!("no thread can be started: {error}")))?;
        let recorders = i64::try_from(recorders).unwrap_or(i64::MAX);
        let wake = asks.clone();
        let vitals = Vitals { asks, seen, ending: Arc::default(), meters: db.meters(), recorders };
        Ok((Self { wake, over, alive, thread }, vitals))
    }

    /// Waits for the look it is at; one that hangs with its database is left behind.
    pub fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        // Where a question waits already, the thread wakes by that.
        let _ = self.wake.try_send(());
        // Nothing is ever sent: the channel closes when the thread ends.
        if self.alive.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the database is silent at the end");
        } else if self.thread.join().is_err() {
            tracing::error!("the thread that looks at the database ended early");
        }
    }
}

/// Says when it changes.
fn note(look: Result<(), Ailment>, well: &mut bool) {
    if look.is_ok() != *well {
        *well = look.is_ok();
        match look {
            Ok(()) => tracing::info!("ready again"),
            Err(ailment) => tracing::warn!(reason = Sick::Database(ailment).words(), "not ready"),
        }
    }
}

impl Vitals {
    /// The server is ending: from here on it is not ready.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Whether the server can do its work.
    pub async fn check(&self) -> Result<(), Sick> {
        if self.ending.load(Ordering::Relaxed) {
            return Err(Sick::Ending);
        }
        if self.meters.recorders() < self.recorders {
            return Err(Sick::Recorder);
        }
        let mut seen = self.seen.clone();
        if let Some((at, look)) = *seen.borrow_and_update()
            && at.elapsed() < FRESH
        {
            return look.map_err(Sick::Database);
        }
        // Where one question waits already, its answer serves all.
        let _ = self.asks.try_send(());
        match timeout(PATIENCE, seen.changed()).await {
            Ok(Ok(())) => seen.borrow().map_or(Err(Sick::Silent), |(_, look)| look.map_err(Sick::Database)),
            Ok(Err(_)) | Err(_) => Err(Sick::Silent),
        }
    }
}

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

/// `GET /health/ready`: answers can be recorded.
pub async fn ready(app: Data<App>) -> HttpResponse {
    match app.vitals.check().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(sick) => Problem::Busy.reply().body(format!("{}\n", sick.words())),
    }
}

/// `GET` or `POST /health/empty`: reads a body and does nothing. The yardstick of the benchmarks.
pub async fn empty(body: answer::Body) -> HttpResponse {
    drop(body);
    HttpResponse::NoContent().finish()
}
