//! Issuing links for a program: done once for each Idempotency-Key, however often it is sent.

use super::body::{Body, SurveyId};
use super::caller::{Caller, LinksIssue};
use super::fault::Fault;
use super::reply::{self, Reply};
use super::rosters::{Person, listed};
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Recipient;
use crate::domain::survey::SurveyState;
use crate::error::Error;
use crate::store::idempotency::{self, Request, Settled, Standing};
use crate::store::{self, intake, issue, surveys, units};
use crate::web::App;
use crate::web::staff::{self, End, Job, Whom};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

/// The header that says which request it is.
const KEY: &str = "idempotency-key";

/// The header of a reply to a request that was done before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Characters of the longest Idempotency-Key.
const LONGEST_KEY: usize = 128;

/// Most people of one request, and most links that a reply lists.
const MOST: usize = 1_000;

/// How long a program waits for the end of a run; after that it is told where to look.
const PATIENCE: Duration = Duration::from_secs(10);

/// Seconds after which a run that was going on is worth asking for again.
const AGAIN: u32 = 2;

/// Whom to issue links to.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// These people: they are put on the roster if they are not on it, and get links. Without it, everybody on the
    /// roster (or in the sample) who has none.
    #[schema(min_items = 1, max_items = 1000)]
    people: Option<Vec<Person>>,
}

/// A link to be handed out.
#[derive(Serialize, ToSchema)]
pub struct Link {
    /// The unit's code.
    unit: String,
    /// The ref on the roster.
    #[serde(rename = "ref")]
    reference: Option<String>,
    /// The link.
    #[schema(example = "https://survey.example/s/0000-0000-0000-0000-0000")]
    link: String,
    /// Its code, for those who type.
    code: String,
}

/// What was issued.
#[derive(Serialize, ToSchema)]
pub struct Issued {
    /// How many links.
    issued: i64,
    /// How many people had one already.
    known: i64,
    /// The links, in order; `null` where they are more than 1000.
    links: Option<Vec<Link>>,
    /// Where the list of all links is to be had.
    export: String,
}

/// A run that goes on.
#[derive(Serialize, ToSchema)]
pub struct Going {
    /// How many links are written. They appear all at once.
    written: i64,
    /// Of how many.
    total: i64,
}

/// Issue links
///
/// For the people of the body, or, with an empty body or `{}`, for everybody on the roster (or in the sample) who has
/// none. `Idempotency-Key` says which request it is: sent again within 24 hours with the same body, it issues nothing
/// more and is answered with the same reply (codes are derived again, no reply is stored) and the header
/// `Idempotency-Replayed: true`. A run of more than a few seconds goes on by itself: then the reply is 202, and the
/// same request, sent again after its end, is answered as if it had waited.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/links", tag = "links",
    params(
        ("survey" = Uuid, Path, description = "The survey's id"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters of your choice, another \
            for each request", min_length = 1, max_length = 128, pattern = "^[!-~]{1,128}$"),
    ),
    request_body = Option<Wanted>,
    responses(
        (status = 201, body = Issued, headers(
            ("Idempotency-Replayed" = bool, description = "Whether the links were issued by an earlier request"),
        )),
        (status = 202, body = Going, headers(("Location" = String, description = "Where to look how far it is"))),
    )
)]
pub async fn issue(
    app: Data<App>,
    caller: Caller<LinksIssue>,
    id: SurveyId,
    body: Body,
    request: HttpRequest,
) -> Reply {
    let (key, wanted) = (key(&request)?, body.json_or_default::<Wanted>()?);
    // Nothing asks for the same as an empty object.
    let sent: &[u8] = if body.bytes().is_empty() { b"{}" } else { body.bytes() };
    let api_key = caller.key.id;
    let secret = app.key(id.0).await?;
    let mark = |bytes| secret.request_mark(api_key, bytes);
    let request = Request { api_key, mark: mark(key.as_bytes()), survey: id.0, body: mark(sent) };
    match look(&app, request).await? {
        Standing::Done(settled) => return told(&app, id.0, settled, true).await,
        Standing::InUse => return Err(in_use()),
        Standing::Reused => return Err(reused()),
        Standing::Free => {}
    }
    let job = begin(&app, request, wanted).await?;
    match job.soon(PATIENCE).await {
        None => {
            let going = Going { written: job.written(), total: job.total };
            reply::begun(&format!("/api/v1/surveys/{}/links", id.0), &going)
        }
        Some(End::Done(_)) => match look(&app, request).await? {
            Standing::Done(settled) => told(&app, id.0, settled, false).await,
            _ => Err(Error::Busy.into()),
        },
        Some(End::TakenOver) => match look(&app, request).await? {
            // The same came by another way in the same moment.
            Standing::Done(settled) => told(&app, id.0, settled, true).await,
            Standing::InUse => Err(in_use()),
            _ => Err(Error::from(Obstacle::IssuedElsewhere).into()),
        },
        Some(End::Cancelled) => {
            let detail = "Somebody at the desk has stopped this run: nothing of it was kept.";
            Err(Fault::new(StatusCode::CONFLICT, "issuing_cancelled", detail))
        }
        Some(End::Failed) => Err(Error::Busy.into()),
    }
}

