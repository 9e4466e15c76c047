//! The tree of units: shown, and given as a table.

use super::auth::{Form, Staff, Units};
use super::page::{Frame, page, see};
use super::refuse::failed;
use super::sheets::{self, Asked, Column, FIRST, Sheet, Table, Usual};
use super::upload::{self, Incoming, NotTaken, Taken, Unfit};
use crate::domain::unit::{self, Unit};
use crate::error::Result;
use crate::store::{Db, units};
use crate::web::App;
use crate::web::shelf::Purpose;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;

/// The list, which is the tree where nothing else is asked for.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-units",
    usual: Usual::Own("units-as-tree"),
    columns: &[
        Column::text("code", "unit-code"),
        Column::text("name", "unit-name"),
        Column::text("parent", "unit-parent"),
        Column::text("level", "unit-level"),
    ],
};

#[derive(Template)]
#[template(path = "staff/units.html")]
struct UnitsPage {
    frame: Frame,
    lines: Vec<Line>,
    sheet: Sheet,
}

struct Line {
    depth: usize,
    unit: Unit,
    parent: String,
}

/// `GET /staff/units`
pub async fn show(app: Data<App>, staff: Staff<Units>, asked: Query<Asked>) -> HttpResponse {
    match view(&app, &staff, &asked).await {
        Ok(view) => {
            let numbers = asked.number("added").zip(asked.number("changed"));
            let done = numbers
                .map(|(added, changed)| staff.language.with("units-done", &[("added", added), ("changed", changed)]));
            page(StatusCode::OK, &UnitsPage { frame: view.frame.done(done), ..view })
        }
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Units>, asked: &Asked) -> Result<UnitsPage> {
    let tree = app.read(units::tree).await?;
    let order = TABLE.order(asked);
    let line = |(depth, unit): (usize, &Unit)| Line {
        depth: if order.by.is_empty() { depth.min(6) } else { 0 },
        parent: unit
            .parent
            .as_deref()
            .and_then(|code| tree.get(code))
            .map(|unit| unit.name.clone())
            .unwrap_or_default(),
        unit: unit.clone(),
    };
    let mut lines: Vec<Line> = tree.in_order().into_iter().map(line).collect();
    order.sort(&mut lines, |column, one, other| match column {
        "code" => one.unit.code.cmp(&other.unit.code),
        "name" => one.unit.name.cmp(&other.unit.name),
        "parent" => one.parent.cmp(&other.parent),
        "level" => one.unit.level.cmp(&other.unit.level),
        _ => Ordering::Equal,
    });
    let pages = TABLE.pages(asked, lines.len());
    let sheet = Sheet::new(&TABLE, order, pages, "/staff/units".to_owned(), Vec::new());
    let frame = Frame::of(staff, "menu-units", staff.language.say("menu-units"));
    Ok(UnitsPage { frame, lines: pages.cut(lines), sheet })
}

/// `GET /staff/units/template.csv`
pub async fn template(staff: Staff<Units>) -> HttpResponse {
    let columns = ["unit-code", "unit-name", "unit-parent", "unit-level"];
    sheets::template("units", &columns.map(|key| staff.language.say(key)))
}

/// What a file of units would do.
struct Plan {
    added: Vec<Unit>,
    changed: Vec<Unit>,
    same: usize,
}

fn plan(db: &Db, file: &File) -> Result<Result<Plan, Unfit>> {
    let known = db.read(units::all)?;
    let given = unit::read(file, &known)?;
    let known: HashMap<&str, &Unit> = known.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let mut plan = Plan { added: Vec::new(), changed: Vec::new(), same: 0 };
    for unit in given {
        match known.get(unit.code.as_str()) {
            None => plan.added.push(unit),
            Some(before) if **before == unit => plan.same += 1,
            Some(_) => plan.changed.push(unit),
        }
    }
    Ok(Ok(plan))
}

#[derive(Template)]
#[template(path = "staff/units_preview.html")]
struct Preview {
    frame: Frame,
    upload: String,
    first: Vec<(Unit, bool)>,
    added: usize,
    changed: usize,
    same: usize,
}

/// `POST /staff/units/upload`: shows what a file would do, or what is wrong with it.
pub async fn upload(app: Data<App>, staff: Staff<Units>, incoming: Incoming) -> HttpResponse {
    let Taken { file, place: _place } = match incoming.file(&app).await {
        Ok(Ok(file)) => file,
        Ok(Err(NotTaken::Reply(reply))) => return reply,
        Ok(Err(NotTaken::Because(key))) => return again(&app, &staff, key).await,
        Err(error) => return failed(&staff, &error),
    };
    let (file, plan) = match upload::read(&app, file, plan).await {
        Ok(Ok(read)) => read,
        Ok(Err(unfit)) => return refuse(&app, &staff, unfit).await,
        Err(error) => return failed(&staff, &error),
    };
    let upload = match app.shelf.put(&staff.session, Purpose::Units, file, app.clock.now()) {
        Ok(name) => name,
        Err(error) => return failed(&staff, &error),
    };
    let (added, changed, same) = (plan.added.len(), plan.changed.len(), plan.same);
    let new = plan.added.into_iter().map(|unit| (unit, true));
    let first = new.chain(plan.changed.into_iter().map(|unit| (unit, false))).take(FIRST).collect();
    let frame = Frame::of(&staff, "menu-units", staff.language.say("units-preview"));
    page(StatusCode::OK, &Preview { frame, upload, first, added, changed, same })
}

/// `POST /staff/units/import`: does what was shown.
pub async fn import(app: Data<App>, staff: Staff<Units>, form: Form) -> HttpResponse {
    let kept = app.shelf.take(form.text("upload"), &staff.session, Purpose::Units, app.clock.now());
    let Some(file) = kept else { return again(&app, &staff, "upload-gone").await };
    let plan = match upload::read(&app, file, plan).await {
        Ok(Ok((_, plan))) => plan,
        Ok(Err(unfit)) => return refuse(&app, &staff, unfit).await,
        Err(error) => return failed(&staff, &error),
    };
    let (added, changed) = (plan.added.len(), plan.changed.len());
    let given = [plan.added, plan.changed].concat();
    let done = app.write("import units", Some(staff.person.id), move |conn, actor| {
        if given.is_empty() { Ok(()) } else { units::import(conn, actor, &given) }
    });
    match done.await {
        Ok(()) => see(&format!("/staff/units?added={added}&changed={changed}")),
        Err(error) => failed(&staff, &error),
    }
}

async fn refuse(app: &App, staff: &Staff<Units>, unfit: Unfit) -> HttpResponse {
    match unfit {
        Unfit::Because(key) => again(app, staff, key).await,
        Unfit::Faults(found) => {
            let field = |name: &str| field(staff.language, name);
            sheets::faults(staff, "menu-units", None, "/staff/units".to_owned(), &found, field)
        }
    }
}

fn field(language: Language, name: &str) -> Option<String> {
    match name {
        "code" => Some(language.say("unit-code")),
        "name" => Some(language.say("unit-name")),
        "parent" => Some(language.say("unit-parent")),
        "level" => Some(language.say("unit-level")),
        _ => None,
    }
}

/// The list once more, with what is in the way.
async fn again(app: &App, staff: &Staff<Units>, key: &str) -> HttpResponse {
    match view(app, staff, &Asked::default()).await {
        Ok(view) => {
            let frame = view.frame.alert(staff.language.say(key));
            page(StatusCode::UNPROCESSABLE_ENTITY, &UnitsPage { frame, ..view })
        }
        Err(error) => failed(staff, &error),
    }
}
