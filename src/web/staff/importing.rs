//! Long work with the file of a roster, on threads of its own: reading it and saying what it would do, and
//! taking it in. Watched and ended from a page.

use super::plan::Plan;
use super::upload::{self, Taken, Unfit};
use crate::config::Clock;
use crate::domain::roster::{self, Checked};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::intake::{self, CHUNK, Given, Outcome, Run, Wish};
use crate::store::{Db, units};
use crate::web::shelf::{KEPT, Purpose, Shelf};
use crate::web::{App, fresh};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use uuid::Uuid;

/// Most people of one file.
pub const MOST: u64 = 200_000;

/// The work that this process has begun.
#[derive(Default)]
pub struct Importing {
    /// The last file that was read, by session.
    read: Mutex<HashMap<Vec<u8>, Arc<Job>>>,
    /// The last import, by survey.
    taken_in: Mutex<HashMap<Uuid, Arc<Job>>>,
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Importing {
    /// The file that this session sent last, if it was one for that survey.
    pub fn read(&self, session: &[u8], survey: Uuid) -> Option<Arc<Job>> {
        locked(&self.read).get(session).filter(|job| job.survey == survey).cloned()
    }

    /// The last import for that survey.
    pub fn taken_in(&self, survey: Uuid) -> Option<Arc<Job>> {
        locked(&self.taken_in).get(&survey).cloned()
    }

    /// Forgets what was read more than an hour ago: the files are gone by then.
    pub fn sweep(&self, now: DateTime<Utc>) {
        locked(&self.read).retain(|_, job| job.end().is_none() || now - job.at < KEPT);
    }
}

/// What is being done with a file.
pub struct Job {
    id: Uuid,
    survey: Uuid,
    at: DateTime<Utc>,
    /// Whether it writes what it reads.
    writes: bool,
    /// Whether an earlier import had begun and not ended.
    pub took_over: bool,
    /// Bytes read, of how many: the file is read twice.
    bytes: AtomicU64,
    all_bytes: AtomicU64,
    /// People written, of how many.
    people: AtomicU64,
    all_people: AtomicU64,
    cancelled: AtomicBool,
    watched: AtomicBool,
    end: Mutex<Option<End>>,
    ended: Notify,
}

/// How work ended.
#[derive(Clone)]
pub enum End {
    /// The file is read.
    Read(Arc<Plan>),
    /// Its people are on the roster.
    Done(Outcome),
    /// It cannot be taken in.
    Unfit(Arc<Unfit>),
    /// Somebody stopped it.
    Cancelled,
    /// Another import took over.
    TakenOver,
    /// The survey was closed, or links began to be issued.
    Refused,
    /// It failed.
    Failed,
}

/// How far work is: how much of how much, and whether people are being written.
pub struct Far {
    /// How much.
    pub done: u64,
    /// Of how much; at least one.
    pub all: u64,
    /// Whether people are written; otherwise parts in a thousand are read.
    pub writing: bool,
}

impl Job {
    fn new(survey: Uuid, at: DateTime<Utc>, writes: bool, took_over: bool) -> Result<Arc<Self>> {
        let id = fresh::id()?;
        let none = || AtomicU64::new(0);
        let (bytes, all_bytes, people, all_people) = (none(), none(), none(), none());
        let (cancelled, watched) = (AtomicBool::new(false), AtomicBool::new(false));
        let (end, ended) = (Mutex::default(), Notify::new());
        Ok(Arc::new(Self {
            id,
            survey,
            at,
            writes,
            took_over,
            bytes,
            all_bytes,
            people,
            all_people,
            cancelled,
            watched,
            end,
            ended,
        }))
    }

    /// How it ended; nothing while it goes on.
    pub fn end(&self) -> Option<End> {
        locked(&self.end).clone()
    }

