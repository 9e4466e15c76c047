//! What the holder of a link can do: look, start, answer, decline, come back.
//!
//! A GET changes nothing: previews and scanners fetch links by themselves. Every act is a POST that
//! goes through the recorder, and may be sent again at any time with the same effect.

mod body;
mod page;
pub(super) mod receipts;
mod send;
mod state;
mod view;

use body::ActionBody;
pub use body::{Body, Form, LARGEST, Sheet};
pub use page::{Questionnaire, preview};
pub use send::Reader;
pub use state::problem;

use super::App;
use super::error::{Problem, WrongField};
use crate::domain::link::{Act, LinkState, Refusal};
use crate::domain::response;
use crate::domain::survey::SurveyState;
use crate::domain::token::Code;
use crate::store::links::Found;
use crate::store::recorder::{Outcome, Request};
use crate::store::surveys;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use view::LinkView;

/// A link that exists, and its code.
struct Known {
    code: Code,
    found: Found,
}

impl Known {
    async fn look_up(app: &App, text: &str) -> Result<Self, Problem> {
        let code = Code::parse(text).ok_or(Problem::UnknownLink)?;
        let hash = code.hash();
        let found = app.look(move |conn| crate::store::links::find(conn, hash)).await?;
        if found == Found::Unknown { Err(Problem::UnknownLink) } else { Ok(Self { code, found }) }
    }
}

/// `GET /s/{code}`: the page of a link, by its state.
pub async fn show(app: Data<App>, code: Path<String>, reader: Reader) -> HttpResponse {
    match show_page(&app, &code, reader).await {
        Ok(reply) => reply,
        Err(problem) => state::problem(reader, problem),
    }
}

async fn show_page(app: &App, code: &str, reader: Reader) -> Result<HttpResponse, Problem> {
    let Known { code, found } = Known::look_up(app, code).await?;
    let (id, survey_state, state) = match found {
        Found::Link { survey, survey_state, state } => (survey, survey_state, state),
        Found::Replaced(survey) => return refuse(app, reader, Refusal::Replaced, survey).await,
        Found::Unknown => return Err(Problem::UnknownLink),
    };
    let refusal = match (survey_state, state) {
        (_, LinkState::Submitted) => {
            let receipt = app.secret.receipt(&code);
            return Ok(state::submitted(reader, &receipt, &app.questionnaire(id).await?.survey));
        }
        (_, LinkState::Revoked) => Refusal::Revoked,
        (SurveyState::Draft, _) => Refusal::NotOpen,
        (SurveyState::Closed | SurveyState::Sealed, _) => Refusal::Closed,
        (SurveyState::Open, LinkState::Declined) => {
            return Ok(state::declined(reader, &app.questionnaire(id).await?.survey));
        }
        (SurveyState::Open, LinkState::Waiting | LinkState::Started) => {
            return Ok(app.questionnaire(id).await?.show(reader));
        }
    };
    refuse(app, reader, refusal, id).await
}

/// The page that says why a link of that survey cannot be answered, whom to ask and, where that is known,
/// from when on it can or since when it cannot.
async fn refuse(app: &App, reader: Reader, refusal: Refusal, survey: Uuid) -> Result<HttpResponse, Problem> {
    let stored = app.look(move |conn| surveys::get(conn, survey)).await?;
    let zone = stored.survey.time_zone;
    let day = match refusal {
        // A time that has passed without the survey opening is no promise any more.
        Refusal::NotOpen => stored.opens_at.filter(|at| *at > app.clock.now()),
        _ => stored.closed_at,
    };
    let day = day.map(|at| at.with_timezone(&zone).date_naive());
    Ok(state::refused(reader, refusal, Some(&stored.survey.contact), day))
}

/// A code typed by hand.
#[derive(Deserialize)]
pub struct Typed {
    code: Option<String>,
}

/// `GET /s`: type a code; `GET /s?code=…` leads to its page.
pub async fn type_code(typed: Result<Query<Typed>, actix_web::Error>, reader: Reader) -> HttpResponse {
    let typed = typed.ok().and_then(|typed| typed.into_inner().code).unwrap_or_default();
    match Code::parse(&typed) {
        Some(code) => to_page(&code, reader),
        None => state::type_code(reader, typed.trim()),
    }
}

/// `POST /s/{code}`: the form. Answers 303 to the page, which shows what is true now.
pub async fn submit_form(
    app: Data<App>,
    code: Path<String>,
    reader: Reader,
    request: HttpRequest,
    body: Body,
) -> HttpResponse {
    match submit_page(&app, &code, reader, &request, body).await {
        Ok(reply) => reply,
        Err(problem) => state::problem(reader, problem),
    }
}

