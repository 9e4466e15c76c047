//! One person's link: looked up by its code or by the place on the roster, replaced, taken back. Where it stands is
//! told one by one, for a reason that the audit log keeps.

use super::auth::{Form, Links, Staff};
use super::handout::is_reason;
use super::links::again;
use super::page::{Frame, page};
use super::place::Place;
use super::refuse::failed;
use super::slips::slips;
use crate::domain::link::LinkState;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Code, LinkHash};
use crate::domain::unit::Tree;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::links::{self, By, Issued, One};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, rosters, units};
use crate::web::App;
use crate::web::words::Language;
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
    /// The place on the roster, where the link is still to be looked up.
    which: Option<i32>,
    /// What the forms carry: the hash, which opens nothing.
    hash: String,
    /// Why nothing can be done with it.
    obstacle: Option<String>,
}

/// Why somebody's link is looked up: the value in the form, and the key of its words.
const WHYS: [(&str, &str); 6] = [
    ("lost", "why-lost"),
    ("arrived", "why-arrived"),
    ("phone", "why-phone"),
    ("person", "why-person"),
    ("family", "why-family"),
    ("other", "why-other"),
];

/// The reasons to choose from: value and words.
pub fn whys(language: Language) -> Vec<(&'static str, String)> {
    WHYS.into_iter().map(|(value, key)| (value, language.say(key))).collect()
}

/// The reason that a form gives, as the audit log keeps it: one that was chosen, with what was added to it.
fn reason(language: Language, form: &Form) -> Option<String> {
    let (_, key) = WHYS.into_iter().find(|(value, _)| *value == form.text("why"))?;
    let (words, more) = (language.say(key), form.text("more"));
    let reason = match (more, key) {
        ("", "why-other") => return None,
        ("", _) => words,
        (more, _) => language.with("why-more", &[("why", words.as_str()), ("more", more)]),
    };
    is_reason(&reason).then_some(reason)
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

/// `POST /staff/surveys/{id}/links/one`: where a link stands, once it is noted who asked and why.
pub async fn find(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, language) = (*id, staff.language);
    let Some(wanted) = typed(form.text("which")) else {
        return again(&app, &staff, id, language.say("one-wrong")).await;
    };
    let Some(reason) = reason(language, &form) else {
        return again(&app, &staff, id, language.say("why-missing")).await;
    };
    let found = app.write("look up link", Some(staff.person.id), move |conn, actor| {
        let stored = surveys::get(conn, id)?;
        let one = match &wanted {
            Typed::Code(code) => links::one(conn, &stored, By::Hash(code.hash()))?.ok_or("one-unknown"),
            Typed::Place(place) => by_place(conn, &stored, *place)?,
        };
        if let Ok(one) = &one {
            links::looked_up(conn, actor, id, &one.recipient.unit, &reason)?;
        }
        Ok((stored, one, units::tree(conn)?))
    });
    let (stored, one, tree) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let One { hash, state, recipient } = match one {
        Ok(one) => one,
        Err(absent) => return again(&app, &staff, id, language.say(absent)).await,
    };
    let obstacle = match state {
        LinkState::Submitted => Some(language.say("one-answered")),
        LinkState::Revoked => Some(language.say("one-revoked")),
        _ if !matches!(stored.state, SurveyState::Draft | SurveyState::Open) => Some(language.say("issue-closed")),
        _ => None,
    };
    let hash = data_encoding::HEXLOWER.encode(&hash.0);
    page(StatusCode::OK, &OnePage { hash, obstacle, ..view(&staff, &stored, &tree, recipient) })
}

/// `GET /staff/surveys/{id}/links/roster/{place}`: whose link it is. Where it stands is asked by a form.
pub async fn show(app: Data<App>, staff: Staff<Links>, path: Path<(Uuid, String)>) -> HttpResponse {
    let (id, place) = path.into_inner();
    let Ok(place) = place.parse() else { return failed(&staff, &Missing::Place.into()) };
    let found = app.read(move |conn| {
        let stored = surveys::get(conn, id)?;
        Ok((by_place(conn, &stored, place)?, stored, units::tree(conn)?))
    });
    match found.await {
        Ok((Ok(one), stored, tree)) => {
            page(StatusCode::OK, &OnePage { which: Some(place), ..view(&staff, &stored, &tree, one.recipient) })
        }
        Ok((Err(absent), ..)) => again(&app, &staff, id, staff.language.say(absent)).await,
        Err(error) => failed(&staff, &error),
    }
}

fn view(staff: &Staff<Links>, stored: &Stored, tree: &Tree, recipient: Recipient) -> OnePage {
    OnePage {
        frame: Frame::of(staff, "menu-surveys", staff.language.say("one")),
        place: Place::of(staff.language, stored, "step-links"),
        unit: match tree.get(&recipient.unit) {
            Some(unit) => format!("{} {}", unit.name, unit.code),
            None => recipient.unit,
        },
        name: recipient.name,
        reference: recipient.reference,
        which: None,
        hash: String::new(),
        obstacle: None,
    }
}

/// The link that a form names, and only if it is one of this survey.
fn named(conn: &mut Conn, id: Uuid, hash: &str) -> Result<(Stored, One)> {
    let bytes = data_encoding::HEXLOWER.decode(hash.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    let hash = LinkHash(bytes.ok_or(Missing::Link)?);
    let stored = surveys::get(conn, id)?;
    let one = links::one(conn, &stored, By::Hash(hash))?.ok_or(Missing::Link)?;
    Ok((stored, one))
}

/// Whoever tries to change a link that is answered is told so: that is noted, too.
fn told<T>(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, unit: &str, why: &str, done: Result<T>) -> Result<Result<T>> {
    if let Err(Error::Refused(Obstacle::LinkAnswered { .. })) = done {
        links::looked_up(conn, actor, id, unit, why)?;
        return Ok(done);
    }
    done.map(Ok)
}

/// `POST /staff/surveys/{id}/links/reissue`: the new link and its slip, shown this once.
pub async fn reissue(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, hash, language) = (*id, form.text("link").to_owned(), staff.language);
    let why = language.say("reissue");
    let issued = app.write("reissue link", Some(staff.person.id), move |conn, actor| {
        let (stored, one) = named(conn, id, &hash)?;
        let code = links::reissue(conn, actor, one.hash);
        let code = told(conn, actor, id, &one.recipient.unit, &why, code)?;
        Ok(code.map(|code| (stored, Issued { recipient: one.recipient, code })))
    });
    let shown = match issued.await.flatten() {
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
    let (id, hash, why) = (*id, form.text("link").to_owned(), staff.language.say("revoke"));
    let revoked = app.write("revoke link", Some(staff.person.id), move |conn, actor| {
        let (_, one) = named(conn, id, &hash)?;
        let done = links::revoke(conn, actor, one.hash);
        told(conn, actor, id, &one.recipient.unit, &why, done)
    });
    match revoked.await.flatten() {
        Ok(()) => super::page::see(&format!("/staff/surveys/{id}/links?done=revoked")),
        Err(error) => failed(&staff, &error),
    }
}
