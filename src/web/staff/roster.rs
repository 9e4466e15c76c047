//! The roster of a survey: who could be asked, given as a table, and what is known of somebody.

use super::auth::{Form, Links, Staff};
use super::intake::{self, Shown};
use super::page::{Frame, failed, page, see};
use super::place::Place;
use super::sheets::{self, Pages, ROWS};
use crate::domain::roster::Disposition;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::intake::{Outcome, current as run_of};
use crate::store::rosters::{self, Count};
use crate::store::surveys::{self, Stored};
use crate::store::{draws, units};
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
#[template(path = "staff/roster.html")]
struct RosterPage {
    frame: Frame,
    place: Place,
    changeable: bool,
    has_units: bool,
    deletion: String,
    units: Vec<UnitLine>,
    total: Count,
    chosen: String,
    chosen_name: String,
    lines: Vec<rosters::Line>,
    pages: Pages,
    dispositions: [(&'static str, String); 3],
    run: Option<Shown>,
    /// How many came after the sample was drawn, and so could not be drawn.
    late: i64,
}

struct UnitLine {
    code: String,
    name: String,
    count: Count,
}

impl RosterPage {
    /// The address of the page.
    fn address(&self) -> String {
        format!("/staff/surveys/{}/roster", self.place.id)
    }

    /// The same with the part that is shown, up to the number of its page.
    fn list(&self) -> String {
        let unit: String = form_urlencoded::byte_serialize(self.chosen.as_bytes()).collect();
        format!("{}?unit={unit}&", self.address())
    }

    /// The word in the form for what is known of somebody.
    fn known(line: &rosters::Line) -> &'static str {
        line.disposition.map_or("", Disposition::name)
    }
}

/// Which part of the list is asked for, and what was just done.
#[derive(Default, Deserialize)]
pub struct Asked {
    page: Option<usize>,
    unit: Option<String>,
    added: Option<usize>,
    known: Option<usize>,
    moved: Option<usize>,
    corrected: Option<usize>,
    fixed: Option<usize>,
    done: Option<String>,
}

impl Asked {
    fn outcome(&self) -> Option<Outcome> {
        let or_none = |number: Option<usize>| number.unwrap_or(0);
        let (moved, corrected, fixed) = (or_none(self.moved), or_none(self.corrected), or_none(self.fixed));
        Some(Outcome { added: self.added?, known: self.known?, moved, corrected, fixed })
    }
}

/// `GET /staff/surveys/{id}/roster`
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    match view(&app, &staff, *id, &asked).await {
        Ok(view) => {
            let done = match asked.done.as_deref() {
                Some("corrected") => Some(staff.language.say("person-corrected")),
                Some("removed") => Some(staff.language.say("person-removed")),
                _ => asked.outcome().map(|outcome| intake::told(staff.language, outcome)),
            };
            page(StatusCode::OK, &RosterPage { frame: view.frame.done(done), ..view })
        }
        Err(error) => failed(staff.language, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid, asked: &Asked) -> Result<RosterPage> {
    let job = app.importing.taken_in(id).map(|job| (job.end(), job));
    let (unit, asked_page) = (asked.unit.clone().filter(|unit| !unit.is_empty()), asked.page);
    let found = app.read(move |conn| {
        let (stored, tree, counts) = (surveys::get(conn, id)?, units::tree(conn)?, rosters::counts(conn, id)?);
        let rows = match &unit {
            Some(unit) => counts.get(unit).map_or(0, |count| count.all),
            None => counts.values().map(|count| count.all).sum(),
        };
        let pages = Pages::of(asked_page, usize::try_from(rows).unwrap_or(0));
        let (skipped, rows) = (i64::try_from(pages.before()), i64::try_from(ROWS));
        let after = rosters::skip(conn, id, unit.as_deref(), skipped.unwrap_or(i64::MAX))?;
        let lines = rosters::page(conn, id, unit.as_deref(), after, rows.unwrap_or(0))?;
        let late = match draws::last_place(conn, id)? {
            Some(last) => rosters::behind(conn, id, last)?,
            None => 0,
        };
        Ok((stored, tree, counts, unit, pages, lines, late, run_of(conn, id)?.is_some()))
    });
    let (stored, tree, counts, unit, pages, lines, late, open) = found.await?;
    let language = staff.language;
    let mut total = Count::default();
    for count in counts.values() {
        total.all += count.all;
        total.ineligible += count.ineligible;
        total.issued += count.issued;
    }
    let line = |(_, unit): (usize, &crate::domain::unit::Unit)| {
        let count = counts.get(&unit.code).copied()?;
        Some(UnitLine { code: unit.code.clone(), name: unit.name.clone(), count })
    };
    let chosen = unit.unwrap_or_default();
    Ok(RosterPage {
        frame: Frame::of(staff, "menu-surveys", language.say("step-roster")),
        place: Place::of(language, &stored, "step-roster"),
        changeable: is_changeable(&stored),
        has_units: !tree.units().is_empty(),
        deletion: deletion(language, &stored, app.clock.now()),
        units: tree.in_order().into_iter().filter_map(line).collect(),
        total,
        chosen_name: tree.get(&chosen).map(|unit| unit.name.clone()).unwrap_or_default(),
        chosen,
        lines,
        pages,
        run: intake::run(language, job, open),
        late,
        dispositions: [
            ("", language.say("known-nothing")),
            (Disposition::Ineligible.name(), language.say("known-ineligible")),
            (Disposition::NonContact.name(), language.say("known-non-contact")),
        ],
    })
}

pub fn is_changeable(stored: &Stored) -> bool {
    matches!(stored.state, SurveyState::Draft | SurveyState::Open)
}

/// When names and phones go.
fn deletion(language: Language, stored: &Stored, now: DateTime<Utc>) -> String {
    let days = stored.survey.retention_days;
    let end = stored.closed_at.and_then(|at| rosters::forgotten_at(at, days));
    match end {
        None => language.with("deletion-days", &[("days", days)]),
        Some(end) => {
            let date = language.date(end.with_timezone(&stored.survey.time_zone).date_naive());
            language.with(if end > now { "deletion-date" } else { "deletion-done" }, &[("date", date)])
        }
    }
}

/// `GET /staff/surveys/{id}/roster/template.csv`
pub async fn template(staff: Staff<Links>, _id: Path<Uuid>) -> HttpResponse {
    let columns = ["unit", "person-ref", "person-name", "person-phone"];
    sheets::template("roster", &columns.map(|key| staff.language.say(key)))
}

/// `POST /staff/surveys/{id}/roster/mark`: says what is known of somebody.
pub async fn mark(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, number) = (*id, form.text("number").parse().unwrap_or(0));
    let disposition = match form.text("known") {
        "" => None,
        name => match Disposition::from_name(name) {
            Some(known) => Some(known),
            None => return failed(staff.language, &Error::Refused(staff.language.say("choose"))),
        },
    };
    let done = app.write("mark on roster", Some(staff.person.id), move |conn, actor| {
        rosters::dispose(conn, actor, id, number, disposition)
    });
    match done.await {
        Ok(()) => {
            let unit: String = form_urlencoded::byte_serialize(form.text("unit").as_bytes()).collect();
            let page: usize = form.text("page").parse().unwrap_or(1);
            see(&format!("/staff/surveys/{id}/roster?unit={unit}&page={page}#n{number}"))
        }
        Err(Error::Refused(_)) => again(&app, &staff, id, "roster-closed").await,
        Err(error) => failed(staff.language, &error),
    }
}

/// The roster once more, with what is in the way.
pub async fn again(app: &App, staff: &Staff<Links>, id: Uuid, key: &str) -> HttpResponse {
    match view(app, staff, id, &Asked::default()).await {
        Ok(view) => {
            let frame = view.frame.alert(staff.language.say(key));
            let status = match key {
                "roster-closed" | "roster-running" | "roster-issuing" => StatusCode::CONFLICT,
                "upload-busy" => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            page(status, &RosterPage { frame, ..view })
        }
        Err(error) => failed(staff.language, &error),
    }
}
