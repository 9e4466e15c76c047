//! A survey on one page: what it asks, of whom, and how it is counted.

use super::super::auth::{Staff, Surveys};
use super::super::page::{Frame, page};
use super::super::place::Place;
use super::super::refuse::failed;
use super::super::roster::deletion;
use super::{OptionLine, design, frame, measure, moment, options, rounding};
use crate::domain::seal::Stage;
use crate::domain::survey::{Survey, SurveyState};
use crate::domain::tally::{Counts, Scores, Tally};
use crate::store::surveys::{self, Stored};
use crate::store::{progress, seal};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/survey.html")]
struct OverviewPage {
    frame: Frame,
    place: Place,
    survey: Survey,
    draft: bool,
    open: bool,
    /// Whether it could be sealed, if nothing else is in the way.
    closed: bool,
    options: Vec<OptionLine>,
    unconfirmed: bool,
    example: Option<String>,
    facts: Vec<(String, String)>,
    end: Option<End>,
    /// Whether somebody has asked for the seal and nobody has consented yet.
    seal_waits: bool,
    /// That it should be sealed, where it was closed long ago.
    seal_due: Option<String>,
}

/// What there is to say of a survey that is over.
struct End {
    opened: Option<String>,
    closed: String,
    links: progress::Counts,
    deletion: String,
}

/// What was just done, by the key of its words.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /staff/surveys/{id}`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, done: Query<Done>) -> HttpResponse {
    let language = staff.language;
    let id = *id;
    let now = app.clock.now();
    let found = app.read(move |conn| {
        let seal = seal::status(conn, id, now)?;
        Ok((surveys::get(conn, id)?, progress::total(conn, id)?, seal.is_some_and(|seal| seal.stage == Stage::Asked)))
    });
    let (stored, links, seal_waits) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let at = |time: DateTime<Utc>| moment(language, time, stored.survey.time_zone);
    let end = stored.closed_at.map(|closed| End {
        opened: stored.opened_at.map(at),
        closed: at(closed),
        links,
        deletion: deletion(language, &stored, app.clock.now()),
    });
    let days = stored.survey.retention_days;
    let is_due = !seal_waits && stored.is_to_be_sealed(now);
    let seal_due = is_due.then(|| language.with("seal-due", &[("days", days)]));
    let done = match done.done.as_deref() {
        Some("made") => Some(language.say("survey-made")),
        Some("copied") => Some(language.say("survey-copied")),
        Some("changed") => Some(language.say("survey-changed")),
        Some("confirmed") => Some(language.say("weights-done")),
        Some("opened") => Some(language.say("survey-opened")),
        Some("closed") => Some(language.say("survey-closed")),
        Some("dates") => Some(language.say("dates-done")),
        _ => None,
    };
    let view = OverviewPage {
        frame: frame(&staff, "step-design").done(done),
        place: Place::of(language, &stored, "step-design"),
        draft: stored.state == SurveyState::Draft,
        open: stored.state == SurveyState::Open,
        closed: stored.state == SurveyState::Closed,
        options: options(&stored.survey),
        unconfirmed: !stored.survey.unconfirmed().is_empty(),
        example: example(language, &stored.survey),
        facts: facts(language, &stored),
        end,
        seal_waits,
        seal_due,
        survey: stored.survey,
    };
    page(StatusCode::OK, &view)
}

/// What ten people's answers would come to, computed as a release computes it.
fn example(language: Language, survey: &Survey) -> Option<String> {
    const CHOSEN: [u64; 5] = [6, 3, 0, 1, 0];
    let people = CHOSEN.iter().sum();
    let counts = Counts { chosen: CHOSEN, ..Counts::default() };
    let tally = Tally { forms: people, base: people, questions: vec![counts; survey.questions.len()] };
    let score = Scores::new(survey, &tally).pooled(None)?.round(2, survey.rounding).ok()?;
    let label = |place: usize| survey.scale.options.get(place).map(|option| option.label.clone()).unwrap_or_default();
    let (first, second, fourth) = (label(0), label(1), label(3));
    let places = [("first", first), ("second", second), ("fourth", fourth), ("score", score.to_string())];
    Some(language.with("example-score", &places))
}

fn facts(language: Language, stored: &Stored) -> Vec<(String, String)> {
    let survey = &stored.survey;
    let zone = survey.time_zone;
    let target = [("measure", measure(language, survey.target.measure)), ("value", survey.target.value.to_string())];
    let mut facts = vec![
        (language.say("f-programme"), survey.programme.clone()),
        (language.say("f-year"), survey.year.to_string()),
        (language.say("f-organiser"), survey.organiser.clone()),
        (language.say("f-contact"), survey.contact.clone()),
        (language.say("f-purpose"), survey.purpose.clone()),
        (language.say("f-retention"), language.with("days-after", &[("days", survey.retention_days)])),
        (language.say("f-design"), design(language, survey.design)),
        (language.say("target"), language.with("target-is", &target)),
        (language.say("f-floor"), language.with("floor-is", &[("least", survey.disclosure_floor)])),
        (language.say("f-rounding"), rounding(language, survey.rounding)),
        (language.say("f-zone"), zone.name().to_owned()),
        (language.say("f-table-title"), survey.table_title.clone()),
    ];
    let none = || language.say("by-hand");
    let at = |time: Option<chrono::DateTime<chrono::Utc>>| time.map_or_else(none, |at| moment(language, at, zone));
    facts.push((language.say("opens-at"), at(stored.opens_at)));
    facts.push((language.say("closes-at"), at(stored.closes_at)));
    facts
}
