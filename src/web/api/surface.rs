//! The document itself.

use super::document::openapi as made;
use super::reply::{self, Reply};
use crate::error::Error;
use actix_web::HttpRequest;
use std::sync::LazyLock;

/// Written once: nothing in it depends on who asks or when.
static DOCUMENT: LazyLock<serde_json::Result<String>> = LazyLock::new(|| {
    // By way of a value, whose keys are sorted.
    let document = serde_json::to_value(made())?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
});

/// The OpenAPI document as JSON, in an order that does not change.
pub fn document() -> Result<&'static str, Error> {
    DOCUMENT.as_deref().map_err(|error| Error::Corrupt(format!("the OpenAPI document: {error}")))
}

/// This document
#[utoipa::path(
    get, path = "/openapi.json", tag = "interface",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub async fn openapi(request: HttpRequest) -> Reply {
    Ok(reply::document(&request, document()?.to_owned()))
}
