//! Rosters: taken in wholly or not at all, and told as numbers only.

use super::body::{Asked, Body, SurveyId};
use super::caller::{Caller, RostersWrite};
use super::fault::Fault;
use super::long::apart;
use super::reply::{self, Reply};
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::{self, Recipient};
use crate::domain::unit::{Tree, Unit};
use crate::error::Error;
use crate::store::audit::Actor;
use crate::store::intake::{Given, Outcome, Run, Wish};
use crate::store::{Db, rosters, surveys, units};
use crate::web::staff::MOST_OF_A_ROSTER;
use crate::web::{App, fresh};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::{IntoParams, ToSchema};

/// Bytes of the largest roster.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Somebody to be asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The code of the unit that cares for the person.
    #[schema(example = "530102")]
    unit: String,
    /// Your own number for the person. Whoever comes again with the same unit and ref is the same person; without a
    /// ref, everybody is somebody new.
    #[serde(default, rename = "ref")]
    #[schema(max_length = 64)]
    reference: Option<String>,
    /// The name, for slips.
    #[serde(default)]
    #[schema(max_length = 100)]
    name: Option<String>,
    /// The phone.
    #[serde(default)]
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    #[schema(max_length = 200)]
    email: Option<String>,
}

impl From<Person> for Recipient {
    fn from(person: Person) -> Self {
        let Person { unit, reference, name, phone, email } = person;
        Self { unit, reference, name, phone, email }
    }
}

/// People for a roster.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The people.
    #[schema(min_items = 1, max_items = 200_000)]
    people: Vec<Person>,
}

/// What becomes of what is known of people who are on the roster already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Contacts {
    /// It stays.
    #[default]
    Keep,
    /// What was sent takes its place.
    Update,
}

/// What becomes of people whose ref is on the roster in one other unit, under the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Moved {
    /// They have moved: so do they on the roster, unless they have a link or were drawn where they are.
    #[default]
    Follow,
    /// They are somebody else, who is added.
    Keep,
}

/// What to do with people who are on the roster already.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Choice {
    /// `update` takes names, phones and e-mails over for people who are on the roster already; `keep`, which is
    /// usual, leaves them.
    #[serde(default)]
    #[param(inline, required = false)]
    contacts: Contacts,
    /// `follow`, which is usual, moves people whose ref is on the roster in one other unit under the same name;
    /// `keep` adds them as somebody else.
    #[serde(default)]
    #[param(inline, required = false)]
    moved: Moved,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenIn {
    /// People who are new.
    added: usize,
    /// People who were on the roster already, by unit and ref.
    known: usize,
    /// Of these, people whose name, phone or e-mail was taken over.
    corrected: usize,
    /// People who were moved to another unit.
    moved: usize,
    /// People who seem to have moved and stay where they are, as they have a link or were drawn there.
    fixed: usize,
}

impl From<Outcome> for TakenIn {
    fn from(outcome: Outcome) -> Self {
        let Outcome { added, known, moved, corrected, fixed } = outcome;
        Self { added, known, corrected, moved, fixed }
    }
}

/// Add people to a roster
///
/// As JSON, or as a CSV with the columns unit, ref, name, phone, email, of which only unit is needed. All of it is
/// taken in, or nothing where there is a mistake. Nobody is taken off the roster by it. A key of a unit knows of the
/// people of this unit and those below it only: whoever is on the roster elsewhere stays there.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/roster", tag = "rosters",
    params(("survey" = Uuid, Path, description = "The survey's id"), Choice),
    request_body(content((Roster = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = TakenIn))
)]
pub async fn add(
    app: Data<App>,
    caller: Caller<RostersWrite>,
    id: SurveyId,
    choice: Asked<Choice>,
    body: Body,
) -> Reply {
    if !matches!(body.kind(), "application/json" | "text/csv") {
        return Err(Fault::media_type("application/json or text/csv"));
    }
    let id = id.0;
    app.read(move |conn| rosters::changeable(conn, id)).await?;
    let one = app.permit(&app.shelf.reading).await?;
    if app.importing.taken_in(id).is_some_and(|job| job.end().is_none()) {
        return Err(Error::from(Obstacle::IntakeRunning).into());
    }
    let wish = Wish { moved: choice.0.moved == Moved::Follow, contacts: choice.0.contacts == Contacts::Update };
    let (db, secret, clock, run) = (app.db.clone(), app.secret.clone(), app.clock.clone(), fresh::id()?);
    let taken_in = apart(move || {
        let _one = one;
        let known = Known::of(&db, &caller)?;
        let people = read(&body, &known.tree)?;
        let mut run = Run::begin(&db, id, run, wish)?;
        if let Some(units) = known.units {
            run = run.within(units);
        }
        let added = people.into_iter().try_for_each(|given| run.add(given));
        if let Err(error) = added {
            // What cannot be cleared away now is invisible, and the next run does it.
            if let Err(left) = run.abandon() {
                tracing::debug!(%left, "an import was not cleared away");
            }
            return Err(error.into());
        }
        Ok(run.finish(&Actor { secret: &secret, staff: Some(caller.key.id), now: clock.now() })?)
    });
    reply::done(StatusCode::OK, &TakenIn::from(taken_in.await?))
}

