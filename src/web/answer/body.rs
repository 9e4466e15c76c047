//! The body of a request: read with its limits, as a form or as JSON.

use crate::domain::response::RawSubmission;
use crate::web::error::Problem;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// Bytes of the largest body that is read: a questionnaire of 100 questions takes a tenth of it.
pub const LARGEST: usize = 32 * 1024;

/// What actix makes of a body: the bytes, or why they were not read.
pub type Read = Result<Bytes, actix_web::Error>;

/// The fields of the answer page's form.
#[derive(Debug, Default)]
pub struct Form {
    /// `action`; the page's first button sends `submit`.
    pub action: Option<String>,
    /// The answers.
    pub submission: RawSubmission,
}

/// The bytes of a body of that media type.
fn bytes(request: &HttpRequest, body: Read, media_type: &str) -> Result<Bytes, Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let given = given.split(';').next().unwrap_or("").trim();
    if !given.eq_ignore_ascii_case(media_type) {
        return Err(Problem::MediaType);
    }
    body.map_err(|error| match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::MalformedBody,
    })
}

/// Reads a form. Fields that are not the questionnaire's are passed over, as browsers add some.
pub fn form(request: &HttpRequest, body: Read) -> Result<Form, Problem> {
    let bytes = bytes(request, body, "application/x-www-form-urlencoded")?;
    let mut form = Form::default();
    for (name, value) in form_urlencoded::parse(&bytes) {
        match (name.as_ref(), name.strip_prefix('q')) {
            ("action", _) => form.action = Some(value.into_owned()),
            ("respondent", _) => form.submission.respondent = Some(value.into_owned()),
            (_, Some(number)) => form.submission.answers.push((number.to_owned(), value.into_owned())),
            _ => {}
        }
    }
    Ok(form)
}

/// Reads the JSON twin of the form: `{"answers":{"1":"A",…},"respondent":"self"}`.
pub fn json_submission(request: &HttpRequest, body: Read) -> Result<RawSubmission, Problem> {
    let sheet: Sheet = json(request, body)?;
    Ok(RawSubmission { answers: sheet.answers.0, respondent: sheet.respondent })
}

/// Reads `{"action":"start"}`.
pub fn json_action(request: &HttpRequest, body: Read) -> Result<String, Problem> {
    let action: ActionBody = json(request, body)?;
    Ok(action.action)
}

fn json<T: serde::de::DeserializeOwned>(request: &HttpRequest, body: Read) -> Result<T, Problem> {
    let bytes = bytes(request, body, "application/json")?;
    serde_json::from_slice(&bytes).map_err(|_| Problem::MalformedBody)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionBody {
    action: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    answers: Pairs,
    #[serde(default)]
    respondent: Option<String>,
}

/// The pairs of an object in their order: a question answered twice must be seen, not overwritten.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of question numbers and option codes")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
