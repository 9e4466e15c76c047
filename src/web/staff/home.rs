//! The first page of the desk, and the language it speaks.

use super::auth::{OwnAccount, Staff};
use super::page::{Frame, page, see};
use super::refuse::failed;
use super::{place, progress};
use crate::domain::progress::Counts;
use crate::domain::staff::{Right, Scope};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use crate::store::surveys::{self, Stored};
use crate::store::{standings, units};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/home.html")]
struct Home {
    frame: Frame,
    /// For somebody who watches: the surveys with links in the units, or that there are none.
    watched: Option<Vec<Watched>>,
}

/// A survey of somebody who watches.
struct Watched {
    id: Uuid,
    title: String,
    year: u16,
    state: String,
    open: bool,
    /// Issued, submitted, rate.
    figures: [String; 3],
}

/// Surveys on the page.
const MOST: i64 = 50;

/// `GET /staff`: where one can go from here.
pub async fn show(app: Data<App>, staff: Staff<OwnAccount>) -> HttpResponse {
    let language = staff.language;
    let watched = match staff.person.scope() {
        Scope::Below(top) if staff.person.role.may(Right::Progress) => match watched(&app, language, top).await {
            Ok(watched) => Some(watched),
            Err(error) => return failed(&staff, &error),
        },
        _ => None,
    };
    page(StatusCode::OK, &Home { frame: Frame::of(&staff, "home", language.say("home")), watched })
}

/// The surveys that have links in a unit or below it.
async fn watched(app: &App, language: Language, top: String) -> Result<Vec<Watched>> {
    let found = app.read(move |conn| {
        let tree = units::tree(conn)?;
        let within = tree.units().iter().filter(|unit| tree.is_within(&unit.code, &top));
        let within: Vec<String> = within.map(|unit| unit.code.clone()).collect();
        let surveys = standings::surveys_of(conn, &within, MOST)?;
        let counted = |id| Ok((surveys::get(conn, id)?, standings::of_units(conn, id, &within)?));
        surveys.into_iter().map(counted).collect::<Result<Vec<_>>>()
    });
    let line = |(stored, counts): (Stored, Counts)| Watched {
        id: stored.id,
        figures: progress::figures(counts, stored.survey.disclosure_floor),
        title: stored.survey.title,
        year: stored.survey.year,
        state: place::state(language, stored.state),
        open: stored.state == SurveyState::Open,
    };
    Ok(found.await?.into_iter().map(line).collect())
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
