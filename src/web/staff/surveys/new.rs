//! New surveys: from a file, from the example, from another survey.

use super::super::auth::{Form, Staff, Surveys};
use super::super::page::{Frame, page, see};
use super::super::refuse::failed;
use super::{fields, frame};
use crate::domain::fault::{Fault, Faults};
use crate::domain::survey::{self, Format, Survey};
use crate::error::Result;
use crate::store::surveys;
use crate::web::words::Language;
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

/// The file of the demo: a whole survey with a word to each field.
const EXAMPLE: &str = include_str!("../../../cli/demo/kunming-2022.toml");

/// Bytes of the longest text that can be pasted.
const LONGEST: usize = 256 * 1024;

/// Bytes of the longest form: a Chinese character takes nine in a form and three in a file, and a text that is
/// somewhat too long comes back with a word to it.
pub const LARGEST: usize = 6 * LONGEST;

/// Mistakes that are listed one by one.
const LISTED: usize = 200;

#[derive(Template)]
#[template(path = "staff/survey_new.html")]
struct NewPage {
    frame: Frame,
    text: String,
    mistakes: Vec<Mistake>,
    more: usize,
}

struct Mistake {
    row: u64,
    column: u64,
    field: String,
    /// What to do, where the field is known; the reader's own words come with it.
    advice: Option<String>,
    message: String,
}

/// `GET /staff/surveys/new`
pub async fn show(staff: Staff<Surveys>) -> HttpResponse {
    let frame = frame(&staff, "survey-new");
    page(StatusCode::OK, &NewPage { frame, text: String::new(), mistakes: Vec::new(), more: 0 })
}

/// `GET /staff/surveys/example.toml`
pub async fn example(_: Staff<Surveys>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/toml; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"example.toml\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(EXAMPLE)
}

/// `POST /staff/surveys/new`: a draft from the text of a file, or from the example.
pub async fn create(app: Data<App>, staff: Staff<Surveys>, form: Form) -> HttpResponse {
    let from_example = !form.text("example").is_empty();
    let text = if from_example { EXAMPLE } else { form.raw("text") };
    let survey = match read(text) {
        Ok(survey) => survey,
        Err(faults) => return again(&staff, text, &faults),
    };
    match insert(&app, &staff, survey).await {
        Ok(id) if from_example => see(&format!("/staff/surveys/{id}/edit")),
        Ok(id) => see(&format!("/staff/surveys/{id}?done=made")),
        Err(error) => failed(&staff, &error),
    }
}

fn read(text: &str) -> Result<Survey, Faults> {
    if text.trim().is_empty() || text.len() > LONGEST {
        let mut faults = Faults::default();
        faults.add(1, 1, "", "");
        return Err(faults);
    }
    let json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    survey::read(text, if json { Format::Json } else { Format::Toml })
}

async fn insert(app: &App, staff: &Staff<Surveys>, survey: Survey) -> Result<Uuid> {
    let (id, salt) = (fresh::id()?, fresh::bytes()?);
    let insert = app
        .write("add survey", Some(staff.person.id), move |conn, actor| surveys::insert(conn, actor, id, &survey, salt));
    insert.await?;
    Ok(id)
}

fn again(staff: &Staff<Surveys>, text: &str, faults: &Faults) -> HttpResponse {
    let language = staff.language;
    let frame = frame(staff, "survey-new");
    let alert = match text.len() {
        length if length > LONGEST => language.with("file-long", &[("most", LONGEST / 1024)]),
        _ if text.trim().is_empty() => language.say("file-empty"),
        _ => {
            let mistakes = faults.listed().iter().take(LISTED).map(|fault| mistake(language, fault)).collect();
            let more = faults.listed().len().saturating_sub(LISTED);
            let frame = frame.alert(language.with("file-wrong", &[("count", faults.listed().len())]));
            let view = NewPage { frame, text: text.to_owned(), mistakes, more };
            return page(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let kept = text.get(..LONGEST).unwrap_or(text).to_owned();
    let view = NewPage { frame: frame.alert(alert), text: kept, mistakes: Vec::new(), more: 0 };
    page(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

fn mistake(language: Language, fault: &Fault) -> Mistake {
    // The name of the field in the form, which has the same words to say about it.
    let field = match fault.field.as_str() {
        "target.measure" => "measure",
        "target.value" => "value",
        "design" | "design.kind" => "design",
        "scale.options.code" | "scale.dont_know.code" => "o1-code",
        "scale.options.label" | "scale.dont_know.label" => "o1-label",
        "scale.options.weight" => "file-weight",
        "questions.text" => "q1-text",
        "questions.easy" => "q1-easy",
        "questions.weight" => "q1-weight",
        other => other,
    };
    Mistake {
        row: fault.row,
        column: fault.column,
        field: fault.field.clone(),
        advice: fields::advice(language, field).filter(|_| language != Language::English),
        message: fault.message.to_string(),
    }
}

/// `POST /staff/surveys/{id}/copy`: a new draft that asks the same.
pub async fn copy(app: Data<App>, staff: Staff<Surveys>, from: Path<Uuid>, _form: Form) -> HttpResponse {
    match try_copy(&app, &staff, *from).await {
        Ok(id) => see(&format!("/staff/surveys/{id}?done=copied")),
        Err(error) => failed(&staff, &error),
    }
}

async fn try_copy(app: &App, staff: &Staff<Surveys>, from: Uuid) -> Result<Uuid> {
    let (id, salt) = (fresh::id()?, fresh::bytes()?);
    let copied =
        app.write("copy survey", Some(staff.person.id), move |conn, actor| surveys::copy(conn, actor, from, id, salt));
    copied.await?;
    Ok(id)
}
