//! A version of a scorecard as files, and the example.

use super::super::auth::{Scorecards, Staff};
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::show::asked_for;
use crate::domain::scorecard::{self, Scored};
use crate::domain::survey::Format;
use crate::error::Result;
use crate::export::scorecard as export;
use crate::web::App;
use crate::web::results::attachment;
use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, TryIntoHeaderPair, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path, Query};
use uuid::Uuid;

/// The file of the demo: a whole scorecard with a word to each field.
const EXAMPLE: &str = include_str!("../../../cli/demo/kunming-2022-scorecard.toml");

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The files of a version, or of the latest: key of the name, address.
pub fn addresses(id: Uuid, version: Option<i32>) -> Vec<(&'static str, String)> {
    let asked = version.map(|number| format!("?version={number}")).unwrap_or_default();
    let file = |(words, ending)| (words, format!("/staff/scorecards/{id}/scorecard.{ending}{asked}"));
    [("card-docx", "docx"), ("results-xlsx", "xlsx"), ("results-csv", "csv"), ("results-json", "json")]
        .map(file)
        .to_vec()
}

/// `GET /staff/scorecards/{id}/scorecard.docx`
pub async fn docx(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    file(&app, &staff, *id, &asked, "docx", DOCX, |scored, _| Ok(export::docx::scorecard(scored)?)).await
}

/// `GET /staff/scorecards/{id}/scorecard.xlsx`
pub async fn xlsx(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    file(&app, &staff, *id, &asked, "xlsx", XLSX, |scored, _| Ok(export::book::scorecard(scored)?)).await
}

/// `GET /staff/scorecards/{id}/scorecard.csv`
pub async fn csv(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let write = |scored: &Scored, _| Ok(export::csv::scorecard(scored)?.into_bytes());
    file(&app, &staff, *id, &asked, "csv", "text/csv; charset=utf-8", write).await
}

/// `GET /staff/scorecards/{id}/scorecard.json`: the document itself, as it is kept.
pub async fn json(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    file(&app, &staff, *id, &asked, "json", "application/json", |_, document| Ok(document.into_bytes())).await
}

/// Sends the version that is asked for, written by `write` from it and its document.
async fn file(
    app: &App,
    staff: &Staff<Scorecards>,
    id: Uuid,
    asked: &Asked,
    ending: &'static str,
    kind: &'static str,
    write: impl FnOnce(&Scored, String) -> Result<Vec<u8>> + Send + 'static,
) -> HttpResponse {
    // A large file takes its time and memory: as many at once as lists of links.
    let one = match app.permit(&app.exporting).await {
        Ok(permit) => permit,
        Err(error) => return failed(staff, &error),
    };
    let number = asked.text("version").map(str::to_owned);
    let written = app.wait(move |db| {
        let _one = one;
        let kept = db.read(|conn| asked_for(conn, id, number.as_deref()))?;
        let scored = kept.scored()?;
        let bytes = write(&scored, kept.document)?;
        Ok((attachment(&scored.title, "scorecard", scored.version, ending), bytes))
    });
    match written.await {
        Ok((name, bytes)) => send(kind, name, bytes),
        Err(error) => failed(staff, &error),
    }
}

fn send<N>(kind: &'static str, name: N, bytes: Vec<u8>) -> HttpResponse
where
    (HeaderName, N): TryIntoHeaderPair,
{
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes)
}

/// `GET /staff/scorecards/example.toml`
pub async fn example(_: Staff<Scorecards>) -> HttpResponse {
    let name = "attachment; filename=\"scorecard.toml\"";
    send("application/toml; charset=utf-8", name, EXAMPLE.as_bytes().to_vec())
}

/// `GET /staff/scorecards/example.xlsx`: the same as a table.
pub async fn example_book(app: Data<App>, staff: Staff<Scorecards>) -> HttpResponse {
    let now = app.clock.now();
    let book = app.wait(move |_| {
        let card = scorecard::read(EXAMPLE, Format::Toml)?.card;
        Ok(export::book::scorecard(&Scored::make(&card, Uuid::nil(), 1, now)?)?)
    });
    match book.await {
        Ok(book) => send(XLSX, "attachment; filename=\"scorecard.xlsx\"", book),
        Err(error) => failed(&staff, &error),
    }
}
