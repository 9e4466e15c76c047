//! Making an API key. The token is on the reply to the form and nowhere else: no address leads to it, and sending
//! the form once more finds the name taken.

use super::super::auth::{Form, OwnKeys, Staff};
use super::super::page::{Frame, page};
use super::super::refuse::failed;
use super::{Line, words};
use crate::domain::key::{Scope, Standing, Token, Wish, last_expiry, usual_expiry};
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::unit::{Tree, Unit};
use crate::error::{Error, Result};
use crate::store::keys::{self, Listed, NewKey};
use crate::store::units;
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;

/// What can be opened, by what it is about: the key of its words, and the scopes.
const GROUPS: &[(&str, &[Scope])] = &[
    ("key-about-results", &[Scope::ProgressRead, Scope::ResultsRead, Scope::ResultsRelease]),
    ("key-about-scorecards", &[Scope::ScorecardsRead, Scope::ScorecardsWrite]),
    (
        "key-about-people",
        &[Scope::UnitsRead, Scope::UnitsWrite, Scope::RostersWrite, Scope::LinksIssue, Scope::LinksRead],
    ),
    ("key-about-surveys", &[Scope::SurveysRead, Scope::SurveysWrite, Scope::Seal, Scope::AuditRead]),
];

/// Where a key can be tried without knowing the id of anything: the first that it opens.
const TRIED: [(Scope, &str); 4] = [
    (Scope::SurveysRead, "surveys"),
    (Scope::UnitsRead, "units"),
    (Scope::ScorecardsRead, "scorecards"),
    (Scope::AuditRead, "audit"),
];

#[derive(Template)]
#[template(path = "staff/key_new.html")]
struct NewPage {
    frame: Frame,
    groups: Vec<(&'static str, Vec<Choice>)>,
    units: Vec<Unit>,
    name: String,
    unit: String,
    expires: String,
    first: NaiveDate,
    last: NaiveDate,
    wrong: Option<Wrong>,
}

struct Choice {
    scope: &'static str,
    words: &'static str,
    fits_unit: bool,
    chosen: bool,
}

/// What is wrong, and in which field.
struct Wrong {
    field: &'static str,
    words: String,
}

impl NewPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == field).map(|wrong| wrong.words.as_str())
    }
}

/// What somebody has typed.
struct Typed {
    name: String,
    scopes: Vec<Scope>,
    unit: String,
    expires: String,
}

/// `GET /staff/keys/new`
pub async fn form(app: Data<App>, staff: Staff<OwnKeys>) -> HttpResponse {
    let expires = usual_expiry(app.clock.now().date_naive()).to_string();
    let typed = Typed { name: String::new(), scopes: Vec::new(), unit: String::new(), expires };
    asking(&app, &staff, typed, None).await
}

async fn asking(app: &App, staff: &Staff<OwnKeys>, typed: Typed, wrong: Option<Wrong>) -> HttpResponse {
    let tree = match app.read(units::tree).await {
        Ok(tree) => tree,
        Err(error) => return failed(staff, &error),
    };
    let choice = |scope: &Scope| Choice {
        scope: scope.name(),
        words: words(*scope),
        fits_unit: scope.fits_unit(),
        chosen: typed.scopes.contains(scope),
    };
    let groups = GROUPS.iter().map(|(about, scopes)| (*about, scopes.iter().map(choice).collect())).collect();
    let frame = Frame::of(staff, "menu-keys", staff.language.say("key-new"));
    let (status, frame) = match &wrong {
        Some(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, frame.alert(wrong.words.clone())),
        None => (StatusCode::OK, frame),
    };
    let Typed { name, unit, expires, .. } = typed;
    let first = app.clock.now().date_naive();
    let (units, last) = (in_order(&tree), last_expiry(first));
    page(status, &NewPage { frame, groups, units, name, unit, expires, first, last, wrong })
}

fn in_order(tree: &Tree) -> Vec<Unit> {
    tree.in_order().into_iter().map(|(_, unit)| unit.clone()).collect()
}

#[derive(Template)]
#[template(path = "staff/key_made.html")]
struct MadePage {
    frame: Frame,
    key: Line,
    token: Token,
    /// A command to try it with, or what a request has to carry.
    command: Option<String>,
}

/// `POST /staff/keys/new`: makes a key and shows its token, this once.
pub async fn make(app: Data<App>, staff: Staff<OwnKeys>, form: Form) -> HttpResponse {
    let typed = Typed {
        name: form.text("name").to_owned(),
        scopes: Scope::ALL.into_iter().filter(|scope| !form.text(scope.name()).is_empty()).collect(),
        unit: form.text("unit").to_owned(),
        expires: form.text("expires").to_owned(),
    };
    match try_make(&app, &staff, &typed).await {
        Ok((token, listed, tree)) => {
            let tried = TRIED.iter().find(|(scope, _)| listed.key.may(*scope));
            let command = tried
                .map(|(_, path)| format!("curl -H \"Authorization: Bearer {token}\" {}/api/v1/{path}", app.base_url));
            let frame = Frame::of(&staff, "menu-keys", staff.language.say("key-made"));
            let key = Line::of(staff.language, &tree, listed);
            page(StatusCode::OK, &MadePage { frame, key, token, command })
        }
        Err(error @ (Error::Refused(_) | Error::NotFound(_))) => {
            let field = match &error {
                Error::Refused(Obstacle::KeyName | Obstacle::KeyNameTaken { .. }) => "name",
                Error::Refused(Obstacle::KeyScopeless | Obstacle::KeyTooWide { .. }) => "scopes",
                Error::Refused(Obstacle::KeyExpiry) => "expires",
                Error::NotFound(Missing::Unit { .. }) => "unit",
                _ => "",
            };
            let words = staff.language.explain(&error);
            asking(&app, &staff, typed, Some(Wrong { field, words })).await
        }
        Err(error) => failed(&staff, &error),
    }
}

async fn try_make(app: &App, staff: &Staff<OwnKeys>, typed: &Typed) -> Result<(Token, Listed, Tree)> {
    let wish = Wish {
        name: typed.name.clone(),
        scopes: typed.scopes.iter().copied().collect(),
        unit: (!typed.unit.is_empty()).then(|| typed.unit.clone()),
        expires_on: typed.expires.parse().map_err(|_| Obstacle::KeyExpiry)?,
    };
    let mut random = [0; 20];
    getrandom::fill(&mut random).map_err(|_| Error::Busy)?;
    let (id, token) = (fresh::id()?, Token::new(random));
    let (hash, person) = (token.hash(), staff.person.clone());
    let made = app.write("add key", Some(person.id), move |conn, actor| {
        let key = keys::add(conn, actor, NewKey { id, hash, staff: person.id, wish: wish.clone() })?;
        let listed = Listed { key, account: person.name.clone(), standing: Standing::Works };
        Ok((listed, units::tree(conn)?))
    });
    let (listed, tree) = made.await?;
    Ok((token, listed, tree))
}
