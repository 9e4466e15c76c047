//! A file of people on its way to the roster: taken, shown, imported. Short files are a page like any other;
//! of long ones a page shows how far they are.

use super::auth::{Form, Links, Staff};
use super::importing::{self, End, Far, Job};
use super::page::{Frame, page, see};
use super::place::Place;
use super::plan::Plan;
use super::refuse::failed;
use super::roster::{again, is_changeable};
use super::sheets;
use super::upload::{Incoming, NotTaken, Unfit};
use crate::error::Result;
use crate::store::intake::{self, Outcome, Wish};
use crate::store::{issue, surveys, units};
use crate::web::App;
use crate::web::shelf::Purpose;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/roster_preview.html")]
struct Preview {
    frame: Frame,
    place: Place,
    plan: Arc<Plan>,
    units: HashMap<String, String>,
}

impl Preview {
    /// The unit with its name.
    fn unit(&self, code: &str) -> String {
        self.units.get(code).map_or_else(|| code.to_owned(), |name| format!("{name} {code}"))
    }

    /// How many are not listed who seem to have moved.
    fn unlisted(&self) -> usize {
        (self.plan.moved + self.plan.fixed).saturating_sub(self.plan.movers.len())
    }

    /// Whether there is anything to import.
    fn does_something(&self) -> bool {
        self.plan.added + self.plan.moved + self.plan.fixed + self.plan.differing > 0
    }
}

#[derive(Template)]
#[template(path = "staff/roster_reading.html")]
struct ReadingPage {
    frame: Frame,
    place: Place,
    run: Option<Shown>,
}

#[derive(Template)]
#[template(path = "staff/roster_run.html")]
struct RunPage {
    frame: Frame,
    place: Place,
    run: Option<Shown>,
}

/// Work with a file, for the page.
pub struct Shown {
    /// How much is done, of how much.
    pub done: u64,
    /// Of how much.
    pub all: u64,
    /// Whether it goes on.
    pub running: bool,
    /// Whether it ended as nobody wished.
    pub bad: bool,
    /// Whether something is left to be cleared away.
    pub left: bool,
    /// Where to look how far it is.
    pub poll: String,
    /// What there is to say.
    pub text: String,
    /// What else there is to say.
    pub note: Option<String>,
}

/// What became of an import, in words.
pub fn told(language: Language, outcome: Outcome) -> String {
    let mut words = language.with("roster-done", &[("added", outcome.added), ("known", outcome.known)]);
    for (key, people) in [
        ("roster-done-moved", outcome.moved),
        ("roster-done-corrected", outcome.corrected),
        ("roster-done-fixed", outcome.fixed),
    ] {
        if people > 0 {
            words = format!("{words} {}", language.with(key, &[("people", people)]));
        }
    }
    words
}

/// What there is to say about the last import of this process, as it was seen before the database was asked
/// whether one is `open`: begun and not ended, here or elsewhere.
pub fn run(language: Language, seen: Option<(Option<End>, Arc<Job>)>, open: bool) -> Option<Shown> {
    let bad = |key: &str| Shown { bad: true, left: open, ..shown(language.say(key)) };
    let Some((end, job)) = seen else { return open.then(|| bad("intake-left")) };
    let Some(end) = end else { return Some(going(language, &job, "import")) };
    let ended = match end {
        // Since then one has begun elsewhere.
        _ if open => bad("intake-left"),
        // Whoever got the answer at once has read it.
        _ if !job.is_watched() => return None,
        End::Done(outcome) => shown(told(language, outcome)),
        End::Cancelled => bad("intake-cancelled"),
        End::TakenOver => bad("intake-taken-over"),
        End::Unfit(_) => bad("intake-unfit"),
        End::Refused => bad("intake-refused"),
        End::Read(_) | End::Failed => bad("intake-failed"),
    };
    Some(ended)
}

fn shown(text: String) -> Shown {
    let (poll, note) = (String::new(), None);
    Shown { done: 0, all: 1, running: false, bad: false, left: false, poll, text, note }
}