    /// How far it is.
    pub fn far(&self) -> Far {
        let of = |number: &AtomicU64| number.load(Ordering::Relaxed);
        match of(&self.all_people) {
            0 => {
                let part = of(&self.bytes).saturating_mul(1000).checked_div(of(&self.all_bytes)).unwrap_or(0);
                Far { done: part.min(1000), all: 1000, writing: false }
            }
            all => Far { done: of(&self.people), all, writing: true },
        }
    }

    /// Waits for the end as long as somebody likes to wait for a page; nothing if it takes longer. From then on
    /// it [is watched](Self::is_watched).
    pub async fn soon(&self) -> Option<End> {
        let ended = actix_web::rt::time::timeout(SOON, self.ended.notified()).await;
        if ended.is_err() && self.end().is_none() {
            self.watched.store(true, Ordering::Relaxed);
        }
        self.end()
    }

    /// Whether somebody was told to watch it, and wants to know the end.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Ends it at the next chunk.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn finish(&self, end: End) {
        *locked(&self.end) = Some(end);
        self.ended.notify_one();
    }
}

/// How long somebody waits for a page before it shows how far the work is.
const SOON: std::time::Duration = std::time::Duration::from_secs(2);

/// Begins to read a file that was sent.
pub fn begin_reading(
    app: &App,
    session: &[u8],
    survey: Uuid,
    taken: Taken,
    one: OwnedSemaphorePermit,
) -> Result<Arc<Job>> {
    let job = Job::new(survey, app.clock.now(), false, false)?;
    locked(&app.importing.read).insert(session.to_vec(), Arc::clone(&job));
    let (work, shelf, session) = (Work::of(app, &job), Arc::clone(&app.shelf), session.to_vec());
    let Taken { file, place } = taken;
    work.start(move |work| {
        let _held = (one, place);
        work.plan(file, &shelf, &session)
    })?;
    Ok(job)
}

/// Begins to take in a file that was shown. Without a file, it only clears away what an earlier import left.
pub fn begin(
    app: &App,
    staff: Uuid,
    survey: Uuid,
    file: Option<File>,
    wish: Wish,
    took_over: bool,
    one: Option<OwnedSemaphorePermit>,
) -> Result<Arc<Job>> {
    let job = Job::new(survey, app.clock.now(), true, took_over)?;
    locked(&app.importing.taken_in).insert(survey, Arc::clone(&job));
    Work::of(app, &job).start(move |work| {
        let _one = one;
        match file {
            Some(file) => work.take_in(&file, wish, staff),
            None => {
                Run::begin(&work.db, work.job.survey, work.job.id, wish)?.abandon()?;
                Ok(End::Cancelled)
            }
        }
    })?;
    Ok(job)
}

struct Work {
    db: Db,
    secret: Secret,
    clock: Clock,
    job: Arc<Job>,
}

impl Work {
    fn of(app: &App, job: &Arc<Job>) -> Self {
        Self { db: app.db.clone(), secret: app.secret.clone(), clock: app.clock.clone(), job: Arc::clone(job) }
    }

    /// Starts a thread: the threads on which requests wait are few.
    fn start(self, body: impl FnOnce(&Self) -> Result<End> + Send + 'static) -> Result<()> {
        let job = Arc::clone(&self.job);
        let run = move || {
            let end = match body(&self) {
                Ok(end) => end,
                Err(_) if self.job.is_cancelled() => End::Cancelled,
                Err(Error::Invalid(faults)) => End::Unfit(Arc::new(Unfit::Faults(faults))),
                Err(Error::Refused(_)) => self.refused(),
                Err(error) => {
                    tracing::error!(%error, "a roster was not taken in");
                    End::Failed
                }
            };
            self.job.finish(end);
        };
        let started = std::thread::Builder::new().name("roster".to_owned()).spawn(run);
        if started.is_err() {
            job.finish(End::Failed);
        }
        started.map(drop).map_err(Error::Io)
    }

    /// Whoever took over has put another id there, or has ended and left none.
    fn refused(&self) -> End {
        match self.db.read(|conn| intake::current(conn, self.job.survey)) {
            Ok(Some(current)) if current != self.job.id => End::TakenOver,
            _ => End::Refused,
        }
    }

