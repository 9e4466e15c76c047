//! The progress of surveys, live: one thread of each node looks about once a second at the surveys that
//! somebody watches, and everybody who does is shown their own part of what it found.
//!
//! Viewers never ask the database: five hundred of them cost it as much as one. What they get is a [`Seen`],
//! made for their scope; the figures themselves do not leave this module.

mod figures;
mod viewers;

pub use figures::{About, Seen};

use crate::config::Clock;
use crate::domain::obstacle::Missing;
use crate::domain::staff::Scope;
use crate::error::{Error, Result};
use crate::store::{Db, standings};
use figures::Figures;
use futures_util::future::{Either, select};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use uuid::Uuid;
use viewers::{Place, Viewers};

/// Time between two looks at a survey that somebody watches.
const ROUND: Duration = Duration::from_secs(1);

/// How old figures may be that a page shows.
const FRESH: Duration = Duration::from_millis(1_500);

/// How long a survey is looked at after somebody has asked for it without watching.
const LINGER: Duration = Duration::from_secs(60);

/// How long what was read of a survey is kept, so that only its last days are read when it is asked for again.
const KEPT: Duration = Duration::from_secs(3_600);

/// Time between two looks at the sign-ins of the viewers.
const SESSIONS: Duration = Duration::from_secs(10);

/// How long somebody waits for the figures before they are told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a stream may be silent: proxies and phones take a silent line for a dead one.
const SILENCE: Duration = Duration::from_secs(15);

/// A survey that was asked for.
struct Watched {
    sender: watch::Sender<Arc<Figures>>,
    /// When the database was asked last.
    looked: Instant,
    /// When somebody asked last.
    asked: Instant,
}

type Surveys = Arc<RwLock<HashMap<Uuid, Watched>>>;

enum Message {
    Look(Uuid, oneshot::Sender<Result<Arc<Figures>>>),
    Stop,
}

/// The way to the progress of surveys, for handlers.
#[derive(Clone)]
pub struct Watch {
    surveys: Surveys,
    viewers: Viewers,
    messages: Sender<Message>,
}

/// The thread that looks.
pub struct Watcher {
    watch: Watch,
    thread: JoinHandle<()>,
}

impl Watcher {
    /// Starts the thread, which does nothing until somebody asks.
    pub fn start(db: Db, clock: Clock) -> Result<Self> {
        let (messages, inbox) = channel();
        let watch = Watch { surveys: Surveys::default(), viewers: Viewers::default(), messages };
        let (surveys, viewers) = (Arc::clone(&watch.surveys), watch.viewers.clone());
        let mut eye = Eye { db, clock, surveys, viewers, acts: None, checked: Instant::now() };
        let thread = std::thread::Builder::new()
            .name("watcher".to_owned())
            .spawn(move || eye.run(&inbox))
            .map_err(|error| Error::Setup(format!("no thread can be started: {error}")))?;
        Ok(Self { watch, thread })
    }

    /// The way to it.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Ends the thread and waits for the look it is at.
    pub fn stop(self) {
        self.watch.end();
        // If nobody takes the message, the thread has ended before, which the next line tells.
        let _ = self.watch.messages.send(Message::Stop);
        if self.thread.join().is_err() {
            tracing::error!("the watcher ended early");
        }
    }
}

impl Watch {
    /// What somebody with that scope may see of a survey and a unit, or, without one, of all that is theirs.
    /// What they may not know of is not found.
    pub async fn look(&self, survey: Uuid, scope: &Scope, unit: Option<&str>) -> Result<Arc<Seen>> {
        let figures = self.figures(survey).await?;
        figures.seen(scope, unit).ok_or_else(nothing)
    }

    /// The same, again and again whenever it changes, for as long as the sign-in holds and the server runs.
    pub async fn follow(
        &self,
        survey: Uuid,
        (scope, unit): (Scope, Option<String>),
        (account, session): (Uuid, Vec<u8>),
    ) -> Result<Follower> {
        let (place, ended) = self.viewers.enter(account, session)?;
        let figures = self.figures(survey).await?;
        figures.seen(&scope, unit.as_deref()).ok_or_else(nothing)?;
        let surveys = self.surveys.read().unwrap_or_else(PoisonError::into_inner);
        let watched = surveys.get(&survey).ok_or(Error::Busy)?;
        let mut figures = watched.sender.subscribe();
        figures.mark_changed();
        Ok(Follower { figures, ended, scope, unit, _place: place })
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.viewers.count()
    }

    /// Ends all streams and lets no more in.
    pub fn end(&self) {
        self.viewers.end();
    }

    async fn figures(&self, survey: Uuid) -> Result<Arc<Figures>> {
        if let Some(watched) = self.surveys.read().unwrap_or_else(PoisonError::into_inner).get(&survey)
            && watched.looked.elapsed() < FRESH
            && watched.asked.elapsed() < LINGER / 2
        {
            return Ok(Arc::clone(&watched.sender.borrow()));
        }
        let (reply, answer) = oneshot::channel();
        self.messages.send(Message::Look(survey, reply)).map_err(|_| Error::Busy)?;
        match timeout(PATIENCE, answer).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)? {
            // A survey that is not there looks like one of which there is nothing to see.
            Err(Error::NotFound(_)) => Err(nothing()),
            figures => figures,
        }
    }
}

