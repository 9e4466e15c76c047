//! The page of a release.

use super::bars::Bars;
use super::groups::{Groups, Line, ends};
use super::names::{self, percent, shown};
use super::{Found, compare, sentences};
use crate::domain::release::{OptionLine, Release};
use crate::domain::survey::weight;
use crate::export::table::{Kind, Table};
use crate::web::staff::page::{Frame, Kept};
use crate::web::staff::place::Place;
use crate::web::staff::sheets::{Asked, Parameters};
use crate::web::staff::surveys::moment;
use crate::web::words::Language;
use actix_web::HttpResponse;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::LazyLock;
use uuid::Uuid;

/// Where the first release and every other is; the latest has no number in its address.
fn address(id: Uuid, number: Option<i32>) -> String {
    let number = number.map(|number| format!("?number={number}")).unwrap_or_default();
    format!("/staff/surveys/{id}/results{number}")
}

#[derive(Template)]
#[template(path = "staff/results.html")]
pub struct ResultsPage {
    frame: Frame,
    place: Place,
    release: Release,
    /// The report's table.
    table: Table,
    bars: Bars,
    groups: Groups,
    /// When it was made, in the survey's zone.
    made: String,
    /// The latest release, where this is an older one.
    latest: Option<i32>,
    /// The releases, where there are several: number, when made, address, whether it is this one.
    releases: Vec<(i32, String, String, bool)>,
    /// Whether a further release would say something else.
    changed: bool,
    /// Why it cannot be made.
    refused: Option<String>,
    /// Whether "don't know" could be chosen.
    dont_know: bool,
    /// The files: key of the name, address.
    files: Vec<(&'static str, String)>,
    /// Other surveys to compare with.
    others: Vec<compare::Other>,
}

impl ResultsPage {
    pub(super) fn new(frame: Frame, found: Found, release: Release, asked: &Asked) -> Self {
        let language = frame.language;
        let (id, zone) = (found.stored.id, found.stored.survey.time_zone);
        let made = |at: DateTime<Utc>| moment(language, at, zone);
        let newest = found.numbers.first().map(|(number, _)| *number);
        let latest = newest.filter(|number| *number != release.number);
        let kept: Parameters = latest.iter().map(|_| ("number".to_owned(), release.number.to_string())).collect();
        let number = |number: i32| address(id, Some(number).filter(|number| Some(*number) != newest));
        let releases = match found.numbers.as_slice() {
            [] | [_] => Vec::new(),
            several => {
                several.iter().map(|(each, at)| (*each, made(*at), number(*each), *each == release.number)).collect()
            }
        };
        let file = |ending: &str| format!("/staff/surveys/{id}/results.{ending}?number={}", release.number);
        Self {
            place: Place::of(language, &found.stored, "step-results"),
            table: Table::of(&release),
            bars: Bars::of(&release),
            groups: Groups::of(language, &release, asked, &address(id, None), &kept),
            made: at(language, &release, zone),
            latest,
            releases,
            changed: found.changed,
            refused: found.refused.map(|error| language.explain(&error)),
            dont_know: found.stored.survey.scale.dont_know.is_some(),
            files: FILES.iter().map(|(words, ending)| (*words, file(ending))).collect(),
            others: found.others.into_iter().map(|other| compare::Other::of(language, other)).collect(),
            release,
            frame,
        }
    }

    fn say(&self, key: &str) -> String {
        self.frame.language.say(key)
    }

    /// An option at the head of the table, as the report has it.
    fn option(&self, code: &str, label: &str) -> String {
        self.frame.language.with("results-option", &[("code", code), ("label", label)])
    }

    /// The beginning of the digest, by which two releases are told apart at a glance.
    fn digest(&self) -> &str {
        self.release.sha256.get(..12).unwrap_or_default()
    }

    /// The label of the middle option.
    fn middle(&self) -> &str {
        self.bars.options.get(self.bars.options.len() / 2).map_or("", |(_, label)| label)
    }

