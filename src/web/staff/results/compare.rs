//! A survey beside another one with the same questions.

use super::super::auth::{Results, Staff};
use super::super::page::{Frame, page};
use super::super::place::Place;
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::names::{self, shown};
use super::sentences;
use crate::domain::comparison::{self, Incomparable, Pair, Verdict};
use crate::domain::exact::{Fraction, Rounding};
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::release::{Figure, QuestionBlock, Release};
use crate::error::{Error, Result};
use crate::store::released::{self, Released};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, releases};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use uuid::Uuid;

/// A survey that may be chosen.
pub struct Other {
    /// Its id.
    pub id: Uuid,
    /// Its title, its year and its latest release.
    pub name: String,
}

impl Other {
    /// A survey with the number of its latest release.
    pub fn of(language: Language, (released, number): (Released, i32)) -> Self {
        let name = named(&released.title, released.year);
        Self { id: released.id, name: format!("{name} · {}", language.with("results-release", &[("number", number)])) }
    }
}

/// The other surveys whose latest release can be compared with that one, each with its number.
pub fn others(conn: &mut Conn, id: Uuid, one: &Release) -> Result<Vec<(Released, i32)>> {
    let mut found = Vec::new();
    // A release that shows nothing can be compared with none.
    if one.intervals.is_none() {
        return Ok(found);
    }
    for released in released::surveys(conn)?.into_iter().filter(|other| other.id != id) {
        let other = latest(conn, released.id)?;
        if compared(one, &other)?.is_ok() {
            found.push((released, other.number));
        }
    }
    Ok(found)
}

fn compared(one: &Release, other: &Release) -> Result<std::result::Result<[Pair; 3], Incomparable>> {
    comparison::compare(one, other).map_err(|error| Error::Corrupt(error.to_string()))
}

fn named(title: &str, year: impl std::fmt::Display) -> String {
    let year = year.to_string();
    if title.contains(&year) { title.to_owned() } else { format!("{title} ({year})") }
}

#[derive(Template)]
#[template(path = "staff/results_compare.html")]
struct ComparePage {
    frame: Frame,
    place: Place,
    one: Release,
    other: Release,
    names: [String; 2],
    lines: Vec<Line>,
    questions: Vec<Question>,
    /// What the intervals do not say.
    spread: Vec<String>,
    /// Why they cannot be compared.
    not: Option<String>,
}

/// One measure of both.
struct Line {
    measure: String,
    one: String,
    other: String,
    difference: String,
    interval: String,
    verdict: String,
    apart: bool,
}

/// One question of both.
struct Question {
    no: usize,
    text: String,
    /// What it can score at most.
    most: String,
    one: String,
    other: String,
}

/// `GET /staff/surveys/{id}/results/compare?with=…`
pub async fn compare(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let (language, id) = (staff.language, *id);
    let found = match asked.text("with").and_then(|with| with.parse::<Uuid>().ok()) {
        None => return failed(&staff, &Missing::Survey { id: Uuid::nil() }.into()),
        Some(with) if with == id => return failed(&staff, &Obstacle::SameSurvey.into()),
        Some(with) => app.read(move |conn| {
            let (stored, _) = (surveys::get(conn, id)?, surveys::get(conn, with)?);
            Ok((stored, latest(conn, id)?, latest(conn, with)?))
        }),
    };
    let made = found.await.and_then(|found| made(&staff, language, found));
    match made {
        Ok(view) => page(StatusCode::OK, &view),
        Err(error) => failed(&staff, &error),
    }
}

fn latest(conn: &mut Conn, id: Uuid) -> Result<Release> {
    releases::latest(conn, id)?.ok_or(Missing::Release)?.release()
}

fn made(staff: &Staff<Results>, language: Language, found: (Stored, Release, Release)) -> Result<ComparePage> {
    let (stored, one, other) = found;
    let (lines, questions, not) = match compared(&one, &other)? {
        Ok(pairs) => (pairs.map(|pair| line(language, pair, &one)).into(), questions(&one, &other)?, None),
        Err(why) => (Vec::new(), Vec::new(), Some(language.say(reason(why)))),
    };
    let spread =
        |release: &Release| release.intervals.as_ref().and_then(|all| sentences::spread(language, release, all));
    let mut spreads: Vec<String> = [&one, &other].into_iter().filter_map(spread).collect();
    spreads.dedup();
    let name = |release: &Release| named(&release.survey.title, release.survey.year);
    Ok(ComparePage {
        frame: Frame::of(staff, "menu-surveys", language.say("results-compare")),
        place: Place::of(language, &stored, "step-results"),
        names: [name(&one), name(&other)],
        one,
        other,
        lines,
        questions,
        spread: spreads,
        not,
    })
}

const fn reason(why: Incomparable) -> &'static str {
    match why {
        Incomparable::NoResults => "results-not-shown",
        Incomparable::Questions => "results-other-questions",
        Incomparable::Scale => "results-other-scale",
    }
}

/// The scores of the questions, which are the same in both.
fn questions(one: &Release, other: &Release) -> Result<Vec<Question>> {
    let worth: u64 = one.questions.iter().map(|block| u64::from(block.weight)).sum();
    let best = one.scale.iter().map(|option| option.weight_per_mille).max().unwrap_or_default();
    let line = |(mine, theirs): (&QuestionBlock, &QuestionBlock)| {
        let most = Fraction::new(u64::from(mine.weight) * u64::from(best), worth.saturating_mul(10));
        let most = most.map(|most| most.round(2, Rounding::HalfUp)).transpose();
        let most = most.map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(Question {
            no: mine.no,
            text: mine.text.clone(),
            most: most.map(|most| most.normalize().to_string()).unwrap_or_default(),
            one: shown(&mine.score_total).to_owned(),
            other: shown(&theirs.score_total).to_owned(),
        })
    };
    one.questions.iter().zip(&other.questions).map(line).collect()
}

fn line(language: Language, pair: Pair, release: &Release) -> Line {
    let (nothing, sign) = (|| shown(&None).to_owned(), names::sign(pair.measure));
    let with = |figure: Figure| figure.map_or_else(nothing, |figure| format!("{figure}{sign}"));
    let (difference, interval, verdict, apart) = match pair.difference {
        None => (nothing(), nothing(), language.say("results-no-difference"), false),
        Some(found) => {
            let interval = format!("{} … {}", found.low, found.high);
            let (words, apart) = match found.verdict {
                Verdict::Higher => (language.say("results-higher"), true),
                Verdict::Lower => (language.say("results-lower"), true),
                Verdict::NotApart => (language.say("results-same"), false),
                Verdict::Same => (language.say("results-same-exactly"), false),
            };
            let key = if sign.is_empty() { "results-score-apart" } else { "results-share-apart" };
            (language.with(key, &[("difference", found.value)]), interval, words, apart)
        }
    };
    Line {
        measure: names::measure(language, pair.measure, &release.scale),
        one: with(pair.one),
        other: with(pair.other),
        difference,
        interval,
        verdict,
        apart,
    }
}
