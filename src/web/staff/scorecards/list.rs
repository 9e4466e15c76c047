//! The list of scorecards.

use super::super::auth::{Scorecards, Staff};
use super::super::page::{Frame, page};
use super::super::refuse::failed;
use super::super::sheets::{Asked, Column, Sheet, Table, Usual};
use super::{frame, words};
use crate::store::scorecards::{self, Listed};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use std::cmp::Ordering;
use uuid::Uuid;

/// The list, the latest year first where nothing else is asked for.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-scorecards",
    usual: Usual::Own("card-by-year"),
    columns: &[
        Column::text("title", "card-title"),
        Column::text("programme", "f-programme"),
        Column::text("year", "f-year"),
        Column::text("state", "state"),
        Column::number("score", "card-total"),
        Column::text("grade", "card-grade"),
    ],
};

#[derive(Template)]
#[template(path = "staff/scorecards.html")]
struct ListPage {
    frame: Frame,
    cards: Vec<Line>,
    sheet: Sheet,
}

struct Line {
    id: Uuid,
    title: String,
    unit: String,
    programme: String,
    year: i16,
    lacking: usize,
    state: String,
    complete: bool,
    score: Option<String>,
    grade: Option<String>,
}

/// `GET /staff/scorecards`
pub async fn show(app: Data<App>, staff: Staff<Scorecards>, asked: Query<Asked>) -> HttpResponse {
    let listed = match app.read(scorecards::list).await {
        Ok(listed) => listed,
        Err(error) => return failed(&staff, &error),
    };
    let language = staff.language;
    let line = |one: Listed| {
        let lacking = usize::try_from(one.lacking).unwrap_or(0);
        let (state, complete) = words::state(language, lacking);
        let Listed { id, title, unit, programme, year, score, grade, .. } = one;
        Line { id, title, unit, programme, year, lacking, state, complete, score, grade }
    };
    let order = TABLE.order(&asked);
    let mut cards: Vec<Line> = listed.into_iter().map(line).collect();
    order.sort(&mut cards, |column, one, other| match column {
        "title" => one.title.cmp(&other.title),
        "programme" => one.programme.cmp(&other.programme),
        "year" => one.year.cmp(&other.year),
        "state" => one.lacking.cmp(&other.lacking),
        "score" => points(one).cmp(&points(other)),
        "grade" => one.grade.cmp(&other.grade),
        _ => Ordering::Equal,
    });
    let pages = TABLE.pages(&asked, cards.len());
    let view = ListPage {
        frame: frame(&staff, language.say("menu-scorecards")),
        sheet: Sheet::new(&TABLE, order, pages, "/staff/scorecards".to_owned(), Vec::new()),
        cards: pages.cut(cards),
    };
    page(StatusCode::OK, &view)
}

/// The score as a number, to sort by.
fn points(line: &Line) -> Option<rust_decimal::Decimal> {
    line.score.as_ref().and_then(|score| score.parse().ok())
}
