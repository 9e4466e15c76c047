//! One form, keyed: the page a clerk works on, and what is sent from it.

use super::super::auth::{Fields, Form, Paper, Staff};
use super::super::page::{Frame, page};
use super::super::refuse::failed;
use super::decide::Round;
use super::view::{BLANK, REFUSAL, Row, Sheet};
use super::{Job, frame, job, totals};
use crate::domain::paper;
use crate::domain::response::{FieldError, RawSubmission, Submission};
use crate::domain::survey::Survey;
use crate::domain::token::Code;
use crate::store::paper::Standing;
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/paper_enter.html")]
struct EnterPage {
    frame: Frame,
    job: Job,
    totals: String,
    code: String,
    code_error: Option<String>,
    rows: Vec<Row>,
    /// The field that takes the keys first.
    focus: String,
}

/// What was just done.
#[derive(Deserialize)]
pub struct After {
    done: Option<String>,
}

/// `GET /staff/surveys/{id}/paper`
pub async fn show(app: Data<App>, staff: Staff<Paper>, id: Path<Uuid>, after: Query<After>) -> HttpResponse {
    let language = staff.language;
    let done = match after.done.as_deref() {
        Some("first") => Some(language.say("paper-done-first")),
        Some("second") => Some(language.say("paper-done-second")),
        Some("settled") => Some(language.say("paper-done-settled")),
        Some("replaced") => Some(language.say("paper-done-replaced")),
        Some("refused") => Some(language.say("paper-done-refused")),
        _ => None,
    };
    match job(&app, &staff, *id).await {
        Ok(job) => blank(&staff, job, StatusCode::OK, |frame| frame.done(done)),
        Err(error) => failed(&staff, &error),
    }
}

/// The empty form, with a message.
pub fn blank(staff: &Staff<Paper>, job: Job, status: StatusCode, say: impl FnOnce(Frame) -> Frame) -> HttpResponse {
    let view = view(staff, job, &Keyed::default(), &[]);
    page(status, &EnterPage { frame: say(view.frame), ..view })
}

/// What a clerk has keyed, as it was sent.
#[derive(Default)]
struct Keyed {
    code: String,
    refusal: bool,
    form: RawSubmission,
}

impl Keyed {
    fn read(form: &Fields, survey: &Survey) -> Self {
        let value = |name: &str| Some(form.text(name)).filter(|value| *value != BLANK).unwrap_or_default().to_owned();
        let respondent = form.text("respondent");
        let refusal = respondent == REFUSAL;
        let questions = 1..=survey.questions.len();
        let answers = questions.map(|number| (number.to_string(), value(&format!("q{number}")))).collect();
        let respondent = (!refusal).then(|| respondent.to_owned());
        Self { code: form.text("code").to_owned(), refusal, form: RawSubmission { answers, respondent, phone: None } }
    }

    /// Whether any question is answered.
    fn is_answered(&self) -> bool {
        self.form.answers.iter().any(|(_, code)| !code.is_empty())
    }

    fn value(&self, field: paper::Field) -> &str {
        match field {
            paper::Field::Respondent => self.form.respondent.as_deref().unwrap_or_default(),
            paper::Field::Question(number) => self.form.chosen(number).unwrap_or_default(),
        }
    }
}

/// The code that was typed, or read from a QR code as the end of its address.
fn code_of(text: &str) -> Option<Code> {
    Code::parse(text.trim_end_matches('/').rsplit('/').next().unwrap_or(text))
}

fn view(staff: &Staff<Paper>, job: Job, keyed: &Keyed, errors: &[FieldError]) -> EnterPage {
    let sheet = Sheet { language: staff.language, survey: &job.stored.survey };
    let row = |field| Row { error: sheet.wrong(field, errors), ..sheet.row(field, keyed.value(field)) };
    let mut rows: Vec<Row> = sheet.fields().into_iter().map(row).collect();
    if let Some(respondent) = rows.first_mut() {
        respondent.options.push(sheet.refusal(keyed.refusal));
        if keyed.refusal && keyed.is_answered() {
            respondent.error = Some(staff.language.say("paper-refusal-answers"));
        }
    }
    let wrong = rows.iter().find(|row| row.error.is_some());
    EnterPage {
        frame: frame(staff, "paper-enter"),
        totals: totals(staff.language, &job),
        code: keyed.code.clone(),
        code_error: None,
        focus: wrong.map_or_else(|| "code".to_owned(), |row| row.name.clone()),
        rows,
        job,
    }
}

/// `POST /staff/surveys/{id}/paper`
pub async fn key(app: Data<App>, staff: Staff<Paper>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let language = staff.language;
    let job = match job(&app, &staff, *id).await {
        Ok(job) => job,
        Err(error) => return failed(&staff, &error),
    };
    let keyed = Keyed::read(&form, &job.stored.survey);
    let wrong_code = |job: Job, status: StatusCode, words: String| {
        page(status, &EnterPage { code_error: Some(words), ..view(&staff, job, &keyed, &[]) })
    };
    let Some(code) = code_of(&keyed.code) else {
        return wrong_code(job, StatusCode::UNPROCESSABLE_ENTITY, language.say("paper-no-code"));
    };
    let clerk = staff.person.id.to_string();
    if let Err(seconds) = app.keying.begin(&clerk, None, app.clock.now()) {
        let words = language.with("paper-slow", &[("seconds", seconds)]);
        let mut reply = wrong_code(job, StatusCode::TOO_MANY_REQUESTS, words);
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
        return reply;
    }
    let round = Round { app: &app, staff: &staff, code };
    let standing = match round.look(&job).await {
        Ok(standing) => standing,
        Err(error) => return failed(&staff, &error),
    };
    if standing == Standing::Unknown {
        return wrong_code(job, StatusCode::UNPROCESSABLE_ENTITY, language.say("paper-unknown"));
    }
    app.keying.succeeded(&clerk, None);
    if let Standing::Refused(refusal) = standing {
        return round.refused(job, refusal);
    }
    if keyed.refusal {
        if keyed.is_answered() {
            return page(StatusCode::UNPROCESSABLE_ENTITY, &view(&staff, job, &keyed, &[]));
        }
        return round.refuse(job, standing).await;
    }
    match Submission::parse(&job.stored.survey, &keyed.form) {
        Ok(submission) => round.decide(job, standing, paper::Sheet::from(&submission)).await,
        Err(errors) => page(StatusCode::UNPROCESSABLE_ENTITY, &view(&staff, job, &keyed, &errors)),
    }
}
