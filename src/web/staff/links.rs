//! The links of a survey: how many there are, and what can be done with them.

use super::auth::{Links, Staff};
use super::issuing::{self, End, Seen};
use super::page::{Frame, page};
use super::place::Place;
use super::refuse::failed;
use crate::domain::survey::{Design, SurveyState};
use crate::error::Result;
use crate::store::surveys::Stored;
use crate::store::{draws, issue, paper, progress, rosters, surveys, units};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/links.html")]
struct LinksPage {
    frame: Frame,
    place: Place,
    run: Option<Shown>,
    everyone: i64,
    ineligible: i64,
    /// How many were drawn, where a sample was.
    drawn: Option<u64>,
    issued: i64,
    /// How many would get a link now; nothing where the sample is still to be drawn.
    to_issue: Option<i64>,
    /// How many came after the sample was drawn, and so could not be drawn.
    late: i64,
    sampled: bool,
    changeable: bool,
    running: bool,
    units: Vec<(String, String, i64)>,
    /// Paper forms that wait for their second entry, by unit.
    forms: Vec<(String, String, i64)>,
    longest_reason: usize,
}

/// A run of issuing, for the page.
pub struct Shown {
    written: i64,
    total: i64,
    running: bool,
    bad: bool,
    /// Whether something is left to be cleared away.
    left: bool,
    text: String,
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/run.html")]
struct RunPage {
    frame: Frame,
    place: Place,
    run: Option<Shown>,
}

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /staff/surveys/{id}/links`
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, done: Query<Done>) -> HttpResponse {
    let text = (done.done.as_deref() == Some("revoked")).then(|| staff.language.say("one-revoked-done"));
    match view(&app, &staff, *id).await {
        Ok(view) => page(StatusCode::OK, &LinksPage { frame: view.frame.done(text), ..view }),
        Err(error) => failed(&staff, &error),
    }
}

/// The page again, with what has to be mended.
pub async fn again(app: &App, staff: &Staff<Links>, id: Uuid, words: String) -> HttpResponse {
    match view(app, staff, id).await {
        Ok(view) => {
            let frame = view.frame.alert(words);
            page(StatusCode::UNPROCESSABLE_ENTITY, &LinksPage { frame, ..view })
        }
        Err(error) => failed(staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid) -> Result<LinksPage> {
    let language = staff.language;
    let seen = app.issuing.look(id);
    let found = app.read(move |conn| {
        let stored = surveys::get(conn, id)?;
        let (counts, links) = (rosters::counts(conn, id)?, progress::by_unit(conn, id)?);
        let sample = draws::get(conn, id)?;
        let late = match &sample {
            Some(sample) => rosters::behind(conn, id, sample.last_place)?,
            None => 0,
        };
        let (invited, current) = (issuing::invited(conn, id)?, issue::current(conn, id)?);
        let forms = paper::waiting_by_unit(conn, id)?;
        Ok((stored, counts, links, sample, late, invited, current, forms, units::tree(conn)?))
    });
    let (stored, counts, links, sample, late, invited, current, forms, tree) = found.await?;
    let name = |code: &str| tree.get(code).map_or_else(|| code.to_owned(), |unit| unit.name.clone());
    let run = run(language, seen, current.is_some());
    let forms = forms.into_iter().map(|(code, clerks)| {
        let name = name(&code);
        (code, name, clerks.values().sum())
    });
    let with_links = links.iter().filter(|(_, counts)| counts.issued > counts.revoked);
    Ok(LinksPage {
        frame: Frame::of(staff, "menu-surveys", language.say("step-links")),
        running: run.as_ref().is_some_and(|run| run.running),
        run,
        everyone: counts.values().map(|count| count.all).sum(),
        ineligible: counts.values().map(|count| count.ineligible).sum(),
        drawn: sample.map(|sample| sample.strata.iter().map(|stratum| stratum.sample).sum()),
        issued: links.values().map(|counts| counts.issued).sum(),
        to_issue: invited.map(|invited| invited.count),
        late,
        sampled: stored.survey.design != Design::Everyone,
        changeable: can_issue(&stored),
        units: with_links.map(|(code, counts)| (code.clone(), name(code), counts.issued - counts.revoked)).collect(),
        forms: forms.collect(),
        longest_reason: crate::store::links::LONGEST_REASON,
        place: Place::of(language, &stored, "step-links"),
    })
}

fn can_issue(stored: &Stored) -> bool {
    matches!(stored.state, SurveyState::Draft | SurveyState::Open)
}

/// `GET /staff/surveys/{id}/links/progress`: only how far the run is, for a page that looks again and again.
pub async fn progress(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>) -> HttpResponse {
    let id = *id;
    let seen = app.issuing.look(id);
    let found = app.read(move |conn| Ok((surveys::get(conn, id)?, issue::current(conn, id)?))).await;
    let (stored, current) = match found {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let frame = Frame::of(&staff, "menu-surveys", String::new());
    let (place, run) = (Place::of(staff.language, &stored, "step-links"), run(staff.language, seen, current.is_some()));
    page(StatusCode::OK, &RunPage { frame, place, run })
}

/// What there is to say about the last run of this process, as it was `seen` before the database was asked
/// whether one is `open`: begun and not ended, here or elsewhere.
fn run(language: Language, seen: Option<Seen>, open: bool) -> Option<Shown> {
    let bad = |text: &str| Shown {
        written: 0,
        total: 0,
        running: false,
        bad: true,
        left: open,
        text: language.say(text),
        note: None,
    };
    let Some((job, end)) = seen else { return open.then(|| bad("run-left")) };
    let note = job.took_over.then(|| language.say("run-took-over"));
    let Some(end) = end else {
        let (written, total) = (job.written(), job.total);
        let text = language.with("run-going", &[("written", written), ("total", total)]);
        return Some(Shown { written, total: total.max(1), running: true, bad: false, left: false, text, note });
    };
    Some(match end {
        // Since then a run has begun elsewhere.
        _ if open => bad("run-left"),
        End::Done(outcome) => {
            let text = language.with("run-done", &[("issued", outcome.issued)]);
            let known = (outcome.known > 0).then(|| language.with("run-known", &[("known", outcome.known)]));
            Shown { written: 0, total: 0, running: false, bad: false, left: false, text, note: known }
        }
        End::Cancelled => bad("run-cancelled"),
        End::TakenOver => bad("run-taken-over"),
        End::Failed => bad("run-failed"),
    })
}
