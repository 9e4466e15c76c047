//! The recorder: the one path by which a person's act on a link reaches the database.
//!
//! A bounded queue feeds one thread (two on PostgreSQL). The thread takes whatever is waiting, commits
//! it in one transaction, and only then tells anybody that it is recorded: one `fsync` serves all who
//! came in the meantime. A full queue is said at once; nothing is lost by it, because nothing was
//! acknowledged.

mod batch;
mod checkpoint;
mod paper;
mod replies;
mod rows;

pub use paper::{PaperForm, Said};

use super::meters::{self, Meters};
use super::{Conn, Db};
use crate::config::Clock;
use crate::domain::link::{Act, LinkState, Refusal};
use crate::domain::pace::Pace;
use crate::domain::response::{FieldError, RawSubmission};
use crate::domain::survey::Survey;
use crate::domain::token::LinkHash;
use crate::error::{Error, Result};
use diesel::connection::SimpleConnection;
use replies::Waiting;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Acts that may wait at once.
pub(super) const QUEUE: usize = 4_096;

/// How long a person waits for a database that does not answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Most acts in one transaction.
const BATCH: usize = 512;

/// Acts after which the log of SQLite is worth being written into the database: a quarter of what
/// `wal_autocheckpoint` allows.
const CHECKPOINT: usize = 1_500;

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// Record this answer.
    Submit(Arc<RawSubmission>),
    /// Start, decline or resume.
    Act(Act),
    /// Record a paper form.
    Paper(Box<PaperForm>),
}

impl Request {
    fn act(&self) -> Act {
        match self {
            Self::Submit(_) => Act::Submit,
            Self::Act(act) => *act,
            Self::Paper(form) => form.act(),
        }
    }
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The answer to that survey is on disk now.
    Recorded(Uuid),
    /// An answer to this link of that survey was on disk before; it stays as it was.
    AlreadyRecorded(Uuid),
    /// The link is in that state now.
    Now(LinkState),
    /// The answer does not fit its survey.
    Invalid {
        /// The survey it has to fit.
        survey: Arc<Survey>,
        /// What was sent, so that the person can go on from there.
        sent: Arc<RawSubmission>,
        /// What is wrong, field by field.
        errors: Vec<FieldError>,
    },
    /// The link is known and the act is not possible.
    Refused(Refusal, Uuid),
    /// Another paper form waits than the one that was to be confirmed, or none; nothing was recorded.
    Changed,
    /// There is no such link.
    Unknown,
}

/// One act on one link, waiting for its turn.
struct Job {
    hash: LinkHash,
    request: Request,
    waiting: Waiting,
}

/// The handle by which acts are handed in. Dropping the last one ends the threads.
#[derive(Clone)]
pub struct Recorder {
    queue: SyncSender<Job>,
    meters: Arc<Meters>,
}

/// The recorder's threads, to be waited for at the end.
pub struct Threads(Vec<(JoinHandle<()>, Receiver<()>)>);

impl Threads {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Waits until everything that was handed in is done; every [`Recorder`] must be dropped before.
    /// A thread that hangs with its database is left behind after a while.
    pub fn join(self) {
        for (thread, alive) in self.0 {
            // Nothing is ever sent: the channel closes when the thread ends.
            if alive.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Disconnected) {
                // A thread that panicked has told its callers by dropping their replies.
                let _ = thread.join();
            }
        }
    }
}

impl Recorder {
    /// Starts the recorder on a database. It notes in `pace` how fast answers come.
    pub fn start(db: &Db, clock: &Clock, pace: &Arc<Mutex<Pace>>) -> Result<(Self, Threads)> {
        let (queue, jobs) = sync_channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let count = if db.is_postgres() { 2 } else { 1 };
        let mut threads = Vec::new();
        let mut checkpoints = None;
        if !db.is_postgres() {
            let (ask, asked) = sync_channel(1);
            let conn = db.establish()?;
            threads.push(spawn(db, "checkpoints".to_owned(), move || checkpoint::run(conn, &asked))?);
            checkpoints = Some(ask);
        }
        for number in 0..count {
            let mut worker = Worker {
                db: db.clone(),
                conn: Some(establish(db)?),
                jobs: jobs.clone(),
                clock: clock.clone(),
                pace: pace.clone(),
                surveys: batch::Surveys::default(),
                checkpoints: checkpoints.clone(),
                since: 0,
            };
            threads.push(spawn(db, format!("recorder-{number}"), move || worker.run())?);
        }
        Ok((Self { queue, meters: db.meters() }, Threads(threads)))
    }

