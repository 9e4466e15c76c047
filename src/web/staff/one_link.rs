//! One person's link: looked up by its code or by the place on the roster, replaced, taken back.

use super::auth::{Form, Links, Staff};
use super::links::again;
use super::page::{Frame, page};
use super::place::Place;
use super::refuse::failed;
use super::slips::slips;
use crate::domain::link::LinkState;
use crate::domain::obstacle::Missing;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Code, LinkHash};
use crate::error::Result;
use crate::store::links::{self, By, Issued, One};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, rosters, units};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/one_link.html")]
struct OnePage {
    frame: Frame,
    place: Place,
    unit: String,
    name: Option<String>,
    reference: Option<String>,
    /// What the forms carry: the hash, which opens nothing.
    hash: String,
    /// Why nothing can be done with it.
    obstacle: Option<String>,
}

/// What was typed into the one field for a link.
enum Typed {
    Code(Code),
    Place(i32),
}

/// A place on the roster has few digits, a code twenty symbols; a whole link may be given as well.
fn typed(text: &str) -> Option<Typed> {
    let text = text.trim();
    if text.len() <= 9 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Typed::Place);
    }
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or(text);
    Code::parse(last).map(Typed::Code)
}

/// Why there is no link to show, by the key of its words.
type Absent = &'static str;

fn by_place(conn: &mut Conn, stored: &Stored, place: i32) -> Result<Result<One, Absent>> {
    let Some(line) = rosters::at(conn, stored.id, place)? else { return Ok(Err("one-nobody")) };
    let Some(serial) = line.serial else { return Ok(Err("one-no-link")) };
    Ok(links::one(conn, stored, By::Serial(serial))?.ok_or("one-no-link"))
}

/// `POST /staff/surveys/{id}/links/one`
pub async fn find(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let Some(wanted) = typed(form.text("which")) else {
        return again(&app, &staff, *id, staff.language.say("one-wrong")).await;
    };
    look(&app, &staff, *id, wanted).await
}

/// `GET /staff/surveys/{id}/links/roster/{place}`
pub async fn show(app: Data<App>, staff: Staff<Links>, path: Path<(Uuid, String)>) -> HttpResponse {
    let (id, place) = path.into_inner();
    match place.parse() {
        Ok(place) => look(&app, &staff, id, Typed::Place(place)).await,
        Err(_) => failed(&staff, &Missing::Place.into()),
    }
}

async fn look(app: &App, staff: &Staff<Links>, id: Uuid, wanted: Typed) -> HttpResponse {
    let found = app.read(move |conn| {
        let stored = surveys::get(conn, id)?;
        let one = match wanted {
            Typed::Code(code) => links::one(conn, &stored, By::Hash(code.hash()))?.ok_or("one-unknown"),
            Typed::Place(place) => by_place(conn, &stored, place)?,
        };
        Ok((stored, one, units::tree(conn)?))
    });
    let (stored, one, tree) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let language = staff.language;
    let one = match one {
        Ok(one) => one,
        Err(missing) => return again(app, staff, id, language.say(missing)).await,
    };
    let One { hash, state, recipient } = one;
    let obstacle = match state {
        LinkState::Submitted => Some(language.say("one-answered")),
        LinkState::Revoked => Some(language.say("one-revoked")),
        _ if !matches!(stored.state, SurveyState::Draft | SurveyState::Open) => Some(language.say("issue-closed")),
        _ => None,
    };
    let view = OnePage {
        frame: Frame::of(staff, "menu-surveys", language.say("one")),
        place: Place::of(language, &stored, "step-links"),
        unit: match tree.get(&recipient.unit) {
            Some(unit) => format!("{} {}", unit.name, unit.code),
            None => recipient.unit,
        },
        name: recipient.name,
        reference: recipient.reference,
        hash: data_encoding::HEXLOWER.encode(&hash.0),
        obstacle,
    };
    page(StatusCode::OK, &view)
}

/// The link that a form names, and only if it is one of this survey.
fn named(conn: &mut Conn, id: Uuid, hash: &str) -> Result<(Stored, One)> {
    let bytes = data_encoding::HEXLOWER.decode(hash.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let hash = LinkHash(bytes.ok_or(Missing::Link)?);
    let stored = surveys::get(conn, id)?;
    let one = links::one(conn, &stored, By::Hash(hash))?.ok_or(Missing::Link)?;
    Ok((stored, one))
}

/// `POST /staff/surveys/{id}/links/reissue`: the new link and its slip, shown this once.
pub async fn reissue(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, hash, language) = (*id, form.text("link").to_owned(), staff.language);
    let issued = app.write("reissue link", Some(staff.person.id), move |conn, actor| {
        let (stored, one) = named(conn, id, &hash)?;
        let code = links::reissue(conn, actor, one.hash)?;
        Ok((stored, Issued { recipient: one.recipient, code }))
    });
    let shown = match issued.await {
        Ok((stored, issued)) => {
            let (title, lead) = (language.say("one-reissued"), language.say("one-reissued-text"));
            slips(&app, &staff, &stored, title, lead, vec![issued]).await
        }
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|error| failed(&staff, &error))
}

/// `POST /staff/surveys/{id}/links/revoke`
pub async fn revoke(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, hash) = (*id, form.text("link").to_owned());
    let revoked = app.write("revoke link", Some(staff.person.id), move |conn, actor| {
        let (_, one) = named(conn, id, &hash)?;
        links::revoke(conn, actor, one.hash)
    });
    match revoked.await {
        Ok(()) => super::page::see(&format!("/staff/surveys/{id}/links?done=revoked")),
        Err(error) => failed(&staff, &error),
    }
}
