//! Scorecards: made from files, filled in indicator by indicator, given as document, table and file.

use super::body::{Asked, Body, Place};
use super::caller::{Caller, ScorecardsRead, ScorecardsWrite};
use super::fault::Fault;
use super::list::{List, Part};
use super::long::apart;
use super::reply::{self, Reply};
use crate::domain::key::Scope;
use crate::domain::scorecard::{self, Entry, FIGURE_PLACES, File, Kind, POINT_PLACES, Scored};
use crate::domain::survey::{Format, Measure};
use crate::error::{Error, Result};
use crate::export::scorecard::table;
use crate::store::Conn;
use crate::store::scorecards::{self, Entering, Kept, Listed};
use crate::web::{App, fresh};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Bytes of the largest scorecard: 5 000 indicators with their reasons.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// A scorecard in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorecardLine {
    /// Its id.
    id: Uuid,
    /// Its title.
    title: String,
    /// The programme evaluated.
    programme: String,
    /// The programme's year.
    year: i16,
    /// The unit that is evaluated, by name.
    unit: String,
    /// The number of its latest version.
    version: i32,
    /// When that was saved.
    saved_at: DateTime<Utc>,
    /// How many indicators it has.
    indicators: i32,
    /// How many of them are not filled in; without score and grade while there are any.
    lacking: i32,
    /// Its score.
    score: Option<String>,
    /// Its grade.
    grade: Option<String>,
}

impl From<Listed> for ScorecardLine {
    fn from(listed: Listed) -> Self {
        let Listed { id, title, programme, year, unit, version, saved_at, indicators, lacking, score, grade } = listed;
        Self { id, title, programme, year, unit, version, saved_at, indicators, lacking, score, grade }
    }
}

/// Which scorecards.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Of this programme only.
    programme: Option<String>,
    /// Of this year only.
    year: Option<i16>,
    /// How many lines, 1 to 1000; 100 unless given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u16>,
    /// Where the part begins: `next` of the part before.
    cursor: Option<String>,
}

/// Scorecards, the latest year first
#[utoipa::path(get, path = "/api/v1/scorecards", tag = "scorecards", params(Which), responses((status = 200, body = List<ScorecardLine>)))]
pub async fn list(app: Data<App>, _caller: Caller<ScorecardsRead>, which: Asked<Which>, request: HttpRequest) -> Reply {
    let Which { programme, year, limit, cursor } = which.0;
    let part = Part { limit, cursor };
    let (limit, after) = (part.limit()?, part.after_key::<Uuid>()?);
    let mut all = app.read(scorecards::list).await?.into_iter();
    if let Some(after) = after {
        all.by_ref().find(|one| one.id == after);
    }
    let wanted = all.filter(|one| programme.as_ref().is_none_or(|programme| one.programme == *programme));
    let wanted = wanted.filter(|one| year.is_none_or(|year| one.year == year));
    reply::json(&request, &List::of(wanted.map(ScorecardLine::from).collect(), limit, |line| line.id.to_string()))
}

/// Reads a scorecard file, apart from the threads that serve: a large one takes its time.
async fn file(body: Body, caller: &Caller<ScorecardsWrite>) -> Result<File, Fault> {
    let format = match body.kind() {
        "application/json" => Format::Json,
        "application/toml" => Format::Toml,
        _ => return Err(Fault::media_type("application/toml or application/json")),
    };
    let file = apart(move || Ok(scorecard::read(body.text()?, format).map_err(Error::from)?)).await?;
    if !file.wanted.is_empty() {
        caller.needs(Scope::ResultsRead)?;
    }
    Ok(file)
}

