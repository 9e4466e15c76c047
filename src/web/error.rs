//! What an error means in HTTP: problem+json under `/api`, a plain page elsewhere.
//!
//! What a client is told is not what the log is told: a fault of ours is written to the log and the
//! client hears only that it should try again.

use crate::domain::link::Refusal;
use crate::error::Error;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use utoipa::ToSchema;

/// Seconds after which a busy server is worth asking again.
const RETRY_SECONDS: u32 = 3;

/// Something that kept a request from being done, with its stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No such link.
    UnknownLink,
    /// No such address.
    UnknownPath,
    /// The address knows other methods, these.
    Method(&'static str),
    /// The link or its survey does not allow it.
    Refused(Refusal),
    /// Fields are wrong; the reply lists them.
    InvalidAnswers,
    /// The body cannot be read as what it says it is.
    MalformedBody,
    /// The body did not come in time.
    Slow,
    /// The body is larger than a questionnaire can be.
    TooLarge,
    /// The body is of another type.
    MediaType,
    /// Too much to do, or the database is away.
    Busy,
}

impl Problem {
    /// The status of the reply.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::UnknownLink | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused(Refusal::NotOpen | Refusal::Submitted) => StatusCode::CONFLICT,
            Self::Refused(_) => StatusCode::GONE,
            Self::InvalidAnswers => StatusCode::UNPROCESSABLE_ENTITY,
            Self::MalformedBody => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The stable code, and a sentence for the developer at the other end.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownLink => ("unknown_link", "There is no such link. Check the code."),
            Self::UnknownPath => ("unknown_path", "There is nothing at this address."),
            Self::Method(_) => ("method_not_allowed", "This address knows other methods."),
            Self::Refused(Refusal::NotOpen) => ("survey_not_open", "The survey has not opened yet."),
            Self::Refused(Refusal::Closed) => ("survey_closed", "The survey is closed."),
            Self::Refused(Refusal::Revoked) => ("link_revoked", "This link was taken back."),
            Self::Refused(Refusal::Replaced) => ("link_replaced", "A newer link was issued in place of this one."),
            Self::Refused(Refusal::Declined) => {
                ("link_declined", "The recipient declined. Send the action “resume” first.")
            }
            Self::Refused(Refusal::Submitted) => ("link_submitted", "The answer is recorded and cannot be taken back."),
            Self::InvalidAnswers => ("invalid_answers", "Some fields are wrong; “errors” lists them."),
            Self::MalformedBody => ("malformed_body", "The body cannot be read."),
            Self::Slow => ("body_too_slow", "The body did not come in time. Sending it again is safe."),
            Self::TooLarge => ("body_too_large", "The body is larger than any questionnaire."),
            Self::MediaType => ("unsupported_media_type", "Send application/json."),
            Self::Busy => (
                "busy",
                "It is not certain that this was recorded. Send it again after Retry-After seconds: that is safe.",
            ),
        }
    }

    /// The reply as problem+json (RFC 9457), with the wrong fields where there are any.
    pub fn json(self, errors: Vec<WrongField>) -> HttpResponse {
        let (code, detail) = self.words();
        let status = self.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let body = Body { kind: "about:blank", title, status: status.as_u16(), code, detail, errors };
        self.reply().insert_header((CONTENT_TYPE, "application/problem+json")).json(body)
    }

    /// A reply with the right status and, where trying again helps, when to.
    pub fn reply(self) -> HttpResponseBuilder {
        let mut reply = HttpResponse::build(self.status());
        reply.insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::Method(known) => reply.insert_header((ALLOW, known)),
            Self::Busy => reply.insert_header((RETRY_AFTER, RETRY_SECONDS.to_string())),
            // Whoever sent half a body may go on sending it: nothing more is read from there.
            Self::Slow => reply.force_close(),
            _ => &mut reply,
        };
        reply
    }
}

/// One wrong field of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongField {
    /// `q1` … `qN`, or `respondent`.
    pub field: String,
    /// What is wrong, as a stable word.
    pub code: &'static str,
}

/// What kept a recipient's request from being done, as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerProblem)]
pub struct Body {
    /// Always `about:blank`: `code` tells what it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The words of the status.
    title: &'static str,
    /// The status.
    status: u16,
    /// The stable code of what is the matter.
    code: &'static str,
    /// A sentence for the developer.
    detail: &'static str,
    /// The wrong fields of an answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongField>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if !matches!(error, Error::Busy) {
            tracing::error!(%error, "a request failed");
        }
        Self::Busy
    }
}
