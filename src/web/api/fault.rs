//! What an error means to a program: problem+json (RFC 9457) with a code that does not change.
//!
//! The codes of rules and of what is missing are the names of the variants of
//! [`Obstacle`](crate::domain::obstacle::Obstacle) and [`Missing`](crate::domain::obstacle::Missing); a snapshot in
//! the tests keeps them as they are.

use crate::domain::fault::Faults;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::error::Error;
use crate::web::request_id::RequestId;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use utoipa::ToSchema;

/// Seconds after which a busy server is worth asking again.
const RETRY_SECONDS: u32 = 3;

/// What kept a request from being done.
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    errors: Vec<Wrong>,
    more: u64,
    retry: Option<u32>,
    allow: Option<String>,
    /// The number under which the log has it, where it is a fault of ours.
    request: Option<RequestId>,
}

/// One thing that is wrong in what was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Wrong {
    /// The row of the file or list, from 1; the header of a table is row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The column of the table, or the character of the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The field.
    pub field: String,
    /// What is wrong and how to mend it.
    pub detail: String,
}

/// A problem as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells what it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The words of the status.
    title: &'static str,
    /// The status.
    status: u16,
    /// The stable code of what is the matter.
    code: String,
    /// A sentence for people.
    detail: String,
    /// What is wrong in what was sent, where that is the matter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong>,
    /// How many further mistakes there are than `errors` lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_errors: Option<u64>,
}

impl Fault {
    /// A fault with that status, code and sentence.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self { status, code, detail, errors: Vec::new(), more: 0, retry: None, allow: None, request: None }
    }

    /// There is nothing at this address.
    pub fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_path", "There is nothing at this address.")
    }

    /// There is no survey at this address, for this program.
    pub fn no_survey() -> Self {
        Self::new(StatusCode::NOT_FOUND, "survey_not_found", "There is no such survey.")
    }

    /// The address knows other methods, these.
    pub fn method(known: String) -> Self {
        let fault =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address knows other methods.");
        Self { allow: Some(known), ..fault }
    }

    /// No key was sent.
    pub fn no_key() -> Self {
        let detail = "Send an API key: “Authorization: Bearer fpk_…”.";
        Self::new(StatusCode::UNAUTHORIZED, "no_key", detail)
    }

    /// The key is not known, was revoked or has expired, or its account may not sign in any more.
    pub fn invalid_key() -> Self {
        let detail = "This key is unknown, revoked or expired, or its account is disabled.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_key", detail)
    }

    /// The key does not have this scope.
    pub fn missing_scope(scope: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "missing_scope", format!("This key does not have the scope “{scope}”."))
    }

    /// Too many requests; the next may come in so many seconds.
    pub fn too_many(seconds: u32) -> Self {
        let detail = format!("Too many requests. The next may come in {seconds} s.");
        Self { retry: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail) }
    }

    /// The query of the address cannot be read.
    pub fn invalid_query(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_query", detail)
    }

    /// The body cannot be read as what it says it is.
    pub fn malformed_body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_body", detail)
    }

    /// The body is of another type than the address reads.
    pub fn media_type(known: &str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", format!("Send {known}."))
    }

    /// The body is larger than the address reads.
    pub fn too_large(most: usize) -> Self {
        let detail = format!("The body is larger than {most} bytes: send it in parts.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    }

    /// The body did not come in time.
    pub fn slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "The body did not come in time.")
    }

    /// What was sent has mistakes; all of them are listed and nothing was changed.
    pub fn invalid(errors: Vec<Wrong>) -> Self {
        let detail = "What was sent has mistakes; “errors” lists them. Nothing was changed.";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input", detail) }
    }

    /// One field is wrong.
    pub fn wrong(field: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![Wrong { row: None, column: None, field: field.to_owned(), detail: detail.into() }])
    }

    /// The mistakes of a list, whose places are no columns of a table.
    pub fn list(faults: &Faults) -> Self {
        let fault = Self::file(faults);
        let errors = fault.errors.into_iter().map(|wrong| Wrong { column: None, ..wrong }).collect();
        Self { errors, ..fault }
    }

    /// The same, to be sent again after so many seconds.
    pub fn after(self, seconds: u32) -> Self {
        Self { retry: Some(seconds), ..self }
    }

    /// The same where the list was made a table first, whose row 1 is its header.
    pub fn list_as_table(faults: &Faults) -> Self {
        let fault = Self::list(faults);
        let place = |wrong: Wrong| Wrong { row: wrong.row.map(|row| row.saturating_sub(1)), ..wrong };
        Self { errors: fault.errors.into_iter().map(place).collect(), ..fault }
    }

    fn file(faults: &Faults) -> Self {
        let wrong = |fault: &crate::domain::fault::Fault| Wrong {
            row: Some(fault.row),
            column: Some(fault.column),
            field: fault.field.clone(),
            detail: fault.message.to_string(),
        };
        Self { more: faults.unlisted(), ..Self::invalid(faults.listed().iter().map(wrong).collect()) }
    }
}

/// `NotDraftToOpen` as `not_draft_to_open`.
fn code(name: &str) -> String {
    let mut code = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(Missing::Survey { .. }) => Self::no_survey(),
            Error::NotFound(missing) => {
                Self::new(StatusCode::NOT_FOUND, format!("{}_not_found", code(missing.name())), missing.to_string())
            }
            Error::Refused(Obstacle::Unconfirmed { options, .. }) => {
                let detail = format!(
                    "Nobody has confirmed the weights of {options}: an evaluator has to stand for them. Send \
                     {{\"confirm_weights\": true}} to do so."
                );
                Self::new(StatusCode::CONFLICT, "unconfirmed", detail)
            }
            Error::Refused(obstacle) => Self::new(StatusCode::CONFLICT, code(obstacle.name()), obstacle.to_string()),
            Error::Invalid(faults) => Self::file(&faults),
            Error::Busy => {
                let detail = "The server is busy. Whether it was done is not certain: ask, or send it again.";
                let fault = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail);
                Self { retry: Some(RETRY_SECONDS), ..fault }
            }
            Error::Setup(_) | Error::Database(_) | Error::Io(_) | Error::Corrupt(_) => {
                let id = RequestId::new();
                tracing::error!(%error, request = %id, "a request of a program failed");
                let detail = "Something is wrong on our side; the log says what, under the number in X-Request-Id.";
                Self { request: Some(id), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail) }
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut reply = HttpResponse::build(self.status);
        reply.insert_header((CACHE_CONTROL, "no-store")).insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry {
            reply.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if let Some(known) = &self.allow {
            reply.insert_header((ALLOW, known.as_str()));
        }
        if let Some(id) = self.request {
            reply.insert_header(id.header());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            reply.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // Whoever sent half a body may go on sending it: nothing more is read from there.
            reply.force_close();
        }
        reply.json(Problem {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code.clone().into_owned(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            more_errors: (self.more > 0).then_some(self.more),
        })
    }
}