fn going(language: Language, job: &Job, poll: &str) -> Shown {
    let Far { done, all, writing } = job.far();
    let text = match writing {
        true => language.with("intake-going", &[("done", done), ("all", all)]),
        false => language.with("intake-reading", &[("percent", done / 10)]),
    };
    let note = job.took_over.then(|| language.say("intake-took-over"));
    Shown { done, all, running: true, poll: poll.to_owned(), note, ..shown(text) }
}

/// `POST /staff/surveys/{id}/roster/upload`: shows what a file would do, or what is wrong with it.
pub async fn upload(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, incoming: Incoming) -> HttpResponse {
    let taken = match incoming.file(&app).await {
        Ok(Ok(taken)) => taken,
        Ok(Err(NotTaken::Reply(reply))) => return reply,
        Ok(Err(NotTaken::Because(key))) => return again(&app, &staff, *id, key).await,
        Err(error) => return failed(&staff, &error),
    };
    let id = *id;
    let begun = async {
        let stored = app.read(move |conn| surveys::get(conn, id)).await?;
        if !is_changeable(&stored) {
            return Ok(None);
        }
        let one = app.permit(&app.shelf.reading).await?;
        importing::begin_reading(&app, &staff.session, id, taken, one).map(Some)
    };
    match begun.await {
        Ok(Some(job)) => match job.soon().await {
            Some(end) => read(&app, &staff, id, end).await,
            None => see(&format!("/staff/surveys/{id}/roster/upload")),
        },
        Ok(None) => again(&app, &staff, id, "roster-closed").await,
        Err(error) => failed(&staff, &error),
    }
}

/// `GET /staff/surveys/{id}/roster/upload`: how far the file of this session is, and then what it would do.
pub async fn reading(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>) -> HttpResponse {
    let Some(job) = app.importing.read(&staff.session, *id) else {
        return see(&format!("/staff/surveys/{id}/roster"));
    };
    if let Some(end) = job.end() {
        return read(&app, &staff, *id, end).await;
    }
    let id = *id;
    match app.read(move |conn| surveys::get(conn, id)).await {
        Ok(stored) => {
            let frame = Frame::of(&staff, "menu-surveys", staff.language.say("intake-read"));
            let place = Place::of(staff.language, &stored, "step-roster");
            let run = Some(going(staff.language, &job, "upload"));
            page(StatusCode::OK, &ReadingPage { frame, place, run })
        }
        Err(error) => failed(&staff, &error),
    }
}

/// The page of a file that is read.
async fn read(app: &App, staff: &Staff<Links>, id: Uuid, end: End) -> HttpResponse {
    let plan = match end {
        End::Read(plan) => plan,
        End::Unfit(unfit) => return refuse(app, staff, id, &unfit).await,
        End::Cancelled => return again(app, staff, id, "intake-read-cancelled").await,
        _ => return again(app, staff, id, "intake-read-failed").await,
    };
    let found = app.read(move |conn| Ok((surveys::get(conn, id)?, units::tree(conn)?))).await;
    match found {
        Ok((stored, tree)) => {
            let frame = Frame::of(staff, "menu-surveys", staff.language.say("roster-preview"));
            let place = Place::of(staff.language, &stored, "step-roster");
            let units = plan.movers.iter().flat_map(|mover| [&mover.from, &mover.recipient.unit]);
            let units = units.filter_map(|code| Some((code.clone(), tree.get(code)?.name.clone()))).collect();
            page(StatusCode::OK, &Preview { frame, place, plan, units })
        }
        Err(error) => failed(staff, &error),
    }
}

async fn refuse(app: &App, staff: &Staff<Links>, id: Uuid, unfit: &Unfit) -> HttpResponse {
    match unfit {
        Unfit::Because(key) => again(app, staff, id, key).await,
        Unfit::Faults(found) => {
            let field = |name: &str| field(staff.language, name);
            let stored = match app.read(move |conn| surveys::get(conn, id)).await {
                Ok(stored) => stored,
                Err(error) => return failed(staff, &error),
            };
            let (place, back) =
                (Place::of(staff.language, &stored, "step-roster"), format!("/staff/surveys/{id}/roster"));
            sheets::faults(staff, "menu-surveys", Some(place), back, found, field)
        }
    }
}