    /// Hands an act in and waits until it is on disk.
    pub async fn record(&self, hash: LinkHash, request: Request) -> Result<Outcome> {
        let (waiting, answer) = Waiting::here();
        // What a thread has made, it lets go of with less work than another.
        let _made_here = match &request {
            Request::Submit(form) => Some(Arc::clone(form)),
            Request::Act(_) | Request::Paper(_) => None,
        };
        let meters = &self.meters.recorder;
        meters.queue.inc();
        match self.queue.try_send(Job { hash, request, waiting }) {
            // A database that hangs must not make the person wait: sending again later is safe.
            Ok(()) => match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err(Error::Busy),
                Err(_) => {
                    meters.late.inc();
                    Err(Error::Busy)
                }
            },
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                meters.queue.dec();
                meters.full.inc();
                Err(Error::Busy)
            }
        }
    }
}

/// A connection for recording. On SQLite it keeps more pages than any other: an answer touches a link and a place among
/// the responses that nobody has touched for long.
fn establish(db: &Db) -> Result<Conn> {
    let mut conn = db.establish()?;
    if let Conn::Sqlite(conn) = &mut conn {
        conn.batch_execute("PRAGMA cache_size = -12000")?;
    }
    Ok(conn)
}

/// Counts a thread for as long as it is at work.
struct Working(Arc<Meters>);

impl Working {
    fn new(db: &Db) -> Self {
        db.meters.recorder.threads.inc();
        Self(db.meters())
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.recorder.threads.dec();
    }
}

/// Starts a thread, and gives with it what closes when the thread ends.
fn spawn(db: &Db, name: String, body: impl FnOnce() + Send + 'static) -> Result<(JoinHandle<()>, Receiver<()>)> {
    let (ended, alive) = channel();
    let working = Working::new(db);
    let thread = std::thread::Builder::new().name(name).spawn(move || {
        let _ended: (Sender<()>, Working) = (ended, working);
        body();
    })?;
    Ok((thread, alive))
}

/// One thread of the recorder with its own connection.
struct Worker {
    db: Db,
    conn: Option<Conn>,
    jobs: Arc<Mutex<Receiver<Job>>>,
    clock: Clock,
    pace: Arc<Mutex<Pace>>,
    surveys: batch::Surveys,
    /// Who writes the log of SQLite into the database while this thread goes on.
    checkpoints: Option<SyncSender<()>>,
    /// Acts since that was asked for.
    since: usize,
}

impl Worker {
    fn run(&mut self) {
        while let Some(jobs) = self.take() {
            self.count(jobs.len());
            let (requests, waiting): (Vec<_>, Vec<_>) =
                jobs.into_iter().map(|job| ((job.hash, job.request), job.waiting)).unzip();
            let began = Instant::now();
            let committed = self.commit(&requests);
            drop(requests);
            match committed {
                Ok(outcomes) => {
                    self.meters().committed(&outcomes, began.elapsed());
                    replies::send(waiting, outcomes.into_iter().map(|outcome| outcome.ok_or(Error::Busy)));
                }
                Err(error) => {
                    self.meters().failures.inc();
                    tracing::error!(%error, acts = waiting.len(), "nothing of this batch was recorded");
                    replies::send(waiting, std::iter::repeat_with(|| Err(Error::Busy)));
                }
            }
        }
    }

    /// Counts acts, and asks for a checkpoint in good time before SQLite makes one in the middle of an answer's commit.
    fn count(&mut self, acts: usize) {
        self.since += acts;
        if self.since >= CHECKPOINT
            && let Some(checkpoints) = &self.checkpoints
            // One that is asked for already will do.
            && checkpoints.try_send(()).is_ok()
        {
            self.since = 0;
        }
    }

    /// Waits for an act and takes along whatever else is waiting; `None` when all handles are gone.
    fn take(&self) -> Option<Vec<Job>> {
        let queue = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut jobs = vec![queue.recv().ok()?];
        while jobs.len() < BATCH {
            match queue.try_recv() {
                Ok(job) => jobs.push(job),
                Err(_) => break,
            }
        }
        self.meters().queue.dec_by(i64::try_from(jobs.len()).unwrap_or_default());
        Some(jobs)
    }

    fn meters(&self) -> &meters::Recorder {
        &self.db.meters.recorder
    }

    /// Commits a batch. After a failure of the connection the batch is tried once more on a new one:
    /// an act that was committed although the answer to COMMIT was lost is then found done.
    fn commit(&mut self, requests: &[(LinkHash, Request)]) -> Result<Vec<Option<Outcome>>> {
        let now = self.clock.now();
        let mut failed = None;
        for _ in 0..2 {
            let mut conn = match self.conn.take() {
                Some(conn) => conn,
                None => establish(&self.db)?,
            };
            // A panic must not end the only way for answers: it is a failure of this batch like others.
            let (db, surveys) = (&self.db, &mut self.surveys);
            let committed = catch_unwind(AssertUnwindSafe(|| batch::commit(db, &mut conn, surveys, requests, now)));
            match committed.unwrap_or(Err(Error::Busy)) {
                Ok((outcomes, finished)) => {
                    self.conn = Some(conn);
                    let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
                    finished.iter().for_each(|one| pace.note(one, now));
                    return Ok(outcomes);
                }
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.unwrap_or(Error::Busy))
    }
}
