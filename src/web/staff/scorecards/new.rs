//! A new scorecard: a file is looked at first, then made one.

use super::super::auth::{Form, Scorecards, Staff};
use super::super::page::{Frame, page, see};
use super::super::refuse::failed;
use super::super::sheets;
use super::super::upload::{Incoming, NotTaken, Taken};
use super::field::{Field, Input, Wrong, errors};
use super::frame;
use super::head::{TypedHead, wrong};
use super::reading::{self, Bad, Given};
use super::rows::{Row, folded, rows};
use super::words;
use crate::domain::scorecard::{COLUMNS, FIELDS, Head, Scorecard, Scored};
use crate::error::{Error, Result};
use crate::store::scorecards;
use crate::web::shelf::Purpose;
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fs::File;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/scorecard_new.html")]
struct NewPage {
    frame: Frame,
}

/// `GET /staff/scorecards/new`
pub async fn show(staff: Staff<Scorecards>) -> HttpResponse {
    page(StatusCode::OK, &NewPage { frame: frame(&staff, staff.language.say("card-new")) })
}

/// The form again, with what is in the way.
fn again(staff: &Staff<Scorecards>, key: &str) -> HttpResponse {
    let frame = frame(staff, staff.language.say("card-new")).alert(staff.language.say(key));
    page(StatusCode::UNPROCESSABLE_ENTITY, &NewPage { frame })
}

/// `GET /staff/scorecards/template.csv`: the columns of a table.
pub async fn template(staff: Staff<Scorecards>) -> HttpResponse {
    let named = |name: &str| words::column(staff.language, name).unwrap_or_else(|| name.to_owned());
    let columns: Vec<String> = COLUMNS.iter().take(FIELDS).map(|column| named(column.name)).collect();
    sheets::template("scorecard", &columns)
}

#[derive(Template)]
#[template(path = "staff/scorecard_preview.html")]
struct Preview {
    frame: Frame,
    upload: String,
    fields: Vec<Field>,
    /// Whether all of the head is in the file.
    has_head: bool,
    rows: Vec<Row>,
    folded: Option<usize>,
    levels: usize,
    lacking: usize,
}

impl Preview {
    /// Fields to be mended.
    fn errors(&self) -> Vec<(&'static str, String, String)> {
        errors(&self.fields)
    }
}

/// A head that stands in until one is typed.
fn nameless() -> Head {
    Head::new("-".to_owned(), "-".to_owned(), 2000, "-".to_owned())
}

/// What a file would be, with its releases.
fn plan(db: &crate::store::Db, given: Given, now: DateTime<Utc>) -> Result<(Scorecard, Scored, bool)> {
    let has_head = given.has_head;
    let card = db.read(|conn| scorecards::bind_all(conn, given.file))?;
    let scored = Scored::make(&card, Uuid::nil(), 1, now)?;
    Ok((card, scored, has_head))
}

/// `POST /staff/scorecards/upload`: shows what a file would be, or what is wrong with it.
pub async fn upload(app: Data<App>, staff: Staff<Scorecards>, incoming: Incoming) -> HttpResponse {
    let Taken { file, place: _place } = match incoming.file(&app).await {
        Ok(Ok(file)) => file,
        Ok(Err(NotTaken::Reply(reply))) => return reply,
        Ok(Err(NotTaken::Because(key))) => return again(&staff, key),
        Err(error) => return failed(&staff, &error),
    };
    preview(&app, &staff, file, None, &Wrong::new()).await
}

/// Shows what a file would be; with the head that was typed, where that has to be mended.
async fn preview(
    app: &App,
    staff: &Staff<Scorecards>,
    file: File,
    typed: Option<TypedHead>,
    wrong: &Wrong,
) -> HttpResponse {
    let (language, now) = (staff.language, app.clock.now());
    let read = reading::read(app, file, nameless(), move |db, given| plan(db, given, now));
    let (file, (card, scored, has_head)) = match read.await {
        Ok(Ok(read)) => read,
        Ok(Err(Bad::Because(key))) => return again(staff, key),
        Ok(Err(Bad::Faults(faults, text))) => {
            return reading::refuse(staff, "/staff/scorecards/new".to_owned(), &faults, text);
        }
        Err(error) => return failed(staff, &error),
    };
    let upload = match app.shelf.put(&staff.session, Purpose::NewScorecard, file, now) {
        Ok(name) => name,
        Err(error) => return failed(staff, &error),
    };
    let stored = || if has_head { TypedHead::of(&card.head) } else { TypedHead::empty() };
    let rows = rows(language, &scored, &BTreeMap::new(), false);
    let view = Preview {
        frame: frame(staff, language.say("card-preview")),
        upload,
        fields: typed.unwrap_or_else(stored).fields(language, wrong),
        has_head,
        folded: folded(rows.len()),
        rows,
        levels: scored.depth(),
        lacking: scored.missing.len(),
    };
    page(if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &view)
}

/// `POST /staff/scorecards/import`: makes what was shown, with the head as it was typed.
pub async fn import(app: Data<App>, staff: Staff<Scorecards>, form: Form) -> HttpResponse {
    let (language, now) = (staff.language, app.clock.now());
    let kept = app.shelf.take(form.text("upload"), &staff.session, Purpose::NewScorecard, now);
    let Some(file) = kept else { return again(&staff, "upload-gone") };
    let typed = TypedHead::from_form(&form);
    let (file, given) = match reading::read(&app, file, nameless(), |_, given| Ok(given.file)).await {
        Ok(Ok(read)) => read,
        Ok(Err(Bad::Because(key))) => return again(&staff, key),
        Ok(Err(Bad::Faults(faults, text))) => {
            return reading::refuse(&staff, "/staff/scorecards/new".to_owned(), &faults, text);
        }
        Err(error) => return failed(&staff, &error),
    };
    let head = match typed.read(language, given.card.head.clone()) {
        Ok(head) => head,
        Err(wrong) => return preview(&app, &staff, file, Some(typed), &wrong).await,
    };
    // What is wrong with a head that was typed is told beside its fields.
    if let Err(faults) = (Scorecard { head: head.clone(), ..given.card.clone() }).checked() {
        return preview(&app, &staff, file, Some(typed), &wrong(language, &faults)).await;
    }
    let id = match fresh::id() {
        Ok(id) => id,
        Err(error) => return failed(&staff, &error),
    };
    let made = app.write("add scorecard", Some(staff.person.id), move |conn, actor| {
        let mut given = given.clone();
        given.card.head = head.clone();
        scorecards::add(conn, actor, id, given)
    });
    match made.await {
        Ok(_) => see(&format!("/staff/scorecards/{id}?done=made")),
        Err(Error::Invalid(faults)) => reading::refuse(&staff, "/staff/scorecards/new".to_owned(), &faults, false),
        Err(error) => failed(&staff, &error),
    }
}
