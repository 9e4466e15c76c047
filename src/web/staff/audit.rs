//! The audit log, to be read.

use super::auth::{Audit, Staff};
use super::page::{Frame, failed, page};
use crate::domain::audit::Act;
use crate::store::{audit, staff, surveys};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Rows on a page.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "staff/audit.html")]
struct AuditPage {
    frame: Frame,
    rows: Vec<Line>,
    length: i64,
    head: String,
    older: Option<i64>,
    newest: bool,
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

/// Rows before that number.
#[derive(Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// `GET /staff/audit`
pub async fn show(app: Data<App>, staff: Staff<Audit>, from: Query<Before>) -> HttpResponse {
    let before = from.before.unwrap_or(i64::MAX);
    let found = app.read(move |conn| {
        Ok((audit::head(conn)?, audit::page(conn, before, ROWS)?, staff::list(conn)?, surveys::list(conn)?))
    });
    let (head, rows, accounts, list) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff.language, &error),
    };
    let language = staff.language;
    let names: HashMap<Uuid, String> =
        accounts.into_iter().map(|account| (account.staff.id, account.staff.name.to_string())).collect();
    let titles: HashMap<Uuid, String> = list.into_iter().map(|line| (line.id, line.title)).collect();
    let name = |id: Option<Uuid>, names: &HashMap<Uuid, String>| {
        id.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())).unwrap_or_default()
    };
    let older = rows.last().map(|(number, _)| *number).filter(|number| *number > 1);
    let lines = rows.into_iter().map(|(number, row)| Line {
        number,
        at: language.moment(row.at),
        who: match row.staff {
            Some(_) => name(row.staff, &names),
            None if is_own(&row.act) => language.say("by-itself"),
            None => language.say("command-line"),
        },
        act: in_words(language, &row.act),
        survey: name(row.survey, &titles),
        unit: row.unit.unwrap_or_default(),
        subject: name(row.subject, &names),
        amount: row.amount,
        reason: row.reason.unwrap_or_default(),
    });
    let view = AuditPage {
        frame: Frame::of(&staff, "menu-audit", language.say("menu-audit")),
        rows: lines.collect(),
        length: head.length,
        head: data_encoding::HEXLOWER.encode(&head.mac),
        older,
        newest: from.before.is_none(),
    };
    page(StatusCode::OK, &view)
}

/// Whether the program does it by itself.
fn is_own(act: &str) -> bool {
    use Act::{ContactsDeleted, PaperDifferences, PaperFirst, PaperRefusals, PaperSecond};
    [ContactsDeleted, PaperFirst, PaperSecond, PaperDifferences, PaperRefusals].iter().any(|own| own.name() == act)
}

/// What was done, in words; an act that this version does not know as it stands.
fn in_words(language: Language, act: &str) -> String {
    let known = Act::ALL.into_iter().any(|one| one.name() == act);
    if known { language.say(&format!("act-{act}")) } else { act.to_owned() }
}
