//! Releases: made, listed, given as document and files; units whose responses are not counted; the rows.

use super::body::{Asked, Body, SurveyId};
use super::caller::{Caller, ResultsRead, ResultsRelease};
use super::fault::Fault;
use super::list::{List, Part};
use super::reply::{self, Octets, Reply};
use crate::domain::obstacle::Missing;
use crate::domain::release::{Release, Voided};
use crate::store::links::LONGEST_REASON;
use crate::store::releases::Made;
use crate::store::{released, releases, surveys, voids};
use crate::web::App;
use crate::web::results::Form;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which release.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The number of a release, from 1; without it, the latest.
    number: Option<i32>,
}

/// A release in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleaseLine {
    /// Its number among the releases of the survey, from 1.
    number: i32,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// SHA-256 of its document, in hex.
    sha256: String,
}

/// Releases, the latest first
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/releases", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id"), Part),
    responses((status = 200, body = List<ReleaseLine>))
)]
pub async fn list(
    app: Data<App>,
    _caller: Caller<ResultsRead>,
    id: SurveyId,
    part: Asked<Part>,
    request: HttpRequest,
) -> Reply {
    let (limit, before) = (part.0.limit()?, part.0.after_key()?);
    let lines = app.read(move |conn| {
        surveys::get(conn, id.0)?;
        released::page(conn, id.0, before, limit + 1)
    });
    let line = |line: released::Line| ReleaseLine {
        number: line.number,
        made_at: line.made_at.and_utc(),
        sha256: line.sha256,
    };
    let lines = lines.await?.into_iter().map(line).collect();
    reply::json(&request, &List::of(lines, limit, |line| line.number.to_string()))
}

/// A release
///
/// The document as it was made, byte for byte: RFC 8785 JSON, and `sha256` is that of the same without this field. It
/// never changes. Every figure is text, as it is printed.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/release", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id"), Which),
    responses((status = 200, body = Release))
)]
pub async fn show(
    app: Data<App>,
    _caller: Caller<ResultsRead>,
    id: SurveyId,
    which: Asked<Which>,
    request: HttpRequest,
) -> Reply {
    let kept = app.read(move |conn| {
        surveys::get(conn, id.0)?;
        Ok(releases::get(conn, id.0, which.0.number)?.ok_or(Missing::Release)?)
    });
    Ok(reply::document(&request, kept.await?.document))
}

/// Make the release
///
/// Of a closed survey. Where the latest release leaves out the same units nothing is made, and that one is the reply.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/release", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 201, body = Release, description = "Made now"), (status = 200, body = Release, description = "It stood already"))
)]
pub async fn make(app: Data<App>, caller: Caller<ResultsRelease>, id: SurveyId) -> Reply {
    let Made { kept, new } = app.make_release(id.0, caller.key.id).await?;
    let address = format!("/api/v1/surveys/{}/release?number={}", id.0, kept.number);
    Ok(reply::made(new, &address, kept.document))
}

/// A release as CSV
///
/// A line a figure, in UTF-8 with a byte order mark.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/release.csv", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id"), Which),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn csv(
    app: Data<App>,
    _caller: Caller<ResultsRead>,
    id: SurveyId,
    which: Asked<Which>,
    request: HttpRequest,
) -> Reply {
    file(&app, id, which.0, &request, Form::Csv).await
}

/// A release as a workbook
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/release.xlsx", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id"), Which),
    responses((
        status = 200, body = Octets,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ))
)]
pub async fn xlsx(
    app: Data<App>,
    _caller: Caller<ResultsRead>,
    id: SurveyId,
    which: Asked<Which>,
    request: HttpRequest,
) -> Reply {
    file(&app, id, which.0, &request, Form::Xlsx).await
}

/// A release as a report
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/release.docx", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id"), Which),
    responses((
        status = 200, body = Octets,
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ))
)]
pub async fn docx(
    app: Data<App>,
    _caller: Caller<ResultsRead>,
    id: SurveyId,
    which: Asked<Which>,
    request: HttpRequest,
) -> Reply {
    file(&app, id, which.0, &request, Form::Docx).await
}

async fn file(app: &App, id: SurveyId, which: Which, request: &HttpRequest, form: Form) -> Reply {
    Ok(reply::file(request, app.release_file(id.0, which.number, form).await?))
}

/// A unit, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// The code of the unit. Units below it stay as they are.
    unit: String,
    /// Why; the audit log keeps it, and the release tells it of a unit that is left out.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// The units that are left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// The units whose responses are not counted, by code.
    voided: Vec<Voided>,
}

/// Leave out the responses of a unit
///
/// The next release does not count them. They stay where they are. Of a closed survey, and not after its rows have
/// left the program.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/void", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Switch, responses((status = 200, body = LeftOut))
)]
pub async fn void(app: Data<App>, caller: Caller<ResultsRelease>, id: SurveyId, body: Body) -> Reply {
    switch(&app, caller, id, body.json()?, true).await
}

/// Count the responses of a unit again
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/restore", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Switch, responses((status = 200, body = LeftOut))
)]
pub async fn restore(app: Data<App>, caller: Caller<ResultsRelease>, id: SurveyId, body: Body) -> Reply {
    switch(&app, caller, id, body.json()?, false).await
}

async fn switch(app: &App, caller: Caller<ResultsRelease>, id: SurveyId, asked: Switch, voids: bool) -> Reply {
    let Switch { unit, reason } = asked;
    let reason = checked(&reason)?;
    let changed = app.write("void", Some(caller.key.id), move |conn, actor| {
        match voids {
            true => voids::void(conn, actor, id.0, &unit, &reason)?,
            false => voids::restore(conn, actor, id.0, &unit, &reason)?,
        }
        voids::of(conn, id.0)
    });
    reply::done(StatusCode::OK, &LeftOut { voided: changed.await? })
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// Why the rows are needed; the audit log keeps it.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Take out the responses as rows
///
/// A ZIP with the responses of the latest release without names, as CSV with a code book and a syntax file for SPSS
/// and PSPP. From then on nothing of the survey can be voided, restored or released again.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/rows", tag = "results",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Why, responses((status = 200, body = Octets, content_type = "application/zip"))
)]
pub async fn rows(app: Data<App>, caller: Caller<ResultsRelease>, id: SurveyId, body: Body) -> Reply {
    let reason = checked(&body.json::<Why>()?.reason)?;
    Ok(reply::once(app.rows_file(id.0, caller.key.id, reason).await?))
}

/// A reason without what surrounds it.
fn checked(reason: &str) -> Result<String, Fault> {
    let reason = reason.trim();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(Fault::wrong("reason", format!("Say why, in 1 to {LONGEST_REASON} characters on one line.")));
    }
    Ok(reason.to_owned())
}
