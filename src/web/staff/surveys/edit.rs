//! The form of a draft: everything about it, changed at once.

use super::super::auth::{Form, Staff, Surveys};
use super::super::page::{Frame, page, see};
use super::super::place::Place;
use super::super::refuse::failed;
use super::fields::{Field, Maker, summary};
use super::{frame, stored};
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::typed::{BEFORE, Typed};
use crate::domain::survey::{MOST_QUESTIONS, SurveyState, mark};
use crate::error::Error;
use crate::store::surveys::{self, Stored};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

/// Bytes of the largest form: a hundred questions with long texts.
pub const LARGEST: usize = 3 * 1024 * 1024;

#[derive(Template)]
#[template(path = "staff/survey_edit.html")]
struct EditPage {
    frame: Frame,
    place: Place,
    id: Uuid,
    /// The mark of the draft that the form was made from.
    seen: String,
    /// Whether somebody has saved another version of it since.
    meanwhile: bool,
    /// Address within the page and words of each field that is wrong.
    errors: Vec<(String, String)>,
    about: Vec<Field>,
    results: Vec<Field>,
    options: Vec<OptionFields>,
    dont_know: [Field; 2],
    confirm: bool,
    questions: Vec<QuestionFields>,
    full: bool,
}

struct OptionFields {
    no: usize,
    fields: [Field; 3],
    /// Whether what is stored in its place is confirmed.
    confirmed: bool,
}

struct QuestionFields {
    no: usize,
    /// Whether a button has just made or moved it: then it takes the focus.
    focus: bool,
    text: Field,
    easy: Field,
    weight: Field,
    required: bool,
}

/// `GET /staff/surveys/{id}/edit`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>) -> HttpResponse {
    match stored(&app, *id).await {
        Ok(stored) if stored.state == SurveyState::Draft => {
            let typed = Typed::of(&stored.survey);
            page(StatusCode::OK, &view(&staff, &stored, mark(&stored.survey), &typed, &[], None))
        }
        Ok(_) => frozen(&staff, *id),
        Err(error) => failed(&staff, &error),
    }
}

/// A survey that is no draft any more is not changed.
fn frozen(staff: &Staff<Surveys>, id: Uuid) -> HttpResponse {
    let frame = frame(staff, "frozen").alert(staff.language.say("frozen-text"));
    page(StatusCode::CONFLICT, &FrozenPage { frame, id })
}

#[derive(Template)]
#[template(path = "staff/survey_frozen.html")]
struct FrozenPage {
    frame: Frame,
    id: Uuid,
}

/// `POST /staff/surveys/{id}/edit`: saves the draft, or shows the form again with what was typed.
pub async fn save(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let id = *id;
    let stored = match stored(&app, id).await {
        Ok(stored) if stored.state == SurveyState::Draft => stored,
        Ok(_) => return frozen(&staff, id),
        Err(error) => return failed(&staff, &error),
    };
    let seen = form.text("seen").to_owned();
    let mut typed = Typed::from_form(|name| form.text(name).to_owned());
    if let Some(focus) = typed.change(form.text("do")) {
        return page(StatusCode::OK, &view(&staff, &stored, seen, &typed, &[], Some(focus)));
    }
    let survey = match typed.read() {
        Ok(survey) => survey,
        Err(wrong) => {
            return page(StatusCode::UNPROCESSABLE_ENTITY, &view(&staff, &stored, seen, &typed, &wrong, None));
        }
    };
    let saved = app.write("change survey", Some(staff.person.id), move |conn, actor| {
        surveys::update(conn, actor, id, Some(&seen), &survey)
    });
    match saved.await {
        Ok(()) => see(&format!("/staff/surveys/{id}?done=changed")),
        Err(Error::Refused(Obstacle::ChangedMeanwhile)) => overtaken(&app, &staff, id, &typed).await,
        Err(error) => failed(&staff, &error),
    }
}

/// The form again with what was typed, made from what somebody else has saved meanwhile: saving it once more puts
/// it in the place of that.
async fn overtaken(app: &App, staff: &Staff<Surveys>, id: Uuid, typed: &Typed) -> HttpResponse {
    match stored(app, id).await {
        Ok(stored) if stored.state == SurveyState::Draft => {
            let view = view(staff, &stored, mark(&stored.survey), typed, &[], None);
            page(StatusCode::CONFLICT, &EditPage { meanwhile: true, ..view })
        }
        Ok(_) => frozen(staff, id),
        Err(error) => failed(staff, &error),
    }
}

fn view(
    staff: &Staff<Surveys>,
    stored: &Stored,
    seen: String,
    typed: &Typed,
    wrong: &[String],
    focus: Option<usize>,
) -> EditPage {
    let language: Language = staff.language;
    let make = Maker { language, wrong };
    let options = typed.options.iter().zip(&stored.survey.scale.options).zip(1..).map(|((option, stored), no)| {
        let field = |part: &str, value: &str| make.field(&format!("o{no}-{part}"), value);
        OptionFields {
            no,
            fields: [field("code", &option.code), field("label", &option.label), field("weight", &option.weight)],
            confirmed: stored.confirmed,
        }
    });
    let questions = typed.questions.iter().zip(1..).map(|(question, no)| {
        let field = |part: &str, value: &str| make.field(&format!("q{no}-{part}"), value);
        QuestionFields {
            no,
            focus: focus == Some(no),
            text: field("text", &question.text),
            easy: field("easy", &question.easy),
            weight: field("weight", &question.weight),
            required: question.required,
        }
    });
    let [code, label] = &typed.dont_know;
    EditPage {
        frame: frame(staff, "survey-edit"),
        place: Place::of(language, stored, "step-design"),
        id: stored.id,
        seen,
        meanwhile: false,
        errors: wrong.iter().map(|name| (name.clone(), summary(language, name))).collect(),
        about: make.head(typed).take(BEFORE).collect(),
        results: make.head(typed).skip(BEFORE).collect(),
        options: options.collect(),
        dont_know: [make.field("x-code", code), make.field("x-label", label)],
        confirm: typed.confirm,
        questions: questions.collect(),
        full: typed.questions.len() >= MOST_QUESTIONS,
    }
}
