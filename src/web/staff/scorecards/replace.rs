//! A scorecard replaced by a file: what would change is shown first.

use super::super::auth::{Form, Scorecards, Staff};
use super::super::page::{Frame, page, see};
use super::super::refuse::failed;
use super::super::upload::{Incoming, NotTaken, Taken};
use super::reading::{self, Bad, Given};
use super::words::Changed;
use super::{Place, frame};
use crate::domain::obstacle::Obstacle;
use crate::domain::scorecard::{self, Scored};
use crate::error::{Error, Result};
use crate::store::{Db, scorecards};
use crate::web::App;
use crate::web::shelf::Purpose;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, Utc};
use std::fs::File;
use uuid::Uuid;

/// Differences that are listed one by one.
const LISTED: usize = 200;

#[derive(Template)]
#[template(path = "staff/scorecard_file.html")]
struct FilePage {
    frame: Frame,
    place: Place,
}

impl FilePage {
    /// Where a file is sent.
    fn action(&self) -> String {
        format!("/staff/scorecards/{}/file", self.place.id)
    }
}

/// `GET /staff/scorecards/{id}/file`
pub async fn show(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>) -> HttpResponse {
    answer(&app, &staff, *id, None).await
}

/// The form; with what is in the way, where something is.
async fn answer(app: &App, staff: &Staff<Scorecards>, id: Uuid, key: Option<&str>) -> HttpResponse {
    let language = staff.language;
    let scored = match app.read(move |conn| scorecards::get(conn, id)?.scored()).await {
        Ok(scored) => scored,
        Err(error) => return failed(staff, &error),
    };
    let frame = frame(staff, language.say("card-file"));
    let frame = match key {
        Some(key) => frame.alert(language.say(key)),
        None => frame,
    };
    let status = if key.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, &FilePage { frame, place: Place::of(language, &scored, "card-file") })
}

#[derive(Template)]
#[template(path = "staff/scorecard_changes.html")]
struct Preview {
    frame: Frame,
    place: Place,
    upload: String,
    /// The version that it is compared with.
    seen: i32,
    changes: Vec<Changed>,
    /// How many more there are.
    more: usize,
    /// How many indicators will not be filled in.
    lacking: usize,
}

/// What a file would change.
struct Plan {
    before: Scored,
    after: Scored,
}

fn plan(db: &Db, given: Given, id: Uuid, now: DateTime<Utc>) -> Result<Plan> {
    db.read(|conn| {
        let kept = scorecards::get(conn, id)?;
        let before = kept.scored()?;
        let card = scorecards::bind_all(conn, given.file.clone().keeping(&kept.card()?)?)?;
        let after = Scored::make(&card, id, kept.version.saturating_add(1), now)?;
        Ok(Plan { before, after })
    })
}

/// `POST /staff/scorecards/{id}/file`: shows what a file would change, or what is wrong with it.
pub async fn upload(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, incoming: Incoming) -> HttpResponse {
    let id = *id;
    let Taken { file, place: _place } = match incoming.file(&app).await {
        Ok(Ok(file)) => file,
        Ok(Err(NotTaken::Reply(reply))) => return reply,
        Ok(Err(NotTaken::Because(key))) => return answer(&app, &staff, id, Some(key)).await,
        Err(error) => return failed(&staff, &error),
    };
    preview(&app, &staff, id, file, false).await
}

/// Reads a file, for which the scorecard has the head where it has none; `body` makes of it what is asked for.
async fn read<T: Send + 'static>(
    app: &App,
    staff: &Staff<Scorecards>,
    id: Uuid,
    file: File,
    body: impl FnOnce(&Db, Given) -> Result<T> + Send + 'static,
) -> Result<(File, T), HttpResponse> {
    let head = match app.read(move |conn| Ok(scorecards::get(conn, id)?.card()?.head)).await {
        Ok(head) => head,
        Err(error) => return Err(failed(staff, &error)),
    };
    match reading::read(app, file, head, body).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(Bad::Because(key))) => Err(answer(app, staff, id, Some(key)).await),
        Ok(Err(Bad::Faults(faults, text))) => {
            Err(reading::refuse(staff, format!("/staff/scorecards/{id}/file"), &faults, text))
        }
        Err(error) => Err(failed(staff, &error)),
    }
}

async fn preview(app: &App, staff: &Staff<Scorecards>, id: Uuid, file: File, meanwhile: bool) -> HttpResponse {
    let (language, now) = (staff.language, app.clock.now());
    let (file, plan) = match read(app, staff, id, file, move |db, given| plan(db, given, id, now)).await {
        Ok(read) => read,
        Err(reply) => return reply,
    };
    let upload = match app.shelf.put(&staff.session, Purpose::Scorecard(id), file, now) {
        Ok(name) => name,
        Err(error) => return failed(staff, &error),
    };
    let mut changes = scorecard::differences(&plan.before, &plan.after);
    let more = changes.len().saturating_sub(LISTED);
    changes.truncate(LISTED);
    let frame = frame(staff, language.say("card-file-preview"));
    let view = Preview {
        frame: if meanwhile { frame.alert(language.say("card-file-meanwhile")) } else { frame },
        place: Place::of(language, &plan.before, "card-file"),
        upload,
        seen: plan.before.version,
        changes: changes.into_iter().map(|one| Changed::of(language, one)).collect(),
        more,
        lacking: plan.after.missing.len(),
    };
    page(if meanwhile { StatusCode::CONFLICT } else { StatusCode::OK }, &view)
}

/// `POST /staff/scorecards/{id}/import`: does what was shown.
pub async fn import(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, seen) = (*id, form.text("seen").parse::<i32>().unwrap_or_default());
    let kept = app.shelf.take(form.text("upload"), &staff.session, Purpose::Scorecard(id), app.clock.now());
    let Some(file) = kept else { return answer(&app, &staff, id, Some("upload-gone")).await };
    let (file, given) = match read(&app, &staff, id, file, |_, given| Ok(given.file)).await {
        Ok(read) => read,
        Err(reply) => return reply,
    };
    let done = app.write("import scorecard", Some(staff.person.id), move |conn, actor| {
        scorecards::import(conn, actor, id, Some(seen), given.clone())
    });
    match done.await {
        Ok(_) => see(&format!("/staff/scorecards/{id}?done=saved")),
        Err(Error::Refused(Obstacle::ChangedMeanwhile)) => preview(&app, &staff, id, file, true).await,
        Err(Error::Invalid(faults)) => reading::refuse(&staff, format!("/staff/scorecards/{id}/file"), &faults, false),
        Err(error) => failed(&staff, &error),
    }
}
