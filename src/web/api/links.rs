//! Links: how many there are, the list of them, and single ones replaced or taken back.

use super::body::{Body, SurveyId};
use super::caller::{Caller, LinksIssue, LinksRead};
use super::fault::Fault;
use super::list::{List, Part};
use super::reply::{self, Reply};
use crate::domain::link::LinkState;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::domain::token::{Code, Key, LinkHash};
use crate::error::Result;
use crate::store::links::{self, Found, LONGEST_REASON};
use crate::store::{Conn, idempotency, issue, progress, surveys, units};
use crate::web::App;
use crate::web::staff::is_reason;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Minutes for which a cursor of a list of links leads on: the list is noted in the log when it begins.
const LEADS_ON: TimeDelta = TimeDelta::minutes(60);

/// How many links a survey has and where they stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    /// Where the survey stands: `draft`, `open`, `closed` or `sealed`.
    state: &'static str,
    /// All links that were issued.
    issued: i64,
    /// Whether so few were issued, fewer than the survey's disclosure floor, that nothing but their number is told.
    too_few: bool,
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
    /// The run that issues links at this moment, or that did not end.
    run: Option<Run>,
}

/// A run of issuing. Its links appear all at once at its end.
#[derive(Debug, Serialize, ToSchema)]
pub struct Run {
    /// Whether it goes on; otherwise it died, and the next run clears away what it left.
    going: bool,
    /// How many links are written, where this node knows.
    written: Option<i64>,
    /// Of how many, where this node knows.
    total: Option<i64>,
}

/// How many links there are
///
/// Numbers only, and how far the run is that issues links now.
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/links", tag = "links",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 200, body = Links))
)]
pub async fn show(app: Data<App>, _caller: Caller<LinksRead>, id: SurveyId, request: HttpRequest) -> Reply {
    let (id, now) = (id.0, app.clock.now());
    let job = app.issuing.of(id).filter(|job| job.end().is_none());
    let found = app.read(move |conn| {
        let (stored, current) = (surveys::get(conn, id)?, issue::current(conn, id)?);
        let floor = i64::from(stored.survey.disclosure_floor);
        Ok((stored.state, floor, current, idempotency::is_held(conn, id, now)?, progress::total(conn, id)?))
    });
    let (state, floor, current, held, total) = found.await?;
    let run = job.map(|job| Run { going: true, written: Some(job.written()), total: Some(job.total) });
    let elsewhere = current.map(|_| Run { going: held.is_some(), written: None, total: None });
    let too_few = total.issued > 0 && total.issued < floor;
    let told = |count: i64| if too_few { 0 } else { count };
    let links = Links {
        state: state.name(),
        issued: total.issued,
        too_few,
        waiting: told(total.waiting),
        started: told(total.started),
        submitted: told(total.submitted),
        declined: told(total.declined),
        revoked: told(total.revoked),
        expired: told(total.expired),
        run: run.or(elsewhere),
    };
    reply::json(&request, &links)
}

/// Why a list of links is needed, of whose, and which part of it is to come.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Why the list is needed, without any person's name, for the log. Needed where the list begins, without a cursor.
    #[schema(min_length = 1, max_length = 200)]
    reason: Option<String>,
    /// The code of a unit: only its own people's links.
    unit: Option<String>,
    /// How many lines, 1 to 1000; 100 unless given.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u16>,
    /// Where the part begins: `next` of the part before, with the same key and unit, within an hour of the beginning.
    cursor: Option<String>,
}

/// A link and whose it is.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkLine)]
pub struct Line {
    /// The unit's code.
    unit: String,
    /// The ref on the roster.
    #[serde(rename = "ref")]
    reference: Option<String>,
    /// The name.
    name: Option<String>,
    /// The phone.
    phone: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The link.
    link: String,
    /// Its code, for those who type.
    code: String,
}

/// List links
///
/// In the order in which they were issued, without those that were taken back. It never tells whether a link is
/// answered. Each list is noted in the audit log with its reason when it begins.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/links/export", tag = "links",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Export, responses((status = 200, body = List<Line>))
)]
pub async fn export(app: Data<App>, caller: Caller<LinksRead>, id: SurveyId, body: Body) -> Reply {
    let Export { reason, unit, limit, cursor } = body.json()?;
    let limit = Part { limit, cursor: None }.limit()?;
    let ticket = Ticket { api_key: caller.key.id, survey: id.0, unit: unit.clone() };
    let key = app.key(id.0).await?;
    let (after, upper, until) = match cursor {
        Some(cursor) => ticket.read(key, app.clock.now(), &cursor)?,
        None => {
            let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| is_reason(reason));
            let reason = reason.ok_or_else(|| {
                let detail = format!("say in 1 to {LONGEST_REASON} characters why the list is needed");
                Fault::wrong("reason", detail)
            })?;
            let upper = note(&app, caller.key.id, id.0, unit.clone(), reason).await?;
            (0, upper, (app.clock.now() + LEADS_ON).timestamp())
        }
    };
    let (one, secret) = (app.permit(&app.exporting).await?, app.secret.clone());
    let found = app.read(move |conn| {
        let _one = one;
        let mut stored = surveys::get(conn, id.0)?;
        // What was issued since the list began was not noted with it.
        stored.visible_serial = stored.visible_serial.min(upper);
        let (page, last) = links::page(conn, &stored, &secret, unit.as_deref(), after, limit)?;
        let goes_on = match last {
            Some(last) => links::page(conn, &stored, &secret, unit.as_deref(), last, 1)?.1.is_some(),
            None => false,
        };
        Ok((page, last.filter(|_| goes_on)))
    });
    let (page, last) = found.await?;
    let line = |one: links::Issued| {
        let Recipient { unit, reference, name, phone, email } = one.recipient;
        let code = one.code.to_string();
        Line { unit, reference, name, phone, email, link: format!("{}/s/{code}", app.base_url), code }
    };
    let items = page.into_iter().map(line).collect();
    let next = last.map(|last| ticket.cursor(key, last, upper, until));
    reply::done(StatusCode::OK, &List { items, next })
}

