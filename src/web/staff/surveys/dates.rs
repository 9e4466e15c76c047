//! When a survey opens and closes by itself.

use super::super::auth::{Form, Staff, Surveys};
use super::super::page::{Frame, page, see};
use super::super::place::Place;
use super::super::refuse::failed;
use super::{frame, stored};
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use crate::store::surveys::{self, Stored};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/survey_dates.html")]
struct DatesPage {
    frame: Frame,
    place: Place,
    draft: bool,
    frozen: bool,
    unconfirmed: bool,
    zone: &'static str,
    /// The mark of the times that the form was made from.
    seen: String,
    /// Whether somebody has moved them since.
    meanwhile: bool,
    opens: String,
    closes: String,
    opens_wrong: Option<String>,
    closes_wrong: Option<String>,
}

/// How a browser writes a date and a time.
const WRITTEN: &str = "%Y-%m-%dT%H:%M";

fn written(at: Option<DateTime<Utc>>, zone: Tz) -> String {
    at.map(|at| at.with_timezone(&zone).format(WRITTEN).to_string()).unwrap_or_default()
}

fn view(staff: &Staff<Surveys>, stored: &Stored) -> DatesPage {
    let zone = stored.survey.time_zone;
    DatesPage {
        frame: frame(staff, "dates"),
        place: Place::of(staff.language, stored, "step-design"),
        draft: stored.state == SurveyState::Draft,
        frozen: !matches!(stored.state, SurveyState::Draft | SurveyState::Open),
        unconfirmed: !stored.survey.unconfirmed().is_empty(),
        zone: zone.name(),
        seen: stored.dates_mark(),
        meanwhile: false,
        opens: written(stored.opens_at, zone),
        closes: written(stored.closes_at, zone),
        opens_wrong: None,
        closes_wrong: None,
    }
}

/// `GET /staff/surveys/{id}/dates`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>) -> HttpResponse {
    match stored(&app, *id).await {
        Ok(stored) => page(StatusCode::OK, &view(&staff, &stored)),
        Err(error) => failed(&staff, &error),
    }
}

/// What was typed as a time in that zone: nothing, a time, or the key of what is wrong with it.
fn read(
    typed: &str,
    before: Option<DateTime<Utc>>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    // What is stored to the second is shown to the minute: left alone, it stays what it is.
    if typed == written(before, zone) {
        return Ok(before);
    }
    // Some browsers add seconds.
    let typed = NaiveDateTime::parse_from_str(typed, WRITTEN)
        .or_else(|_| NaiveDateTime::parse_from_str(typed, "%Y-%m-%dT%H:%M:%S"))
        .map_err(|_| "wrong-time")?;
    let at = zone.from_local_datetime(&typed).earliest().ok_or("wrong-time")?.with_timezone(&Utc);
    if at > now { Ok(Some(at)) } else { Err("wrong-past") }
}

/// `POST /staff/surveys/{id}/dates`
pub async fn save(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, language) = (*id, staff.language);
    let stored = match stored(&app, id).await {
        Ok(stored) => stored,
        Err(error) => return failed(&staff, &error),
    };
    let (zone, now) = (stored.survey.time_zone, app.clock.now());
    let draft = stored.state == SurveyState::Draft;
    // Once it is open, the form has no field for the opening time.
    let opens = if draft { read(form.text("opens"), stored.opens_at, zone, now) } else { Ok(stored.opens_at) };
    let mut closes = read(form.text("closes"), stored.closes_at, zone, now);
    if let (Ok(Some(opens)), Ok(Some(ends))) = (opens, closes)
        && ends <= opens
        && draft
    {
        closes = Err("wrong-order");
    }
    let view = |status: StatusCode, view: DatesPage| {
        let typed = |name: &str| form.text(name).to_owned();
        page(status, &DatesPage { opens: typed("opens"), closes: typed("closes"), ..view })
    };
    let (fresh, seen) = (self::view(&staff, &stored), form.text("seen").to_owned());
    let (opens, closes) = match (opens, closes) {
        (Ok(opens), Ok(closes)) => (opens, closes),
        (opens, closes) => {
            let words = |wrong: Result<_, &'static str>| wrong.err().map(|key| language.say(key));
            let frame = fresh.frame.alert(language.say("dates-wrong"));
            let (opens_wrong, closes_wrong) = (words(opens), words(closes));
            let fresh = DatesPage { frame, seen, opens_wrong, closes_wrong, ..fresh };
            return view(StatusCode::UNPROCESSABLE_ENTITY, fresh);
        }
    };
    let saved = app.write("set dates", Some(staff.person.id), move |conn, actor| {
        surveys::set_dates(conn, actor, id, Some(&seen), opens, closes)
    });
    match saved.await {
        Ok(()) => see(&format!("/staff/surveys/{id}?done=dates")),
        Err(Error::Refused(obstacle)) => {
            let now = match self::stored(&app, id).await {
                Ok(stored) => self::view(&staff, &stored),
                Err(error) => return failed(&staff, &error),
            };
            view(
                StatusCode::CONFLICT,
                match obstacle {
                    Obstacle::ChangedMeanwhile => DatesPage { meanwhile: true, ..now },
                    _ => DatesPage { frame: now.frame.alert(language.say("dates-refused")), ..now },
                },
            )
        }
        Err(error) => failed(&staff, &error),
    }
}
