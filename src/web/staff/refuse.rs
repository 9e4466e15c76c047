//! Pages that refuse. Who is signed in keeps the menu and is led back to what it was about.

use super::auth::{self, Staff};
use super::page::{Frame, page};
use crate::domain::obstacle::Missing;
use crate::domain::staff::{Right, Staff as Person};
use crate::error::Error;
use crate::web::request_id::RequestId;
use crate::web::words::Language;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

/// A page that only says something, and leads back.
#[derive(Template)]
#[template(path = "staff/message.html")]
struct Message {
    frame: Frame,
    text: String,
    /// The key of its words and the address.
    back: (&'static str, String),
    /// The number of the request, where it is a fault of ours.
    request: Option<RequestId>,
}

/// Who is told, as far as it is known.
pub struct Asker {
    language: Language,
    path: String,
    /// The person and what forms of the session carry.
    person: Option<(Person, String)>,
}

impl Asker {
    /// Nobody who is signed in.
    pub const fn stranger(language: Language) -> Self {
        Self { language, path: String::new(), person: None }
    }

    /// Whoever sent a request. The database is asked only where a session is claimed; where it does not answer,
    /// it is a stranger.
    pub async fn of(request: &HttpRequest) -> Self {
        let asked = Self::stranger(Language::asked(request));
        let Ok(Some(held)) = auth::held(request).await else { return asked };
        Self { path: request.path().to_owned(), person: Some((held.session.account.staff, held.token)), ..asked }
    }

    /// Where one goes on from here: to the list or the survey it was about, or to the desk.
    fn back(&self, survey_is_there: bool) -> (&'static str, String) {
        let parts: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).skip(1).collect();
        let may = |right| self.person.as_ref().is_some_and(|(person, _)| person.role.may(right));
        let survey = parts.get(1).and_then(|part| part.parse::<Uuid>().ok()).filter(|_| survey_is_there);
        let (key, right, address) = match (parts.as_slice(), survey) {
            (["surveys", _, "links", _, ..] | ["surveys", _, "slips"], Some(id)) => {
                ("draw-back", Right::Links, format!("/staff/surveys/{id}/links"))
            }
            (["surveys", _, "roster", _, ..], Some(id)) => {
                ("to-roster", Right::Links, format!("/staff/surveys/{id}/roster"))
            }
            (["surveys", _, _, ..], Some(id)) => ("to-survey", Right::Surveys, format!("/staff/surveys/{id}")),
            (["surveys", _, ..], _) => ("to-list", Right::Surveys, "/staff/surveys".to_owned()),
            (["scorecards", id, _, ..], _) if id.parse::<Uuid>().is_ok() => {
                ("to-scorecard", Right::Scorecards, format!("/staff/scorecards/{id}"))
            }
            (["scorecards", _, ..], _) => ("to-scorecards", Right::Scorecards, "/staff/scorecards".to_owned()),
            (["accounts", _, ..], _) => ("to-accounts", Right::Accounts, "/staff/accounts".to_owned()),
            (["units", _, ..], _) => ("to-units", Right::Units, "/staff/units".to_owned()),
            (["keys", _, ..], _) => ("to-keys", Right::Keys, "/staff/keys".to_owned()),
            (["account", _, ..], _) => ("to-account", Right::OwnAccount, "/staff/account".to_owned()),
            _ => ("to-desk", Right::OwnAccount, "/staff".to_owned()),
        };
        if may(right) { (key, address) } else { ("to-desk", "/staff".to_owned()) }
    }

    /// The part of the desk it was about.
    fn here(&self) -> &'static str {
        let part =
            |name: &str| self.path.strip_prefix("/staff/").is_some_and(|path| path.split('/').next() == Some(name));
        let parts = [
            ("surveys", "menu-surveys"),
            ("units", "menu-units"),
            ("accounts", "menu-accounts"),
            ("audit", "menu-audit"),
            ("keys", "menu-keys"),
            ("scorecards", "menu-scorecards"),
        ];
        parts.into_iter().find(|(name, _)| part(name)).map_or("", |(_, key)| key)
    }

    fn told(self, status: StatusCode, title: &str, text: String, survey_is_there: bool) -> HttpResponse {
        self.told_with(None, status, title, text, survey_is_there)
    }

    fn told_with(
        self,
        request: Option<RequestId>,
        status: StatusCode,
        title: &str,
        text: String,
        survey_is_there: bool,
    ) -> HttpResponse {
        let (back, here, language) = (self.back(survey_is_there), self.here(), self.language);
        let (person, token) = self.person.unzip();
        let frame =
            Frame { person, here, token: token.unwrap_or_default(), ..Frame::open(language, language.say(title)) };
        let mut reply = page(status, &Message { frame, text, back, request });
        if let Some(id) = request {
            let (name, value) = id.header();
            reply.headers_mut().insert(name, value);
        }
        reply
    }
}

impl<R> From<&Staff<R>> for Asker {
    fn from(staff: &Staff<R>) -> Self {
        let person = Some((staff.person.clone(), staff.token.clone()));
        Self { language: staff.language, path: staff.path.clone(), person }
    }
}

/// This person may not.
pub fn forbidden(asker: Asker) -> HttpResponse {
    let text = asker.language.say("forbidden-text");
    asker.told(StatusCode::FORBIDDEN, "forbidden", text, true)
}

/// There is nothing at this address of the desk.
pub async fn nowhere(request: &HttpRequest) -> HttpResponse {
    let asker = Asker::of(request).await;
    let text = asker.language.say("unknown-path-desk");
    asker.told(StatusCode::NOT_FOUND, "not-found", text, true)
}

/// A form that no page of this session has sent, or one that is too old.
pub fn stale(asker: Asker) -> HttpResponse {
    let text = asker.language.say("stale-text");
    asker.told(StatusCode::FORBIDDEN, "stale", text, true)
}

/// A form that is longer than any that is right.
pub fn too_large(asker: Asker) -> HttpResponse {
    let text = asker.language.say("too-large-text");
    asker.told(StatusCode::PAYLOAD_TOO_LARGE, "too-large", text, true)
}

/// Something below the web went wrong. What can be mended is told; what is ours goes to the log.
pub fn failed(asker: impl Into<Asker>, error: &Error) -> HttpResponse {
    let (asker, id) = (asker.into(), RequestId::new());
    let (status, title) = match error {
        Error::NotFound(_) => (StatusCode::NOT_FOUND, "not-found"),
        Error::Refused(_) => (StatusCode::CONFLICT, "not-possible"),
        Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "not-possible"),
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy-desk"),
        Error::Setup(_) | Error::Database(_) | Error::Io(_) | Error::Corrupt(_) => {
            tracing::error!(%error, request = %id, "a request of the desk failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "our-fault")
        }
    };
    let (text, there) = (asker.language.explain(error), !matches!(error, Error::NotFound(Missing::Survey { .. })));
    asker.told_with(status.is_server_error().then_some(id), status, title, text, there)
}
