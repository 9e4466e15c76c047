//! API keys: which there are, and taking them back.

mod making;

pub use making::{form, make};

use super::auth::{Form, Keys, Staff};
use super::page::{Frame, page, see};
use super::refuse::failed;
use super::sheets::{Asked, Column, Order, Sheet, Table, Usual};
use crate::domain::key::{Scope, Standing};
use crate::domain::obstacle::Obstacle;
use crate::domain::staff::{Right, Staff as Person};
use crate::domain::unit::Tree;
use crate::error::Result;
use crate::store::keys::{self, Listed};
use crate::store::units;
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The list, those that work first.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-keys",
    usual: Usual::By(Order { by: "state", down: false }),
    columns: &[
        Column::text("name", "key-name"),
        Column::text("state", "state"),
        Column::text("account", "key-account"),
        Column::text("", "key-opens"),
        Column::text("unit", "unit"),
        Column::text("expires", "key-expires"),
        Column::text("used", "key-used"),
    ],
};

#[derive(Template)]
#[template(path = "staff/keys.html")]
struct KeysPage {
    frame: Frame,
    keys: Vec<Line>,
    sheet: Sheet,
    may_make: bool,
}

/// A key as it is shown.
struct Line {
    id: Uuid,
    name: String,
    account: String,
    /// What it opens, in a row and one by one.
    opens: String,
    scopes: Vec<String>,
    unit: Option<String>,
    expires: String,
    used: Option<String>,
    state: String,
    works: bool,
}

impl Line {
    fn of(language: Language, tree: &Tree, listed: Listed) -> Self {
        let Listed { key, account, standing } = listed;
        Self {
            id: key.id,
            name: key.name,
            account: account.to_string(),
            opens: in_words(language, &key.scopes),
            scopes: key.scopes.iter().map(|scope| language.say(words(*scope))).collect(),
            unit: key
                .unit
                .map(|code| tree.get(&code).map_or_else(|| code.clone(), |unit| format!("{} {code}", unit.name))),
            expires: language.date(key.expires_on),
            used: key.last_used_on.map(|day| language.date(day)),
            state: match standing {
                Standing::Works => language.say("key-works"),
                Standing::Idle => language.say("key-idle"),
                Standing::Expired => language.say("key-expired"),
                Standing::Revoked => language.say("key-revoked"),
            },
            works: standing == Standing::Works,
        }
    }
}

/// The key of the words for what a scope opens.
const fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::SurveysRead => "scope-surveys-read",
        Scope::SurveysWrite => "scope-surveys-write",
        Scope::UnitsRead => "scope-units-read",
        Scope::UnitsWrite => "scope-units-write",
        Scope::RostersWrite => "scope-rosters-write",
        Scope::LinksIssue => "scope-links-issue",
        Scope::LinksRead => "scope-links-read",
        Scope::ProgressRead => "scope-progress-read",
        Scope::ResultsRead => "scope-results-read",
        Scope::ResultsRelease => "scope-results-release",
        Scope::ScorecardsRead => "scope-scorecards-read",
        Scope::ScorecardsWrite => "scope-scorecards-write",
        Scope::AuditRead => "scope-audit-read",
        Scope::Seal => "scope-seal",
    }
}

/// What scopes open, in words.
pub fn in_words(language: Language, scopes: &BTreeSet<Scope>) -> String {
    let all = scopes.iter().map(|scope| language.say(words(*scope)));
    all.reduce(|one, other| language.with("key-and", &[("one", one), ("other", other)])).unwrap_or_default()
}

/// `GET /staff/keys`
pub async fn show(app: Data<App>, staff: Staff<Keys>, asked: Query<Asked>) -> HttpResponse {
    let done = (asked.text("done") == Some("revoked")).then(|| staff.language.say("key-revoked-done"));
    match view(&app, &staff, &asked).await {
        Ok(view) => page(StatusCode::OK, &KeysPage { frame: view.frame.done(done), ..view }),
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Keys>, asked: &Asked) -> Result<KeysPage> {
    let (language, now) = (staff.language, app.clock.now());
    let (mut keys, tree) = app.read(move |conn| Ok((keys::list(conn, now)?, units::tree(conn)?))).await?;
    let order = TABLE.order(asked);
    order.sort(&mut keys, |column, one, other| match column {
        "name" => one.key.name.cmp(&other.key.name),
        "account" => one.account.as_str().cmp(other.account.as_str()),
        "unit" => one.key.unit.cmp(&other.key.unit),
        "expires" => one.key.expires_on.cmp(&other.key.expires_on),
        "used" => one.key.last_used_on.cmp(&other.key.last_used_on),
        "state" => one.standing.cmp(&other.standing),
        _ => Ordering::Equal,
    });
    let pages = TABLE.pages(asked, keys.len());
    Ok(KeysPage {
        frame: Frame::of(staff, "menu-keys", language.say("menu-keys")),
        keys: pages.cut(keys).into_iter().map(|listed| Line::of(language, &tree, listed)).collect(),
        sheet: Sheet::new(&TABLE, order, pages, "/staff/keys".to_owned(), Vec::new()),
        may_make: staff.person.role.may(Right::OwnKeys),
    })
}

#[derive(Template)]
#[template(path = "staff/one_key.html")]
struct OneKey {
    frame: Frame,
    key: Line,
    /// Nothing more can be taken back.
    revoked: bool,
    may_revoke: bool,
}

/// Whether somebody may take a key back: whose it is, and who could disable the account.
fn may_revoke(person: &Person, listed: &Listed) -> bool {
    listed.key.staff == person.id || person.role.may(Right::Accounts)
}

/// `GET /staff/keys/{id}`: what a key is, and what taking it back does.
pub async fn one(app: Data<App>, staff: Staff<Keys>, id: Path<Uuid>) -> HttpResponse {
    let (id, now) = (*id, app.clock.now());
    let (listed, tree) = match app.read(move |conn| Ok((keys::get(conn, id, now)?, units::tree(conn)?))).await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let (revoked, may_revoke) = (listed.key.revoked, may_revoke(&staff.person, &listed));
    let frame = Frame::of(&staff, "menu-keys", listed.key.name.clone());
    page(StatusCode::OK, &OneKey { frame, revoked, may_revoke, key: Line::of(staff.language, &tree, listed) })
}

/// `POST /staff/keys/{id}/revoke`
pub async fn revoke(app: Data<App>, staff: Staff<Keys>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    let (id, person) = (*id, staff.person.clone());
    let done = app.write("revoke key", Some(person.id), move |conn, actor| {
        if !may_revoke(&person, &keys::get(conn, id, actor.now)?) {
            return Err(Obstacle::KeyOfAnother.into());
        }
        keys::revoke(conn, actor, id)
    });
    match done.await {
        Ok(()) => see("/staff/keys?done=revoked"),
        Err(error) => failed(&staff, &error),
    }
}