/// The units that a key may know of.
struct Known {
    /// As if there were no others.
    tree: Tree,
    /// Their codes, where they are not all.
    units: Option<HashSet<String>>,
}

impl Known {
    fn of<S>(db: &Db, caller: &Caller<S>) -> Result<Self, Fault> {
        let (tree, scope) = (db.read(units::tree)?, caller.units());
        if caller.key.unit.is_none() {
            return Ok(Self { tree, units: None });
        }
        let known: Vec<Unit> = tree.units().iter().filter(|unit| scope.holds(&unit.code, &tree)).cloned().collect();
        let units = known.iter().map(|unit| unit.code.clone()).collect();
        Ok(Self { tree: Tree::new(known), units: Some(units) })
    }
}

/// The people of a body, checked.
fn read(body: &Body, tree: &Tree) -> Result<Vec<Given>, Fault> {
    let mut people = Vec::new();
    if body.kind() == "text/csv" {
        let file = || -> &[u8] { body.bytes() };
        let checked = roster::check(file(), tree).map_err(Error::from)?;
        roster::read(file(), tree, |_, recipient| {
            let alone = recipient.reference.as_ref().is_some_and(|reference| checked.is_alone(reference));
            people.push(Given { recipient, alone });
            Ok(())
        })
        .map_err(Error::from)?;
    } else {
        people = listed(body.json::<Roster>()?.people, tree)?;
    }
    if u64::try_from(people.len()).is_ok_and(|count| count <= MOST_OF_A_ROSTER) {
        return Ok(people);
    }
    Err(Fault::wrong("people", format!("at most {MOST_OF_A_ROSTER} people at a time: send them in parts")))
}

/// The people of a list, checked.
pub fn listed(people: Vec<Person>, tree: &Tree) -> Result<Vec<Given>, Fault> {
    let people = people.into_iter().map(Recipient::from).collect();
    let checked = roster::check_list(people, tree).map_err(|faults| Fault::list(&faults))?;
    Ok(checked.into_iter().map(|(recipient, alone)| Given { recipient, alone }).collect())
}

/// How many are on a roster.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RosterCounts)]
pub struct Counts {
    /// Everybody.
    people: i64,
    /// Those with a link.
    with_link: i64,
    /// Those who left the base before the survey.
    out_of_base: i64,
    /// Those who could not be reached.
    not_reached: i64,
}

/// How many are on a roster
///
/// Numbers only; whoever is on it is not told. A key of a unit is told of this unit and those below it.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/roster", tag = "rosters",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 200, body = Counts))
)]
pub async fn count(app: Data<App>, caller: Caller<RostersWrite>, id: SurveyId, request: HttpRequest) -> Reply {
    let found = app.read(move |conn| {
        surveys::get(conn, id.0)?;
        Ok((rosters::counts(conn, id.0)?, units::tree(conn)?))
    });
    let ((counts, tree), scope) = (found.await?, caller.units());
    let mut all = Counts::default();
    for (_, count) in counts.iter().filter(|(unit, _)| scope.holds(unit, &tree)) {
        all.people += count.all;
        all.with_link += count.issued;
        all.out_of_base += count.ineligible;
        all.not_reached += count.not_reached;
    }
    reply::json(&request, &all)
}
