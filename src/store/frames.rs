//! Whom a survey asked, by the units as they stood when its first release was made.

use super::progress::natural;
use super::schema::{link, roster_line, survey};
use super::surveys::Stored;
use super::{Conn, draws, progress, releases, standings, units};
use crate::domain::link::LinkState;
use crate::domain::release::{Asked, Frame, StratumLine};
use crate::domain::roster::Disposition;
use crate::domain::sample::Stratum;
use crate::error::Result;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The frame of a closed survey. After the seal it is what its first release says.
pub fn of(conn: &mut Conn, stored: &Stored) -> Result<Frame> {
    let (survey, design) = (stored.id, stored.survey.design);
    let first = releases::first(conn, survey)?.map(|release| Frame::of(&release));
    let (tree, strata) = match first {
        Some(first) if stored.is_anonymous() => return Ok(first),
        Some(Frame { tree, strata, .. }) => (tree, strata),
        None => (units::tree(conn)?, drawn(conn, survey)?),
    };
    Ok(Frame::new(&tree, &asked(conn, survey)?, design, strata))
}

fn drawn(conn: &mut Conn, survey: Uuid) -> Result<Vec<StratumLine>> {
    let strata = draws::get(conn, survey)?.map(|drawn| drawn.strata).unwrap_or_default();
    let line = |drawn: Stratum| StratumLine { unit: drawn.unit, people: drawn.people, drawn: drawn.sample };
    Ok(strata.into_iter().map(line).collect())
}

/// The links of each unit.
fn asked(conn: &mut Conn, survey: Uuid) -> Result<BTreeMap<String, Asked>> {
    let mut own: BTreeMap<String, Asked> = BTreeMap::new();
    for (unit, counts) in progress::by_unit(conn, survey)? {
        let asked = Asked {
            issued: natural(counts.issued)?,
            returned: natural(counts.submitted)?,
            declined: natural(counts.declined)?,
            revoked: natural(counts.revoked)?,
            expired: natural(counts.expired)?,
            ..Asked::default()
        };
        own.insert(unit, asked);
    }
    for (unit, people) in standings::ineligible(conn, survey)? {
        own.entry(unit).or_default().ineligible = natural(people)?;
    }
    for (unit, people) in not_reached(conn, survey)? {
        own.entry(unit).or_default().non_contact = natural(people)?;
    }
    Ok(own)
}

/// People who could not be reached, by unit: with a link that was not taken back, so that they are in the base.
fn not_reached(conn: &mut Conn, id: Uuid) -> Result<Vec<(String, i64)>> {
    let of_person = link::survey.eq(roster_line::survey).and(link::serial.nullable().eq(roster_line::serial));
    Ok(roster_line::table
        .inner_join(link::table.on(of_person))
        .inner_join(survey::table.on(survey::id.eq(link::survey).and(link::serial.le(survey::visible_serial))))
        .filter(roster_line::survey.eq(id.as_bytes().to_vec()))
        .filter(roster_line::disposition.eq(Disposition::NonContact.name()))
        .filter(link::state.ne(LinkState::Revoked.name()))
        .group_by(link::unit)
        .select((link::unit, count_star()))
        .load(conn)?)
}
