//! Issuing the links of a roster or of its sample, on a thread of its own, watched and ended from a page.

use super::auth::{Form, Links, Staff};
use super::page::see;
use super::refuse::failed;
use crate::config::Clock;
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::{Disposition, Recipient};
use crate::domain::survey::{Design, SurveyState};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::idempotency::{HELD, Request};
use crate::store::issue::{self, Outcome, Run};
use crate::store::{Conn, Db, draws, intake, rosters, surveys};
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

/// People read from the roster at a time.
const PAGE: i64 = 4_000;

/// The last run of every survey that this process has begun.
#[derive(Default)]
pub struct Issuing(Mutex<HashMap<Uuid, Arc<Job>>>);

impl Issuing {
    /// The last run for that survey.
    pub fn of(&self, survey: Uuid) -> Option<Arc<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&survey).cloned()
    }

    /// The last run for that survey, and how it ended by now.
    pub fn look(&self, survey: Uuid) -> Option<Seen> {
        self.of(survey).map(|job| {
            let end = job.end();
            (job, end)
        })
    }

    fn put(&self, survey: Uuid, job: &Arc<Job>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(survey, Arc::clone(job));
    }

    /// The same, unless a run goes on, which is given.
    fn put_if_none(&self, survey: Uuid, job: &Arc<Job>) -> Option<Arc<Job>> {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let going = jobs.get(&survey).filter(|job| job.end().is_none()).cloned();
        if going.is_none() {
            jobs.insert(survey, Arc::clone(job));
        }
        going
    }
}

/// A run, and how it had ended when somebody looked.
pub type Seen = (Arc<Job>, Option<End>);

/// A run, as the page shows it.
pub struct Job {
    id: Uuid,
    /// How many people are to get a link.
    pub total: i64,
    /// Whether another run had begun and not ended.
    pub took_over: bool,
    /// The request of a program that it is for.
    request: Option<Request>,
    written: AtomicI64,
    cancelled: AtomicBool,
    end: Mutex<Option<End>>,
    ended: Notify,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All links are there.
    Done(Outcome),
    /// Somebody stopped it; nothing of it is there.
    Cancelled,
    /// Another run took over; nothing of this one is there.
    TakenOver,
    /// It failed; nothing of it is there.
    Failed,
}

