//! The list of surveys.

use super::super::auth::{Staff, Surveys};
use super::super::page::{Frame, page};
use super::super::place;
use super::super::refuse::failed;
use super::frame;
use crate::domain::survey::SurveyState;
use crate::store::progress::Counts;
use crate::store::surveys;
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

/// Surveys on a page.
const ROWS: u16 = 20;

#[derive(Template)]
#[template(path = "staff/surveys.html")]
struct ListPage {
    frame: Frame,
    surveys: Vec<Line>,
    /// The numbers of the pages before and after.
    newer: Option<u16>,
    older: Option<u16>,
}

struct Line {
    id: Uuid,
    title: String,
    year: i16,
    state: String,
    open: bool,
    questions: i64,
    links: Counts,
}

/// Which page of the list, from 1.
#[derive(Deserialize)]
pub struct At {
    page: Option<u16>,
}

/// `GET /staff/surveys`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, at: Query<At>) -> HttpResponse {
    let language = staff.language;
    let number = at.page.unwrap_or(1).max(1);
    let (skip, limit) = (i64::from(number - 1) * i64::from(ROWS), i64::from(ROWS) + 1);
    let mut listed = match app.read(move |conn| surveys::page(conn, skip, limit)).await {
        Ok(listed) => listed,
        Err(error) => return failed(&staff, &error),
    };
    let more = listed.len() > usize::from(ROWS);
    listed.truncate(usize::from(ROWS));
    let line = |one: surveys::Listed| Line {
        id: one.line.id,
        title: one.line.title,
        year: one.line.year,
        state: place::state(language, one.line.state),
        open: one.line.state == SurveyState::Open,
        questions: one.questions,
        links: one.links,
    };
    let view = ListPage {
        frame: frame(&staff, "menu-surveys"),
        surveys: listed.into_iter().map(line).collect(),
        newer: (number > 1).then(|| number - 1),
        older: more.then(|| number.saturating_add(1)),
    };
    page(StatusCode::OK, &view)
}