    /// What is on the page: where it is and the key of its title.
    fn sections(&self) -> Vec<(&'static str, &'static str)> {
        let (told, release) = (self.release.total.is_some(), &self.release);
        let all = [
            (told, "table", "results-table"),
            (told, "answers", "results-answers"),
            (told, "parts", "results-parts"),
            (told, "who", "results-who"),
            (!self.groups.units.is_empty(), "units", "results-units"),
            (true, "asked", "results-asked"),
            (release.intervals.is_some(), "sureness", "results-sureness"),
            (told && !release.other_weights.is_empty(), "weights", "results-weights"),
            (release.quality.is_some(), "quality", "results-quality"),
            (true, "voided", "results-voided"),
            (told && self.latest.is_none(), "compare", "results-compare"),
            (true, "method", "results-method"),
        ];
        all.into_iter().filter(|(there, ..)| *there).map(|(_, anchor, words)| (anchor, words)).collect()
    }

    /// The words of the row of the table.
    fn kind(&self, kind: Kind) -> String {
        match kind {
            Kind::Count => self.say("results-count"),
            Kind::Percent => self.say("results-percent"),
            Kind::Score => self.say("results-score"),
        }
    }

    /// The measure that is aimed at.
    fn aimed_at(&self) -> String {
        names::measure(self.frame.language, names::aimed_at(&self.release), &self.release.scale)
    }

    /// What was promised and what became of it.
    fn target(&self) -> String {
        let release = &self.release;
        let measure = names::aimed_at(release);
        let sign = names::sign(measure);
        let reached = release.measures.get(measure).as_ref().map(|figure| format!("{figure}{sign}"));
        let places = [
            ("measure", self.aimed_at()),
            ("value", format!("{}{sign}", release.target.value)),
            ("reached", reached.unwrap_or_default()),
        ];
        match release.target.met {
            Some(true) => self.frame.language.with("results-met", &places),
            Some(false) => self.frame.language.with("results-missed", &places),
            None => self.frame.language.with("results-aim", &places),
        }
    }

    /// Why there are no results; none where there are.
    fn below(&self) -> Option<String> {
        sentences::below(self.frame.language, &self.release)
    }

    /// What stands between two sentences of a paragraph.
    const fn gap(&self) -> &'static str {
        match self.frame.language {
            Language::Chinese => "",
            Language::English => " ",
        }
    }

    /// What has to be said under a table of groups: that some are not shown, that some figures are coded.
    fn under(&self, lines: &[Line]) -> Vec<String> {
        let told = self.release.total.is_some();
        let (hidden, coded) = (lines.iter().any(|line| line.hidden), lines.iter().any(Line::is_coded));
        let both = [(told && hidden, "results-hidden-text"), (coded, "results-coded-text")];
        both.into_iter().filter(|(there, _)| *there).map(|(_, key)| self.say(key)).collect()
    }

    /// The measures: name, figure, estimate, interval, standard error.
    fn measures(&self) -> Vec<[String; 5]> {
        let (language, release) = (self.frame.language, &self.release);
        let line = |measure| {
            let (name, sign) = (names::measure(language, measure, &release.scale), names::sign(measure));
            let with = |figure: &Option<String>| {
                figure.as_ref().map_or_else(|| shown(&None).to_owned(), |figure| format!("{figure}{sign}"))
            };
            let interval = release.intervals.as_ref().map(|all| all.of.get(measure));
            let estimate = interval.and_then(|interval| interval.estimate.clone());
            let error = interval.and_then(|interval| interval.standard_error.clone());
            let between = interval.map_or_else(|| shown(&None).to_owned(), |interval| ends(language, interval));
            [name, with(release.measures.get(measure)), with(&estimate), between, shown(&error).to_owned()]
        };
        names::MEASURES.map(line).into_iter().collect()
    }

    /// What the intervals are about, in sentences.
    fn sureness(&self) -> Vec<String> {
        sentences::sureness(self.frame.language, &self.release)
    }

    /// The share of links answered.
    fn rate(&self) -> String {
        percent(&self.release.response_rates.returned_percent)
    }

    /// The rates of answering: key of the name, figure.
    fn rates(&self) -> Vec<(&'static str, String)> {
        let rates = &self.release.response_rates;
        let mut told = vec![
            ("results-returned-percent", percent(&rates.returned_percent)),
            ("results-valid-percent", percent(&rates.valid_percent)),
            ("results-rr1", percent(&rates.rr1)),
        ];
        if rates.partial_possible {
            told.push(("results-rr2", percent(&rates.rr2)));
        }
        told
    }

