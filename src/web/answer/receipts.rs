//! The receipts of a sealed survey, for everybody: a page on which one's own is looked for by the browser alone, and
//! a text file with all of them.

use super::send::{Reader, style};
use crate::error::Result;
use crate::store::receipts;
use crate::web::error::Problem;
use crate::web::words::Language;
use crate::web::{App, tell};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream::try_unfold;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use uuid::Uuid;

/// Most receipts on one page; where there are more, a page has those that begin alike.
const MOST: i64 = 2_000;

/// Receipts read at once for the file.
const PIECE: i64 = 5_000;

/// How long the list may be kept: it never changes.
const KEPT: &str = "public, max-age=86400";

#[derive(Template)]
#[template(path = "receipts.html")]
struct ReceiptsPage {
    language: Language,
    title: String,
    survey: Uuid,
    count: i64,
    /// With what the receipts of the page begin; nothing where it has all of them, or none yet.
    part: Option<String>,
    /// Those of the page; nothing where it has to be said first with what they begin.
    receipts: Option<Vec<String>>,
}

/// With what the receipts of a page begin.
#[derive(Deserialize)]
pub struct Part {
    part: Option<String>,
}

impl Part {
    /// The first two characters of a receipt, as people type them.
    fn read(self) -> Option<String> {
        let typed = self.part?.to_uppercase().replace(['I', 'L'], "1").replace('O', "0");
        let part: String = typed.chars().filter(char::is_ascii_alphanumeric).take(2).collect();
        (part.len() == 2).then_some(part)
    }
}

/// `GET /receipts/{survey}`
pub async fn show(
    app: Data<App>,
    survey: Path<String>,
    part: Option<Query<Part>>,
    reader: Reader,
    request: HttpRequest,
) -> HttpResponse {
    let part = part.and_then(|part| part.into_inner().read());
    let Ok(survey) = survey.parse() else { return tell(&request, Problem::UnknownPath) };
    match page(&app, survey, part, reader).await {
        Ok(Some(view)) => {
            let mut reply = reader.render(&mut HttpResponse::Ok(), &view);
            let headers = reply.headers_mut();
            headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
            reply
        }
        Ok(None) => tell(&request, Problem::UnknownPath),
        Err(error) => tell(&request, error.into()),
    }
}

async fn page(app: &App, survey: Uuid, part: Option<String>, reader: Reader) -> Result<Option<ReceiptsPage>> {
    let found = app.read(move |conn| {
        let Some(title) = receipts::title(conn, survey)? else { return Ok(None) };
        let count = receipts::count(conn, survey)?;
        let part = part.filter(|_| count > MOST);
        let receipts = match &part {
            None if count > MOST => None,
            part => Some(receipts::beginning(conn, survey, part.as_deref().unwrap_or_default())?),
        };
        Ok(Some((title, count, part, receipts)))
    });
    let language = reader.language;
    Ok(found.await?.map(|(title, count, part, receipts)| {
        let title = language.with("receipts-of", &[("title", title)]);
        ReceiptsPage { language, title, survey, count, part, receipts }
    }))
}

/// `GET /receipts/{survey}.txt`: one a line, in order.
pub async fn text(app: Data<App>, survey: Path<String>, request: HttpRequest) -> HttpResponse {
    let Ok(survey) = survey.parse() else { return tell(&request, Problem::UnknownPath) };
    match app.read(move |conn| receipts::title(conn, survey)).await {
        Ok(Some(_)) => {}
        Ok(None) => return tell(&request, Problem::UnknownPath),
        Err(error) => return tell(&request, error.into()),
    }
    let pieces = try_unfold((app, String::new()), move |(app, last)| async move {
        let piece = app.read(move |conn| receipts::after(conn, survey, &last, PIECE)).await.map_err(Problem::from);
        let piece = piece.map_err(|problem| actix_web::error::InternalError::new("", problem.status()))?;
        let Some(end) = piece.last().cloned() else { return Ok::<_, actix_web::Error>(None) };
        let lines = piece.iter().flat_map(|receipt| [receipt.as_str(), "\n"]).collect::<String>();
        Ok(Some((Bytes::from(lines), (app, end))))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CACHE_CONTROL, KEPT))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("X-Robots-Tag", "noindex"))
        .streaming(pieces)
}

const OWN_STYLE: &str = include_str!("../../../frontend/static/receipts.css");
const SCRIPT: &str = include_str!("../../../frontend/static/receipts.js");

/// What the page may do: its own style and script, and no request but the form that opens another part of the list.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| data_encoding::BASE64.encode(&Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}' 'sha256-{}'; script-src 'sha256-{}'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(style()),
        hash(OWN_STYLE),
        hash(SCRIPT)
    );
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
});
