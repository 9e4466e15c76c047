//! The document itself.

use super::document;
use super::reply::{self, Reply};
use actix_web::HttpRequest;

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "interface", responses((status = 200, description = "OpenAPI 3.1")))]
pub async fn openapi(request: HttpRequest) -> Reply {
    reply::json(&request, &document::openapi())
}