async fn submit_page(
    app: &App,
    code: &str,
    reader: Reader,
    request: &HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let code = Code::parse(code).ok_or(Problem::UnknownLink)?;
    let form = body::form(request, body)?;
    let act = match form.action.as_deref() {
        None => Act::Submit,
        Some(action) => Act::from_name(action).ok_or(Problem::MalformedBody)?,
    };
    let sent = form.submission;
    let asked = if act == Act::Submit { Request::Submit(sent.clone()) } else { Request::Act(act) };
    let Ok(outcome) = app.recorder.record(code.hash(), asked).await.map_err(Problem::from) else {
        return Ok(state::busy(reader, act, &sent));
    };
    match outcome {
        Outcome::Invalid { survey, sent, errors } => Ok(page::incomplete(reader, &survey, &sent, &errors)),
        // What was refused is explained by the page, with what can be done about it.
        Outcome::Refused(Refusal::Declined | Refusal::Submitted, _)
        | Outcome::Recorded
        | Outcome::AlreadyRecorded
        | Outcome::Now(_) => Ok(to_page(&code, reader)),
        Outcome::Refused(refusal, survey) => refuse(app, reader, refusal, survey).await,
        // Only said to clerks.
        Outcome::Changed => Err(Problem::Busy),
        Outcome::Unknown => Err(Problem::UnknownLink),
    }
}

/// On to the page of a link.
fn to_page(code: &Code, reader: Reader) -> HttpResponse {
    let page = (LOCATION, reader.language.address(&format!("/s/{code}")));
    HttpResponse::SeeOther().insert_header(page).insert_header((CACHE_CONTROL, "no-store")).finish()
}

/// Where a link stands.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkStanding)]
pub struct Standing {
    /// `waiting`, `started`, `submitted` or `declined`.
    state: &'static str,
    /// The receipt of an answer that is recorded, the same at every retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

/// A link
///
/// For the front ends of recipients; no key is asked for, as whoever has the code may answer once. The state of the
/// link and, while it can be answered, the questionnaire; with `Prefer: return=minimal` (RFC 7240) the state alone.
/// Changes nothing.
#[utoipa::path(
    get, path = "/api/v1/links/{code}", tag = "answers", operation_id = "answers_show",
    params(
        ("code" = String, Path, description = "The code of the link, with or without hyphens"),
        ("Prefer" = Option<String>, Header, description = "`return=minimal` for the state alone"),
    ),
    responses((status = 200, body = LinkView))
)]
pub async fn show_json(app: Data<App>, code: Path<String>, request: HttpRequest) -> HttpResponse {
    let minimal = request.headers().get("prefer").is_some_and(|wish| wish == "return=minimal");
    match view::link(&app, &code, minimal).await {
        Ok(view) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(view),
        Err(problem) => problem.json(Vec::new()),
    }
}

/// Start, decline or resume
///
/// Each may be sent again with the same effect.
#[utoipa::path(
    post, path = "/api/v1/links/{code}", tag = "answers", operation_id = "answers_act",
    params(("code" = String, Path, description = "The code of the link, with or without hyphens")),
    request_body = ActionBody, responses((status = 200, body = Standing))
)]
pub async fn act_json(app: Data<App>, code: Path<String>, request: HttpRequest, body: Body) -> HttpResponse {
    let asked = body::json_action(&request, body).and_then(|action| match Act::from_name(&action) {
        Some(Act::Submit) | None => Err(Problem::MalformedBody),
        Some(act) => Ok(Request::Act(act)),
    });
    record_json(&app, &code, asked).await
}

/// Answer
///
/// The first answer of a link is recorded (201); sent again, whatever it says, it is acknowledged with the same receipt
/// (200), and the first stays.
#[utoipa::path(
    post, path = "/api/v1/links/{code}/response", tag = "answers", operation_id = "answers_submit",
    params(("code" = String, Path, description = "The code of the link, with or without hyphens")),
    request_body = Sheet,
    responses((status = 201, body = Standing), (status = 200, body = Standing))
)]
pub async fn submit_json(app: Data<App>, code: Path<String>, request: HttpRequest, body: Body) -> HttpResponse {
    let asked = body::json_submission(&request, body).map(Request::Submit);
    record_json(&app, &code, asked).await
}

async fn record_json(app: &App, code: &str, asked: Result<Request, Problem>) -> HttpResponse {
    let Some(code) = Code::parse(code) else { return Problem::UnknownLink.json(Vec::new()) };
    let outcome = match asked {
        Ok(request) => app.recorder.record(code.hash(), request).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    let standing = |state: LinkState| {
        let receipt = (state == LinkState::Submitted).then(|| app.secret.receipt(&code).to_string());
        Standing { state: state.name(), receipt }
    };
    match outcome {
        Ok(Outcome::Recorded) => reply(StatusCode::CREATED, standing(LinkState::Submitted)),
        Ok(Outcome::AlreadyRecorded) => reply(StatusCode::OK, standing(LinkState::Submitted)),
        Ok(Outcome::Now(state)) => reply(StatusCode::OK, standing(state)),
        Ok(Outcome::Invalid { errors, .. }) => Problem::InvalidAnswers.json(wrong_fields(&errors)),
        Ok(Outcome::Refused(refusal, _)) => Problem::Refused(refusal).json(Vec::new()),
        Ok(Outcome::Changed) => Problem::Busy.json(Vec::new()),
        Ok(Outcome::Unknown) => Problem::UnknownLink.json(Vec::new()),
        Err(problem) => problem.json(Vec::new()),
    }
}

fn reply(status: StatusCode, standing: Standing) -> HttpResponse {
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(standing)
}

fn wrong_fields(errors: &[response::FieldError]) -> Vec<WrongField> {
    errors.iter().map(|error| WrongField { field: error.field.clone(), code: error.problem.name() }).collect()
}