impl Job {
    fn new(total: i64, took_over: bool, request: Option<Request>) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            id: fresh::id()?,
            total,
            took_over,
            request,
            written: AtomicI64::new(0),
            cancelled: AtomicBool::new(total == 0),
            end: Mutex::default(),
            ended: Notify::new(),
        }))
    }

    /// How many links are written, none of them visible yet.
    pub fn written(&self) -> i64 {
        self.written.load(Ordering::Relaxed)
    }

    /// How it ended; nothing while it goes on.
    pub fn end(&self) -> Option<End> {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end, but no longer than that; nothing if it takes longer.
    pub async fn soon(&self, patience: Duration) -> Option<End> {
        // Whether it ends in time is seen at the end.
        let _ = actix_web::rt::time::timeout(patience, self.ended.notified()).await;
        self.end()
    }

    fn finish(&self, end: End) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        self.ended.notify_one();
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Who gets a link.
pub enum Whom {
    /// These places on the roster; everybody on it where none are given.
    Roster(Option<HashSet<i32>>),
    /// These people, who are put on the roster if they are not on it.
    People(Vec<Recipient>),
}

/// Who gets a link now.
pub struct Invited {
    /// Places on the roster; everybody where the survey asks everybody.
    pub drawn: Option<HashSet<i32>>,
    /// How many they are.
    pub count: i64,
}

/// Who gets a link when issuing begins now; nobody where the sample is still to be drawn.
pub fn invited(conn: &mut Conn, survey: Uuid) -> Result<Option<Invited>> {
    let stored = surveys::get(conn, survey)?;
    if stored.survey.design == Design::Everyone {
        let counts = rosters::to_issue(conn, survey, None)?;
        return Ok(Some(Invited { drawn: None, count: counts }));
    }
    let Some(sample) = draws::get(conn, survey)? else { return Ok(None) };
    let drawn: HashSet<i32> = sample.strata.into_iter().flat_map(|stratum| stratum.drawn).collect();
    let count = rosters::to_issue(conn, survey, Some(&drawn))?;
    Ok(Some(Invited { drawn: Some(drawn), count }))
}

/// `POST /staff/surveys/{id}/links/issue`
pub async fn begin(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    match try_begin(&app, &staff, *id).await {
        Ok(()) => see(&format!("/staff/surveys/{id}/links")),
        Err(error) => failed(&staff, &error),
    }
}

async fn try_begin(app: &App, staff: &Staff<Links>, id: Uuid) -> Result<()> {
    let found = app.read(move |conn| {
        let (state, invited) = (surveys::get(conn, id)?.state, invited(conn, id)?);
        Ok((state, invited, issue::current(conn, id)?, intake::current(conn, id)?))
    });
    let (state, invited, current, intake) = found.await?;
    if !matches!(state, SurveyState::Draft | SurveyState::Open) {
        return Err(Obstacle::IssueClosed { state }.into());
    }
    if intake.is_some() {
        return Err(Obstacle::IntakeRunning.into());
    }
    let invited = invited.ok_or(Obstacle::DrawFirst)?;
    if invited.count == 0 {
        return Err(Obstacle::NobodyToIssue.into());
    }
    start(app, staff.person.id, id, invited, current.is_some())
}

/// `POST /staff/surveys/{id}/links/cancel`: ends the run of this process, or takes over from one that runs
/// elsewhere or died, and leaves nothing of it.
pub async fn cancel(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    match try_cancel(&app, &staff, *id).await {
        Ok(()) => see(&format!("/staff/surveys/{id}/links")),
        Err(error) => failed(&staff, &error),
    }
}

async fn try_cancel(app: &App, staff: &Staff<Links>, id: Uuid) -> Result<()> {
    if let Some(job) = app.issuing.of(id).filter(|job| job.end().is_none()) {
        job.cancelled.store(true, Ordering::Relaxed);
        return Ok(());
    }
    let current = app.read(move |conn| {
        surveys::get(conn, id)?;
        issue::current(conn, id)
    });
    if current.await?.is_none() {
        return Ok(());
    }
    let job = start(app, staff.person.id, id, Invited { drawn: Some(HashSet::new()), count: 0 }, true);
    if let Some(job) = app.issuing.of(id) {
        job.cancelled.store(true, Ordering::Relaxed);
    }
    job
}

/// Starts a run on a thread of its own: it takes minutes for a large roster, and the threads on which
/// requests wait are few.
fn start(app: &App, staff: Uuid, survey: Uuid, invited: Invited, took_over: bool) -> Result<()> {
    // Nobody to invite: it only clears away.
    let job = Job::new(invited.count, took_over, None)?;
    app.issuing.put(survey, &job);
    run(app, staff, survey, Whom::Roster(invited.drawn), &job)
}

/// Starts a run for a request of a program, unless one goes on in this process.
pub fn start_for(app: &App, request: Request, whom: Whom, total: i64, took_over: bool) -> Result<Arc<Job>> {
    let job = Job::new(total, took_over, Some(request))?;
    match app.issuing.put_if_none(request.survey, &job) {
        Some(going) if going.request == Some(request) => return Err(Obstacle::IdempotencyKeyInUse.into()),
        Some(_) => return Err(Obstacle::IssuingRunning.into()),
        None => run(app, request.api_key, request.survey, whom, &job)?,
    }
    Ok(job)
}

fn run(app: &App, by: Uuid, survey: Uuid, whom: Whom, job: &Arc<Job>) -> Result<()> {
    let (db, secret, clock) = (app.db.clone(), app.secret.clone(), app.clock.clone());
    let work = Work { db, secret, clock, by, survey, job: Arc::clone(job) };
    let started = std::thread::Builder::new().name("issue".to_owned()).spawn(move || work.run(whom));
    if started.is_err() {
        job.finish(End::Failed);
    }
    started.map(drop).map_err(Error::Io)
}

struct Work {
    db: Db,
    secret: Secret,
    clock: Clock,
    /// The account or the API key.
    by: Uuid,
    survey: Uuid,
    job: Arc<Job>,
}

impl Work {
    fn run(self, whom: Whom) {
        let end = match self.issue(whom) {
            Ok(end) => end,
            Err(error) => {
                // Whoever took over has put another id there, or has ended and left none.
                let current = self.db.read(|conn| issue::current(conn, self.survey));
                if current.is_ok_and(|current| current != Some(self.job.id)) {
                    End::TakenOver
                } else {
                    tracing::error!(%error, "issuing failed");
                    End::Failed
                }
            }
        };
        self.job.finish(end);
    }

    fn issue(&self, whom: Whom) -> Result<End> {
        let actor = || Actor { secret: &self.secret, staff: Some(self.by), now: self.clock.now() };
        let mut run = Run::begin_for(&self.db, &actor(), self.survey, self.job.id, self.job.request)?;
        match self.fill(&mut run, whom) {
            Ok(()) if self.job.is_cancelled() => {
                run.abandon(&actor())?;
                Ok(End::Cancelled)
            }
            Ok(()) => run.finish(&actor()).map(End::Done),
            Err(error) => {
                // What cannot be cleared away now is invisible, and the next run does it.
                if let Err(left) = run.abandon(&actor()) {
                    tracing::debug!(%left, "a run was not cleared away");
                }
                Err(error)
            }
        }
    }

    fn fill(&self, run: &mut Run<'_>, whom: Whom) -> Result<()> {
        let drawn = match whom {
            Whom::Roster(drawn) => drawn,
            Whom::People(people) => return people.into_iter().try_for_each(|person| run.add(person)),
        };
        let (mut after, mut held) = (0, self.clock.now());
        while !self.job.is_cancelled() {
            let lines = self.db.read(|conn| rosters::after(conn, self.survey, None, after, PAGE))?;
            let Some(last) = lines.last() else { break };
            after = last.number;
            for line in lines {
                let wanted = drawn.as_ref().is_none_or(|drawn| drawn.contains(&line.number));
                if wanted && line.serial.is_none() && line.disposition != Some(Disposition::Ineligible) {
                    run.add_line(line.number, line.recipient)?;
                }
            }
            self.job.written.store(run.written(), Ordering::Relaxed);
            let now = self.clock.now();
            if now - held > HELD / 6 {
                run.hold(now)?;
                held = now;
            }
        }
        Ok(())
    }
}
