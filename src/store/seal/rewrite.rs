//! What the tables hold of a survey, without anything that leads from an answer to a link. One transaction.
//!
//! The responses go through table `rewriting` chunk by chunk, each with a fresh random id, and come back in the order
//! of these ids, and PostgreSQL marks all with one transaction. On SQLite they lie in that order then; on PostgreSQL they
//! may fill gaps of the table until it is built anew.

use super::super::links::{Hold, lock_survey};
use super::super::releases;
use super::super::schema::{
    fold, idempotency, link, outbox, paper_day, paper_entry, replaced_link, response, rewriting, roster_entry,
    roster_line, seal, sending, signal, survey as surveys_table,
};
use super::super::surveys;
use super::super::{Conn, draws, receipts, responses};
use crate::domain::release::{Frame, Release};
use crate::domain::seal::{Stage, folds};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Responses in memory at once.
const CHUNK: i64 = 2_000;

/// Rewrites a survey whose seal was consented to; one that is rewritten already stays as it is.
pub(super) fn survey(conn: &mut Conn, secret: &Secret, id: Uuid) -> Result<()> {
    lock_survey(conn, id, Hold::ToChange)?;
    let key = id.as_bytes().to_vec();
    let consented = seal::table.find(&key).filter(seal::stage.eq(Stage::Consented.name()));
    if diesel::update(consented).set(seal::stage.eq(Stage::Rewritten.name())).execute(conn)? == 0 {
        return Ok(());
    }
    receipts::publish(conn, secret, id)?;
    let folds = decide(conn, id)?;
    write_folds(conn, &key, &folds)?;
    responses_anew(conn, &key, &folds)?;
    macro_rules! erase {
        ($($table:ident),+) => {
            $(diesel::delete($table::table.filter($table::survey.eq(&key))).execute(conn)?;)+
        };
    }
    erase!(
        idempotency,
        link,
        replaced_link,
        roster_entry,
        roster_line,
        outbox,
        sending,
        signal,
        paper_entry,
        paper_day
    );
    draws::forget_places(conn, id)?;
    let bare = (
        surveys_table::salt.eq(None::<Vec<u8>>),
        surveys_table::secret.eq(None::<Vec<u8>>),
        surveys_table::issue_run.eq(None::<Vec<u8>>),
        surveys_table::intake_run.eq(None::<Vec<u8>>),
        surveys_table::visible_serial.eq(0),
        surveys_table::visible_place.eq(0),
    );
    diesel::update(surveys_table::table.find(key)).set(bare).execute(conn)?;
    Ok(())
}

/// Which units are folded, by the units as its releases know them.
fn decide(conn: &mut Conn, id: Uuid) -> Result<BTreeMap<String, String>> {
    let releases: Vec<Release> = releases::all(conn, id)?;
    let first = releases.first().ok_or_else(|| Error::Corrupt("a seal without a release".to_owned()))?;
    let survey = surveys::get(conn, id)?.survey;
    let counted = responses::count(conn, id, &survey, &BTreeSet::new())?;
    Ok(folds(&Frame::of(first).tree, &counted, survey.disclosure_floor.into(), &releases))
}

fn write_folds(conn: &mut Conn, key: &[u8], folds: &BTreeMap<String, String>) -> Result<()> {
    for (unit, target) in folds {
        let row = (fold::survey.eq(key), fold::unit.eq(unit), fold::target.eq(target));
        diesel::insert_into(fold::table).values(row).execute(conn)?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = rewriting, treat_none_as_default_value = false)]
struct New {
    survey: Vec<u8>,
    id: Vec<u8>,
    unit: String,
    respondent: String,
    channel: String,
    answers: String,
}

fn responses_anew(conn: &mut Conn, key: &[u8], folds: &BTreeMap<String, String>) -> Result<()> {
    type Old = (Vec<u8>, String, String, String, String);
    let of_survey = || response::table.filter(response::survey.eq(key.to_vec()));
    let columns = (response::id, response::unit, response::respondent, response::channel, response::answers);
    let mut last = Vec::new();
    loop {
        let chunk = of_survey().filter(response::id.gt(&last)).order(response::id).limit(CHUNK);
        let chunk: Vec<Old> = chunk.select(columns).load(conn)?;
        let Some((end, ..)) = chunk.last() else { break };
        last.clone_from(end);
        let fresh = |((_, unit, respondent, channel, answers), id): (Old, [u8; 16])| New {
            survey: key.to_vec(),
            id: uuid::Builder::from_random_bytes(id).into_uuid().as_bytes().to_vec(),
            unit: folds.get(&unit).cloned().unwrap_or(unit),
            respondent,
            channel,
            answers,
        };
        let ids = random(chunk.len())?;
        insert(conn, chunk.into_iter().zip(ids).map(fresh).collect())?;
    }
    diesel::delete(of_survey()).execute(conn)?;
    let written = || rewriting::table.filter(rewriting::survey.eq(key.to_vec()));
    let columns = (
        rewriting::survey,
        rewriting::id,
        rewriting::unit,
        rewriting::respondent,
        rewriting::channel,
        rewriting::answers,
    );
    let into =
        (response::survey, response::id, response::unit, response::respondent, response::channel, response::answers);
    let back = written().order(rewriting::id).select(columns);
    on_engine!(conn, |conn| back.insert_into(response::table).into_columns(into).execute(conn))?;
    diesel::delete(written()).execute(conn)?;
    Ok(())
}

fn insert(conn: &mut Conn, rows: Vec<New>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => drop(diesel::insert_into(rewriting::table).values(rows).execute(conn)?),
        Conn::Postgres(conn) => drop(diesel::copy_from(rewriting::table).from_insertable(&rows).execute(conn)?),
    }
    Ok(())
}

fn random(count: usize) -> Result<Vec<[u8; 16]>> {
    let mut bytes = vec![0_u8; count * 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Busy)?;
    Ok(bytes.as_chunks().0.to_vec())
}
