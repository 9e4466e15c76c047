//! The questionnaire, as data for `frontend/templates/answer.html`.

use super::send::{Page, Reader, failed};
use crate::domain::response::{self, RawSubmission, Respondent};
use crate::domain::survey::{Question, Survey};
use crate::domain::token::Fingerprint;
use crate::web::error::Problem;
use crate::web::words::Language;
use actix_web::HttpResponse;
use askama::Template;
use std::sync::OnceLock;

/// The language of a survey's own words.
const SURVEYS: Language = Language::Chinese;

/// Seconds that a question takes, with somebody reading it aloud.
const SECONDS: usize = 15;

/// What the script says, by key.
const WORDS: [&str; 22] = [
    "next",
    "back",
    "to-review",
    "listen",
    "silence",
    "to-easy",
    "to-official",
    "error-missing",
    "change",
    "unanswered",
    "sending",
    "sending-text",
    "offline",
    "offline-unsaved",
    "busy",
    "away",
    "unsure",
    "waiting",
    "waiting-later",
    "keep-open",
    "decline-away",
    "thanks-before",
];

/// The whole questionnaire on one page.
#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage<'a> {
    language: Language,
    title: &'a str,
    survey: &'a Survey,
    lead: String,
    /// The attribute that tells a survey's own words from those around them, where they differ.
    own: &'static str,
    /// Whether it is shown for the first time; a page with answers in it is left to the browser alone.
    fresh: bool,
    /// Where a preview leads back to; nothing on the page itself.
    preview: Option<&'a str>,
    errors: Vec<FieldError>,
    respondents: Vec<RespondentView>,
    respondent_error: Option<String>,
    questions: Vec<QuestionView<'a>>,
    total: usize,
}

struct FieldError {
    field: String,
    summary: String,
}

struct RespondentView {
    value: &'static str,
    label: String,
    chosen: bool,
}

struct QuestionView<'a> {
    name: String,
    no: usize,
    progress: String,
    text: &'a str,
    easy: Option<&'a str>,
    required: bool,
    error: Option<String>,
    options: Vec<OptionView>,
}

struct OptionView {
    code: String,
    label: String,
    chosen: bool,
    /// 1 (best) to 5; 0 for "don't know" and for no answer, which have no face.
    face: usize,
}

/// A survey that is frozen, and its questionnaire, made once for each language.
pub struct Questionnaire {
    /// The survey.
    pub survey: Survey,
    /// Under which secret its links are issued; gone after the seal.
    pub secret: Option<Fingerprint>,
    pages: [OnceLock<Page>; Language::ALL.len()],
}

impl Questionnaire {
    /// The questionnaire of a survey; nothing is made before somebody asks for it.
    pub fn new(survey: Survey, secret: Option<Fingerprint>) -> Self {
        Self { survey, secret, pages: Default::default() }
    }

    /// The reply with the empty questionnaire: the same bytes for every link of the survey.
    pub fn show(&self, reader: Reader) -> HttpResponse {
        let place = Language::ALL.iter().position(|language| *language == reader.language);
        let Some(made) = place.and_then(|place| self.pages.get(place)) else {
            return HttpResponse::NotFound().finish();
        };
        if made.get().is_none() {
            match Page::new(&view(reader.language, &self.survey, &RawSubmission::default(), &[])) {
                // Somebody else may have been quicker; the page is the same.
                Ok(page) => drop(made.set(page)),
                Err(error) => return failed(&error),
            }
        }
        made.get().map_or_else(
            || HttpResponse::InternalServerError().finish(),
            |page| reader.send(&mut HttpResponse::Ok(), page),
        )
    }
}

/// The questionnaire to be looked at and tried: with its script, and locked up so that nothing can leave it.
/// `back` is where its link leads.
pub fn preview(reader: Reader, survey: &Survey, back: &str) -> HttpResponse {
    let page = AnswerPage { preview: Some(back), ..view(reader.language, survey, &RawSubmission::default(), &[]) };
    reader.render_locked_up(&page)
}

