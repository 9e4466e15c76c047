//! The first page of the desk, and the language it speaks.

use super::auth::{OwnAccount, Staff};
use super::page::{Frame, page, see};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "staff/home.html")]
struct Home {
    frame: Frame,
}

/// `GET /staff`: where one can go from here.
pub async fn show(staff: Staff<OwnAccount>) -> HttpResponse {
    let language = staff.language;
    page(StatusCode::OK, &Home { frame: Frame::of(&staff, "home", language.say("home")) })
}

/// `GET /staff/language/{tag}`: the desk in another language, from now on, in this browser.
pub async fn language(app: Data<App>, tag: Path<String>) -> HttpResponse {
    let language = Language::from_tag(&tag).unwrap_or_default();
    let cookie = Cookie::build(Language::COOKIE, language.tag())
        .path("/staff")
        .http_only(true)
        .secure(app.https)
        .same_site(SameSite::Lax)
        .permanent()
        .finish();
    let mut reply = see("/staff");
    if let Err(error) = reply.add_cookie(&cookie) {
        tracing::error!(%error, "a cookie could not be made");
    }
    reply
}