/// The Idempotency-Key of a request.
fn key(request: &HttpRequest) -> Result<&str, Fault> {
    let Some(key) = request.headers().get(KEY) else {
        let detail = "Send an Idempotency-Key of your choice: sent again with it, nobody gets two links.";
        return Err(Fault::new(StatusCode::BAD_REQUEST, "idempotency_key_missing", detail));
    };
    let visible =
        |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    key.to_str().ok().filter(visible).ok_or_else(|| {
        let detail = format!("An Idempotency-Key is 1 to {LONGEST_KEY} visible ASCII characters, without blanks.");
        Fault::new(StatusCode::BAD_REQUEST, "idempotency_key_malformed", detail)
    })
}

fn in_use() -> Fault {
    Fault::from(Error::from(Obstacle::IdempotencyKeyInUse)).after(AGAIN)
}

fn reused() -> Fault {
    let detail = "This Idempotency-Key came with another survey or body before: choose a new one.";
    Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
}

async fn look(app: &App, request: Request) -> Result<Standing, Error> {
    let now = app.clock.now();
    app.read(move |conn| idempotency::look(conn, &request, now)).await
}

/// Checks what is wanted and begins to do it.
async fn begin(app: &App, request: Request, wanted: Wanted) -> Result<Arc<Job>, Fault> {
    let (id, everybody) = (request.survey, wanted.people.is_none());
    let found = app.read(move |conn| {
        let state = surveys::get(conn, id)?.state;
        if !matches!(state, SurveyState::Draft | SurveyState::Open) {
            return Err(Obstacle::IssueClosed { state }.into());
        }
        if intake::current(conn, id)?.is_some() {
            return Err(Obstacle::IntakeRunning.into());
        }
        let invited = if everybody { staff::invited(conn, id)? } else { None };
        Ok((invited, issue::current(conn, id)?.is_some(), units::tree(conn)?))
    });
    let (invited, took_over, tree) = found.await?;
    let (whom, total) = match wanted.people {
        None => {
            let invited = invited.ok_or(Error::from(Obstacle::DrawFirst))?;
            (Whom::Roster(invited.drawn), invited.count)
        }
        Some(people) if people.len() > MOST => {
            return Err(Fault::wrong("people", format!("at most {MOST} people at a time")));
        }
        Some(people) => {
            let people: Vec<Recipient> = listed(people, &tree)?.into_iter().map(|given| given.recipient).collect();
            let total = i64::try_from(people.len()).unwrap_or(i64::MAX);
            (Whom::People(people), total)
        }
    };
    if total == 0 {
        return Err(Error::from(Obstacle::NobodyToIssue).into());
    }
    match staff::start_for(app, request, whom, total, took_over) {
        Err(Error::Refused(Obstacle::IdempotencyKeyInUse)) => Err(in_use()),
        Err(error @ Error::Refused(Obstacle::IssuingRunning)) => Err(Fault::from(error).after(AGAIN)),
        begun => Ok(begun?),
    }
}

/// What was issued, and by this request or by one before.
async fn told(app: &App, survey: Uuid, settled: Settled, replayed: bool) -> Reply {
    let issued = settled.issued();
    let few = usize::try_from(issued).is_ok_and(|issued| issued <= MOST);
    let links = if few { Some(links(app, survey, settled).await?) } else { None };
    let export = format!("/api/v1/surveys/{survey}/links/export");
    let mut reply = reply::done(StatusCode::CREATED, &Issued { issued, known: settled.known, links, export })?;
    if replayed {
        reply.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(reply)
}

async fn links(app: &App, survey: Uuid, settled: Settled) -> Result<Vec<Link>, Error> {
    let secret = app.secret.clone();
    let issued = app.read(move |conn| {
        let stored = surveys::get(conn, survey)?;
        idempotency::issued(conn, &stored, &secret, settled)
    });
    let link = |one: store::links::Issued| {
        let (Recipient { unit, reference, .. }, code) = (one.recipient, one.code.to_string());
        Link { unit, reference, link: format!("{}/s/{code}", app.base_url), code }
    };
    Ok(issued.await?.into_iter().map(link).collect())
}