    /// The numbers behind the rates: key of the name, number.
    fn asked(&self) -> Vec<(&'static str, u64)> {
        let rates = &self.release.response_rates;
        let mut told = vec![
            ("issued", rates.issued),
            ("results-returned", rates.returned),
            ("results-declined", rates.declined),
            ("results-expired", rates.expired),
            ("results-revoked", rates.revoked),
            ("results-ineligible", rates.ineligible),
            ("results-non-contact", rates.non_contact),
            ("results-eligible", rates.eligible),
        ];
        if rates.partial_possible {
            told.push(("results-partial", rates.partial));
        }
        told
    }

    /// Other weights: name, the weights, the score.
    fn weights(&self) -> Vec<(String, String, &str)> {
        let line = |other: &'_ crate::domain::release::OtherWeights| {
            let each: Vec<String> = other.weights_per_mille.iter().map(|one| weight::shown(*one)).collect();
            (names::weights(self.frame.language, &other.name), each.join(" / "))
        };
        let scores = self.release.other_weights.iter().map(|other| shown(&other.weighted_score));
        self.release
            .other_weights
            .iter()
            .map(line)
            .zip(scores)
            .map(|((name, each), score)| (name, each, score))
            .collect()
    }

    /// The weights of the survey itself.
    fn own_weights(&self) -> String {
        let each: Vec<String> =
            self.release.scale.iter().map(|option: &OptionLine| weight::shown(option.weight_per_mille)).collect();
        each.join(" / ")
    }

    /// What the forms look like, in sentences.
    fn quality(&self) -> Vec<String> {
        sentences::quality(self.frame.language, &self.release)
    }

    /// The three measures with the forms of voided units: name, figure.
    fn with_voided(&self) -> Vec<(String, String)> {
        let Some(measures) = &self.release.with_voided else { return Vec::new() };
        let line = |measure| {
            let name = names::measure(self.frame.language, measure, &self.release.scale);
            let figure = measures.get(measure);
            (name, if names::sign(measure).is_empty() { shown(figure).to_owned() } else { percent(figure) })
        };
        names::MEASURES.map(line).into_iter().collect()
    }

    /// Whether somebody left a question open.
    fn skipped(&self) -> bool {
        self.release.questions.iter().any(|question| question.skipped > 0)
    }

    /// What is said above the answers outside the base; nothing where there are none.
    fn open_ends(&self) -> Option<String> {
        let unknown = self.release.questions.iter().any(|question| question.dont_know > 0);
        let key = match (unknown, self.skipped()) {
            (false, false) => return None,
            (true, false) => "results-open-unknown",
            (false, true) if !self.dont_know => "results-open-skipped",
            (_, true) => "results-open-ends",
        };
        Some(self.say(key))
    }

    /// The sum of the question scores, where it is not the score.
    fn sum(&self) -> Option<&str> {
        let total = self.release.total.as_ref().filter(|total| total.bases_differ)?;
        Some(shown(&total.sum_of_question_scores))
    }

    /// What the drawing of a line says.
    fn drawn(&self, line: &Line) -> String {
        let places = [("name", &line.name), ("estimate", &line.estimate), ("interval", &line.interval)];
        self.frame.language.with("results-drawn-text", &places.map(|(name, text)| (name, text.clone())))
    }

    /// What a bar says: the share of every option, the best first.
    fn spoken(&self, line: &super::bars::Line) -> String {
        let each = self.bars.options.iter().zip(&line.percent);
        each.map(|((_, label), share)| format!("{label} {share}%")).collect::<Vec<_>>().join("; ")
    }
}

/// The files: the key of their names and their endings.
const FILES: [(&str, &str); 4] =
    [("results-docx", "docx"), ("results-xlsx", "xlsx"), ("results-csv", "csv"), ("results-json", "json")];

/// When a release was made, from the document.
fn at(language: Language, release: &Release, zone: Tz) -> String {
    let at = DateTime::parse_from_rfc3339(&release.as_of).map(|at| at.with_timezone(&Utc));
    at.map_or_else(|_| release.as_of.clone(), |at| moment(language, at, zone))
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("results.css", "text/css; charset=utf-8", include_str!("../../../../frontend/static/results.css"))
});

/// Where the style of the page is.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// `GET /staff/results.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}
