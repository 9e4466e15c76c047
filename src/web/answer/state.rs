//! Every other state of a link, as data for `frontend/templates/state.html` and `code.html`: a heading,
//! some words, perhaps one thing to do.

use super::send::Reader;
use crate::domain::link::{Act, Refusal};
use crate::domain::response::RawSubmission;
use crate::domain::survey::Survey;
use crate::domain::token::Receipt;
use crate::web::error::Problem;
use crate::web::request_id::RequestId;
use crate::web::words::Language;
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate;

#[derive(Default, Template)]
#[template(path = "state.html")]
struct StatePage {
    language: Language,
    title: String,
    heading: String,
    paragraphs: Vec<String>,
    receipt: Option<String>,
    button: Option<Button>,
    /// Whether looking once more is all there is to do.
    look_again: bool,
    /// Whether the page may be asked for in another language; a reply to a form may not.
    switch: bool,
    /// Whether what the phone keeps is still of use.
    keep: bool,
    /// The number of the request, where it is a fault of ours: people tell it on the phone.
    request: Option<RequestId>,
}

/// A form of one button.
struct Button {
    label: String,
    fields: Vec<(String, String)>,
}

impl Button {
    fn act(label: String, act: Act) -> Self {
        Self { label, fields: vec![("action".to_owned(), act.name().to_owned())] }
    }
}

/// The page on which a code is typed.
#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    language: Language,
    title: String,
    wrong: bool,
    typed: &'a str,
    keep: bool,
}

/// The answer is recorded.
pub fn submitted(reader: Reader, receipt: &Receipt, survey: &Survey) -> HttpResponse {
    let language = reader.language;
    let page = StatePage {
        language,
        title: survey.title.clone(),
        heading: language.say("thanks"),
        paragraphs: vec![language.say("thanks-text")],
        receipt: Some(receipt.to_string()),
        switch: true,
        ..StatePage::default()
    };
    reader.render(&mut HttpResponse::Ok(), &page)
}

/// The person declined and may come back.
pub fn declined(reader: Reader, survey: &Survey) -> HttpResponse {
    let language = reader.language;
    let page = StatePage {
        language,
        title: survey.title.clone(),
        heading: language.say("declined"),
        paragraphs: vec![language.say("declined-text"), language.say("declined-undo-text")],
        button: Some(Button::act(language.say("undo"), Act::Resume)),
        switch: true,
        ..StatePage::default()
    };
    reader.render(&mut HttpResponse::Ok(), &page)
}

/// The link is known and cannot be answered. `contact` says whom to call, `day` when the survey opens or since
/// when it takes no answers, where that is known.
pub fn refused(reader: Reader, refusal: Refusal, contact: Option<&str>, day: Option<NaiveDate>) -> HttpResponse {
    let language = reader.language;
    let (heading, words) = match refusal {
        Refusal::NotOpen => (
            language.say("not-open"),
            match day {
                Some(date) => language.with("not-open-before", &[("date", language.date(date))]),
                None => language.say("not-open-text"),
            },
        ),
        Refusal::Closed => (
            language.say("closed"),
            match day {
                Some(date) => language.with("closed-on", &[("date", language.date(date))]),
                None => language.say("closed-text"),
            },
        ),
        Refusal::Revoked => (language.say("revoked"), language.say("revoked-text")),
        Refusal::Replaced => (language.say("replaced"), language.say("replaced-text")),
        Refusal::Declined => (language.say("refused-declined"), language.say("refused-declined-text")),
        Refusal::Submitted => (language.say("refused-submitted"), language.say("refused-submitted-text")),
    };
    let ask = contact.map(|contact| language.with("ask", &[("contact", contact)]));
    let page = StatePage {
        language,
        title: heading.clone(),
        heading,
        paragraphs: std::iter::once(words).chain(ask).collect(),
        switch: true,
        ..StatePage::default()
    };
    reader.render(&mut Problem::Refused(refusal).reply(), &page)
}

/// What was sent is not recorded for certain: here it is again, to be sent with one more tap.
pub fn busy(reader: Reader, act: Act, sent: &RawSubmission) -> HttpResponse {
    let language = reader.language;
    let (words, button) = if act == Act::Submit {
        let answers = sent.answers.iter().map(|(number, code)| (format!("q{number}"), code.clone()));
        let respondent = sent.respondent.iter().map(|kind| ("respondent".to_owned(), kind.clone()));
        let fields = respondent.chain(answers).collect();
        (language.say("busy-page-text"), Button { label: language.say("again-submit"), fields })
    } else {
        (language.say("busy-act-text"), Button::act(language.say("again"), act))
    };
    let (heading, id) = (language.say("busy-page"), RequestId::new());
    let page = StatePage {
        language,
        title: heading.clone(),
        heading,
        paragraphs: vec![words],
        button: Some(button),
        keep: true,
        request: Some(id),
        ..StatePage::default()
    };
    reader.render(Problem::Busy.reply().insert_header(id.header()), &page)
}

/// Something else is in the way: what it is and what to do.
pub fn problem(reader: Reader, problem: Problem) -> HttpResponse {
    let language = reader.language;
    let (heading, words) = match problem {
        Problem::Refused(refusal) => return refused(reader, refusal, None, None),
        Problem::UnknownLink => (language.say("unknown-link"), language.say("unknown-link-text")),
        Problem::UnknownPath | Problem::Method(_) => (language.say("unknown-path"), language.say("unknown-path-text")),
        Problem::Busy => (language.say("busy-page"), language.say("busy-look-text")),
        Problem::Slow | Problem::TooLarge | Problem::MediaType | Problem::MalformedBody | Problem::InvalidAnswers => {
            (language.say("unreadable"), language.say("unreadable-text"))
        }
    };
    let request = (problem == Problem::Busy).then(RequestId::new);
    let page = StatePage {
        language,
        title: heading.clone(),
        heading,
        paragraphs: vec![words],
        switch: matches!(problem, Problem::UnknownLink | Problem::UnknownPath),
        keep: problem != Problem::UnknownLink,
        look_again: problem == Problem::Busy,
        request,
        ..StatePage::default()
    };
    let mut reply = problem.reply();
    if let Some(id) = request {
        reply.insert_header(id.header());
    }
    reader.render(&mut reply, &page)
}

/// The page on which a code is typed, with what was typed before and was no code.
pub fn type_code(reader: Reader, typed: &str) -> HttpResponse {
    let wrong = !typed.is_empty();
    let mut reply = if wrong { Problem::UnknownLink.reply() } else { HttpResponse::Ok() };
    let language = reader.language;
    reader.render(&mut reply, &CodePage { language, title: language.say("code-title"), wrong, typed, keep: false })
}
