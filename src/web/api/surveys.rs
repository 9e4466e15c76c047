//! Surveys: listed, made from a file, opened and closed.

use super::body::{Asked, Body, SurveyId};
use super::caller::{Caller, SurveysRead, SurveysWrite};
use super::fault::Fault;
use super::list::{List, Part};
use super::reply::{self, Reply};
use crate::domain::survey::{self, Format};
use crate::error::Error;
use crate::store::surveys::{self, Line, Stored};
use crate::web::{App, fresh};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A survey in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyLine {
    /// Its id.
    id: Uuid,
    /// Its title.
    title: String,
    /// The programme's year.
    year: i16,
    /// Where it stands: `draft`, `open`, `closed` or `sealed`.
    #[schema(example = "open")]
    state: &'static str,
}

impl From<Line> for SurveyLine {
    fn from(line: Line) -> Self {
        Self { id: line.id, title: line.title, year: line.year, state: line.state.name() }
    }
}

/// A survey.
#[derive(Debug, Serialize, ToSchema)]
pub struct Survey {
    /// Its id.
    id: Uuid,
    /// Where it stands: `draft`, `open`, `closed` or `sealed`.
    state: &'static str,
    /// Its title.
    title: String,
    /// Caption of its table.
    table_title: String,
    /// The programme evaluated.
    programme: String,
    /// The programme's year.
    year: u16,
    /// Who asks.
    organiser: String,
    /// Whom to call.
    contact: String,
    /// Why the survey is made.
    purpose: String,
    /// Days after closing on which roster and contacts are deleted.
    retention_days: u16,
    /// Zone of its days and hours.
    time_zone: &'static str,
    /// How ties are rounded: `half_up` or `half_even`.
    rounding: &'static str,
    /// Smallest base for which results are shown.
    disclosure_floor: u32,
    /// Who is asked: `everyone`, `strata` or `clusters`.
    design: &'static str,
    /// What the programme is measured against.
    target: Target,
    /// The options, best first.
    options: Vec<ScaleOption>,
    /// The code of “don't know”, where the survey allows it.
    dont_know: Option<String>,
    /// The questions, in order.
    questions: Vec<Question>,
    /// When it was opened.
    opened_at: Option<DateTime<Utc>>,
    /// When it closes by itself.
    closes_at: Option<DateTime<Utc>>,
    /// When it was closed.
    closed_at: Option<DateTime<Utc>>,
}

/// What a programme is measured against.
#[derive(Debug, Serialize, ToSchema)]
pub struct Target {
    /// `weighted_score`, `top2_percent` or `top1_percent`.
    measure: &'static str,
    /// The least it has to be, as a decimal.
    value: String,
}

/// An option of the scale.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScaleOption {
    /// What a submission sends.
    code: String,
    /// What a person reads.
    label: String,
    /// 分值系数 in per mille.
    weight_per_mille: u16,
    /// Whether an evaluator stands for the weight.
    confirmed: bool,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    /// Its number, from 1.
    no: usize,
    /// The official wording.
    text: String,
    /// The same in easy words.
    easy: Option<String>,
    /// Its weight among the questions.
    weight: u16,
    /// Whether a form without an answer to it is refused.
    required: bool,
}

impl From<Stored> for Survey {
    fn from(stored: Stored) -> Self {
        let Stored { id, state, survey, opened_at, closes_at, closed_at, .. } = stored;
        let option = |option: survey::ScaleOption| ScaleOption {
            code: option.code,
            label: option.label,
            weight_per_mille: option.weight,
            confirmed: option.confirmed,
        };
        let question = |(index, asked): (usize, survey::Question)| Question {
            no: index + 1,
            text: asked.text,
            easy: asked.easy,
            weight: asked.weight,
            required: asked.required,
        };
        Self {
            id,
            state: state.name(),
            title: survey.title,
            table_title: survey.table_title,
            programme: survey.programme,
            year: survey.year,
            organiser: survey.organiser,
            contact: survey.contact,
            purpose: survey.purpose,
            retention_days: survey.retention_days,
            time_zone: survey.time_zone.name(),
            rounding: survey.rounding.name(),
            disclosure_floor: survey.disclosure_floor,
            design: survey.design.name(),
            target: Target { measure: survey.target.measure.name(), value: survey.target.value.to_string() },
            options: survey.scale.options.into_iter().map(option).collect(),
            dont_know: survey.scale.dont_know.map(|option| option.code),
            questions: survey.questions.into_iter().enumerate().map(question).collect(),
            opened_at,
            closes_at,
            closed_at,
        }
    }
}

