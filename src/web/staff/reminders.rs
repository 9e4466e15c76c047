//! Invitations and reminders: how many would get one, what it says, how far the last one is.

use super::auth::{Form, Links, Staff};
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::{failed, nowhere};
use crate::domain::message::{Channels, Kind, Rules, Trouble};
use crate::error::{Error, Result};
use crate::store::sendings::{self, Hindrance, Outlook, Sending, State, Steer, Terms};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, progress as counts};
use crate::web::App;
use crate::web::postman::letter::Letter;
use crate::web::words::Language;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/reminders.html")]
struct RemindersPage {
    frame: Frame,
    place: Place,
    now: Option<Now>,
    waiting: i64,
    /// Whether there is a way to reach anybody.
    reached: bool,
    offers: [Offer; 2],
    /// What stands in the way of both.
    common: Option<String>,
    preview: Vec<String>,
    channels: Channels,
    /// The hours, and messages a minute.
    pace: Option<(String, i32)>,
    sendings: Vec<Line>,
}

/// The sending under way, alone, for a page that looks again and again.
#[derive(Template)]
#[template(path = "staff/sending.html")]
struct NowPage {
    frame: Frame,
    place: Place,
    now: Option<Now>,
}

/// What could be sent.
struct Offer {
    kind: &'static str,
    name: String,
    /// What its number of people means.
    label: String,
    people: i64,
    why: Option<String>,
    primary: bool,
}

/// The sending under way.
struct Now {
    number: i32,
    planned: i64,
    done: i64,
    text: String,
    running: bool,
    /// Whether the other side refuses us.
    held: bool,
    /// The hours, while it is not one of them.
    asleep: Option<String>,
}

/// A sending, as the list shows it.
struct Line {
    kind: String,
    begun: String,
    planned: i64,
    sent: i64,
    refused: i64,
    /// How many were not sent; nothing while it is under way.
    needless: Option<i64>,
    state: String,
}

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

struct Found {
    stored: Stored,
    waiting: i64,
    outlooks: [Outlook; 2],
    sendings: Vec<Sending>,
    stuck: i64,
}

/// Settings of a server that sends nothing.
const NOTHING: Rules = Rules {
    hours: crate::domain::message::Hours::ALWAYS,
    interval: TimeDelta::zero(),
    first_retry: TimeDelta::zero(),
    patience: TimeDelta::zero(),
    days_apart: 0,
    most_reminders: 0,
};

/// The ways there are, and when and how fast messages are sent.
fn settings(app: &App) -> (Channels, Rules) {
    app.sending.as_ref().map_or((Channels::default(), NOTHING), |sending| (sending.channels(), sending.rules))
}

fn find(conn: &mut Conn, id: Uuid, channels: Channels, rules: &Rules, now: DateTime<Utc>) -> Result<Found> {
    let stored = surveys::get(conn, id)?;
    let links = counts::total(conn, id)?;
    let waiting = links.waiting + links.started;
    let outlooks = sendings::outlooks(conn, &stored, Terms { channels, rules, now })?;
    let (sendings, stuck) = (sendings::list(conn, id)?, sendings::stuck(conn, id)?);
    Ok(Found { stored, waiting, outlooks, sendings, stuck })
}

/// `GET /staff/surveys/{id}/reminders`
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, done: Query<Done>) -> HttpResponse {
    let done = match done.done.as_deref() {
        Some("begun") => Some(staff.language.say("sending-begun-done")),
        Some("steered") => Some(staff.language.say("sending-steered-done")),
        _ => None,
    };
    match view(&app, &staff, *id).await {
        Ok(view) => page(StatusCode::OK, &RemindersPage { frame: view.frame.done(done), ..view }),
        Err(error) => failed(&staff, &error),
    }
}

