//! `/docs`: the interface to read and to try, by Swagger UI. The page, its style and its script come from this server
//! alone, and the key that somebody types is kept by nothing.

use crate::web::answer::Reader;
use crate::web::metrics::Route;
use crate::web::words::Language;
use actix_web::guard::{Any, Get, Head};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, ServiceConfig, resource, route};
use actix_web::{HttpRequest, HttpResponse, Resource};
use askama::Template;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::io::{self, Cursor, Read};
use std::sync::LazyLock;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::{CompressionMethod, ZipArchive};

/// What the page may do: run and ask what this server has. Swagger UI draws its signs from `data:` addresses.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page.
struct Asset {
    address: String,
    kind: &'static str,
    plain: Bytes,
    /// The same as gzip.
    gzip: Option<Bytes>,
}

impl Asset {
    fn new(name: &str, kind: &'static str, plain: Bytes, gzip: Option<Bytes>) -> Self {
        let digest = HEXLOWER.encode(&Sha256::digest(&plain));
        Self { address: format!("/docs/{name}?{}", digest.get(..12).unwrap_or_default()), kind, plain, gzip }
    }

    fn own(name: &str, kind: &'static str, text: &'static str) -> Self {
        Self::new(name, kind, Bytes::from_static(text.as_bytes()), None)
    }

    /// A file that Swagger UI brings along.
    fn vendored(name: &str, kind: &'static str) -> io::Result<Self> {
        let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
        let end = format!("/dist/{name}");
        let index = archive
            .file_names()
            .position(|path| path.is_ok_and(|path| path.ends_with(&end)))
            .ok_or(io::ErrorKind::NotFound)?;
        let mut plain = Vec::new();
        archive.by_index(index)?.read_to_end(&mut plain)?;
        let mut raw = archive.by_index_raw(index)?;
        let gzip = if raw.compression() == CompressionMethod::Deflated {
            let mut deflated = Vec::new();
            raw.read_to_end(&mut deflated)?;
            Some(framed(&deflated, raw.crc32(), plain.len()).into())
        } else {
            None
        };
        Ok(Self::new(name, kind, plain.into(), gzip))
    }

    fn send(&self, request: &HttpRequest) -> HttpResponse {
        let mut reply = HttpResponse::Ok();
        reply
            .insert_header((CONTENT_TYPE, self.kind))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((VARY, "Accept-Encoding"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        match &self.gzip {
            Some(gzip) if Reader::of(request).gzip => {
                reply.insert_header((CONTENT_ENCODING, "gzip")).body(gzip.clone())
            }
            _ => reply.body(self.plain.clone()),
        }
    }
}

/// The bytes that a ZIP holds of a file are those that gzip has, within another frame (RFC 1952).
fn framed(deflated: &[u8], crc: u32, length: usize) -> Vec<u8> {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    [&HEAD, deflated, &crc.to_le_bytes(), &length.to_le_bytes()].concat()
}

/// What the page is made of.
struct Assets {
    library: Asset,
    library_style: Asset,
    script: Asset,
    style: Asset,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Unpacked when somebody first looks.
static ASSETS: LazyLock<io::Result<Assets>> = LazyLock::new(|| {
    Ok(Assets {
        library: Asset::vendored("swagger-ui-bundle.js", JAVASCRIPT)?,
        library_style: Asset::vendored("swagger-ui.css", CSS)?,
        script: Asset::own("docs.js", JAVASCRIPT, include_str!("../../../frontend/static/docs.js")),
        style: Asset::own("docs.css", CSS, include_str!("../../../frontend/static/docs.css")),
    })
});

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    language: Language,
    assets: &'static Assets,
}

/// Adds the page and its files to the server's addresses.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/docs").route(route().guard(Any(Get()).or(Head())).to(page)))
        .service(at("/docs/{file}").route(route().guard(Any(Get()).or(Head())).to(file)));
}

fn at(path: &'static str) -> Resource {
    resource(path).app_data(Route(path))
}

/// `GET /docs`
async fn page(request: HttpRequest) -> HttpResponse {
    let made = ASSETS.as_ref().map_err(io::Error::to_string).and_then(|assets| {
        let page = DocsPage { language: Language::asked(&request), assets };
        page.render().map_err(|error| error.to_string())
    });
    match made {
        Ok(html) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "same-origin"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header(("X-Robots-Tag", "noindex"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "the page of the interface could not be made");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// `GET /docs/…`
async fn file(request: HttpRequest) -> HttpResponse {
    let found = ASSETS.as_ref().ok().and_then(|Assets { library, library_style, script, style }| {
        let is = |asset: &&Asset| asset.address.split('?').next() == Some(request.path());
        [library, library_style, script, style].into_iter().find(is)
    });
    found.map_or_else(|| HttpResponse::NotFound().finish(), |asset| asset.send(&request))
}
