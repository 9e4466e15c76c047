//! Scorecards as files, their versions, and what is different between two.

use super::body::{Asked, Place};
use super::caller::{Caller, ScorecardsRead};
use super::list::List;
use super::reply::{self, Reply};
use super::scorecards::{Version, kept};
use crate::domain::scorecard::{Difference, Scored};
use crate::error::Result;
use crate::export::scorecard::{book, csv, docx};
use crate::store::scorecards;
use crate::web::App;
use crate::web::results::{File, attachment};
use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Writes a scorecard.
type Write = fn(&Scored) -> Result<Vec<u8>>;

async fn file(
    app: &App,
    id: Uuid,
    version: Option<i32>,
    request: &HttpRequest,
    as_what: (&'static str, &'static str, Write),
) -> Reply {
    let (kind, ending, write) = as_what;
    let one = app.permit(&app.exporting).await?;
    let written = app.wait(move |db| {
        let _one = one;
        let scored = db.read(|conn| kept(conn, id, version)?.scored())?;
        let name = attachment(&scored.title, "scorecard", scored.version, ending);
        Ok(File { name, kind, bytes: write(&scored)? })
    });
    Ok(reply::file(request, written.await?))
}

/// All indicators as CSV, to be edited and imported again
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/file.csv", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    responses((status = 200, body = String, content_type = "text/csv; charset=utf-8"))
)]
pub async fn as_csv(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    request: HttpRequest,
) -> Reply {
    let write: Write = |scored| Ok(csv::scorecard(scored)?.into_bytes());
    file(&app, id.0, asked.0.version, &request, ("text/csv; charset=utf-8", "csv", write)).await
}

/// The kind of a workbook.
const BOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The indicators and the report's table as a workbook
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/file.xlsx", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    responses((
        status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ))
)]
pub async fn as_xlsx(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    request: HttpRequest,
) -> Reply {
    let write: Write = |scored| Ok(book::scorecard(scored)?);
    file(&app, id.0, asked.0.version, &request, (BOOK, "xlsx", write)).await
}

/// The kind of a Word file.
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The report's table and an attachment with all indicators as a Word file
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/file.docx", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Version),
    responses((
        status = 200, body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ))
)]
pub async fn as_docx(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Version>,
    request: HttpRequest,
) -> Reply {
    let write: Write = |scored| Ok(docx::scorecard(scored)?);
    file(&app, id.0, asked.0.version, &request, (WORD, "docx", write)).await
}

/// A version of a scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionLine {
    /// Its number, from 1.
    number: i32,
    /// When it was saved.
    made_at: DateTime<Utc>,
    /// The account or key that saved it; `null` for the command line.
    by: Option<Uuid>,
    /// What was changed: `added`, `imported`, `changed`, `actual`, `score` or `bound`.
    change: &'static str,
    /// Of which indicator.
    code: Option<String>,
    /// SHA-256 of its document.
    sha256: String,
}

/// The versions of a scorecard, all at once
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/versions", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id")),
    responses((status = 200, body = List<VersionLine>))
)]
pub async fn versions(app: Data<App>, _caller: Caller<ScorecardsRead>, id: Place<Uuid>, request: HttpRequest) -> Reply {
    let line = |version: scorecards::Version| {
        let scorecards::Version { number, made_at, staff, change, code, sha256 } = version;
        VersionLine { number, made_at, by: staff, change: change.name(), code, sha256 }
    };
    let found = app.read(move |conn| scorecards::versions(conn, id.0)).await?;
    reply::json(&request, &List { items: found.into_iter().map(line).collect(), next: None })
}

/// Between which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// The earlier version.
    from: i32,
    /// The later version.
    to: i32,
}

/// A field that is not as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// Code of the indicator; `null` for the head and the total.
    code: Option<String>,
    /// Name of the indicator.
    name: String,
    /// The field; `indicator` where the indicator was added or taken away.
    field: &'static str,
    /// What it was.
    from: Option<String>,
    /// What it is.
    to: Option<String>,
}

/// What is different between two versions
#[utoipa::path(
    get, path = "/api/v1/scorecards/{scorecard}/changes", tag = "scorecards",
    params(("scorecard" = Uuid, Path, description = "The scorecard's id"), Between),
    responses((status = 200, body = List<Changed>))
)]
pub async fn changes(
    app: Data<App>,
    _caller: Caller<ScorecardsRead>,
    id: Place<Uuid>,
    asked: Asked<Between>,
    request: HttpRequest,
) -> Reply {
    let Between { from, to } = asked.0;
    let changed = |difference: Difference| {
        let Difference { code, name, field, from, to } = difference;
        Changed { code, name, field, from, to }
    };
    let found = app.read(move |conn| scorecards::differences(conn, id.0, from, to)).await?;
    reply::json(&request, &List { items: found.into_iter().map(changed).collect(), next: None })
}