    /// Checks the file, and hands its people to `each` in chunks, with their rows.
    fn read(
        &self,
        mut file: &File,
        mut each: impl FnMut(Vec<(u64, Given)>) -> Result<()>,
    ) -> Result<Result<(), Unfit>> {
        let tree = self.db.read(units::tree)?;
        let length = file.metadata()?.len();
        let times = if self.job.writes { 1 } else { 2 };
        self.job.all_bytes.store(length.saturating_mul(times), Ordering::Relaxed);
        file.rewind()?;
        let checked: Checked = roster::check(Counted { file, job: &self.job }, &tree)?;
        if checked.count > MOST {
            return Ok(Err(Unfit::Because("roster-long")));
        }
        if self.job.writes {
            self.job.all_people.store(checked.count, Ordering::Relaxed);
        }
        file.rewind()?;
        let (mut chunk, mut failed) = (Vec::new(), None);
        let read = roster::read(Counted { file, job: &self.job }, &tree, |row, recipient| {
            let alone = recipient.reference.as_ref().is_some_and(|reference| checked.is_alone(reference));
            chunk.push((row, Given { recipient, alone }));
            if chunk.len() < CHUNK {
                return Ok(());
            }
            each(std::mem::take(&mut chunk)).map_err(|error| {
                failed = Some(error);
                io::Error::other("stopped")
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        read?;
        each(chunk)?;
        Ok(Ok(()))
    }

    fn plan(&self, file: File, shelf: &Shelf, session: &[u8]) -> Result<End> {
        let file = match upload::as_csv(file)? {
            Ok(file) => file,
            Err(unfit) => return Ok(End::Unfit(Arc::new(unfit))),
        };
        let (mut plan, survey) = (Plan::default(), self.job.survey);
        let read = self.read(&file, |chunk| {
            let (rows, given): (Vec<u64>, Vec<Given>) = chunk.into_iter().unzip();
            let standings = self.db.read(|conn| intake::standings(conn, survey, &given, None))?;
            for ((row, Given { recipient, .. }), standing) in rows.into_iter().zip(given).zip(standings) {
                plan.add(row, recipient, standing);
            }
            Ok(())
        });
        if let Err(unfit) = read? {
            return Ok(End::Unfit(Arc::new(unfit)));
        }
        plan.upload = shelf.put(session, Purpose::Roster(survey), file, self.clock.now())?;
        Ok(End::Read(Arc::new(plan)))
    }

    fn take_in(&self, file: &File, wish: Wish, staff: Uuid) -> Result<End> {
        let mut run = Run::begin(&self.db, self.job.survey, self.job.id, wish)?;
        match self.fill(&mut run, file) {
            Ok(Ok(())) if !self.job.is_cancelled() => {
                let now = self.clock.now();
                run.finish(&Actor { secret: &self.secret, staff: Some(staff), now }).map(End::Done)
            }
            ended => {
                // What cannot be cleared away now is invisible, and the next run does it.
                if let Err(left) = run.abandon() {
                    tracing::debug!(%left, "an import was not cleared away");
                }
                match ended? {
                    Ok(()) => Ok(End::Cancelled),
                    Err(unfit) => Ok(End::Unfit(Arc::new(unfit))),
                }
            }
        }
    }

    fn fill(&self, run: &mut Run<'_>, file: &File) -> Result<Result<(), Unfit>> {
        let mut written = 0_u64;
        self.read(file, |chunk| {
            let people = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            for (_, given) in chunk {
                run.add(given)?;
            }
            written = written.saturating_add(people);
            self.job.people.store(written, Ordering::Relaxed);
            Ok(())
        })
    }
}

/// A file that tells how much of it was read, and that ends when the work is stopped.
struct Counted<'a> {
    file: &'a File,
    job: &'a Job,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.job.is_cancelled() {
            return Err(io::Error::other("stopped"));
        }
        let read = self.file.read(buffer)?;
        self.job.bytes.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}