/// Make a scorecard
///
/// The body is a scorecard file in TOML or JSON (`docs/scorecard.md`). Weights have to add up; what is wrong is told
/// with its row.
#[utoipa::path(
    post, path = "/api/v1/scorecards", tag = "scorecards",
    request_body(content((serde_json::Value = "application/json"), (String = "application/toml"))),
    responses((status = 201, body = Scored))
)]
pub async fn create(app: Data<App>, caller: Caller<ScorecardsWrite>, body: Body) -> Reply {
    let (file, id) = (file(body, &caller).await?, fresh::id()?);
    let made = app
        .write("add scorecard", Some(caller.key.id), move |conn, actor| scorecards::add(conn, actor, id, file.clone()));
    reply::created(&format!("/api/v1/scorecards/{id}"), &made.await?.scored()?)
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Version {
    /// The number of a version, from 1; without it, the latest. A change is refused where this is not the latest.
    pub version: Option<i32>,
}

/// The version of that number, or the latest.
pub fn kept(conn: &mut Conn, id: Uuid, version: Option<i32>) -> Result<Kept> {
    match version {
        Some(number) => scorecards::version(conn, id, number),
        None => scorecards::get(conn, id),
    }
}

/// A scorecard with all its figures
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    responses((status = 200, body = Scored))
)]
pub async fn show(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    request: HttpRequest,
) -> Reply {
    let kept = app.read(move |conn| kept(conn, id.0, asked.0.version)).await?;
    Ok(reply::document(&request, kept.document))
}

/// Replace a scorecard by a file
///
/// What the file does not give, such as actual values and scores of indicators that it has, stays as it is.
#[utoipa::path(
    put, path = "/api/v1/scorecards/{scorecard}", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    request_body(content((serde_json::Value = "application/json"), (String = "application/toml"))),
    responses((status = 200, body = Scored))
)]
pub async fn replace(
    app: Data<App>,
    caller: Caller<ScorecardsWrite>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    body: Body,
) -> Reply {
    let (file, seen) = (file(body, &caller).await?, asked.0.version);
    let made = app.write("import scorecard", Some(caller.key.id), move |conn, actor| {
        scorecards::import(conn, actor, id.0, seen, file.clone())
    });
    reply::done(StatusCode::OK, &made.await?.scored()?)
}

/// What is entered for an indicator: one of `actual`, `score` and `release`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    /// The actual value of a quantitative indicator, as a decimal.
    #[schema(example = "2979")]
    actual: Option<String>,
    /// The score of a qualitative indicator, as a decimal; it needs a reason.
    score: Option<String>,
    /// The release of a satisfaction indicator.
    release: Option<Binding>,
    /// Why. What is not given stays as it is.
    reason: Option<String>,
    /// Where the evidence is. What is not given stays as it is.
    evidence: Option<String>,
}

/// The figure of a release.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The survey.
    survey: Uuid,
    /// The number of its release; the latest unless given.
    number: Option<i32>,
    /// The measure: `weighted_score`, `top2_percent` or `top1_percent`; as it is unless given.
    measure: Option<String>,
    /// What it is to reach, as a decimal; as it is unless given.
    target: Option<String>,
}

/// What an entry says, read.
#[derive(Clone)]
enum Said {
    Actual(Decimal),
    Score(Decimal),
    Release { survey: Uuid, number: Option<i32>, measure: Option<Measure>, target: Option<Decimal> },
}

fn decimal(field: &str, text: &str, places: u32) -> Result<Decimal, Fault> {
    scorecard::amount(text, places).map_err(|mistake| Fault::wrong(field, mistake.to_string()))
}

impl Entered {
    fn said(&self) -> Result<Said, Fault> {
        match (&self.actual, &self.score, &self.release) {
            (Some(actual), None, None) => Ok(Said::Actual(decimal("actual", actual, FIGURE_PLACES)?)),
            (None, Some(score), None) => Ok(Said::Score(decimal("score", score, POINT_PLACES)?)),
            (None, None, Some(release)) => {
                let known = |name: &String| {
                    let unknown = || Fault::wrong("measure", "use weighted_score, top2_percent or top1_percent");
                    Measure::from_name(name).ok_or_else(unknown)
                };
                Ok(Said::Release {
                    survey: release.survey,
                    number: release.number,
                    measure: release.measure.as_ref().map(known).transpose()?,
                    target: release.target.as_ref().map(|text| decimal("target", text, FIGURE_PLACES)).transpose()?,
                })
            }
            _ => Err(Fault::wrong("body", "give one of actual, score and release")),
        }
    }
}

