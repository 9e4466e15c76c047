//! Accounts of others, kept by an admin.

use super::account::{hashed, in_words};
use super::auth::{Accounts, Form, Staff};
use super::page::{Frame, page, role, see};
use super::refuse::failed;
use super::sheets::{Asked, Column, Order, Sheet, Table, Usual};
use crate::domain::obstacle::Obstacle;
use crate::domain::staff::{Name, Role, Staff as Person};
use crate::domain::unit::{Tree, Unit};
use crate::error::{Error, Result};
use crate::store::staff::{self, Account};
use crate::store::units;
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use std::cmp::Ordering;
use uuid::Uuid;

/// The list, by name where nothing else is asked for.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-accounts",
    usual: Usual::By(Order { by: "name", down: false }),
    columns: &[
        Column::text("name", "name"),
        Column::text("role", "role"),
        Column::text("unit", "unit"),
        Column::text("last", "last"),
        Column::text("factor", "factor"),
        Column::text("state", "state"),
    ],
};

#[derive(Template)]
#[template(path = "staff/accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<Line>,
    sheet: Sheet,
    units: Vec<Unit>,
    roles: Vec<(&'static str, String)>,
    name: String,
    chosen_role: String,
    chosen_unit: String,
}

struct Line {
    id: Uuid,
    name: String,
    role: String,
    unit: String,
    last: Option<String>,
    factor: bool,
    disabled: bool,
    own: bool,
}

