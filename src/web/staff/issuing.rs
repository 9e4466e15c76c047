//! Issuing the links of a roster or of its sample, on a thread of its own, watched and ended from a page.

use super::auth::{Form, Links, Staff};
use super::page::see;
use super::refuse::failed;
use crate::config::Clock;
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Disposition;
use crate::domain::survey::{Design, SurveyState};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::issue::{self, Outcome, Run};
use crate::store::{Conn, Db, draws, intake, rosters, surveys};
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    written: AtomicI64,
    cancelled: AtomicBool,
    end: Mutex<Option<End>>,
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
    /// How many links are written, none of them visible yet.
    pub fn written(&self) -> i64 {
        self.written.load(Ordering::Relaxed)
    }

    /// How it ended; nothing while it goes on.
    pub fn end(&self) -> Option<End> {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Who gets a link now.
pub struct Invited {
    /// Places on the roster; everybody where the survey asks everybody.
    drawn: Option<HashSet<i32>>,
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
    let job = Arc::new(Job {
        id: fresh::id()?,
        total: invited.count,
        took_over,
        written: AtomicI64::new(0),
        // Nobody to invite: it only clears away.
        cancelled: AtomicBool::new(invited.count == 0),
        end: Mutex::default(),
    });
    let work = Work {
        db: app.db.clone(),
        secret: app.secret.clone(),
        clock: app.clock.clone(),
        staff,
        survey,
        drawn: invited.drawn,
        job: Arc::clone(&job),
    };
    app.issuing.put(survey, &job);
    let started = std::thread::Builder::new().name("issue".to_owned()).spawn(move || work.run());
    if started.is_err() {
        *job.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(End::Failed);
    }
    started.map(drop).map_err(Error::Io)
}

struct Work {
    db: Db,
    secret: Secret,
    clock: Clock,
    staff: Uuid,
    survey: Uuid,
    drawn: Option<HashSet<i32>>,
    job: Arc<Job>,
}

impl Work {
    fn run(self) {
        let end = match self.issue() {
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
        *self.job.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }

    fn issue(&self) -> Result<End> {
        let actor = || Actor { secret: &self.secret, staff: Some(self.staff), now: self.clock.now() };
        let mut run = Run::begin(&self.db, &actor(), self.survey, self.job.id)?;
        match self.fill(&mut run) {
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

    fn fill(&self, run: &mut Run<'_>) -> Result<()> {
        let mut after = 0;
        while !self.job.is_cancelled() {
            let lines = self.db.read(|conn| rosters::after(conn, self.survey, None, after, PAGE))?;
            let Some(last) = lines.last() else { break };
            after = last.number;
            for line in lines {
                let wanted = self.drawn.as_ref().is_none_or(|drawn| drawn.contains(&line.number));
                if wanted && line.serial.is_none() && line.disposition != Some(Disposition::Ineligible) {
                    run.add_line(line.number, line.recipient)?;
                }
            }
            self.job.written.store(run.written(), Ordering::Relaxed);
        }
        Ok(())
    }
}
