//! The roster of a survey: who could be asked, given as a table, and what is known of somebody.

use super::auth::{Form, Links, Staff};
use super::page::{Frame, failed, page, see};
use super::place::Place;
use super::sheets::{self, FIRST, Pages, ROWS};
use super::upload::{self, Incoming, NotTaken, Unfit};
use crate::domain::roster::{self, Disposition, Recipient};
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::rosters::{self, Added, Count};
use crate::store::surveys::{self, Stored};
use crate::store::{Db, units};
use crate::web::App;
use crate::web::shelf::Purpose;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::fs::File;
use std::io::Seek;
use uuid::Uuid;

/// Most people of one file: they are all in memory for a moment.
const MOST: u64 = 200_000;

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
    added: Option<u32>,
    known: Option<u32>,
}

/// `GET /staff/surveys/{id}/roster`
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    match view(&app, &staff, *id, &asked).await {
        Ok(view) => {
            let numbers = asked.added.zip(asked.known);
            let done =
                numbers.map(|(added, known)| staff.language.with("roster-done", &[("added", added), ("known", known)]));
            page(StatusCode::OK, &RosterPage { frame: view.frame.done(done), ..view })
        }
        Err(error) => failed(staff.language, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid, asked: &Asked) -> Result<RosterPage> {
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
        Ok((stored, tree, counts, unit, pages, lines))
    });
    let (stored, tree, counts, unit, pages, lines) = found.await?;
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
        dispositions: [
            ("", language.say("known-nothing")),
            (Disposition::Ineligible.name(), language.say("known-ineligible")),
            (Disposition::NonContact.name(), language.say("known-non-contact")),
        ],
    })
}

fn is_changeable(stored: &Stored) -> bool {
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
    let columns = ["unit", "person-ref", "person-name", "person-phone", "person-email"];
    sheets::template("roster", &columns.map(|key| staff.language.say(key)))
}

/// The people of a file that was found good.
fn people(db: &Db, mut file: &File) -> Result<Result<Vec<Recipient>, Unfit>> {
    let tree = db.read(units::tree)?;
    if roster::check(file, &tree)? > MOST {
        return Ok(Err(Unfit::Because("roster-long")));
    }
    file.rewind()?;
    let mut people = Vec::new();
    roster::read(file, &tree, |person| {
        people.push(person);
        Ok(())
    })?;
    Ok(Ok(people))
}

#[derive(Template)]
#[template(path = "staff/roster_preview.html")]
struct Preview {
    frame: Frame,
    place: Place,
    upload: String,
    first: Vec<Recipient>,
    added: usize,
    known: usize,
    without_ref: usize,
}

/// `POST /staff/surveys/{id}/roster/upload`: shows what a file would do, or what is wrong with it.
pub async fn upload(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, incoming: Incoming) -> HttpResponse {
    let file = match incoming.file(&app).await {
        Ok(Ok(file)) => file,
        Ok(Err(NotTaken::Reply(reply))) => return reply,
        Ok(Err(NotTaken::Because(key))) => return again(&app, &staff, *id, key).await,
        Err(error) => return failed(staff.language, &error),
    };
    match preview(&app, &staff, *id, file).await {
        Ok(reply) => reply,
        Err(error) => failed(staff.language, &error),
    }
}

async fn preview(app: &App, staff: &Staff<Links>, id: Uuid, file: File) -> Result<HttpResponse> {
    let stored = app.read(move |conn| surveys::get(conn, id)).await?;
    if !is_changeable(&stored) {
        return Ok(again(app, staff, id, "roster-closed").await);
    }
    let read = upload::read(app, file, move |db, file| {
        let people = match people(db, file)? {
            Ok(people) => people,
            Err(unfit) => return Ok(Err(unfit)),
        };
        let added = db.read(|conn| rosters::would_add(conn, id, &people))?;
        let without_ref = people.iter().filter(|person| person.reference.is_none()).count();
        Ok(Ok((people.into_iter().take(FIRST).collect::<Vec<_>>(), added, without_ref)))
    });
    let (file, (first, Added { added, known }, without_ref)) = match read.await? {
        Ok(read) => read,
        Err(unfit) => return Ok(refuse(app, staff, id, unfit).await),
    };
    let upload = app.shelf.put(&staff.session, Purpose::Roster(id), file, app.clock.now())?;
    let frame = Frame::of(staff, "menu-surveys", staff.language.say("roster-preview"));
    let place = Place::of(staff.language, &stored, "step-roster");
    Ok(page(StatusCode::OK, &Preview { frame, place, upload, first, added, known, without_ref }))
}

/// `POST /staff/surveys/{id}/roster/import`: does what was shown.
pub async fn import(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    match try_import(&app, &staff, *id, form.text("upload")).await {
        Ok(reply) => reply,
        Err(error) => failed(staff.language, &error),
    }
}

async fn try_import(app: &App, staff: &Staff<Links>, id: Uuid, upload: &str) -> Result<HttpResponse> {
    let stored = app.read(move |conn| surveys::get(conn, id)).await?;
    if !is_changeable(&stored) {
        return Ok(again(app, staff, id, "roster-closed").await);
    }
    let Some(file) = app.shelf.take(upload, &staff.session, Purpose::Roster(id), app.clock.now()) else {
        return Ok(again(app, staff, id, "upload-gone").await);
    };
    let people = match upload::read(app, file, people).await? {
        Ok((_, people)) => people,
        Err(unfit) => return Ok(refuse(app, staff, id, unfit).await),
    };
    let Added { added, known } = app
        .write("import roster", Some(staff.person.id), move |conn, actor| rosters::add(conn, actor, id, &people))
        .await?;
    Ok(see(&format!("/staff/surveys/{id}/roster?added={added}&known={known}")))
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

async fn refuse(app: &App, staff: &Staff<Links>, id: Uuid, unfit: Unfit) -> HttpResponse {
    match unfit {
        Unfit::Because(key) => again(app, staff, id, key).await,
        Unfit::Faults(found) => {
            let field = |name: &str| field(staff.language, name);
            sheets::faults(staff, "menu-surveys", format!("/staff/surveys/{id}/roster"), &found, field)
        }
    }
}

fn field(language: Language, name: &str) -> Option<String> {
    match name {
        "unit" => Some(language.say("unit")),
        "ref" => Some(language.say("person-ref")),
        "name" => Some(language.say("person-name")),
        "phone" => Some(language.say("person-phone")),
        _ => None,
    }
}

/// The roster once more, with what is in the way.
async fn again(app: &App, staff: &Staff<Links>, id: Uuid, key: &str) -> HttpResponse {
    match view(app, staff, id, &Asked::default()).await {
        Ok(view) => {
            let frame = view.frame.alert(staff.language.say(key));
            let status = if key == "roster-closed" { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            page(status, &RosterPage { frame, ..view })
        }
        Err(error) => failed(staff.language, &error),
    }
}