/// `GET /staff/accounts`
pub async fn show(app: Data<App>, staff: Staff<Accounts>, asked: Query<Asked>) -> HttpResponse {
    let done = match asked.text("done") {
        Some("added") => Some("account-added"),
        Some("reset") => Some("account-reset"),
        Some("disabled") => Some("account-disabled"),
        Some("enabled") => Some("account-enabled"),
        _ => None,
    };
    match view(&app, &staff, &asked).await {
        Ok(view) => {
            let frame = view.frame.done(done.map(|key| staff.language.say(key)));
            page(StatusCode::OK, &AccountsPage { frame, ..view })
        }
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, admin: &Staff<Accounts>, asked: &Asked) -> Result<AccountsPage> {
    let language = admin.language;
    let (mut accounts, tree) = app.read(|conn| Ok((staff::list(conn)?, units::tree(conn)?))).await?;
    let order = TABLE.order(asked);
    let unit = |account: &Account| account.staff.unit.as_deref().and_then(|code| tree.get(code));
    let rank = |account: &Account| Role::ALL.iter().position(|role| *role == account.staff.role);
    order.sort(&mut accounts, |column, one, other| match column {
        "name" => one.staff.name.as_str().cmp(other.staff.name.as_str()),
        "role" => rank(one).cmp(&rank(other)),
        "unit" => unit(one).map(|unit| &unit.name).cmp(&unit(other).map(|unit| &unit.name)),
        "last" => one.signed_in_at.cmp(&other.signed_in_at),
        "factor" => one.staff.second_factor.is_some().cmp(&other.staff.second_factor.is_some()),
        "state" => one.staff.disabled.cmp(&other.staff.disabled),
        _ => Ordering::Equal,
    });
    let pages = TABLE.pages(asked, accounts.len());
    let lines = pages.cut(accounts).into_iter().map(|account| Line {
        id: account.staff.id,
        role: role(language, account.staff.role),
        unit: account.staff.unit.as_deref().map(|code| with_name(&tree, code)).unwrap_or_default(),
        last: account.signed_in_at.map(|at| language.moment(at)),
        factor: account.staff.second_factor.is_some(),
        disabled: account.staff.disabled,
        own: account.staff.id == admin.person.id,
        name: account.staff.name.to_string(),
    });
    Ok(AccountsPage {
        frame: Frame::of(admin, "menu-accounts", language.say("menu-accounts")),
        accounts: lines.collect(),
        sheet: Sheet::new(&TABLE, order, pages, "/staff/accounts".to_owned(), Vec::new()),
        units: tree.units().to_vec(),
        roles: Role::ALL.into_iter().map(|one| (one.name(), role(language, one))).collect(),
        name: String::new(),
        chosen_role: String::new(),
        chosen_unit: String::new(),
    })
}

/// A unit by its name and code.
fn with_name(tree: &Tree, code: &str) -> String {
    match tree.get(code) {
        Some(unit) => format!("{} {code}", unit.name),
        None => code.to_owned(),
    }
}

/// `POST /staff/accounts`: makes an account.
pub async fn add(app: Data<App>, admin: Staff<Accounts>, form: Form) -> HttpResponse {
    let words = match try_add(&app, &admin, &form).await {
        Ok(Ok(())) => return see("/staff/accounts?done=added"),
        Ok(Err(words)) => words,
        Err(error @ (Error::Refused(_) | Error::NotFound(_))) => admin.language.explain(&error),
        Err(error) => return failed(&admin, &error),
    };
    match view(&app, &admin, &Asked::default()).await {
        Ok(view) => {
            let field = |name: &str| form.text(name).to_owned();
            let (name, chosen_role, chosen_unit) = (field("name"), field("role"), field("unit"));
            let frame = view.frame.alert(words);
            page(StatusCode::UNPROCESSABLE_ENTITY, &AccountsPage { frame, name, chosen_role, chosen_unit, ..view })
        }
        Err(error) => failed(&admin, &error),
    }
}

async fn try_add(app: &App, admin: &Staff<Accounts>, form: &Form) -> Result<Result<(), String>> {
    let language = admin.language;
    let Ok(name) = Name::parse(form.text("name")) else { return Ok(Err(language.say("name-wrong"))) };
    let Some(role) = Role::from_name(form.text("role")) else { return Ok(Err(language.say("role-missing"))) };
    let unit = role.is_bound().then(|| form.text("unit").to_owned());
    if unit.as_deref() == Some("") {
        return Ok(Err(language.say("unit-missing")));
    }
    let password = match hashed(app, form.raw("password"), &name).await? {
        Ok(hash) => hash,
        Err(weak) => return Ok(Err(in_words(language, weak))),
    };
    let id = fresh::id()?;
    let new = Person { id, name, role, unit, second_factor: None, disabled: false };
    app.write("add staff", Some(admin.person.id), move |conn, actor| staff::add(conn, actor, &new, password.clone()))
        .await?;
    Ok(Ok(()))
}

#[derive(Template)]
#[template(path = "staff/one_account.html")]
struct OneAccount {
    frame: Frame,
    id: Uuid,
    role: String,
    unit: Option<String>,
    disabled: bool,
    factor: bool,
}

/// `GET /staff/accounts/{id}`: what can be done with an account, and what each of it does.
pub async fn one(app: Data<App>, admin: Staff<Accounts>, id: Path<Uuid>) -> HttpResponse {
    one_page(&app, &admin, *id, None).await
}

async fn one_page(app: &App, admin: &Staff<Accounts>, id: Uuid, alert: Option<String>) -> HttpResponse {
    let found = app.read(move |conn| Ok((staff::get(conn, id)?, units::tree(conn)?))).await;
    let (account, tree) = match found {
        Ok((account, tree)) if account.staff.id != admin.person.id => (account.staff, tree),
        Ok(_) => return see("/staff/account"),
        Err(error) => return failed(admin, &error),
    };
    let frame = Frame::of(admin, "menu-accounts", account.name.to_string());
    let (status, frame) = match alert {
        Some(words) => (StatusCode::UNPROCESSABLE_ENTITY, frame.alert(words)),
        None => (StatusCode::OK, frame),
    };
    let (role, disabled) = (role(admin.language, account.role), account.disabled);
    let unit = account.unit.as_deref().map(|code| with_name(&tree, code));
    page(status, &OneAccount { frame, id, role, unit, disabled, factor: account.second_factor.is_some() })
}

/// `POST /staff/accounts/{id}/disable`
pub async fn disable(app: Data<App>, admin: Staff<Accounts>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    set_disabled(&app, &admin, *id, true).await
}

/// `POST /staff/accounts/{id}/enable`
pub async fn enable(app: Data<App>, admin: Staff<Accounts>, id: Path<Uuid>, _form: Form) -> HttpResponse {
    set_disabled(&app, &admin, *id, false).await
}

async fn set_disabled(app: &App, admin: &Staff<Accounts>, id: Uuid, disabled: bool) -> HttpResponse {
    if id == admin.person.id {
        return failed(admin, &Obstacle::Oneself.into());
    }
    let done = app.write("change account", Some(admin.person.id), move |conn, actor| {
        staff::set_disabled(conn, actor, id, disabled)
    });
    match done.await {
        Ok(()) if disabled => see("/staff/accounts?done=disabled"),
        Ok(()) => see("/staff/accounts?done=enabled"),
        Err(error) => failed(admin, &error),
    }
}

/// `POST /staff/accounts/{id}/password`: a new password, and no second factor any more.
pub async fn reset(app: Data<App>, admin: Staff<Accounts>, id: Path<Uuid>, form: Form) -> HttpResponse {
    match try_reset(&app, &admin, *id, form.raw("password")).await {
        Ok(Ok(())) => see("/staff/accounts?done=reset"),
        Ok(Err(words)) => one_page(&app, &admin, *id, Some(words)).await,
        Err(error) => failed(&admin, &error),
    }
}

async fn try_reset(app: &App, admin: &Staff<Accounts>, id: Uuid, password: &str) -> Result<Result<(), String>> {
    if id == admin.person.id {
        return Err(Obstacle::Oneself.into());
    }
    let account = app.read(move |conn| staff::get(conn, id)).await?;
    let hash = match hashed(app, password, &account.staff.name).await? {
        Ok(hash) => hash,
        Err(weak) => return Ok(Err(in_words(admin.language, weak))),
    };
    app.write("reset password", Some(admin.person.id), move |conn, actor| staff::reset(conn, actor, id, &hash)).await?;
    Ok(Ok(()))
}