/// Surveys, newest first
#[utoipa::path(get, path = "/api/v1/surveys", tag = "surveys", params(Part), responses((status = 200, body = List<SurveyLine>)))]
pub async fn list(app: Data<App>, _caller: Caller<SurveysRead>, part: Asked<Part>, request: HttpRequest) -> Reply {
    let (limit, after) = (part.0.limit()?, part.0.after_key()?);
    let lines = app.read(move |conn| surveys::after(conn, after, limit + 1)).await?;
    let lines = lines.into_iter().map(SurveyLine::from).collect();
    reply::json(&request, &List::of(lines, limit, |line| line.id.to_string()))
}

/// Make a survey
///
/// The body is a survey file, in TOML or JSON; the desk has an example of it where a survey is made. It becomes a draft.
#[utoipa::path(
    post, path = "/api/v1/surveys", tag = "surveys",
    request_body(content((serde_json::Value = "application/json"), (String = "application/toml"))),
    responses((status = 201, body = Survey))
)]
pub async fn create(app: Data<App>, caller: Caller<SurveysWrite>, body: Body) -> Reply {
    let format = match body.kind() {
        "application/json" => Format::Json,
        "application/toml" => Format::Toml,
        _ => return Err(Fault::media_type("application/toml or application/json")),
    };
    let survey = survey::read(body.text()?, format).map_err(Error::from)?;
    let (id, salt) = (fresh::id()?, fresh::bytes()?);
    let made = app.write("make survey", Some(caller.key.id), move |conn, actor| {
        surveys::insert(conn, actor, id, &survey, salt)?;
        surveys::get(conn, id)
    });
    let made = Survey::from(made.await?);
    reply::created(&format!("/api/v1/surveys/{id}"), &made)
}

/// A survey
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}", tag = "surveys",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 200, body = Survey))
)]
pub async fn show(app: Data<App>, _caller: Caller<SurveysRead>, id: SurveyId, request: HttpRequest) -> Reply {
    let stored = app.read(move |conn| surveys::get(conn, id.0)).await?;
    reply::json(&request, &Survey::from(stored))
}

/// How a survey is opened.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Stand for the weights that nobody has confirmed yet.
    #[serde(default)]
    confirm_weights: bool,
}

/// Open a survey
///
/// From here on everything about it is frozen and its links can be answered.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/open", tag = "surveys",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Option<Opening>, responses((status = 200, body = Survey))
)]
pub async fn open(app: Data<App>, caller: Caller<SurveysWrite>, id: SurveyId, body: Body) -> Reply {
    let Opening { confirm_weights } = body.json_or_default()?;
    let opened = app.write("open survey", Some(caller.key.id), move |conn, actor| {
        if confirm_weights {
            surveys::confirm_weights(conn, actor, id.0, None)?;
        }
        surveys::open(conn, actor, id.0)?;
        surveys::get(conn, id.0)
    });
    reply::done(StatusCode::OK, &Survey::from(opened.await?))
}

/// Close a survey
///
/// No answer lands after it.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/close", tag = "surveys",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 200, body = Survey))
)]
pub async fn close(app: Data<App>, caller: Caller<SurveysWrite>, id: SurveyId) -> Reply {
    app.close_survey(id.0, caller.key.id).await?;
    let closed = app.read(move |conn| surveys::get(conn, id.0)).await?;
    reply::done(StatusCode::OK, &Survey::from(closed))
}
