//! Paper questionnaires: one for each recipient, to be answered with a pen and keyed by two clerks.
//!
//! A form holds the code of its link and nothing else that differs from one to the next: no name, no ref.
//! Which question stands on which page is decided here, so that every page has the code and its own number.

use super::auth::{Links, Staff};
use super::page::{Frame, Kept, page};
use super::slips::{Picture, picture};
use crate::domain::survey::{POINTS, Question, Survey};
use crate::error::Result;
use crate::export::leaf::{Room, deal, lines};
use crate::store::links::Issued;
use crate::store::surveys::Stored;
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use std::sync::{Arc, LazyLock};

/// Width and height of the dark part of a form's QR code, in micrometres: 30 mm.
const CODE: usize = 30_000;

// What `frontend/static/forms.css` draws, in tenths of a millimetre and in ems of its 14 pt letters (4.94 mm).
/// A line.
const LINE: usize = 64;
/// A line across the page, in ems.
const ACROSS: usize = 38;
/// A page below its head.
const PAGE: usize = 2_678;
/// What stands beside the QR code, at least, and the room below it.
const BESIDE_CODE: usize = 380;
const BELOW_CODE: usize = 20;
/// Lines beside the QR code, in ems: the text's, and the title's, which are higher.
const IN_BESIDE: usize = 30;
const IN_TITLE: usize = 21;
const TITLE: usize = 90;
/// What is around the notice, and its lines in ems.
const AROUND_NOTICE: usize = 56;
const IN_NOTICE: usize = 36;
/// The box of those who do not take part, and who is answering.
const CHOICES: usize = 310;
/// What is around a question, and the face above an option's words.
const AROUND_QUESTION: usize = 35;
const FACE: usize = 66;
/// An option's words, in ems, where there are five and where there are six.
const IN_OPTION: usize = 5;
const IN_OPTION_OF_SIX: usize = 4;
/// What is around the last words.
const AROUND_END: usize = 45;

#[derive(Template)]
#[template(path = "staff/forms.html")]
struct FormsPage {
    frame: Frame,
    back: String,
    lead: String,
    how: String,
    /// The language of the forms: that of the recipients, whatever the desk speaks.
    reader: Language,
    title: String,
    organiser: String,
    typing: String,
    /// What each paragraph of the notice is about, and what it says.
    notice: Vec<(String, String)>,
    who: Vec<String>,
    end: String,
    /// The questions of each page.
    pages: Vec<Vec<Asked>>,
    forms: Vec<Form>,
}

struct Asked {
    no: usize,
    text: String,
    easy: Option<String>,
    required: bool,
    options: Vec<Choice>,
}

struct Choice {
    code: String,
    label: String,
    /// 1 (best) to 5; 0 for "don't know", which has no face.
    face: usize,
}

struct Form {
    code: String,
    picture: Picture,
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("forms.css", "text/css; charset=utf-8", include_str!("../../../frontend/static/forms.css"))
});

/// Where the style of the forms is.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// `GET /staff/forms.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// A page of forms to be printed, under the name of the institution.
pub async fn forms(
    app: &App,
    staff: &Staff<Links>,
    stored: &Stored,
    name: String,
    all: Vec<Issued>,
) -> Result<HttpResponse> {
    let base = Arc::clone(&app.base_url);
    let one_at_a_time = app.permit(&app.printing).await?;
    let drawn = app.wait(move |_| {
        let _one = one_at_a_time;
        let form = |one: &Issued| {
            let code = one.code.to_string();
            Ok(Form { picture: picture(&base, &code, CODE)?, code })
        };
        all.iter().map(form).collect::<Result<Vec<_>>>()
    });
    let forms = drawn.await?;
    let view = view(app, staff, stored, name, forms);
    Ok(page(StatusCode::OK, &view))
}

