//! Sealing a survey: one evaluator asks on this page and another consents on it.

use super::super::auth::{Form, Staff, Surveys};
use super::super::page::{Frame, page, see};
use super::super::place::Place;
use super::super::refuse::failed;
use super::{frame, moment};
use crate::domain::seal::{Stage, lapses_at};
use crate::error::{Error, Result};
use crate::store::backups::{self, Backup, Kind};
use crate::store::progress::{self, Counts};
use crate::store::seal::{self, Seal};
use crate::store::staff as accounts;
use crate::store::surveys::{self, Stored};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/survey_seal.html")]
struct SealPage {
    frame: Frame,
    place: Place,
    links: Counts,
    least: i64,
    /// Where its receipts are for everybody to see.
    receipts: String,
    /// What the program made in which the survey stands as it was: what it is, and where.
    backups: Vec<(String, String)>,
    /// What can be done now.
    now: Now,
}

/// Where a seal stands for the one who looks.
enum Now {
    /// It cannot be sealed; the frame says why.
    NotReady,
    /// It can be asked for.
    Ready,
    /// Somebody has asked; in words, and whether this person may consent.
    Asked { words: String, may_consent: bool },
    /// It is being carried out.
    Running(String),
    /// It is done, and what the database did not allow.
    Sealed { words: Vec<String>, refused: Option<String> },
}

/// What is read for the page.
struct Found {
    stored: Stored,
    links: Counts,
    seal: Option<Seal>,
    ready: Result<()>,
    backups: Vec<Backup>,
    /// Names of who asked and who consented.
    names: (Option<String>, Option<String>),
}

/// What was just done, by the key of its words.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /staff/surveys/{id}/seal`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, done: Query<Done>) -> HttpResponse {
    let done = match done.done.as_deref() {
        Some("consented") => Some(staff.language.say("seal-consented-done")),
        Some("withdrawn") => Some(staff.language.say("seal-withdrawn-done")),
        _ => None,
    };
    seal_page(&app, &staff, *id, done, None).await
}

async fn seal_page(
    app: &App,
    staff: &Staff<Surveys>,
    id: Uuid,
    done: Option<String>,
    alert: Option<String>,
) -> HttpResponse {
    let now = app.clock.now();
    let found = app.read(move |conn| {
        let stored = surveys::get(conn, id)?;
        let links = progress::total(conn, id)?;
        let seal = seal::status(conn, id, now)?;
        let ready = match seal::is_ready(conn, id) {
            Err(error @ Error::Refused(_)) => Err(error),
            other => Ok(other?),
        };
        let mut name = |id: Option<Uuid>| id.map(|id| Ok(accounts::get(conn, id)?.staff.name.to_string())).transpose();
        let asked: Result<Option<String>> = name(seal.as_ref().and_then(|seal| seal.asked_by));
        let consented: Result<Option<String>> = name(seal.as_ref().and_then(|seal| seal.consented_by));
        let names = (asked?, consented?);
        Ok(Found { stored, links, seal, ready, backups: backups::of(conn, id)?, names })
    });
    let found = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let language = staff.language;
    let status = if alert.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let now = found.now(language, staff.person.id);
    let hindrance = match (&now, &found.ready) {
        (Now::NotReady, Err(error)) => Some(language.explain(error)),
        _ => None,
    };
    let frame = frame(staff, "seal-title").done(done);
    let frame = match alert.or(hindrance) {
        Some(words) => frame.alert(words),
        None => frame,
    };
    let view = SealPage {
        frame,
        place: Place::of(language, &found.stored, "step-seal"),
        links: found.links,
        least: found.stored.survey.disclosure_floor.into(),
        receipts: language.address(&format!("/receipts/{id}")),
        backups: found.backups(language),
        now,
    };
    page(status, &view)
}

impl Found {
    fn backups(&self, language: Language) -> Vec<(String, String)> {
        let words = |one: &Backup| {
            let key = match one.kind {
                Kind::Backup => "seal-backup-backup",
                Kind::Copy => "seal-backup-copy",
                Kind::Moved => "seal-backup-moved",
            };
            let at = moment(language, one.made_at, self.stored.survey.time_zone);
            (language.with(key, &[("at", at)]), one.place.clone())
        };
        self.backups.iter().map(words).collect()
    }

    fn now(&self, language: Language, person: Uuid) -> Now {
        let zone = self.stored.survey.time_zone;
        let Some(seal) = &self.seal else {
            return if self.ready.is_ok() { Now::Ready } else { Now::NotReady };
        };
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| language.say("command-line"));
        let (asked, consented) = (name(&self.names.0), name(&self.names.1));
        let at = |at| moment(language, at, zone);
        match seal.stage {
            Stage::Asked => {
                let mine = seal.asked_by == Some(person);
                let places = [("name", asked), ("at", at(seal.asked_at)), ("until", at(lapses_at(seal.asked_at)))];
                let words = language.with(if mine { "seal-mine" } else { "seal-theirs" }, &places);
                Now::Asked { words, may_consent: !mine && self.ready.is_ok() }
            }
            Stage::Consented | Stage::Rewritten => {
                let when = seal.consented_at.map(at).unwrap_or_default();
                Now::Running(language.with("seal-running", &[("name", consented), ("at", when)]))
            }
            Stage::Sealed => {
                let when = seal.sealed_at.map(at).unwrap_or_default();
                let words = vec![
                    language.with("seal-over", &[("at", when)]),
                    language.with("seal-over-who", &[("asked", asked), ("consented", consented)]),
                ];
                let refused = seal.refused.clone();
                let refused = refused.map(|what| language.with("seal-over-refused", &[("what", what)]));
                Now::Sealed { words, refused }
            }
        }
    }
}

/// `POST /staff/surveys/{id}/seal`: asks, consents or withdraws.
pub async fn act(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, person) = (*id, staff.person.id);
    let done = match form.text("act") {
        "ask" => "asked",
        "consent" => "consented",
        "withdraw" => "withdrawn",
        _ => return see(&format!("/staff/surveys/{id}/seal")),
    };
    let acted = app.write("seal", Some(person), move |conn, actor| match done {
        "asked" => seal::ask(conn, actor, id, Some(person)),
        "consented" => seal::consent(conn, actor, id, person),
        _ => seal::withdraw(conn, actor, id),
    });
    match acted.await {
        Ok(()) => see(&format!("/staff/surveys/{id}/seal?done={done}")),
        Err(error @ Error::Refused(_)) => {
            let words = staff.language.explain(&error);
            seal_page(&app, &staff, id, None, Some(words)).await
        }
        Err(error) => failed(&staff, &error),
    }
}
