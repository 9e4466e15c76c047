//! How replies go out: JSON and files, each with an entity tag, so that a program that has it need not take it again.

use super::fault::Fault;
use crate::web::results::File;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ContentDisposition, ETAG, EntityTag, Header, IfNoneMatch,
    LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// What a handler gives.
pub type Reply = Result<HttpResponse, Fault>;

/// A file, in the document: bytes that no schema describes.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Octets(());

/// Bytes of the digest that an entity tag holds.
const TAG: usize = 16;

/// A value as JSON, or 304 where the program has it already.
pub fn json(request: &HttpRequest, value: &impl Serialize) -> Reply {
    let bytes = bytes(value)?;
    let tag = tag(&bytes);
    Ok(tagged(request, bytes, "application/json", None, tag))
}

/// The same where only a part of the value is news.
pub fn json_tagged_by(request: &HttpRequest, value: &impl Serialize, news: &impl Serialize) -> Reply {
    let tag = EntityTag::new_weak(tag(&bytes(news)?).tag().to_owned());
    Ok(tagged(request, bytes(value)?, "application/json", None, tag))
}

/// JSON that was written before, such as a release.
pub fn document(request: &HttpRequest, document: String) -> HttpResponse {
    let tag = tag(document.as_bytes());
    tagged(request, document.into(), "application/json", None, tag)
}

/// A file to be kept, or 304.
pub fn file(request: &HttpRequest, file: File) -> HttpResponse {
    let File { name, kind, bytes } = file;
    let tag = tag(&bytes);
    tagged(request, bytes.into(), kind, Some(name), tag)
}

/// A file that is given once and that nothing on the way keeps.
pub fn once(file: File) -> HttpResponse {
    base(StatusCode::OK, file.kind).insert_header((CONTENT_DISPOSITION, file.name)).body(file.bytes)
}

/// JSON that was written before, of something that was made now or stood already, and where it is.
pub fn made(new: bool, address: &str, document: String) -> HttpResponse {
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    base(status, "application/json").insert_header((LOCATION, address)).body(document)
}

/// What was made, and where it is.
pub fn created(address: &str, value: &impl Serialize) -> Reply {
    let bytes = bytes(value)?;
    Ok(base(StatusCode::CREATED, "application/json").insert_header((LOCATION, address)).body(bytes))
}

/// What was begun, and where to look how far it is.
pub fn begun(address: &str, value: &impl Serialize) -> Reply {
    let bytes = bytes(value)?;
    Ok(base(StatusCode::ACCEPTED, "application/json").insert_header((LOCATION, address)).body(bytes))
}

/// What was done.
pub fn done(status: StatusCode, value: &impl Serialize) -> Reply {
    Ok(base(status, "application/json").body(bytes(value)?))
}

fn bytes(value: &impl Serialize) -> Result<Bytes, Fault> {
    let written = serde_json::to_vec(value).map_err(|error| crate::error::Error::Corrupt(error.to_string()))?;
    Ok(written.into())
}

/// The entity tag of these bytes.
fn tag(bytes: &[u8]) -> EntityTag {
    EntityTag::new_strong(HEXLOWER.encode(Sha256::digest(bytes).get(..TAG).unwrap_or_default()))
}

fn tagged(
    request: &HttpRequest,
    bytes: Bytes,
    kind: &'static str,
    name: Option<ContentDisposition>,
    tag: EntityTag,
) -> HttpResponse {
    let held = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(held)) => held.iter().any(|held| held.weak_eq(&tag)),
        Err(_) => false,
    };
    // “*” is what a request without the header is read as, too.
    let held = held && request.headers().contains_key("if-none-match");
    let mut reply = base(if held { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, kind);
    reply.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
    if let Some(name) = name {
        reply.insert_header((CONTENT_DISPOSITION, name));
    }
    if held { reply.finish() } else { reply.body(bytes) }
}

fn base(status: StatusCode, kind: &'static str) -> HttpResponseBuilder {
    let mut reply = HttpResponse::build(status);
    reply.insert_header((CONTENT_TYPE, kind)).insert_header((CACHE_CONTROL, "no-store"));
    reply.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    reply
}