fn view(app: &App, staff: &Staff<Links>, stored: &Stored, name: String, forms: Vec<Form>) -> FormsPage {
    let (language, reader, survey) = (staff.language, Language::default(), &stored.survey);
    let address = app.base_url.split_once("://").map_or(&*app.base_url, |(_, address)| address);
    let who = [("organiser", survey.organiser.as_str())];
    let (notice, end, organiser) =
        (notice(reader, survey), reader.with("form-end", &who), reader.with("form-organiser", &who));
    let typing = reader.with("form-typing", &[("address", format!("{address}/s").as_str())]);
    let beside = [organiser.as_str(), &typing, &reader.say("form-how"), &reader.say("form-mend")]
        .map(|text| lines(text, IN_BESIDE) * LINE);
    let head = BESIDE_CODE.max(beside.iter().sum::<usize>() + lines(&survey.title, IN_TITLE) * TITLE) + BELOW_CODE;
    let told: usize = notice.iter().map(|(about, text)| lines(&format!("{about}{text}"), IN_NOTICE) * LINE).sum();
    let room = Room {
        first: PAGE.saturating_sub(head + told + AROUND_NOTICE + CHOICES),
        other: PAGE,
        end: AROUND_END + lines(&end, ACROSS) * LINE,
    };
    let asked: Vec<Asked> =
        survey.questions.iter().zip(1..).map(|(question, no)| asked(survey, question, no)).collect();
    let heights: Vec<usize> = asked.iter().map(|asked| height(asked, reader)).collect();
    let dealt = deal(&heights, room);
    let mut asked = asked.into_iter();
    let pages: Vec<Vec<Asked>> = dealt.into_iter().map(|count| asked.by_ref().take(count).collect()).collect();
    let both_sides = pages.len().is_multiple_of(2);
    FormsPage {
        lead: language.with("forms-lead", &[("count", forms.len()), ("pages", pages.len())]),
        how: language.say(if both_sides { "forms-how-both-sides" } else { "forms-how-one-side" }),
        frame: Frame::of(staff, "menu-surveys", name),
        back: format!("/staff/surveys/{}/links", stored.id),
        reader,
        title: survey.title.clone(),
        organiser,
        typing,
        notice,
        who: ["self", "helped-by-family", "helped-by-staff", "guardian"].map(|key| reader.say(key)).into(),
        end,
        pages,
        forms,
    }
}

/// What is to be known before the first question.
fn notice(reader: Language, survey: &Survey) -> Vec<(String, String)> {
    let asking = [
        ("organiser", survey.organiser.as_str()),
        ("programme", survey.programme.as_str()),
        ("purpose", survey.purpose.as_str()),
    ];
    vec![
        (reader.say("form-who-asks"), reader.with("form-who-asks-text", &asking)),
        (reader.say("form-free"), reader.say("form-free-text")),
        (reader.say("form-kept"), reader.say("form-kept-text")),
        (reader.say("form-days"), reader.with("form-days-text", &[("days", survey.retention_days)])),
        (reader.say("form-contact"), survey.contact.clone()),
    ]
}

fn asked(survey: &Survey, question: &Question, no: usize) -> Asked {
    let choice = |code: &str, label: &str, face| Choice { code: code.to_owned(), label: label.to_owned(), face };
    let scale = survey.scale.options.iter().zip(1..).map(|(one, face)| choice(&one.code, &one.label, face));
    let dont_know = survey.scale.dont_know.as_ref().map(|one| choice(&one.code, &one.label, 0));
    Asked {
        no,
        text: question.text.clone(),
        easy: question.easy.clone(),
        required: question.required,
        options: scale.chain(dont_know).collect(),
    }
}

/// The height of a question on paper.
fn height(asked: &Asked, reader: Language) -> usize {
    let optional = if asked.required { String::new() } else { reader.say("form-optional") };
    let official = lines(&format!("{}. {}{optional}", asked.no, asked.text), ACROSS);
    let easy = asked.easy.as_ref().map_or(0, |easy| lines(easy, ACROSS));
    let ems = if asked.options.len() > POINTS { IN_OPTION_OF_SIX } else { IN_OPTION };
    let label = asked.options.iter().map(|option| lines(&option.label, ems)).max().unwrap_or_default();
    AROUND_QUESTION + (official + easy + label) * LINE + FACE
}
