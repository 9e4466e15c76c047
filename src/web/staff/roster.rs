//! The roster of a survey: who could be asked, given as a table, and what is known of somebody.

use super::auth::{Form, Links, Staff};
use super::intake::{self, Shown};
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::failed;
use super::sheets::{self, Asked, Column, Order, Parameters, Sheet, Table, Usual, address};
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Disposition;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::intake::{Outcome, current as run_of};
use crate::store::rosters::{self, By, Count};
use crate::store::surveys::{self, Stored};
use crate::store::{draws, units};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::{DateTime, Utc};
use std::cmp::Ordering;
use uuid::Uuid;

/// How many there are by unit, as the tree has them where nothing else is asked for.
const UNITS: Table = Table {
    prefix: "units-",
    anchor: "#by-unit",
    title: "roster-by-unit",
    usual: Usual::Own("units-as-tree"),
    columns: &[
        Column::text("unit", "unit"),
        Column::number("people", "roster-people"),
        Column::number("ineligible", "known-ineligible"),
        Column::number("issued", "roster-issued"),
    ],
};

/// The people, by their places where nothing else is asked for.
const PEOPLE: Table = Table {
    prefix: "",
    anchor: "#people",
    title: "roster-everybody",
    usual: Usual::By(Order { by: "number", down: false }),
    columns: &[
        Column::number("number", "number"),
        Column::text("unit", "unit"),
        Column::text("ref", "person-ref"),
        Column::text("name", "person-name"),
        Column::text("", "person-phone"),
        Column::text("", "person-email"),
        Column::text("", "person-link"),
        Column::text("known", "known"),
    ],
};

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
    by_unit: Sheet,
    people: Sheet,
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

    const fn by_unit(&self) -> &Sheet {
        &self.by_unit
    }

    const fn people(&self) -> &Sheet {
        &self.people
    }

    /// The people of one unit, or everybody, with both tables in their orders.
    fn only(&self, unit: &str) -> String {
        address(&self.address(), &[chosen(unit), self.by_unit.parameters(), self.people.order()].concat(), "#people")
    }

    /// What the address of the page as it is shown holds.
    fn parameters(&self) -> Parameters {
        [chosen(&self.chosen), self.by_unit.parameters(), self.people.parameters()].concat()
    }

    /// The word in the form for what is known of somebody.
    fn known(line: &rosters::Line) -> &'static str {
        line.disposition.map_or("", Disposition::name)
    }
}

/// What an address holds of the unit whose people are shown.
fn chosen(unit: &str) -> Parameters {
    if unit.is_empty() { Vec::new() } else { vec![("unit".to_owned(), unit.to_owned())] }
}

/// What an import did, where it just did something.
fn outcome(asked: &Asked) -> Option<Outcome> {
    let number = |name: &str| asked.text(name)?.parse::<usize>().ok();
    let or_none = |name: &str| number(name).unwrap_or(0);
    let (moved, corrected, fixed) = (or_none("moved"), or_none("corrected"), or_none("fixed"));
    Some(Outcome { added: number("added")?, known: number("known")?, moved, corrected, fixed })
}