/// The questionnaire with what was chosen and what is wrong with it.
pub fn incomplete(
    reader: Reader,
    survey: &Survey,
    chosen: &RawSubmission,
    errors: &[response::FieldError],
) -> HttpResponse {
    let language = reader.language;
    let title = language.with("errors-title", &[("title", survey.title.as_str())]);
    let page = AnswerPage { title: &title, fresh: false, ..view(language, survey, chosen, errors) };
    reader.render(&mut Problem::InvalidAnswers.reply(), &page)
}

fn view<'a>(
    language: Language,
    survey: &'a Survey,
    chosen: &RawSubmission,
    errors: &[response::FieldError],
) -> AnswerPage<'a> {
    let wrong =
        |field: &str| errors.iter().find(|error| error.field == field).map(|error| language.say(key(error.problem)));
    let total = survey.questions.len();
    let questions = survey.questions.iter().zip(1..).map(|(question, no)| {
        let view = question_view(language, survey, question, no, chosen);
        QuestionView { error: wrong(&view.name), ..view }
    });
    let minutes = (total * SECONDS).div_ceil(60);
    let lead = language.with(
        "lead",
        &[
            ("organiser", survey.organiser.as_str().into()),
            ("questions", fluent_bundle::FluentValue::from(total)),
            ("minutes", minutes.into()),
        ],
    );
    AnswerPage {
        language,
        title: &survey.title,
        survey,
        lead,
        own: if language == SURVEYS { "" } else { " lang=\"zh-CN\"" },
        fresh: true,
        preview: None,
        errors: errors.iter().map(|error| summary(language, error)).collect(),
        respondents: Respondent::ALL.map(|kind| respondent(language, kind, chosen)).into(),
        respondent_error: wrong("respondent"),
        questions: questions.collect(),
        total,
    }
}

fn respondent(language: Language, kind: Respondent, chosen: &RawSubmission) -> RespondentView {
    let label = match kind {
        Respondent::Own => language.say("self"),
        Respondent::HelpedByFamily => language.say("helped-by-family"),
        Respondent::HelpedByStaff => language.say("helped-by-staff"),
        Respondent::Guardian => language.say("guardian"),
    };
    RespondentView { value: kind.name(), label, chosen: chosen.respondent.as_deref() == Some(kind.name()) }
}

fn question_view<'a>(
    language: Language,
    survey: &Survey,
    question: &'a Question,
    no: usize,
    chosen: &RawSubmission,
) -> QuestionView<'a> {
    let picked = chosen.chosen(no);
    let option = |code: &str, label: &str, face| OptionView {
        chosen: picked == Some(code),
        code: code.to_owned(),
        label: label.to_owned(),
        face,
    };
    let scale = survey.scale.options.iter().zip(1..).map(|(one, face)| option(&one.code, &one.label, face));
    let dont_know = survey.scale.dont_know.as_ref().map(|one| option(&one.code, &one.label, 0));
    let skip = (!question.required).then(|| option("", &language.say("skip"), 0));
    let progress = if question.required { "progress" } else { "progress-optional" };
    QuestionView {
        name: format!("q{no}"),
        no,
        progress: language.with(progress, &[("no", no), ("total", survey.questions.len())]),
        text: &question.text,
        easy: question.easy.as_deref(),
        required: question.required,
        error: None,
        options: scale.chain(dont_know).chain(skip).collect(),
    }
}

fn summary(language: Language, error: &response::FieldError) -> FieldError {
    let problem = language.say(key(error.problem));
    let summary = match error.field.strip_prefix('q') {
        Some(no) => language.with("error-question", &[("no", no), ("problem", problem.as_str())]),
        None => language.with("error-respondent", &[("problem", problem)]),
    };
    FieldError { field: error.field.clone(), summary }
}

const fn key(problem: response::Problem) -> &'static str {
    match problem {
        response::Problem::Missing => "error-missing",
        response::Problem::UnknownOption => "error-option",
        response::Problem::Repeated => "error-repeated",
        response::Problem::UnknownQuestion => "error-question-unknown",
    }
}