/// The page again, as it looks now, for whoever asked for something that is not possible any more.
async fn changed(app: &App, staff: &Staff<Links>, id: Uuid) -> HttpResponse {
    match view(app, staff, id).await {
        Ok(view) => {
            let frame = view.frame.alert(staff.language.say("sending-changed"));
            page(StatusCode::CONFLICT, &RemindersPage { frame, ..view })
        }
        Err(error) => failed(staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid) -> Result<RemindersPage> {
    let (language, now) = (staff.language, app.clock.now());
    let (channels, rules) = settings(app);
    let found = app.read(move |conn| find(conn, id, channels, &rules, now)).await?;
    let Found { stored, waiting, outlooks: [invitation, reminder], sendings, stuck } = found;
    let common = match (invitation.hindrance, reminder.hindrance) {
        (Some(one), Some(other)) if one == other && one != Hindrance::Nobody => Some(one),
        _ => None,
    };
    let offer = |kind: Kind, outlook: Outlook, primary: bool| {
        let why = outlook.hindrance.map(|why| why_not(language, why, kind, &stored, &rules));
        let label = match kind {
            Kind::Invitation => language.say("reminders-to-invite"),
            Kind::Reminder => language.say("reminders-to-remind"),
        };
        Offer { kind: kind.name(), name: act(language, kind), label, people: outlook.people, why, primary }
    };
    Ok(RemindersPage {
        frame: Frame::of(staff, "menu-surveys", language.say("reminders")),
        place: Place::of(language, &stored, "step-links"),
        now: under_way(language, &stored, &sendings, stuck, &rules, now),
        waiting,
        reached: !channels.is_empty(),
        common: common.map(|why| why_not(language, why, Kind::Invitation, &stored, &rules)),
        offers: [
            offer(Kind::Invitation, invitation, true),
            offer(Kind::Reminder, reminder, invitation.hindrance.is_some()),
        ],
        preview: preview(app, &stored, Kind::Reminder),
        channels,
        pace: (!channels.is_empty()).then(|| (rules.hours.to_string(), rules.per_minute())),
        sendings: sendings.iter().rev().map(|sending| line(language, &stored, sending)).collect(),
    })
}

/// `GET /staff/surveys/{id}/reminders/progress`
pub async fn progress(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>) -> HttpResponse {
    let (id, now, rules) = (*id, app.clock.now(), settings(&app).1);
    let found =
        app.read(move |conn| Ok((surveys::get(conn, id)?, sendings::list(conn, id)?, sendings::stuck(conn, id)?)));
    match found.await {
        Ok((stored, sendings, stuck)) => {
            let now = under_way(staff.language, &stored, &sendings, stuck, &rules, now);
            let place = Place::of(staff.language, &stored, "step-links");
            page(StatusCode::OK, &NowPage { frame: Frame::of(&staff, "menu-surveys", String::new()), place, now })
        }
        Err(error) => failed(&staff, &error),
    }
}

#[derive(Template)]
#[template(path = "staff/reminders_send.html")]
struct SendPage {
    frame: Frame,
    place: Place,
    kind: &'static str,
    why: Option<String>,
    lines: Vec<String>,
    act: String,
    preview: Vec<String>,
}

/// `GET /staff/surveys/{id}/reminders/send/{kind}`: what will happen, and the button that does it.
pub async fn confirm(
    app: Data<App>,
    staff: Staff<Links>,
    path: Path<(Uuid, String)>,
    request: HttpRequest,
) -> HttpResponse {
    let (id, kind) = path.into_inner();
    let Some(kind) = Kind::from_name(&kind) else { return nowhere(&request).await };
    let (language, now) = (staff.language, app.clock.now());
    let (channels, rules) = settings(&app);
    let found = app.read(move |conn| {
        let stored = surveys::get(conn, id)?;
        let outlook = sendings::outlook(conn, &stored, kind, Terms { channels, rules: &rules, now })?;
        Ok((stored, outlook))
    });
    let (stored, outlook) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let hours = if rules.hours.hold(now, stored.survey.time_zone) { "send-hours-now" } else { "send-hours-later" };
    let apart = [("days", rules.days_apart), ("most", rules.most_reminders)];
    let view = SendPage {
        frame: Frame::of(&staff, "menu-surveys", act(language, kind)),
        place: Place::of(language, &stored, "step-links"),
        kind: kind.name(),
        why: outlook.hindrance.map(|why| why_not(language, why, kind, &stored, &rules)),
        lines: vec![
            language.with("send-people", &[("count", outlook.people)]),
            language.with(hours, &[("hours", rules.hours.to_string())]),
            language.with("send-pace", &[("count", rules.per_minute())]),
            language.say("send-checked"),
            language.with("send-apart", &apart),
        ],
        act: match kind {
            Kind::Invitation => language.with("invitation-send", &[("count", outlook.people)]),
            Kind::Reminder => language.with("reminder-send", &[("count", outlook.people)]),
        },
        preview: preview(&app, &stored, kind),
    };
    page(StatusCode::OK, &view)
}

/// `POST /staff/surveys/{id}/reminders/send/{kind}`
pub async fn begin(
    app: Data<App>,
    staff: Staff<Links>,
    path: Path<(Uuid, String)>,
    _form: Form,
    request: HttpRequest,
) -> HttpResponse {
    let (id, kind) = path.into_inner();
    let Some(kind) = Kind::from_name(&kind) else { return nowhere(&request).await };
    let (channels, rules) = settings(&app);
    let begun = app.write("begin sending", Some(staff.person.id), move |conn, actor| {
        sendings::begin(conn, actor, id, kind, channels, &rules)
    });
    match begun.await {
        Ok(()) => see(&format!("/staff/surveys/{id}/reminders?done=begun")),
        Err(Error::Refused(_)) => changed(&app, &staff, id).await,
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/surveys/{id}/reminders/steer`
pub async fn steer(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let id = *id;
    let steer = match form.text("do") {
        "pause" => Some(Steer::Pause),
        "continue" => Some(Steer::Continue),
        "stop" => Some(Steer::Stop),
        _ => None,
    };
    let Some((steer, number)) = steer.zip(form.text("number").parse().ok()) else {
        return changed(&app, &staff, id).await;
    };
    let steered = app.write("steer sending", Some(staff.person.id), move |conn, actor| {
        sendings::steer(conn, actor, id, number, steer)
    });
    match steered.await {
        Ok(()) => see(&format!("/staff/surveys/{id}/reminders?done=steered")),
        Err(Error::Refused(_)) => changed(&app, &staff, id).await,
        Err(error) => failed(&staff, &error),
    }
}

/// What sending it is called.
fn act(language: Language, kind: Kind) -> String {
    match kind {
        Kind::Invitation => language.say("invitation-do"),
        Kind::Reminder => language.say("reminder-do"),
    }
}

fn why_not(language: Language, why: Hindrance, kind: Kind, stored: &Stored, rules: &Rules) -> String {
    match why {
        Hindrance::NotOpen => language.say("hindrance-not-open"),
        Hindrance::NoChannel => language.say("hindrance-no-channel"),
        Hindrance::UnderWay => language.say("hindrance-under-way"),
        Hindrance::TooSoon(until) => language.with("hindrance-too-soon", &[("time", moment(language, until, stored))]),
        Hindrance::Enough => language.with("hindrance-enough", &[("count", rules.most_reminders)]),
        Hindrance::Nobody if kind == Kind::Invitation => language.say("hindrance-no-invitation"),
        Hindrance::Nobody => language.say("hindrance-no-reminder"),
    }
}

fn moment(language: Language, at: DateTime<Utc>, stored: &Stored) -> String {
    super::surveys::moment(language, at, stored.survey.time_zone)
}

/// The message as people get it, with a link of nobody.
fn preview(app: &App, stored: &Stored, kind: Kind) -> Vec<String> {
    let link = format!("{}/s/XXXX-XXXX-XXXX-XXXX-XXXX", app.base_url);
    Letter::new(kind, stored, &link).text.lines().map(str::to_owned).collect()
}

fn under_way(
    language: Language,
    stored: &Stored,
    sendings: &[Sending],
    stuck: i64,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Option<Now> {
    let sending = sendings.iter().find(|sending| sending.state.is_under_way())?;
    let going = [("planned", sending.planned), ("sent", sending.sent)];
    let mut text = language.with("sending-going", &going);
    if stuck > 0 {
        let trouble = trouble(language, sending.trouble);
        let places = [("count", stuck.into()), ("trouble", fluent_bundle::FluentValue::from(trouble))];
        text = format!("{text} {}", language.with("sending-stuck", &places));
    }
    let (running, asleep) = (sending.state == State::Running, !rules.hours.hold(now, stored.survey.time_zone));
    Some(Now {
        number: sending.number,
        planned: sending.planned.max(1),
        done: sending.sent + sending.refused,
        text,
        running,
        held: !running && sending.trouble.is_some_and(Trouble::is_refusal),
        asleep: asleep.then(|| rules.hours.to_string()),
    })
}

fn trouble(language: Language, trouble: Option<Trouble>) -> String {
    match trouble {
        None => language.say("trouble-none"),
        Some(Trouble::Status(status)) => language.with("trouble-status", &[("status", status.to_string())]),
        Some(Trouble::Slow) => language.say("trouble-slow"),
        Some(Trouble::Unreachable) => language.say("trouble-unreachable"),
        Some(Trouble::Untrusted) => language.say("trouble-untrusted"),
    }
}

fn line(language: Language, stored: &Stored, sending: &Sending) -> Line {
    let over = !sending.state.is_under_way();
    let state = match sending.state {
        State::Running => "sending-state-running",
        State::Paused => "sending-state-paused",
        State::Ended => "sending-state-ended",
        State::Stopped => "sending-state-stopped",
    };
    Line {
        kind: match sending.kind {
            Kind::Invitation => language.say("invitation"),
            Kind::Reminder => language.say("reminder"),
        },
        begun: moment(language, sending.begun_at, stored),
        planned: sending.planned,
        sent: sending.sent,
        refused: sending.refused,
        needless: over.then(|| (sending.planned - sending.sent - sending.refused).max(0)),
        state: language.say(state),
    }
}
