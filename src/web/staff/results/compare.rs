//! A survey beside another one with the same questions.

use super::super::auth::{Results, Staff};
use super::super::page::{Frame, page};
use super::super::place::Place;
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::names::{self, shown};
use crate::domain::comparison::{self, Incomparable, Pair, Verdict};
use crate::domain::obstacle::Missing;
use crate::domain::release::Release;
use crate::error::{Error, Result};
use crate::store::released::Released;
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
    /// Its title and year.
    pub name: String,
}

impl From<Released> for Other {
    fn from(released: Released) -> Self {
        Self { id: released.id, name: named(&released.title, released.year) }
    }
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

impl ComparePage {
    /// The scores of the questions: number, text, both scores; nothing where they are other questions.
    fn questions(&self) -> Vec<(usize, &str, &str, &str)> {
        if self.not.is_some() {
            return Vec::new();
        }
        let pairs = self.one.questions.iter().zip(&self.other.questions);
        pairs
            .map(|(one, other)| (one.no, one.text.as_str(), shown(&one.score_total), shown(&other.score_total)))
            .collect()
    }
}

/// `GET /staff/surveys/{id}/results/compare?with=…`
pub async fn compare(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let (language, id) = (staff.language, *id);
    let Some(with) = asked.text("with").and_then(|with| with.parse::<Uuid>().ok()) else {
        return failed(&staff, &Missing::Release.into());
    };
    let found = app.read(move |conn| Ok((surveys::get(conn, id)?, latest(conn, id)?, latest(conn, with)?)));
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
    let compared = comparison::compare(&one, &other).map_err(|error| Error::Corrupt(error.to_string()))?;
    let (lines, not) = match compared {
        Ok(pairs) => (pairs.into_iter().map(|pair| line(language, pair, &one)).collect(), None),
        Err(Incomparable::NoResults) => (Vec::new(), Some(language.say("results-not-shown"))),
        Err(Incomparable::Questions) => (Vec::new(), Some(language.say("results-other-questions"))),
        Err(Incomparable::Scale) => (Vec::new(), Some(language.say("results-other-scale"))),
    };
    let name = |release: &Release| named(&release.survey.title, release.survey.year);
    Ok(ComparePage {
        frame: Frame::of(staff, "menu-surveys", language.say("results-compare")),
        place: Place::of(language, &stored, "step-results"),
        names: [name(&one), name(&other)],
        one,
        other,
        lines,
        not,
    })
}

fn line(language: Language, pair: Pair, release: &Release) -> Line {
    let nothing = || shown(&None).to_owned();
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
            (found.value, interval, words, apart)
        }
    };
    Line {
        measure: names::measure(language, pair.measure, &release.scale),
        one: shown(&pair.one).to_owned(),
        other: shown(&pair.other).to_owned(),
        difference,
        interval,
        verdict,
        apart,
    }
}
