//! What came of a survey: its release as a page, as files, and beside that of another survey.
//!
//! Pages lay a release out and compute no figure; where something stands in a drawing follows from the figures.

mod bars;
mod compare;
mod drawing;
mod files;
mod groups;
mod names;
mod page;
mod sentences;
mod whiskers;

pub use compare::compare;
pub use files::{csv, docx, json, send, xlsx};
pub use names::shown;
pub use page::{style, style_address};

use super::auth::{Form, Results, Staff};
use super::page::{Frame, see, written};
use super::place::Place;
use super::refuse::failed;
use super::sheets::Asked;
use crate::domain::obstacle::Missing;
use crate::domain::release::Voided;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::progress::{self, Counts};
use crate::store::released::{self, Released};
use crate::store::releases::{self, Kept};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, responses, rows, voids};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// `GET /staff/surveys/{id}/results`: the latest release, or the one of that `number`.
pub async fn show(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let done = match asked.text("done") {
        Some("made") => Some(staff.language.say("results-made")),
        _ => None,
    };
    let frame = Frame::of(&staff, "menu-surveys", staff.language.say("step-results")).done(done);
    answer(&app, &staff, *id, &asked, StatusCode::OK, frame).await
}

/// `POST /staff/surveys/{id}/results`: makes a release, where there is none that says the same.
pub async fn make(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    let id = *id;
    match app.make_release(id, staff.person.id).await {
        Ok(_) => see(&format!("/staff/surveys/{id}/results?done=made")),
        Err(error @ Error::Refused(_)) => {
            let frame = Frame::of(&staff, "menu-surveys", staff.language.say("step-results"));
            let frame = frame.alert(staff.language.explain(&error));
            answer(&app, &staff, id, &Asked::default(), StatusCode::CONFLICT, frame).await
        }
        Err(error) => failed(&staff, &error),
    }
}

async fn answer(
    app: &App,
    staff: &Staff<Results>,
    id: Uuid,
    asked: &Asked,
    status: StatusCode,
    frame: Frame,
) -> HttpResponse {
    let asked = asked.clone();
    // A release of many units is long to read and to write: not on a thread that answers phones.
    let page = app.read(move |conn| {
        let found = Found::read(conn, id, asked.text("number"))?;
        Ok(match found.kept.as_ref().map(Kept::release).transpose()? {
            Some(release) => page::ResultsPage::new(frame, found, release, &asked).render(),
            None => found.nothing_yet(frame).render(),
        })
    });
    match page.await {
        Ok(page) => written(status, page),
        Err(error) => failed(staff, &error),
    }
}

/// The number of a release that an address names; none where the latest is asked for.
fn number(asked: Option<&str>) -> Result<Option<i32>> {
    let asked = asked.filter(|number| !number.is_empty());
    asked.map(|number| number.parse().map_err(|_| Missing::Release.into())).transpose()
}

/// The release of a survey that an address names; the latest where it names none.
fn asked_for(conn: &mut Conn, id: Uuid, asked: Option<&str>) -> Result<Option<Kept>> {
    match number(asked)? {
        None => releases::latest(conn, id),
        Some(number) => releases::get(conn, id, Some(number))?.map(Some).ok_or_else(|| Missing::Release.into()),
    }
}

/// What a page of results is made from.
struct Found {
    stored: Stored,
    links: Counts,
    /// Forms that would count, where nothing is released yet.
    valid: i64,
    /// The release that is shown.
    kept: Option<Kept>,
    /// All releases, the last one first.
    numbers: Vec<(i32, DateTime<Utc>)>,
    /// Whether a further release would say something else.
    changed: bool,
    /// Why it cannot be made.
    refused: Option<Error>,
    /// Other surveys that can be compared, with the number of the latest release.
    others: Vec<(Released, i32)>,
}

impl Found {
    fn read(conn: &mut Conn, id: Uuid, number: Option<&str>) -> Result<Self> {
        let (stored, links) = (surveys::get(conn, id)?, progress::total(conn, id)?);
        let none = Self {
            stored,
            links,
            valid: 0,
            kept: None,
            numbers: Vec::new(),
            changed: false,
            refused: None,
            others: Vec::new(),
        };
        if !is_over(none.stored.state) {
            return Ok(none);
        }
        let (kept, numbers) = (asked_for(conn, id, number)?, released::numbers(conn, id)?);
        if kept.is_none() {
            return Ok(Self { valid: valid(conn, id)?, ..none });
        }
        let Some(latest) = releases::latest(conn, id)?.map(|latest| latest.release()).transpose()? else {
            return Ok(Self { kept, numbers, ..none });
        };
        let voided = voids::of(conn, id)?;
        let changed = none.stored.state == SurveyState::Closed && latest.voided != voided;
        let refused = if changed { refused(conn, id, &voided)? } else { None };
        let others = compare::others(conn, id, &latest)?;
        Ok(Self { kept, numbers, changed, refused, others, ..none })
    }

    fn nothing_yet(self, frame: Frame) -> NothingPage {
        NothingPage {
            place: Place::of(frame.language, &self.stored, "step-results"),
            closed: is_over(self.stored.state),
            links: self.links,
            valid: self.valid,
            frame,
        }
    }
}

/// Why no further release can be made that leaves these units out.
fn refused(conn: &mut Conn, id: Uuid, voided: &[Voided]) -> Result<Option<Error>> {
    match rows::are_in(conn, id).and_then(|()| releases::check(conn, id, voided)) {
        Ok(()) => Ok(None),
        Err(error @ Error::Refused(_)) => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

/// Forms that count as things stand.
fn valid(conn: &mut Conn, id: Uuid) -> Result<i64> {
    let voided = voids::of(conn, id)?;
    let by_unit = responses::by_unit(conn, id)?;
    let counted = by_unit.iter().filter(|(code, _)| !voided.iter().any(|one| one.unit == **code));
    Ok(counted.map(|(_, forms)| forms).sum())
}

const fn is_over(state: SurveyState) -> bool {
    matches!(state, SurveyState::Closed | SurveyState::Sealed)
}

#[derive(Template)]
#[template(path = "staff/results_none.html")]
struct NothingPage {
    frame: Frame,
    place: Place,
    closed: bool,
    links: Counts,
    valid: i64,
}
