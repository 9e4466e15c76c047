//! The sample of a survey: drawn once, kept with its seed so that it can be drawn again.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::{draw, roster_line};
use super::surveys::{self, number};
use super::{Conn, issue, rosters, units};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::roster::Disposition;
use crate::domain::sample::{self, Frame, Plan, Stratum};
use crate::domain::survey::{Design, SurveyState};
use crate::error::{Error, Result};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A sample as it was drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The seed: with it and the roster the draw can be repeated.
    pub seed: String,
    /// What was asked for.
    pub plan: Plan,
    /// N, n and the people of every stratum, those with nobody drawn too.
    pub strata: Vec<Stratum>,
    /// The last place of the roster then: whoever came later could not be drawn.
    pub last_place: i32,
}

/// Everybody who could be drawn: who is on the roster and not out of the base, by stratum.
pub fn frame(conn: &mut Conn, survey: Uuid) -> Result<Frame> {
    let (tree, last) = (units::tree(conn)?, rosters::last_place(conn, survey)?);
    let eligible = roster_line::disposition.is_null().or(roster_line::disposition.ne(Disposition::Ineligible.name()));
    let rows: Vec<(i32, String)> = roster_line::table
        .filter(roster_line::survey.eq(survey.as_bytes().to_vec()))
        .filter(roster_line::number.le(last))
        .filter(eligible)
        .order(roster_line::number)
        .select((roster_line::number, roster_line::unit))
        .load(conn)?;
    let mut frame = Frame::new();
    for (place, unit) in rows {
        let stratum = sample::stratum(&tree, &unit);
        match frame.get_mut(stratum) {
            Some(members) => members.push(place),
            None => drop(frame.insert(stratum.to_owned(), vec![place])),
        }
    }
    Ok(frame)
}

/// How many of each stratum could be drawn.
pub fn people(frame: &Frame) -> BTreeMap<String, u64> {
    let count = |members: &Vec<i32>| u64::try_from(members.len()).unwrap_or(u64::MAX);
    frame.iter().map(|(unit, members)| (unit.clone(), count(members))).collect()
}

/// Draws the sample of a survey, once: whoever could draw again could wait for a sample they like.
pub fn record(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, plan: Plan, seed: &str) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    let stored = surveys::get(conn, survey)?;
    let refused = |obstacle: Obstacle| Err(obstacle.into());
    if !matches!(stored.state, SurveyState::Draft | SurveyState::Open) {
        return refused(Obstacle::DrawClosed);
    }
    if get(conn, survey)?.is_some() {
        return refused(Obstacle::DrawnAlready);
    }
    if stored.visible_serial > 0 || issue::current(conn, survey)?.is_some() {
        return refused(Obstacle::DrawTooLate);
    }
    let frame = frame(conn, survey)?;
    if frame.is_empty() {
        return refused(Obstacle::NobodyToDraw);
    }
    let fewest = sample::fewest_counties(frame.len());
    let fits = match stored.survey.design {
        Design::Everyone => false,
        Design::Strata => plan.counties.is_none() && plan.margin.is_some(),
        Design::Clusters => plan.counties.is_some_and(|wanted| (fewest..=frame.len()).contains(&wanted)),
    };
    if !fits {
        return refused(Obstacle::OtherDesign);
    }
    let strata = sample::draw(plan, seed, &frame);
    let drawn: u64 = strata.iter().map(|stratum| stratum.sample).sum();
    let text = |what: serde_json::Result<String>| what.map_err(|error| Error::Corrupt(error.to_string()));
    let row = (
        draw::survey.eq(survey.as_bytes().to_vec()),
        draw::seed.eq(seed),
        draw::method.eq(text(serde_json::to_string(&plan))?),
        draw::strata.eq(text(serde_json::to_string(&strata))?),
        draw::last_place.eq(rosters::last_place(conn, survey)?),
    );
    diesel::insert_into(draw::table).values(row).execute(conn)?;
    // The seed stands in the log's chain: a draw put in place of this one would show.
    let about = About { reason: Some(format!("seed {seed}")), ..About::survey(survey) };
    actor.note(conn, Act::SampleDrawn, about.amount(number(drawn)?))
}

/// The sample of a survey, if one was drawn.
pub fn get(conn: &mut Conn, survey: Uuid) -> Result<Option<Drawn>> {
    let found =
        draw::table.find(survey.as_bytes().to_vec()).select((draw::seed, draw::method, draw::strata, draw::last_place));
    let found: Option<(String, String, String, i32)> = found.get_result(conn).optional()?;
    let corrupt = |error: serde_json::Error| Error::Corrupt(format!("a draw: {error}"));
    found
        .map(|(seed, method, strata, last_place)| {
            let plan = serde_json::from_str(&method).map_err(corrupt)?;
            let strata = serde_json::from_str(&strata).map_err(corrupt)?;
            Ok(Drawn { seed, plan, strata, last_place })
        })
        .transpose()
}

/// Forgets who was drawn, by their places; how many of each stratum stays, and the seed. Part of the seal.
pub(super) fn forget_places(conn: &mut Conn, survey: Uuid) -> Result<()> {
    let Some(drawn) = get(conn, survey)? else { return Ok(()) };
    let bare: Vec<Stratum> = drawn.strata.into_iter().map(|stratum| Stratum { drawn: Vec::new(), ..stratum }).collect();
    let text = serde_json::to_string(&bare).map_err(|error| Error::Corrupt(error.to_string()))?;
    let of_survey = draw::table.find(survey.as_bytes().to_vec());
    diesel::update(of_survey).set(draw::strata.eq(text)).execute(conn)?;
    Ok(())
}

/// The last place of the roster when the sample was drawn, if one was.
pub fn last_place(conn: &mut Conn, survey: Uuid) -> Result<Option<i32>> {
    Ok(draw::table.find(survey.as_bytes().to_vec()).select(draw::last_place).get_result(conn).optional()?)
}