const fn nothing() -> Error {
    Error::NotFound(Missing::Progress)
}

/// Somebody's view of a survey, as it changes.
pub struct Follower {
    figures: watch::Receiver<Arc<Figures>>,
    ended: oneshot::Receiver<()>,
    scope: Scope,
    unit: Option<String>,
    _place: Place,
}

/// What there is to tell a viewer.
pub enum News {
    /// How it is now.
    Seen(Arc<Seen>),
    /// Nothing, for a while.
    Silence,
    /// Nothing any more: the sign-in or the server has ended, or there is nothing left to be seen.
    End,
}

impl Follower {
    /// Waits for what is next; the first time it is how things are now.
    pub async fn next(&mut self) -> News {
        let changed = {
            let changed = pin!(timeout(SILENCE, self.figures.changed()));
            match select(&mut self.ended, changed).await {
                Either::Left(_) => return News::End,
                Either::Right((changed, _)) => changed,
            }
        };
        match changed {
            Err(_) => News::Silence,
            Ok(Err(_)) => News::End,
            Ok(Ok(())) => {
                let figures = Arc::clone(&self.figures.borrow_and_update());
                figures.seen(&self.scope, self.unit.as_deref()).map_or(News::End, News::Seen)
            }
        }
    }
}

/// What the thread works with.
struct Eye {
    db: Db,
    clock: Clock,
    surveys: Surveys,
    viewers: Viewers,
    /// How many acts were noted when the sign-ins were looked at, and when that was.
    acts: Option<i64>,
    checked: Instant,
}

impl Eye {
    fn run(&mut self, inbox: &Receiver<Message>) {
        let mut next = Instant::now() + ROUND;
        loop {
            match inbox.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Message::Look(survey, reply)) => {
                    // Whoever asked may have gone.
                    let _ = reply.send(self.asked(survey));
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    next = Instant::now() + ROUND;
                    if let Err(error) = self.round() {
                        tracing::error!(%error, "the sign-ins of those who watch could not be read");
                    }
                }
            }
        }
    }

    /// Somebody wants to see a survey now.
    fn asked(&self, survey: Uuid) -> Result<Arc<Figures>> {
        let fresh = {
            let mut surveys = self.surveys.write().unwrap_or_else(PoisonError::into_inner);
            surveys.get_mut(&survey).and_then(|watched| {
                watched.asked = Instant::now();
                (watched.looked.elapsed() < FRESH).then(|| Arc::clone(&watched.sender.borrow()))
            })
        };
        fresh.map_or_else(|| self.look(survey), Ok)
    }

    /// Reads what is new of a survey and tells those who watch it.
    fn look(&self, survey: Uuid) -> Result<Arc<Figures>> {
        let before = {
            let surveys = self.surveys.read().unwrap_or_else(PoisonError::into_inner);
            surveys.get(&survey).map(|watched| Arc::clone(&watched.sender.borrow()))
        };
        let now = self.clock.now();
        let found = self.db.snapshot(|conn| Figures::read(conn, survey, before.as_ref(), now))?;
        let mut surveys = self.surveys.write().unwrap_or_else(PoisonError::into_inner);
        match surveys.get_mut(&survey) {
            Some(watched) => {
                watched.looked = Instant::now();
                if before.is_none_or(|before| !Arc::ptr_eq(&before, &found)) {
                    watched.sender.send_replace(Arc::clone(&found));
                }
            }
            None => {
                let (sender, _) = watch::channel(Arc::clone(&found));
                surveys.insert(survey, Watched { sender, looked: Instant::now(), asked: Instant::now() });
            }
        }
        Ok(found)
    }

    fn round(&mut self) -> Result<()> {
        let wanted: Vec<Uuid> = {
            let mut surveys = self.surveys.write().unwrap_or_else(PoisonError::into_inner);
            surveys.retain(|_, watched| watched.sender.receiver_count() > 0 || watched.asked.elapsed() < KEPT);
            let live = |watched: &Watched| watched.sender.receiver_count() > 0 || watched.asked.elapsed() < LINGER;
            surveys.iter().filter(|(_, watched)| live(watched)).map(|(survey, _)| *survey).collect()
        };
        let mut acts = None;
        for survey in wanted {
            match self.look(survey) {
                Ok(figures) => acts = Some(figures.acts()),
                Err(error) => tracing::error!(%error, "the progress of a survey could not be read"),
            }
        }
        match acts {
            Some(acts) if self.acts != Some(acts) || self.checked.elapsed() >= SESSIONS => self.look_after(acts),
            _ => Ok(()),
        }
    }

    /// Ends the streams whose sign-in has ended: at once where somebody has ended it, since that is an act that
    /// is noted; within [`SESSIONS`] where its time is over.
    fn look_after(&mut self, acts: i64) -> Result<()> {
        let sessions = self.viewers.sessions();
        if !sessions.is_empty() {
            let now = self.clock.now();
            let holding = self.db.read(|conn| standings::holding(conn, &sessions, now))?;
            self.viewers.keep(&sessions, &holding);
        }
        self.acts = Some(acts);
        self.checked = Instant::now();
        Ok(())
    }
}
