//! What programs send: JSON and files, read within limits, and the query and the ids of an address.

use super::fault::Fault;
use crate::domain::key::Key;
use crate::web::arriving::{Slowest, paced, was_slow};
use crate::web::places;
use crate::web::{App, PATIENCE};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Path, PayloadConfig, Query};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::pin::Pin;
use uuid::Uuid;

/// Bytes of the largest body, unless its address says otherwise.
pub const LARGEST: usize = 1024 * 1024;

/// A body and the type it says it is of; an empty body has none.
pub struct Body {
    bytes: Bytes,
    kind: String,
    /// Large bodies are few at once; the place is given back with the body.
    _place: Option<places::Place>,
}

impl FromRequest for Body {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let most = request.app_data::<Most>().map_or(LARGEST, |most| most.0);
        let told = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let large = most > LARGEST && told.is_none_or(|length: usize| length > LARGEST);
        let app = request.app_data::<Data<App>>().filter(|_| large).cloned();
        // Bodies are read of those only who have shown their key.
        let holder = request.extensions().get::<Key>().map(|key| key.id);
        let slowest = if large { Slowest::File } else { Slowest::Form };
        let read = Bytes::from_request(request, &mut paced(request, payload, slowest));
        Box::pin(async move {
            let place = match app {
                Some(app) => Some(app.receiving.take(holder.unwrap_or_default().as_bytes(), PATIENCE).await?),
                None => None,
            };
            match read.await {
                Ok(bytes) => Ok(Self { bytes, kind, _place: place }),
                Err(error) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
                    Err(Fault::too_large(most))
                }
                Err(error) if was_slow(&error) => Err(Fault::slow()),
                Err(_) => Err(Fault::malformed_body("The body broke off.")),
            }
        })
    }
}

impl Body {
    /// The type it says it is of, in small letters and without its parameters.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The text of a body that has to be UTF-8.
    pub fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(&self.bytes).map_err(|_| Fault::malformed_body("The body is not UTF-8."))
    }

    /// Reads JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        if self.kind != "application/json" {
            return Err(Fault::media_type("application/json"));
        }
        // A list would be read as the fields of an object, one after the other.
        if self.bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Fault::wrong("body", "send an object: {…}"));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| match error.classify() {
            // It is JSON, but not what this address reads.
            serde_json::error::Category::Data => Fault::wrong("body", error.to_string()),
            _ => Fault::malformed_body(format!("This is no JSON: {error}.")),
        })
    }

    /// Reads JSON, or takes the default where nothing was sent.
    pub fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Fault> {
        if self.bytes.is_empty() { Ok(T::default()) } else { self.json() }
    }
}

/// How large a body of an address may be.
#[derive(Clone, Copy, Debug)]
pub struct Most(pub usize);

impl Most {
    /// The same for what reads it.
    pub fn payload(self) -> PayloadConfig {
        PayloadConfig::new(self.0)
    }
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Asked<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = Query::<T>::from_query(request.query_string());
        ready(read.map(|query| Self(query.into_inner())).map_err(|error| Fault::invalid_query(error.to_string())))
    }
}

/// The survey that an address names. What is no id names none.
pub struct SurveyId(pub Uuid);

impl FromRequest for SurveyId {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = request.match_info().get("survey").and_then(|text| text.parse().ok());
        ready(read.map(Self).ok_or_else(Fault::no_survey))
    }
}

/// What an address names otherwise.
pub struct Place<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Place<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = Path::<T>::from_request(request, payload).into_inner();
        ready(path.map(|path| Self(path.into_inner())).map_err(|_| Fault::unknown_path()))
    }
}
