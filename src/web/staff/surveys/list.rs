//! The list of surveys.

use super::super::auth::{Staff, Surveys};
use super::super::page::{Frame, page};
use super::super::place;
use super::super::refuse::failed;
use super::super::sheets::{Asked, Column, Sheet, Table, Usual};
use super::frame;
use crate::domain::survey::SurveyState;
use crate::store::progress::Counts;
use crate::store::surveys::{self, By};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use uuid::Uuid;

/// The list, newest first where nothing else is asked for.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-surveys",
    usual: Usual::Own("newest-first"),
    columns: &[
        Column::text("title", "f-title"),
        Column::text("year", "f-year"),
        Column::text("state", "state"),
        Column::number("questions", "questions"),
        Column::number("issued", "issued"),
        Column::number("answered", "answered"),
    ],
};

#[derive(Template)]
#[template(path = "staff/surveys.html")]
struct ListPage {
    frame: Frame,
    surveys: Vec<Line>,
    /// Those that should be sealed.
    unsealed: Vec<Unsealed>,
    sheet: Sheet,
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

struct Unsealed {
    id: Uuid,
    title: String,
}

/// `GET /staff/surveys`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, asked: Query<Asked>) -> HttpResponse {
    let language = staff.language;
    let order = TABLE.order(&asked);
    let by = match order.by {
        "title" => By::Title,
        "year" => By::Year,
        "state" => By::State,
        "questions" => By::Questions,
        "issued" => By::Issued,
        "answered" => By::Submitted,
        _ => By::Age,
    };
    let now = app.clock.now();
    let found = app.read(move |conn| {
        let pages = TABLE.pages(&asked, usize::try_from(surveys::count(conn)?).unwrap_or(0));
        let (skip, limit) = pages.part();
        Ok((pages, surveys::page(conn, by, order.down, skip, limit)?, surveys::unsealed(conn, now)?))
    });
    let (pages, listed, unsealed) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
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
        unsealed: unsealed.into_iter().map(|one| Unsealed { id: one.id, title: one.survey.title }).collect(),
        sheet: Sheet::new(&TABLE, order, pages, "/staff/surveys".to_owned(), Vec::new()),
    };
    page(StatusCode::OK, &view)
}