/// Notes that the list leaves the program, and gives the serial of its last link. Comes before the list.
async fn note(app: &App, by: Uuid, survey: Uuid, unit: Option<String>, reason: String) -> Result<i32> {
    app.write("export links", Some(by), move |conn, actor| {
        let stored = surveys::get(conn, survey)?;
        if stored.salt.is_none() {
            return Err(Obstacle::Sealed.into());
        }
        if let Some(code) = &unit
            && units::tree(conn)?.get(code).is_none()
        {
            return Err(Missing::Unit { code: code.clone() }.into());
        }
        links::exported(conn, actor, survey, unit.as_deref(), &reason)?;
        Ok(stored.visible_serial)
    })
    .await
}

/// What the cursors of a list hold for: they are marked, so that no part of a list is had that was not noted.
struct Ticket {
    api_key: Uuid,
    survey: Uuid,
    unit: Option<String>,
}

impl Ticket {
    /// The cursor of the part after that serial, up to the last one, good until then.
    fn cursor(&self, key: &Key, after: i32, upper: i32, until: i64) -> String {
        let unit = self.unit.as_deref().map(|unit| format!(".{unit}")).unwrap_or_default();
        let about = format!("{}.{after}.{upper}.{until}{unit}", self.survey);
        let mark = key.cursor_mark(self.api_key, &about);
        format!("{after}.{upper}.{until}.{}", HEXLOWER.encode(&mark))
    }

    /// What a cursor says, if this program made it for the same list and its hour is not over.
    fn read(&self, key: &Key, now: DateTime<Utc>, cursor: &str) -> Result<(i32, i32, i64), Fault> {
        let mut parts = cursor.split('.');
        let after = parts.next().and_then(|part| part.parse::<i32>().ok());
        let upper = parts.next().and_then(|part| part.parse::<i32>().ok());
        let until = parts.next().and_then(|part| part.parse::<i64>().ok());
        let told = after.zip(upper).zip(until).map(|((after, upper), until)| (after, upper, until));
        let ours = told.filter(|(after, upper, until)| self.cursor(key, *after, *upper, *until) == cursor);
        let fresh = ours.filter(|(.., until)| *until > now.timestamp());
        fresh.ok_or_else(|| {
            let detail = "“cursor” is none of this list, or its hour is over: begin again, without it.";
            Fault::wrong("cursor", detail)
        })
    }
}

/// One link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The link or its code.
    code: String,
}

impl Which {
    fn hash(&self) -> Result<LinkHash, Fault> {
        // A whole link may be given as well.
        let last = self.code.trim_end_matches('/').rsplit('/').next().unwrap_or(&self.code);
        let code = Code::parse(last);
        let none = || Fault::wrong("code", "this is no code: it has 20 letters and digits");
        code.map(|code| code.hash()).ok_or_else(none)
    }
}

/// A link that took the place of another.
#[derive(Serialize, ToSchema)]
pub struct Reissued {
    /// The new link.
    link: String,
    /// Its code.
    code: String,
}

/// A link that was taken back.
#[derive(Serialize, ToSchema)]
pub struct Revoked {
    /// Where it stands: `revoked`.
    state: &'static str,
}

/// Replace a link
///
/// The old one stops working at once. An answered link is never replaced.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/links/reissue", tag = "links",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Which, responses((status = 200, body = Reissued))
)]
pub async fn reissue(app: Data<App>, caller: Caller<LinksIssue>, id: SurveyId, body: Body) -> Reply {
    let hash = body.json::<Which>()?.hash()?;
    let code = app.write("reissue link", Some(caller.key.id), move |conn, actor| {
        of_survey(conn, id.0, hash)?;
        links::reissue(conn, actor, hash)
    });
    let code = code.await?.to_string();
    reply::done(StatusCode::OK, &Reissued { link: format!("{}/s/{code}", app.base_url), code })
}

/// Take a link back
///
/// An answered link is never taken back.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/links/revoke", tag = "links",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Which, responses((status = 200, body = Revoked))
)]
pub async fn revoke(app: Data<App>, caller: Caller<LinksIssue>, id: SurveyId, body: Body) -> Reply {
    let hash = body.json::<Which>()?.hash()?;
    app.write("revoke link", Some(caller.key.id), move |conn, actor| {
        of_survey(conn, id.0, hash)?;
        links::revoke(conn, actor, hash)
    })
    .await?;
    reply::done(StatusCode::OK, &Revoked { state: LinkState::Revoked.name() })
}

/// Fails unless it is a link of that survey. One that was replaced is none.
fn of_survey(conn: &mut Conn, id: Uuid, hash: LinkHash) -> Result<()> {
    surveys::get(conn, id)?;
    match links::find(conn, hash)? {
        Found::Link { survey, .. } if survey == id => Ok(()),
        _ => Err(Missing::Link.into()),
    }
}
