//! The body of a request: read with its limits, as a form or as JSON.

use crate::domain::response::RawSubmission;
use crate::domain::survey::MOST_QUESTIONS;
use crate::web::arriving::{Slowest, paced, was_slow};
use crate::web::error::Problem;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use utoipa::ToSchema;

/// Bytes of the largest body that is read: a questionnaire of 100 questions takes a tenth of it.
pub const LARGEST: usize = 32 * 1024;

/// Pairs of the largest form that is taken apart, twice the questions of the longest questionnaire.
const MOST_PAIRS: usize = 2 * MOST_QUESTIONS;

/// Most links that one phone can finish in a day.
const MOST_OF_A_PHONE: u32 = 999;

/// Bytes of the longest name or value in a form.
const LONGEST: usize = 64;

/// A body, read within its limits, or why it was not.
pub struct Body(Result<Bytes, Problem>);

impl FromRequest for Body {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = Bytes::from_request(request, &mut paced(request, payload, Slowest::Form));
        Box::pin(async move {
            Ok(Self(read.await.map_err(|error| match error.as_response_error().status_code() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
                _ if was_slow(&error) => Problem::Slow,
                _ => Problem::MalformedBody,
            })))
        })
    }
}

/// The fields of the answer page's form.
#[derive(Debug, Default)]
pub struct Form {
    /// `action`; the page's first button sends `submit`.
    pub action: Option<String>,
    /// The answers.
    pub submission: RawSubmission,
}

/// The bytes of a body of that media type.
fn bytes(request: &HttpRequest, body: Body, media_type: &str) -> Result<Bytes, Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let given = given.split(';').next().unwrap_or("").trim();
    if !given.eq_ignore_ascii_case(media_type) {
        return Err(Problem::MediaType);
    }
    body.0
}

impl Form {
    /// Reads a form. Fields that are not the questionnaire's are passed over, as browsers add some.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let mut form = Self::default();
        for (index, (name, value)) in form_urlencoded::parse(bytes).enumerate() {
            if index >= MOST_PAIRS || name.len() > LONGEST || value.len() > LONGEST {
                return Err(Problem::MalformedBody);
            }
            match (name.as_ref(), name.strip_prefix('q')) {
                ("action", _) => form.action = Some(value.into_owned()),
                ("respondent", _) => form.submission.respondent = Some(value.into_owned()),
                (_, Some(number)) => form.submission.answers.push((number.to_owned(), value.into_owned())),
                _ => {}
            }
        }
        Ok(form)
    }
}

/// Reads the body of a form.
pub(super) fn form(request: &HttpRequest, body: Body) -> Result<Form, Problem> {
    Form::read(&bytes(request, body, "application/x-www-form-urlencoded")?)
}

impl Sheet {
    /// Reads the JSON twin of the form: `{"answers":{"1":"A",…},"respondent":"self"}`, and with it how many links the
    /// phone has finished today, where it says so.
    pub fn read(bytes: &[u8]) -> Result<RawSubmission, Problem> {
        let sheet: Self = serde_json::from_slice(bytes).map_err(|_| Problem::MalformedBody)?;
        // Whatever stands there, no answer is lost by it.
        let phone = sheet.phone.and_then(|number| u32::try_from(number.as_u64()?).ok());
        let phone = phone.filter(|number| (1..=MOST_OF_A_PHONE).contains(number));
        Ok(RawSubmission { answers: sheet.answers.0, respondent: sheet.respondent, phone })
    }
}

/// Reads the body of such a sheet.
pub(super) fn json_submission(request: &HttpRequest, body: Body) -> Result<RawSubmission, Problem> {
    Sheet::read(&bytes(request, body, "application/json")?)
}

/// Reads `{"action":"start"}`.
pub(super) fn json_action(request: &HttpRequest, body: Body) -> Result<String, Problem> {
    let bytes = bytes(request, body, "application/json")?;
    let action: ActionBody = serde_json::from_slice(&bytes).map_err(|_| Problem::MalformedBody)?;
    Ok(action.action)
}

/// What to do with a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkAction)]
pub struct ActionBody {
    /// `start`, `decline` or `resume`.
    #[schema(example = "start")]
    action: String,
}

/// An answer to the questionnaire of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Answers)]
pub struct Sheet {
    /// By the number of the question, from 1, the code of the option; a question that is not required may be left out.
    #[schema(value_type = HashMap<String, String>)]
    answers: Pairs,
    /// Who answers: one of `respondents`.
    #[serde(default)]
    #[schema(example = "self")]
    respondent: Option<String>,
    /// How many links this phone has finished today, with this one; what is no such number is passed over.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    phone: Option<serde_json::Value>,
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
                while let Some((number, code)) = map.next_entry::<String, String>()? {
                    if pairs.len() >= MOST_PAIRS || number.len() > LONGEST || code.len() > LONGEST {
                        return Err(serde::de::Error::custom("more than a questionnaire can hold"));
                    }
                    pairs.push((number, code));
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
