//! Surveys that open and close by themselves.

use super::super::audit::{About, Actor};
use super::super::schema::survey;
use super::super::{Conn, links};
use super::{Stored, close_as, get, open_as, uuid};
use crate::domain::audit::Act;
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::SurveyState;
use crate::error::{Error, Result};
use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use uuid::Uuid;

impl Stored {
    /// What tells the times at which it opens and closes by itself from any others.
    pub fn dates_mark(&self) -> String {
        let written = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp().to_string()).unwrap_or_default();
        format!("{}/{}", written(self.opens_at), written(self.closes_at))
    }
}

/// Sets when a survey opens and closes by itself. Once it is open only its closing time can be moved. A time
/// that is new lies in the future. `seen` is the [mark](Stored::dates_mark) of the times that were looked at:
/// where somebody has moved them since, it is refused.
pub fn set_dates(
    conn: &mut Conn,
    actor: &Actor<'_>,
    id: Uuid,
    seen: Option<&str>,
    opens: Option<DateTime<Utc>>,
    closes: Option<DateTime<Utc>>,
) -> Result<()> {
    let refuse = |obstacle: Obstacle| Err(obstacle.into());
    links::lock_survey(conn, id, links::Hold::ToChange)?;
    let stored = get(conn, id)?;
    // To the second, as both engines keep it.
    let whole = |at: Option<DateTime<Utc>>| at.map(|at| at.trunc_subsecs(0));
    let (opens, closes) = (whole(opens), whole(closes));
    let (before, after) = ((stored.opens_at, stored.closes_at), (opens, closes));
    match stored.state {
        SurveyState::Draft => {}
        SurveyState::Open if opens == stored.opens_at => {}
        SurveyState::Open => return refuse(Obstacle::OnlyClosing),
        SurveyState::Closed | SurveyState::Sealed => return refuse(Obstacle::DatesOver),
    }
    if seen.is_some_and(|seen| seen != stored.dates_mark()) {
        return refuse(Obstacle::ChangedMeanwhile);
    }
    if before == after {
        return Ok(());
    }
    let passed = |new: Option<DateTime<Utc>>, old| new != old && new.is_some_and(|at| at <= actor.now);
    if passed(opens, stored.opens_at) || passed(closes, stored.closes_at) {
        return refuse(Obstacle::DatePast);
    }
    if opens.zip(closes).is_some_and(|(opens, closes)| closes <= opens) {
        return refuse(Obstacle::DatesOrder);
    }
    let naive = |at: Option<DateTime<Utc>>| at.map(|at| at.naive_utc());
    let same = survey::table.find(id.as_bytes().to_vec()).filter(survey::state.eq(stored.state.name()));
    let values = (survey::opens_at.eq(naive(opens)), survey::closes_at.eq(naive(closes)));
    match diesel::update(same).set(values).execute(conn)? {
        1 => actor.note(conn, Act::DatesSet, About::survey(id)),
        _ => refuse(Obstacle::ChangedMeanwhile),
    }
}

/// How many surveys were closed; a seal changes nothing in it.
pub fn count_closed(conn: &mut Conn) -> Result<i64> {
    let over = [SurveyState::Closed.name(), SurveyState::Sealed.name()];
    Ok(survey::table.filter(survey::state.eq_any(over)).count().get_result(conn)?)
}

/// The drafts whose time to open has come and whose weights are confirmed, and the open surveys whose time to
/// close has come.
pub fn due(conn: &mut Conn, now: DateTime<Utc>) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
    let now = now.naive_utc();
    let of = |state: SurveyState| survey::state.eq(state.name());
    let closing: Vec<Vec<u8>> = survey::table
        .filter(of(SurveyState::Open))
        .filter(survey::closes_at.le(now))
        .order(survey::id)
        .select(survey::id)
        .load(conn)?;
    // One that should be closed by now is not opened: nobody would see it open.
    let opening: Vec<Vec<u8>> = survey::table
        .filter(of(SurveyState::Draft))
        .filter(survey::opens_at.le(now))
        .filter(survey::closes_at.is_null().or(survey::closes_at.gt(now)))
        .order(survey::id)
        .select(survey::id)
        .load(conn)?;
    let mut ready = Vec::new();
    for key in opening {
        let id = uuid(&key)?;
        if get(conn, id)?.survey.unconfirmed().is_empty() {
            ready.push(id);
        }
    }
    Ok((ready, closing.iter().map(|key| uuid(key)).collect::<Result<_>>()?))
}

/// Opens or closes one survey of those that are due; gives how many it moved, and is called again until that is none:
/// closing may take long, and the next one is a change of its own. It may run at any time, as often as one likes
/// and on several nodes at once: a survey that another node has moved meanwhile is left as it is.
pub fn keep_dates(conn: &mut Conn, actor: &Actor<'_>) -> Result<usize> {
    let (opening, closing) = due(conn, actor.now)?;
    let opening = opening.into_iter().map(|id| (id, true));
    for (id, opens) in opening.chain(closing.into_iter().map(|id| (id, false))) {
        let done = if opens {
            open_as(conn, actor, id, Act::OpenedAtItsTime)
        } else {
            close_as(conn, actor, id, Act::ClosedAtItsTime)
        };
        match done {
            Ok(()) => return Ok(1),
            // Refused before anything was written.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(0)
}
