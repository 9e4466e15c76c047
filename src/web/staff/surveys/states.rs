//! What moves a survey on: confirming its weights, opening it, closing it. Each is a page that says what will
//! happen, with one button that names it.

use super::super::auth::{Form, Staff, Surveys};
use super::super::page::{Frame, page, see};
use super::super::place::Place;
use super::super::refuse::failed;
use super::{OptionLine, frame, moment, options, stored};
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::{Survey, SurveyState, weights_mark};
use crate::error::{Error, Result};
use crate::store::paper;
use crate::store::progress::{self, Counts};
use crate::store::surveys::{self, Stored};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/survey_weights.html")]
struct WeightsPage {
    frame: Frame,
    place: Place,
    options: Vec<OptionLine>,
    draft: bool,
    /// The weights that are on the page: only these are confirmed.
    seen: String,
}

/// `GET /staff/surveys/{id}/weights`
pub async fn weights(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>) -> HttpResponse {
    weights_page(&app, &staff, *id, None).await
}

async fn weights_page(app: &App, staff: &Staff<Surveys>, id: Uuid, alert: Option<String>) -> HttpResponse {
    let stored = match stored(app, id).await {
        Ok(stored) => stored,
        Err(error) => return failed(staff, &error),
    };
    let (status, frame) = answer(frame(staff, "weights-confirm"), alert);
    let view = WeightsPage {
        frame,
        place: Place::of(staff.language, &stored, "step-design"),
        options: options(&stored.survey),
        draft: stored.state == SurveyState::Draft,
        seen: weights_mark(&stored.survey),
    };
    page(status, &view)
}

fn answer(frame: Frame, alert: Option<String>) -> (StatusCode, Frame) {
    match alert {
        Some(words) => (StatusCode::CONFLICT, frame.alert(words)),
        None => (StatusCode::OK, frame),
    }
}

/// `POST /staff/surveys/{id}/weights`: confirms the weights that were shown.
pub async fn confirm(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, seen) = (*id, form.text("seen").to_owned());
    let confirmed = app.write("confirm weights", Some(staff.person.id), move |conn, actor| {
        surveys::confirm_weights(conn, actor, id, Some(&seen))
    });
    match confirmed.await {
        Ok(()) => see(&format!("/staff/surveys/{id}?done=confirmed")),
        Err(Error::Refused(Obstacle::ChangedMeanwhile)) => {
            weights_page(&app, &staff, id, Some(staff.language.say("weights-other"))).await
        }
        Err(Error::Refused(_)) => weights_page(&app, &staff, id, Some(staff.language.say("frozen-text"))).await,
        Err(error) => failed(&staff, &error),
    }
}

#[derive(Template)]
#[template(path = "staff/survey_open.html")]
struct OpenPage {
    frame: Frame,
    place: Place,
    survey: Survey,
    links: Counts,
    draft: bool,
    unconfirmed: bool,
    /// Whether it should be closed by now.
    over: bool,
    closes: Option<String>,
}

async fn with_links(app: &App, id: Uuid) -> Result<(Stored, Counts)> {
    app.read(move |conn| Ok((surveys::get(conn, id)?, progress::total(conn, id)?))).await
}

/// `GET /staff/surveys/{id}/open`
pub async fn opening(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>) -> HttpResponse {
    opening_page(&app, &staff, *id, None).await
}

async fn opening_page(app: &App, staff: &Staff<Surveys>, id: Uuid, alert: Option<String>) -> HttpResponse {
    let (stored, links) = match with_links(app, id).await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let (status, frame) = answer(frame(staff, "survey-open"), alert);
    let zone = stored.survey.time_zone;
    let view = OpenPage {
        frame,
        place: Place::of(staff.language, &stored, "step-design"),
        links,
        draft: stored.state == SurveyState::Draft,
        unconfirmed: !stored.survey.unconfirmed().is_empty(),
        over: stored.closes_at.is_some_and(|at| at <= app.clock.now()),
        closes: stored.closes_at.map(|at| moment(staff.language, at, zone)),
        survey: stored.survey,
    };
    page(status, &view)
}

/// `POST /staff/surveys/{id}/open`
pub async fn open(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    let id = *id;
    let opened = app.write("open survey", Some(staff.person.id), move |conn, actor| surveys::open(conn, actor, id));
    match opened.await {
        Ok(()) => see(&format!("/staff/surveys/{id}?done=opened")),
        Err(Error::Refused(_)) => opening_page(&app, &staff, id, Some(staff.language.say("not-opened"))).await,
        Err(error) => failed(&staff, &error),
    }
}

#[derive(Template)]
#[template(path = "staff/survey_close.html")]
struct ClosePage {
    frame: Frame,
    place: Place,
    links: Counts,
    /// Links that nobody can answer any more afterwards.
    waiting: i64,
    /// Paper forms that are erased.
    forms: i64,
    days: u16,
    open: bool,
}

/// `GET /staff/surveys/{id}/close`
pub async fn closing(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>) -> HttpResponse {
    closing_page(&app, &staff, *id, None).await
}

async fn closing_page(app: &App, staff: &Staff<Surveys>, id: Uuid, alert: Option<String>) -> HttpResponse {
    let found =
        app.read(move |conn| Ok((surveys::get(conn, id)?, progress::total(conn, id)?, paper::count(conn, id)?)));
    let (stored, links, forms) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let (status, frame) = answer(frame(staff, "survey-close"), alert);
    let view = ClosePage {
        frame,
        place: Place::of(staff.language, &stored, "step-design"),
        links,
        waiting: links.waiting + links.started,
        forms,
        days: stored.survey.retention_days,
        open: stored.state == SurveyState::Open,
    };
    page(status, &view)
}

/// `POST /staff/surveys/{id}/close`
pub async fn close(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    let id = *id;
    match app.close_survey(id, staff.person.id).await {
        Ok(()) => see(&format!("/staff/surveys/{id}?done=closed")),
        Err(Error::Refused(_)) => closing_page(&app, &staff, id, Some(staff.language.say("not-closed"))).await,
        Err(error) => failed(&staff, &error),
    }
}
