//! How the recipients' pages go out: one document, small, kept by nobody.

use crate::web::words::Language;
use actix_web::dev::Payload;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Encoding,
    Header, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io::Write;
use std::sync::LazyLock;

/// Who reads the page, as far as the page depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The language asked for.
    pub language: Language,
    /// Whether the browser reads gzip, as every browser does.
    pub gzip: bool,
}

impl Reader {
    /// The reader who sent that request.
    pub fn of(request: &HttpRequest) -> Self {
        let offered = request.headers().contains_key(ACCEPT_ENCODING).then(|| AcceptEncoding::parse(request).ok());
        let supported = [Encoding::gzip(), Encoding::identity()];
        let chosen = offered.flatten().and_then(|offered| offered.negotiate(supported.iter()));
        Self { language: Language::asked(request), gzip: chosen == Some(Encoding::gzip()) }
    }

    /// Sends a page that was made before.
    pub fn send(self, reply: &mut HttpResponseBuilder, page: &Page) -> HttpResponse {
        let body = if self.gzip { page.gzip.clone() } else { page.html.clone() };
        self.finish(reply, body)
    }

    /// Makes and sends a page.
    pub fn render(self, reply: &mut HttpResponseBuilder, page: &impl Template) -> HttpResponse {
        match page.render() {
            Ok(html) if self.gzip => self.finish(reply, compressed(html.as_bytes(), Compression::fast())),
            Ok(html) => self.finish(reply, html.into()),
            Err(error) => failed(&error),
        }
    }

    /// Makes and sends a page that can do what any page can, but neither ask nor tell this server anything,
    /// nor read what this browser keeps for it.
    pub fn render_locked_up(self, page: &impl Template) -> HttpResponse {
        let mut reply = self.render(&mut HttpResponse::Ok(), page);
        reply.headers_mut().insert(CONTENT_SECURITY_POLICY, LOCKED_UP.clone());
        reply
    }

    /// The headers that every page of a recipient has.
    fn finish(self, reply: &mut HttpResponseBuilder, body: Bytes) -> HttpResponse {
        if self.gzip {
            reply.insert_header((CONTENT_ENCODING, "gzip"));
        }
        reply
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((VARY, "Accept-Encoding"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header(("X-Robots-Tag", "noindex"))
            .body(body)
    }
}

impl FromRequest for Reader {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// A page made once and sent many times.
pub struct Page {
    html: Bytes,
    gzip: Bytes,
}

impl Page {
    /// Renders and compresses a page.
    pub fn new(page: &impl Template) -> Result<Self, askama::Error> {
        let html = Bytes::from(page.render()?);
        Ok(Self { gzip: compressed(&html, Compression::best()), html })
    }
}

/// The reply where a template fails, which no input can bring about.
pub fn failed(error: &askama::Error) -> HttpResponse {
    tracing::error!(%error, "a page could not be made");
    HttpResponse::InternalServerError().finish()
}

fn compressed(bytes: &[u8], level: Compression) -> Bytes {
    let mut gzip = GzEncoder::new(Vec::new(), level);
    // Writing to memory does not fail; were it to, an empty page would say so plainly.
    let done = gzip.write_all(bytes).and_then(|()| gzip.finish());
    done.unwrap_or_default().into()
}

/// The style of the pages.
pub fn style() -> &'static str {
    &STYLE
}

/// The script of the questionnaire.
pub fn script() -> &'static str {
    &SCRIPT
}

/// The script of every other page: it erases what has no use any more.
pub fn tidy() -> &'static str {
    &TIDY
}

macro_rules! draft {
    () => {
        include_str!("../../../frontend/static/draft.js")
    };
}

static STYLE: LazyLock<String> = LazyLock::new(|| lean(include_str!("../../../frontend/static/answer.css")));
static SCRIPT: LazyLock<String> =
    LazyLock::new(|| lean(concat!(draft!(), include_str!("../../../frontend/static/answer.js"))));
static TIDY: LazyLock<String> =
    LazyLock::new(|| lean(concat!(draft!(), include_str!("../../../frontend/static/tidy.js"))));

/// A source without indentation, empty lines and comments that have lines of their own.
fn lean(source: &str) -> String {
    let lines = source.lines().map(str::trim);
    let wanted = lines.filter(|line| !(line.is_empty() || line.starts_with("//") || line.starts_with("/*")));
    wanted.collect::<Vec<_>>().join("\n")
}

/// What a page may do: run its own style and script, known by their hashes, ask and tell this server,
/// and send its own form.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| data_encoding::BASE64.encode(&Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}' 'sha256-{}'; connect-src 'self'; \
         img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(style()),
        hash(script()),
        hash(tidy())
    )
});

/// The same without a way out: no request, no form, and an origin of its own.
static LOCKED_UP: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = POLICY.replace("connect-src 'self'", "connect-src 'none'");
    let policy = policy.replace("form-action 'self'", "form-action 'none'");
    HeaderValue::try_from(format!("{policy}; sandbox allow-scripts"))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; sandbox"))
});
