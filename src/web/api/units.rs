//! The tree of units.

use super::body::{Asked, Body};
use super::caller::{Caller, UnitsRead, UnitsWrite};
use super::fault::Fault;
use super::list::{List, Part};
use super::reply::{self, Reply};
use crate::domain::unit::{self, Unit as Kept};
use crate::error::Error;
use crate::store::units;
use crate::web::App;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// A unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its code: GB/T 2260 or one of your own.
    #[schema(example = "530102")]
    code: String,
    /// Its name.
    name: String,
    /// The code of the unit above; `null` at the top, and where the key may not know of it.
    #[serde(default)]
    parent: Option<String>,
    /// What it is, in your own words, such as `county`.
    level: String,
}

impl From<Kept> for Unit {
    fn from(kept: Kept) -> Self {
        Self { code: kept.code, name: kept.name, parent: kept.parent, level: kept.level }
    }
}

/// Units, by code
///
/// A key of a unit sees this unit and those below it.
#[utoipa::path(get, path = "/api/v1/units", tag = "units", params(Part), responses((status = 200, body = List<Unit>)))]
pub async fn list(app: Data<App>, caller: Caller<UnitsRead>, part: Asked<Part>, request: HttpRequest) -> Reply {
    let (limit, after) = (part.0.limit()?, part.0.after()?);
    let tree = app.read(units::tree).await?;
    let scope = caller.units();
    let seen = tree.units().iter().filter(|unit| scope.holds(&unit.code, &tree));
    let mut lines: Vec<Unit> = seen.cloned().map(Unit::from).collect();
    for line in &mut lines {
        line.parent = line.parent.take().filter(|parent| scope.holds(parent, &tree));
    }
    lines.retain(|line| after.as_ref().is_none_or(|after| line.code > *after));
    lines.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    reply::json(&request, &List::of(lines, limit, |line| line.code.clone()))
}

/// Units to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The units.
    #[schema(max_items = 100_000)]
    units: Vec<Unit>,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// Units that are new.
    added: usize,
    /// Units that have another name, parent or level now.
    changed: usize,
    /// Units that stay as they are.
    unchanged: usize,
}

/// Add or change units
///
/// As JSON, or as a CSV with the columns code, name, parent, level. Units that are not named stay as they are.
#[utoipa::path(
    post, path = "/api/v1/units", tag = "units",
    request_body(content((Given = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = Imported))
)]
pub async fn import(app: Data<App>, caller: Caller<UnitsWrite>, body: Body) -> Reply {
    let listed = body.kind() == "application/json";
    let table = match body.kind() {
        "text/csv" => body.bytes().to_vec(),
        "application/json" => table(&body.json::<Given>()?)?,
        _ => return Err(Fault::media_type("application/json or text/csv")),
    };
    let imported = app.write("import units", Some(caller.key.id), move |conn, actor| {
        let known = units::all(conn)?;
        let given = unit::read(table.as_slice(), &known)?;
        let known: HashMap<&str, &Kept> = known.iter().map(|unit| (unit.code.as_str(), unit)).collect();
        let all = given.len();
        let (mut added, mut new) = (0, Vec::new());
        for unit in given {
            match known.get(unit.code.as_str()) {
                Some(before) if **before == unit => continue,
                Some(_) => {}
                None => added += 1,
            }
            new.push(unit);
        }
        if !new.is_empty() {
            units::import(conn, actor, &new)?;
        }
        Ok(Imported { added, changed: new.len() - added, unchanged: all - new.len() })
    });
    match imported.await {
        Err(Error::Invalid(faults)) if listed => Err(Fault::list_as_table(&faults)),
        imported => reply::done(StatusCode::OK, &imported?),
    }
}

/// The same as the table that people send, so that both are read in one way.
fn table(given: &Given) -> Result<Vec<u8>, Fault> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = std::iter::once(["code", "name", "parent", "level"]);
    let row = |unit: &Unit| {
        [unit.code.clone(), unit.name.clone(), unit.parent.clone().unwrap_or_default(), unit.level.clone()]
    };
    let rows = given.units.iter().map(row);
    let written =
        head.map(|cells| cells.map(str::to_owned)).chain(rows).try_for_each(|cells| table.write_record(cells));
    written.map_err(|error| Error::Io(error.into()))?;
    table.into_inner().map_err(|error| Error::Io(error.into_error()).into())
}
