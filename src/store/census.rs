//! How much there is of everything, over all surveys together, for whoever watches the program.

use super::schema::{outbox, progress, survey};
use super::surveys::parse_state;
use super::{Conn, progress::Counts};
use crate::domain::survey::SurveyState;
use crate::error::Result;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// The sums at one moment.
#[derive(Clone, Debug)]
pub struct Census {
    /// How many surveys are in each state.
    pub surveys: Vec<(SurveyState, i64)>,
    /// Where the links of all open surveys together stand.
    pub links: Counts,
    /// Messages that wait to be sent.
    pub messages: i64,
}

/// Counts everything.
pub fn take(conn: &mut Conn) -> Result<Census> {
    let states: Vec<(String, i64)> =
        survey::table.group_by(survey::state).select((survey::state, count_star())).load(conn)?;
    let surveys = states.into_iter().map(|(state, count)| Ok((parse_state(&state)?, count))).collect::<Result<_>>()?;
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"));
    let open = survey::table.filter(survey::state.eq(SurveyState::Open.name())).select(survey::id);
    let (issued, waiting, started, submitted, declined, revoked) = progress::table
        .filter(progress::survey.eq_any(open))
        .select((sum("issued"), sum("waiting"), sum("started"), sum("submitted"), sum("declined"), sum("revoked")))
        .get_result(conn)?;
    let links = Counts { issued, waiting, started, submitted, declined, revoked, expired: 0 };
    Ok(Census { surveys, links, messages: outbox::table.count().get_result(conn)? })
}