fn field(language: Language, name: &str) -> Option<String> {
    match name {
        "unit" => Some(language.say("unit")),
        "ref" => Some(language.say("person-ref")),
        "name" => Some(language.say("person-name")),
        "phone" => Some(language.say("person-phone")),
        "email" => Some(language.say("person-email")),
        _ => None,
    }
}

/// `POST /staff/surveys/{id}/roster/import`: does what was shown.
pub async fn import(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let wish = Wish { moved: !form.text("moved").is_empty(), contacts: !form.text("contacts").is_empty() };
    match try_import(&app, &staff, *id, form.text("upload"), wish).await {
        Ok(reply) => reply,
        Err(error) => failed(&staff, &error),
    }
}

async fn try_import(app: &App, staff: &Staff<Links>, id: Uuid, upload: &str, wish: Wish) -> Result<HttpResponse> {
    let (stored, issuing, open) = app
        .read(move |conn| Ok((surveys::get(conn, id)?, issue::current(conn, id)?, intake::current(conn, id)?)))
        .await?;
    if !is_changeable(&stored) {
        return Ok(again(app, staff, id, "roster-closed").await);
    }
    if app.importing.taken_in(id).is_some_and(|job| job.end().is_none()) {
        return Ok(again(app, staff, id, "roster-running").await);
    }
    if issuing.is_some() {
        return Ok(again(app, staff, id, "roster-issuing").await);
    }
    let one = app.permit(&app.shelf.reading).await?;
    let Some(file) = app.shelf.take(upload, &staff.session, Purpose::Roster(id), app.clock.now()) else {
        return Ok(again(app, staff, id, "upload-gone").await);
    };
    let job = importing::begin(app, staff.person.id, id, Some(file), wish, open.is_some(), Some(one))?;
    let here = format!("/staff/surveys/{id}/roster");
    Ok(match job.soon().await {
        None => see(&here),
        Some(End::Done(Outcome { added, known, moved, corrected, fixed })) => {
            let mut address = format!("{here}?added={added}&known={known}");
            for (name, people) in [("moved", moved), ("corrected", corrected), ("fixed", fixed)] {
                if people > 0 {
                    address = format!("{address}&{name}={people}");
                }
            }
            see(&address)
        }
        Some(End::Unfit(unfit)) => refuse(app, staff, id, &unfit).await,
        Some(End::TakenOver) => again(app, staff, id, "intake-taken-over").await,
        Some(End::Cancelled) => again(app, staff, id, "intake-cancelled").await,
        Some(End::Refused) => again(app, staff, id, "intake-refused").await,
        Some(End::Read(_) | End::Failed) => again(app, staff, id, "intake-failed").await,
    })
}

/// `GET /staff/surveys/{id}/roster/import`: only how far the import is, for a page that looks again and again.
pub async fn progress(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>) -> HttpResponse {
    let id = *id;
    let seen = app.importing.taken_in(id).map(|job| (job.end(), job));
    match app.read(move |conn| Ok((surveys::get(conn, id)?, intake::current(conn, id)?))).await {
        Ok((stored, open)) => {
            let frame = Frame::of(&staff, "menu-surveys", String::new());
            let place = Place::of(staff.language, &stored, "step-roster");
            page(StatusCode::OK, &RunPage { frame, place, run: run(staff.language, seen, open.is_some()) })
        }
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/surveys/{id}/roster/cancel`: ends the reading of this session's file, or the import; where one
/// runs elsewhere or died, it takes over and leaves nothing of it.
pub async fn cancel(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let here = format!("/staff/surveys/{id}/roster");
    if form.text("what") == "upload" {
        if let Some(job) = app.importing.read(&staff.session, *id) {
            job.cancel();
            job.soon().await;
        }
        return see(&here);
    }
    match try_cancel(&app, &staff, *id).await {
        Ok(()) => see(&here),
        Err(error) => failed(&staff, &error),
    }
}

async fn try_cancel(app: &App, staff: &Staff<Links>, id: Uuid) -> Result<()> {
    if let Some(job) = app.importing.taken_in(id).filter(|job| job.end().is_none()) {
        job.cancel();
        return Ok(());
    }
    if app.read(move |conn| intake::current(conn, id)).await?.is_some() {
        importing::begin(app, staff.person.id, id, None, Wish::default(), true, None)?.soon().await;
    }
    Ok(())
}
