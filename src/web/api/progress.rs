//! How far a survey is: what the desk's page shows, to a key of a unit no more than to the monitor of that unit.

use super::body::{Asked, SurveyId};
use super::caller::{Caller, ProgressRead};
use super::reply::{self, Reply};
use crate::domain::progress::{Part, Standing};
use crate::web::App;
use crate::web::watch::Seen;
use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which unit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The code of a unit; without it, all that the key may see.
    unit: Option<String>,
}

/// Where links stand. `issued` is the sum of all but `today`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkCounts)]
pub struct Counts {
    /// All that were issued.
    issued: i64,
    /// Nothing done yet.
    waiting: i64,
    /// Started and not sent.
    started: i64,
    /// Answered.
    submitted: i64,
    /// Declined.
    declined: i64,
    /// Taken back.
    revoked: i64,
    /// Waiting or started when the survey closed.
    expired: i64,
    /// Answered today.
    today: i64,
}

impl From<&Standing> for Counts {
    fn from(standing: &Standing) -> Self {
        let counts = &standing.counts;
        Self {
            issued: counts.issued,
            waiting: counts.waiting,
            started: counts.started,
            submitted: counts.submitted,
            declined: counts.declined,
            revoked: counts.revoked,
            expired: counts.expired,
            today: standing.today,
        }
    }
}

/// A part of a unit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProgressLine)]
pub struct Line {
    /// The code of the unit; `null` for links of the unit above itself, and for small units taken together.
    unit: Option<String>,
    /// Its name.
    name: Option<String>,
    /// How many units this is: more than one where small ones are taken together.
    units: usize,
    /// Where its links stand, with everything below it.
    counts: Counts,
}

/// How far a survey is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    /// The survey's id.
    survey: Uuid,
    /// Where it stands.
    state: &'static str,
    /// The unit that was asked for, if any.
    unit: Option<String>,
    /// When the database said so.
    as_of: DateTime<Utc>,
    /// Whether so few links were issued that nothing but their number is told.
    too_few: bool,
    /// The unit with everything below it; without counts of states where it is too few.
    total: Counts,
    /// Its parts.
    lines: Vec<Line>,
    /// How many answered on each day of the survey's time zone.
    days: Vec<Day>,
}

/// The answers of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswersOfDay)]
pub struct Day {
    /// The day.
    day: NaiveDate,
    /// How many answered.
    submitted: i64,
}

impl Progress {
    fn of(seen: &Seen, unit: Option<String>) -> Self {
        let line = |(line, name): &(crate::domain::progress::Line, Option<String>)| Line {
            unit: if let Part::Unit(code) = &line.part { Some(code.clone()) } else { None },
            name: name.clone(),
            units: if let Part::Joined(units) = line.part { units } else { 1 },
            counts: (&line.standing).into(),
        };
        Self {
            survey: seen.about.id,
            state: seen.about.state.name(),
            unit,
            as_of: seen.at,
            too_few: seen.small,
            total: (&seen.whole).into(),
            lines: seen.lines.iter().map(line).collect(),
            days: seen.days.iter().map(|(day, submitted)| Day { day: *day, submitted: *submitted }).collect(),
        }
    }
}

/// How far a survey is
///
/// Numbers of links by unit, and nothing else. A key of a unit sees what the monitor of this unit sees.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/progress", tag = "progress",
    params(("survey" = Uuid, Path, description = "The survey's id"), Which),
    responses((status = 200, body = Progress))
)]
pub async fn show(
    app: Data<App>,
    caller: Caller<ProgressRead>,
    id: SurveyId,
    which: Asked<Which>,
    request: HttpRequest,
) -> Reply {
    let unit = which.0.unit.filter(|unit| !unit.is_empty());
    let seen = app.watch.look(id.0, &caller.units(), unit.as_deref()).await?;
    let progress = Progress::of(&seen, unit);
    // The same numbers a second later are no news.
    reply::json_tagged_by(&request, &progress, &(progress.state, &progress.total, &progress.lines, &progress.days))
}
