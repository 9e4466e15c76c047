//! The audit log, to be read.

use super::auth::{Audit, Staff};
use super::keys::in_words as scopes_in_words;
use super::page::{Frame, page};
use super::refuse::failed;
use super::sheets::{Asked, Column, Order, Sheet, Table, Usual};
use crate::domain::audit::{Act, Row};
use crate::domain::key;
use crate::domain::message::Kind;
use crate::store::{audit, keys, scorecards, staff, surveys};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use std::collections::HashMap;
use uuid::Uuid;

/// The log, newest first where nothing else is asked for. It is kept by time, so by time alone it is sorted.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "menu-audit",
    usual: Usual::By(Order { by: "when", down: true }),
    columns: &[
        Column::number("", "number"),
        Column::text("when", "when"),
        Column::text("", "whom"),
        Column::text("", "act"),
        Column::text("", "survey"),
        Column::text("", "unit"),
        Column::text("", "audit-subject"),
        Column::number("", "amount"),
        Column::text("", "reason"),
    ],
};

#[derive(Template)]
#[template(path = "staff/audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<Line>,
    sheet: Sheet,
    length: i64,
    head: String,
}

struct Line {
    number: i64,
    at: String,
    who: String,
    act: String,
    survey: String,
    unit: String,
    subject: String,
    amount: Option<i64>,
    reason: String,
}

/// `GET /staff/audit`
pub async fn show(app: Data<App>, staff: Staff<Audit>, asked: Query<Asked>) -> HttpResponse {
    let order = TABLE.order(&asked);
    let found = app.read(move |conn| {
        let head = audit::head(conn)?;
        let pages = TABLE.pages(&asked, usize::try_from(head.length).unwrap_or(0));
        let (skip, limit) = pages.part();
        let rows = audit::page(conn, order.down, skip, limit)?;
        let whose: Vec<Uuid> = rows.iter().flat_map(|(_, row)| [row.staff, row.subject]).flatten().collect();
        let keys = keys::names(conn, &whose)?;
        Ok((head, pages, rows, staff::list(conn)?, keys, surveys::list(conn)?, scorecards::list(conn)?))
    });
    let (head, pages, rows, accounts, keys, list, cards) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let language = staff.language;
    let accounts = accounts.into_iter().map(|account| (account.staff.id, account.staff.name.to_string()));
    let keys = keys.into_iter().map(|(id, called)| {
        let places = [("name", called.name.as_str()), ("account", &called.account)];
        (id, language.with("audit-key", &places))
    });
    let cards = cards.into_iter().map(|card| (card.id, card.title));
    let names: HashMap<Uuid, String> = accounts.chain(keys).chain(cards).collect();
    let titles: HashMap<Uuid, String> = list.into_iter().map(|line| (line.id, line.title)).collect();
    let name = |id: Option<Uuid>, names: &HashMap<Uuid, String>| {
        id.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())).unwrap_or_default()
    };
    let lines = rows.into_iter().map(|(number, row)| Line {
        number,
        reason: reason(language, &row),
        at: language.moment(row.at),
        who: match row.staff {
            Some(_) => name(row.staff, &names),
            None if Act::from_name(&row.act).is_some_and(Act::is_due) => language.say("by-itself"),
            None => language.say("command-line"),
        },
        act: in_words(language, &row.act),
        survey: name(row.survey, &titles),
        unit: row.unit.unwrap_or_default(),
        subject: name(row.subject, &names),
        amount: row.amount,
    });
    let view = AuditPage {
        frame: Frame::of(&staff, "menu-audit", language.say("menu-audit")),
        rows: lines.collect(),
        sheet: Sheet::new(&TABLE, order, pages, "/staff/audit".to_owned(), Vec::new()),
        length: head.length,
        head: data_encoding::HEXLOWER.encode(&head.mac),
    };
    page(StatusCode::OK, &view)
}

/// The reason of a row: in words, where the program wrote it.
fn reason(language: Language, row: &Row) -> String {
    let Some(reason) = &row.reason else { return String::new() };
    if kind_of(&row.act, reason) {
        return language.say(reason);
    }
    match key::scopes(reason) {
        Ok(scopes) if row.act == Act::KeyAdded.name() => scopes_in_words(language, &scopes),
        _ => reason.clone(),
    }
}

/// Whether a reason is the kind of message that was sent, which has words of its own.
fn kind_of(act: &str, reason: &str) -> bool {
    let sent = [Act::SendingBegun, Act::SendingPaused, Act::SendingContinued, Act::SendingStopped];
    Act::from_name(act).is_some_and(|act| sent.contains(&act)) && Kind::from_name(reason).is_some()
}

/// What was done, in words; an act that this version does not know as it stands.
fn in_words(language: Language, act: &str) -> String {
    if Act::from_name(act).is_some() { language.say(&format!("act-{act}")) } else { act.to_owned() }
}
