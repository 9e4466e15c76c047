//! What all pages of the desk have in common: the frame, the headers, the files.

use super::auth::Staff;
use crate::domain::staff::{Right, Staff as Person};
use crate::web::words::Language;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// What surrounds a page: where one is, who one is, where one can go.
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The title, which is the heading too.
    pub title: String,
    /// The part of the desk one is in.
    pub here: &'static str,
    /// What forms carry.
    pub token: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// What was just done, or what is in the way.
    pub notice: Option<Notice>,
}

/// A message above a page.
pub struct Notice {
    /// What it says.
    pub text: String,
    /// Whether something has to be mended.
    pub alert: bool,
}

impl Frame {
    /// The frame of a page for somebody who is signed in. `here` is the key of a part of the desk.
    pub fn of<R>(staff: &Staff<R>, here: &'static str, title: String) -> Self {
        let person = Some(staff.person.clone());
        Self { language: staff.language, title, here, token: staff.token.clone(), person, notice: None }
    }

    /// The frame of a page for nobody in particular.
    pub fn open(language: Language, title: String) -> Self {
        Self { language, title, here: "", token: String::new(), person: None, notice: None }
    }

    /// With a message that something was done.
    pub fn done(self, text: Option<String>) -> Self {
        Self { notice: text.map(|text| Notice { text, alert: false }).or(self.notice), ..self }
    }

    /// With a message that something has to be mended.
    pub fn alert(self, text: String) -> Self {
        Self { notice: Some(Notice { text, alert: true }), ..self }
    }

    /// The parts of the desk this person may enter: key of the name, address.
    pub fn menu(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            (Right::Surveys, "menu-surveys", "/staff/surveys"),
            (Right::Scorecards, "menu-scorecards", "/staff/scorecards"),
            (Right::Paper, "menu-paper", "/staff/paper"),
            (Right::Units, "menu-units", "/staff/units"),
            (Right::Accounts, "menu-accounts", "/staff/accounts"),
            (Right::Keys, "menu-keys", "/staff/keys"),
            (Right::Audit, "menu-audit", "/staff/audit"),
        ];
        let Some(person) = &self.person else { return Vec::new() };
        all.into_iter().filter(|(right, ..)| person.role.may(*right)).map(|(_, key, path)| (key, path)).collect()
    }

    /// The name of this person's role.
    pub fn role(&self) -> String {
        self.person.as_ref().map(|person| role(self.language, person.role)).unwrap_or_default()
    }
}

/// The name of a role.
pub fn role(language: Language, role: crate::domain::staff::Role) -> String {
    use crate::domain::staff::Role;
    match role {
        Role::Admin => language.say("role-admin"),
        Role::Evaluator => language.say("role-evaluator"),
        Role::Monitor => language.say("role-monitor"),
        Role::Clerk => language.say("role-clerk"),
    }
}

/// Sends a page of the desk.
pub fn page(status: StatusCode, page: &impl Template) -> HttpResponse {
    written(status, page.render())
}

/// Sends a page that was written elsewhere, because it is a long one.
pub fn written(status: StatusCode, page: askama::Result<String>) -> HttpResponse {
    let html = match page {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            return HttpResponse::InternalServerError().finish();
        }
    };
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("X-Robots-Tag", "noindex"))
        .body(html)
}

/// What a page of the desk may do.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// On to another page, after something was done.
pub fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address.to_owned()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

/// Nobody is signed in: to the sign-in, and from there back.
pub fn sign_in_first(request: &HttpRequest) -> HttpResponse {
    let next: String = form_urlencoded::byte_serialize(request.path().as_bytes()).collect();
    let address =
        if request.path() == "/staff" { "/staff/sign-in".to_owned() } else { format!("/staff/sign-in?next={next}") };
    see(&address)
}

/// The style of the desk, under an address that changes with it.
pub fn style_address() -> &'static str {
    &STYLE.address
}

/// The script of the desk, under an address that changes with it.
pub fn script_address() -> &'static str {
    &SCRIPT.address
}

/// A file of the desk that browsers keep.
pub struct Kept {
    address: String,
    kind: &'static str,
    text: &'static str,
}

impl Kept {
    /// A file of that name.
    pub fn new(name: &str, kind: &'static str, text: &'static str) -> Self {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        Self { address: format!("/staff/{name}?{}", digest.get(..12).unwrap_or_default()), kind, text }
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends it.
    pub fn send(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, self.kind))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(self.text)
    }
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("style.css", "text/css; charset=utf-8", include_str!("../../../frontend/static/staff.css"))
});
static SCRIPT: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("staff.js", "text/javascript; charset=utf-8", include_str!("../../../frontend/static/staff.js"))
});

/// `GET /staff/style.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// `GET /staff/staff.js`
pub async fn script() -> HttpResponse {
    SCRIPT.send()
}
