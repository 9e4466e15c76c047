//! The seal: asked for with the key of one evaluator, consented to with the key of another, or at the desk.

use super::body::{Body, SurveyId};
use super::caller::{Caller, Seal as SealScope};
use super::reply::{self, Reply};
use crate::error::Result;
use crate::store::{Conn, seal, surveys};
use crate::web::App;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How far the seal of a survey is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Seal {
    /// The survey's id.
    survey: Uuid,
    /// `none`, `asked`, `consented` (it is being carried out), `rewritten` (the files are being cleaned) or `sealed`.
    #[schema(example = "sealed")]
    stage: &'static str,
    /// When it was asked for.
    asked_at: Option<DateTime<Utc>>,
    /// The account that asked; `null` for the command line.
    asked_by: Option<Uuid>,
    /// When somebody else consented.
    consented_at: Option<DateTime<Utc>>,
    /// The account that consented.
    consented_by: Option<Uuid>,
    /// When it was done.
    sealed_at: Option<DateTime<Utc>>,
    /// What the database did not let the program clean away.
    refused: Option<String>,
    /// Where the receipts are public; `null` before it is done.
    receipts: Option<String>,
}

fn status(conn: &mut Conn, survey: Uuid, now: DateTime<Utc>) -> Result<Seal> {
    surveys::get(conn, survey)?;
    let seal = seal::status(conn, survey, now)?;
    let told = seal.as_ref();
    Ok(Seal {
        survey,
        stage: told.map_or("none", |seal| seal.stage.name()),
        asked_at: told.map(|seal| seal.asked_at),
        asked_by: told.and_then(|seal| seal.asked_by),
        consented_at: told.and_then(|seal| seal.consented_at),
        consented_by: told.and_then(|seal| seal.consented_by),
        sealed_at: told.and_then(|seal| seal.sealed_at),
        receipts: told.filter(|seal| seal.sealed_at.is_some()).map(|_| format!("/receipts/{survey}.txt")),
        refused: seal.and_then(|seal| seal.refused),
    })
}

/// How far the seal is
#[utoipa::path(
    get, path = "/api/v1/surveys/{survey}/seal", tag = "seal",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    responses((status = 200, body = Seal))
)]
pub async fn show(app: Data<App>, _caller: Caller<SealScope>, id: SurveyId, request: HttpRequest) -> Reply {
    let now = app.clock.now();
    reply::json(&request, &app.read(move |conn| status(conn, id.0, now)).await?)
}

/// What is done about a seal.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Ask for it.
    Ask,
    /// Consent to what somebody else has asked for: nothing holds it up from here on.
    Consent,
    /// Take back a request that nobody has consented to.
    Withdraw,
}

/// A step towards the seal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The step.
    action: Step,
}

/// Ask for the seal, consent to it, or withdraw the request
///
/// The seal makes a closed survey anonymous for good: responses are written anew in random order, links, roster and
/// contacts are deleted, nothing can be released any more. It needs two accounts: a key counts as the account that it
/// belongs to. It is carried out within seconds of the consent; ask for it until the stage is `sealed`.
#[utoipa::path(
    post, path = "/api/v1/surveys/{survey}/seal", tag = "seal",
    params(("survey" = Uuid, Path, description = "The survey's id")),
    request_body = Act, responses((status = 202, body = Seal))
)]
pub async fn act(app: Data<App>, caller: Caller<SealScope>, id: SurveyId, body: Body) -> Reply {
    let (Act { action }, survey, account) = (body.json()?, id.0, caller.key.staff);
    let done = app.write("seal", Some(caller.key.id), move |conn, actor| {
        match action {
            Step::Ask => seal::ask(conn, actor, survey, Some(account))?,
            Step::Consent => seal::consent(conn, actor, survey, account)?,
            Step::Withdraw => seal::withdraw(conn, actor, survey)?,
        }
        status(conn, survey, actor.now)
    });
    reply::done(StatusCode::ACCEPTED, &done.await?)
}
