//! Surveys: made, changed, opened, closed.

pub mod dates;
pub mod edit;
mod fields;
pub mod list;
pub mod new;
pub mod overview;
pub mod preview;
pub mod sealing;
pub mod states;

use super::auth::{Staff, Surveys};
use super::page::Frame;
use crate::domain::exact::Rounding;
use crate::domain::survey::{Design, Measure, Survey, weight};
use crate::error::Result;
use crate::store::surveys::{self, Stored};
use crate::web::App;
use crate::web::words::Language;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// The survey of that id.
async fn stored(app: &App, id: Uuid) -> Result<Stored> {
    app.read(move |conn| surveys::get(conn, id)).await
}

/// The frame of a page about surveys.
fn frame(staff: &Staff<Surveys>, title: &str) -> Frame {
    Frame::of(staff, "menu-surveys", staff.language.say(title))
}

/// A time of a survey as its readers write it, in its zone.
pub fn moment(language: Language, at: DateTime<Utc>, zone: Tz) -> String {
    let there: NaiveDateTime = at.with_timezone(&zone).naive_local();
    format!("{} {}", language.date(there.date()), there.format("%H:%M"))
}

fn measure(language: Language, measure: Measure) -> String {
    match measure {
        Measure::WeightedScore => language.say("measure-score"),
        Measure::Top2 => language.say("measure-top2"),
        Measure::Top1 => language.say("measure-top1"),
    }
}

fn design(language: Language, design: Design) -> String {
    match design {
        Design::Everyone => language.say("design-everyone"),
        Design::Strata => language.say("design-strata"),
        Design::Clusters => language.say("design-clusters"),
    }
}

fn rounding(language: Language, rounding: Rounding) -> String {
    match rounding {
        Rounding::HalfUp => language.say("rounding-up"),
        Rounding::HalfEven => language.say("rounding-even"),
    }
}

/// An option as a page shows it.
struct OptionLine {
    code: String,
    label: String,
    weight: String,
    confirmed: bool,
}

fn options(survey: &Survey) -> Vec<OptionLine> {
    let line = |option: &crate::domain::survey::ScaleOption| OptionLine {
        code: option.code.clone(),
        label: option.label.clone(),
        weight: weight::shown(option.weight),
        confirmed: option.confirmed,
    };
    survey.scale.options.iter().map(line).collect()
}
