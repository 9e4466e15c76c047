//! The responses as rows without names: what would be in them, and the file.

use super::auth::{Form, Results, Staff};
use super::handout::is_reason;
use super::page::{Frame, page};
use super::place::Place;
use super::refuse::failed;
use super::results::send;
use crate::domain::obstacle::Missing;
use crate::error::{Error, Result};
use crate::store::links::LONGEST_REASON;
use crate::store::rows::{self, Exported};
use crate::store::surveys::{self, Stored};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/rows.html")]
struct RowsPage {
    frame: Frame,
    place: Place,
    /// Nothing where there can be no rows; the frame says why.
    found: Option<Found>,
    reason: String,
    bad: bool,
    longest: usize,
}

/// What would be in the rows.
struct Found {
    release: i32,
    forms: u64,
    /// What is told of a form besides its answers.
    kept: Vec<String>,
    /// What is not.
    dropped: Vec<String>,
}

impl Found {
    fn of(language: Language, exported: &Exported) -> Self {
        let recoding = exported.rows.recoding;
        let unit = match (recoding.depth, exported.rows.deepest) {
            (Some(depth), Some(deepest)) if depth < deepest => {
                language.with("rows-unit-above", &[("level", (depth + 1).to_string())])
            }
            _ => language.say("rows-unit"),
        };
        let columns = [
            (recoding.depth.is_some(), unit),
            (recoding.respondent, language.say("rows-respondent")),
            (recoding.channel, language.say("rows-channel")),
        ];
        let (kept, dropped): (Vec<_>, Vec<_>) = columns.into_iter().partition(|(kept, _)| *kept);
        let words = |columns: Vec<(bool, String)>| columns.into_iter().map(|(_, words)| words).collect();
        let forms = exported.rows.lines.values().sum();
        Self { release: exported.release.number, forms, kept: words(kept), dropped: words(dropped) }
    }
}

/// `GET /staff/surveys/{id}/rows`
pub async fn show(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>) -> HttpResponse {
    ask(&app, &staff, *id, None).await
}

/// The page, again where a reason was none.
async fn ask(app: &App, staff: &Staff<Results>, id: Uuid, wrong: Option<String>) -> HttpResponse {
    let one = match app.permit(&app.exporting).await {
        Ok(permit) => permit,
        Err(error) => return failed(staff, &error),
    };
    let found = app.wait(move |db| {
        let _one = one;
        db.snapshot(|conn| -> Result<(Stored, std::result::Result<Exported, Error>)> {
            let stored = surveys::get(conn, id)?;
            match rows::compute(conn, id) {
                Err(error @ (Error::Refused(_) | Error::NotFound(Missing::Release))) => Ok((stored, Err(error))),
                other => Ok((stored, Ok(other?))),
            }
        })
    });
    let (stored, exported) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let language = staff.language;
    let frame = Frame::of(staff, "menu-surveys", language.say("rows"));
    let (frame, found) = match exported {
        Ok(exported) => (frame, Some(Found::of(language, &exported))),
        Err(error) => (frame.alert(language.explain(&error)), None),
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = RowsPage {
        frame,
        place: Place::of(language, &stored, "step-results"),
        found,
        bad: wrong.is_some(),
        reason: wrong.unwrap_or_default(),
        longest: LONGEST_REASON,
    };
    page(status, &view)
}

/// `POST /staff/surveys/{id}/rows`: notes the reason and sends the file.
pub async fn export(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, reason) = (*id, form.text("reason").trim().to_owned());
    if !is_reason(&reason) {
        return ask(&app, &staff, id, Some(reason)).await;
    }
    send(&staff, app.rows_file(id, staff.person.id, reason).await)
}