impl Said {
    /// The entry; for a release with its figure, and with what the indicator has where nothing else is said.
    fn entry(self, conn: &mut Conn, id: Uuid, code: &str) -> Result<Entry> {
        let (survey, number, measure, target) = match self {
            Self::Actual(actual) => return Ok(Entry::Actual(Some(actual))),
            Self::Score(score) => return Ok(Entry::Score(Some(score))),
            Self::Release { survey, number, measure, target } => (survey, number, measure, target),
        };
        let card = scorecards::get(conn, id)?.card()?;
        let now = card.get(code).and_then(|indicator| match &indicator.kind {
            Kind::Satisfaction(now) => Some((now.measure, now.target)),
            _ => None,
        });
        let measure = measure.or(now.map(|now| now.0)).unwrap_or(Measure::WeightedScore);
        let target = target.or(now.map(|now| now.1)).unwrap_or_default();
        Ok(Entry::Release { measure, target, bound: Some(scorecards::bound(conn, survey, number, measure)?) })
    }
}

/// Fill an indicator in
///
/// A release is frozen with its digest: the scorecard does not change when there is a newer one. Binding one tells its
/// figure, so it needs the scope `results:read`, too; so does a file that binds one.
#[utoipa::path(
    patch, path = "/api/v1/scorecards/{scorecard}/indicators/{code}", tag = "scorecards",
    params(
        ("scorecard" = Uuid, Path, description = "The scorecard's id"),
        ("code" = String, Path, description = "The indicator's code"),
        Version
    ),
    request_body = Entered, responses((status = 200, body = Scored))
)]
pub async fn enter(
    app: Data<App>,
    caller: Caller<ScorecardsWrite>,
    place: Place<(Uuid, String)>,
    asked: Asked<Version>,
    body: Body,
) -> Reply {
    let (id, code) = place.0;
    let entered = body.json::<Entered>()?;
    let (said, seen) = (entered.said()?, asked.0.version);
    if matches!(said, Said::Release { .. }) {
        caller.needs(Scope::ResultsRead)?;
    }
    let made = app.write("enter indicator", Some(caller.key.id), move |conn, actor| {
        let entry = said.clone().entry(conn, id, &code)?;
        let (reason, evidence) = (entered.reason.clone(), entered.evidence.clone());
        scorecards::enter(conn, actor, id, seen, Entering { code: code.clone(), entry, reason, evidence })
    });
    reply::done(StatusCode::OK, &made.await?.scored()?)
}

/// A row of 项目绩效指标体系得分情况.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScorecardRow)]
pub struct Row {
    /// 项目: code and name of a first-level indicator, or 合计.
    name: String,
    /// 权重分
    weight: String,
    /// 得分; `—` where something is lacking.
    score: String,
    /// 扣分
    deduction: String,
    /// 得分率, with its sign.
    rate: String,
}

/// 项目绩效指标体系得分情况, as the report prints it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScorecardTable)]
pub struct Table {
    /// The rows, 合计 last.
    rows: Vec<Row>,
    /// The grade; `null` where something is lacking.
    grade: Option<String>,
    /// SHA-256 of the version it is of.
    sha256: String,
}

/// The report's table
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/table", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    responses((status = 200, body = Table))
)]
pub async fn table(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    request: HttpRequest,
) -> Reply {
    let scored = app.read(move |conn| kept(conn, id.0, asked.0.version)?.scored()).await?;
    let row = |[name, weight, score, deduction, rate]: [String; 5]| Row { name, weight, score, deduction, rate };
    let rows = table::summary(&scored).into_iter().map(row).collect();
    reply::json(&request, &Table { rows, grade: scored.total.map(|total| total.grade), sha256: scored.sha256 })
}