/// `GET /staff/surveys/{id}/roster`
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    match view(&app, &staff, *id, &asked).await {
        Ok(view) => {
            let done = match asked.text("done") {
                Some("corrected") => Some(staff.language.say("person-corrected")),
                Some("removed") => Some(staff.language.say("person-removed")),
                _ => outcome(&asked).map(|outcome| intake::told(staff.language, outcome)),
            };
            page(StatusCode::OK, &RosterPage { frame: view.frame.done(done), ..view })
        }
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid, asked: &Asked) -> Result<RosterPage> {
    let job = app.importing.taken_in(id).map(|job| (job.end(), job));
    let unit = asked.text("unit").filter(|unit| !unit.is_empty()).map(str::to_owned);
    let (order, by_unit) = (PEOPLE.order(asked), UNITS.order(asked));
    let by = match order.by {
        "unit" => By::Unit,
        "ref" => By::Reference,
        "name" => By::Name,
        "known" => By::Disposition,
        _ => By::Number,
    };
    let wish = asked.clone();
    let found = app.read(move |conn| {
        let (stored, tree, counts) = (surveys::get(conn, id)?, units::tree(conn)?, rosters::counts(conn, id)?);
        let rows = match &unit {
            Some(unit) => counts.get(unit).map_or(0, |count| count.all),
            None => counts.values().map(|count| count.all).sum(),
        };
        let pages = PEOPLE.pages(&wish, usize::try_from(rows).unwrap_or(0));
        let lines = rosters::page(conn, id, unit.as_deref(), (by, order.down), pages.part())?;
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
    let mut units: Vec<UnitLine> = tree.in_order().into_iter().filter_map(line).collect();
    by_unit.sort(&mut units, |column, one, other| match column {
        "unit" => one.name.cmp(&other.name),
        "people" => one.count.all.cmp(&other.count.all),
        "ineligible" => one.count.ineligible.cmp(&other.count.ineligible),
        "issued" => one.count.issued.cmp(&other.count.issued),
        _ => Ordering::Equal,
    });
    let unit_pages = UNITS.pages(asked, units.len());
    let unit = unit.unwrap_or_default();
    let sheet = |table, order, pages, other: Parameters| {
        let kept = [chosen(&unit), other].concat();
        Sheet::new(table, order, pages, format!("/staff/surveys/{id}/roster"), kept)
    };
    Ok(RosterPage {
        frame: Frame::of(staff, "menu-surveys", language.say("step-roster")),
        place: Place::of(language, &stored, "step-roster"),
        changeable: is_changeable(&stored),
        has_units: !tree.units().is_empty(),
        deletion: deletion(language, &stored, app.clock.now()),
        by_unit: sheet(&UNITS, by_unit, unit_pages, PEOPLE.parameters(order, &pages.asked())),
        people: sheet(&PEOPLE, order, pages, UNITS.parameters(by_unit, &unit_pages.asked())),
        units: unit_pages.cut(units),
        total,
        chosen_name: tree.get(&unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        chosen: unit,
        lines,
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
pub fn deletion(language: Language, stored: &Stored, now: DateTime<Utc>) -> String {
    if stored.is_anonymous() {
        return language.say("seal-sealed-here");
    }
    let days = stored.survey.retention_days;
    let end = stored.closed_at.and_then(|at| rosters::forgotten_at(at, days));
    match end {
        None if stored.state == SurveyState::Draft => language.with("deletion-draft", &[("days", days)]),
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

/// `POST /staff/surveys/{id}/roster/mark`: says what is known of somebody.
pub async fn mark(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, number) = (*id, form.text("number").parse().unwrap_or(0));
    let disposition = match form.text("known") {
        "" => None,
        name => match Disposition::from_name(name) {
            Some(known) => Some(known),
            None => return failed(&staff, &Obstacle::NoDisposition.into()),
        },
    };
    let done = app.write("mark on roster", Some(staff.person.id), move |conn, actor| {
        rosters::dispose(conn, actor, id, number, disposition)
    });
    match done.await {
        Ok(()) => {
            let back = kept(&form);
            see(&address(&format!("/staff/surveys/{id}/roster"), &back, &format!("#n{number}")))
        }
        Err(Error::Refused(_)) => again(&app, &staff, id, "roster-closed").await,
        Err(error) => failed(&staff, &error),
    }
}

/// What the page was showing when a form was sent from it, as the form carries it.
fn kept(form: &Form) -> Parameters {
    let given = |name: &str| (name.to_owned(), form.text(name).to_owned());
    let asked: Asked = [&UNITS, &PEOPLE].into_iter().flat_map(Table::names).map(|name| given(&name)).collect();
    let of = |table: &Table| table.parameters(table.order(&asked), table.page(&asked));
    [chosen(form.text("unit")), of(&UNITS), of(&PEOPLE)].concat()
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
        Err(error) => failed(staff, &error),
    }
}
