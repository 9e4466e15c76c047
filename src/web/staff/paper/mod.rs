//! Keying paper forms: a clerk's part of the desk.
//!
//! A clerk sees surveys that have links in the clerk's units, and of them the questions and a few counts. What
//! a recipient is called, who has answered, and what a colleague has keyed stays unseen, but for the fields in
//! which two entries of one form differ.

mod decide;
pub mod differ;
pub mod enter;
mod view;

use super::auth::{Paper, Staff};
use super::page::{Frame, Kept, page};
use super::refuse::failed;
use crate::domain::obstacle::Missing;
use crate::domain::staff::Staff as Person;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::paper::{self, Done};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, progress, units};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::{DateTime, Utc};
use std::sync::LazyLock;
use uuid::Uuid;

/// A survey as its clerk sees it.
pub struct Job {
    stored: Stored,
    /// What this clerk has done today.
    today: Done,
    /// Entries of this clerk that wait for a colleague.
    mine: i64,
    /// Entries of colleagues that wait for somebody such as this clerk.
    theirs: i64,
}

impl Job {
    /// The survey with its counts, if it has links in the clerk's units.
    fn find(conn: &mut Conn, person: &Person, id: Uuid, now: DateTime<Utc>) -> Result<Option<Self>> {
        let stored = match surveys::get(conn, id) {
            Ok(stored) => stored,
            Err(Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (scope, tree) = (person.scope(), units::tree(conn)?);
        let links = progress::by_unit(conn, id)?;
        if !links.iter().any(|(unit, counts)| counts.issued > 0 && scope.holds(unit, &tree)) {
            return Ok(None);
        }
        let (mut mine, mut theirs) = (0, 0);
        for (_, entries) in paper::waiting_by_unit(conn, id)?.iter().filter(|(unit, _)| scope.holds(unit, &tree)) {
            for (clerk, count) in entries {
                *if *clerk == person.id { &mut mine } else { &mut theirs } += count;
            }
        }
        let day = now.with_timezone(&stored.survey.time_zone).date_naive();
        let today = paper::today(conn, person.id, id, day)?;
        Ok(Some(Self { stored, today, mine, theirs }))
    }

    fn is_open(&self) -> bool {
        self.stored.state == SurveyState::Open
    }
}

/// The survey of that id, for that clerk. One in which the clerk has no links is as unknown as one that never
/// was.
async fn job(app: &App, staff: &Staff<Paper>, id: Uuid) -> Result<Job> {
    let (person, now) = (staff.person.clone(), app.clock.now());
    app.read(move |conn| Ok(Job::find(conn, &person, id, now)?.ok_or(Missing::PaperSurvey)?)).await
}

#[derive(Template)]
#[template(path = "staff/paper.html")]
struct HomePage {
    frame: Frame,
    jobs: Vec<Job>,
}

/// `GET /staff/paper`: the open surveys that have links in the clerk's units.
pub async fn show(app: Data<App>, staff: Staff<Paper>) -> HttpResponse {
    let (person, now) = (staff.person.clone(), app.clock.now());
    let found = app.read(move |conn| {
        let open = surveys::list(conn)?.into_iter().filter(|line| line.state == SurveyState::Open);
        let jobs = open.map(|line| Job::find(conn, &person, line.id, now)).collect::<Result<Vec<_>>>()?;
        Ok(jobs.into_iter().flatten().collect())
    });
    match found.await {
        Ok(jobs) => page(StatusCode::OK, &HomePage { frame: frame(&staff, "menu-paper"), jobs }),
        Err(error) => failed(&staff, &error),
    }
}

fn frame(staff: &Staff<Paper>, title: &str) -> Frame {
    Frame::of(staff, "menu-paper", staff.language.say(title))
}

/// What a clerk did today, in words.
fn totals(language: Language, job: &Job) -> String {
    let Done { first, second, differences, refusals } = job.today;
    language.with(
        "paper-today",
        &[("first", first), ("second", second), ("differences", differences), ("refusals", refusals)],
    )
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("paper.css", "text/css; charset=utf-8", include_str!("../../../../frontend/static/paper.css"))
});
static SCRIPT: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("paper.js", "text/javascript; charset=utf-8", include_str!("../../../../frontend/static/paper.js"))
});

/// Where the style of these pages is.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// Where their script is.
pub fn script_address() -> &'static str {
    SCRIPT.address()
}

/// `GET /staff/paper.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// `GET /staff/paper.js`
pub async fn script() -> HttpResponse {
    SCRIPT.send()
}
