//! The recorder's statements, written for each engine: this is where its speed comes from.
//!
//! SQLite runs prepared statements row by row inside the process; PostgreSQL gets each batch as arrays
//! in one round trip a statement.

use crate::domain::link::LinkState;
use crate::domain::response::{Channel, Respondent};
use crate::domain::survey::SurveyState;
use crate::domain::token::LinkHash;
use crate::error::{Error, Result};
use crate::store::schema::survey;
use crate::store::surveys::{parse_state, unknown, uuid};
use crate::store::{Conn, postgres_statement, sqlite_statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A link as the recorder needs it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Its row in SQLite, where it lies until the transaction ends; PostgreSQL finds it by its hash again.
    pub(super) row: Option<i64>,
    pub(super) survey: Uuid,
    pub(super) serial: i32,
    pub(super) unit: String,
    pub(super) state: LinkState,
}

type LinkRow = (Vec<u8>, i32, String, String);

fn link_of((survey, serial, unit, state): LinkRow, row: Option<i64>) -> Result<Link> {
    let state = LinkState::from_name(&state).ok_or_else(|| unknown(&state))?;
    Ok(Link { row, survey: uuid(&survey)?, serial, unit, state })
}

fn hash_of(hash: Vec<u8>) -> Result<LinkHash> {
    Ok(LinkHash(<[u8; 16]>::try_from(hash).map_err(|_| Error::Corrupt("a hash that is none".to_owned()))?))
}

sqlite_statement! {
    /// The link with this hash. (A bound LIMIT, as `first` adds it, makes SQLite plan anew each time.)
    ReadLink { hash: Vec<u8> as Binary, }
    "SELECT rowid, survey, serial, unit, state FROM link WHERE hash = {}",
    returns (BigInt, Binary, Integer, Text, Text)
}

postgres_statement! {
    /// The links with these hashes.
    ReadLinks { hash: Vec<Vec<u8>> as Array<Binary>, }
    "SELECT hash, survey, serial, unit, state FROM link WHERE hash = ANY({})",
    returns (Binary, Binary, Integer, Text, Text)
}

pub(super) fn read_links(conn: &mut Conn, hashes: &BTreeSet<LinkHash>) -> Result<BTreeMap<LinkHash, Link>> {
    let mut links = BTreeMap::new();
    match conn {
        Conn::Sqlite(conn) => {
            for hash in hashes {
                let found = ReadLink { hash: hash.0.to_vec() }.get_result::<(i64, Vec<u8>, i32, String, String)>(conn);
                if let Some((row, survey, serial, unit, state)) = found.optional()? {
                    links.insert(*hash, link_of((survey, serial, unit, state), Some(row))?);
                }
            }
        }
        Conn::Postgres(conn) => {
            let statement = ReadLinks { hash: hashes.iter().map(|hash| hash.0.to_vec()).collect() };
            for (hash, survey, serial, unit, state) in
                statement.load::<(Vec<u8>, Vec<u8>, i32, String, String)>(conn)?
            {
                links.insert(hash_of(hash)?, link_of((survey, serial, unit, state), None)?);
            }
        }
    }
    Ok(links)
}

/// Where a survey stands, held there until the transaction ends, and its highest visible serial.
pub(super) fn hold_survey(conn: &mut Conn, id: Uuid) -> Result<(SurveyState, i32)> {
    let columns = (survey::state, survey::visible_serial);
    let (state, visible): (String, i32) = match conn {
        Conn::Sqlite(conn) => survey::table.find(id.as_bytes().as_slice()).select(columns).get_result(conn)?,
        Conn::Postgres(conn) => {
            survey::table.find(id.as_bytes().as_slice()).select(columns).for_share().get_result(conn)?
        }
    };
    Ok((parse_state(&state)?, visible))
}

/// A link going from one state to another.
pub(super) struct Move {
    pub(super) hash: LinkHash,
    pub(super) row: Option<i64>,
    pub(super) from: LinkState,
    pub(super) to: LinkState,
}

sqlite_statement! {
    /// Moves a link that is still in the state it was read in.
    MoveLink<'a> { new: &'a str as Text, row: Option<i64> as Nullable<BigInt>, old: &'a str as Text, }
    "UPDATE link SET state = {} WHERE rowid = {} AND state = {}"
}

postgres_statement! {
    /// Moves links that are still in the state they were read in; says which.
    MoveLinks {
        hash: Vec<Vec<u8>> as Array<Binary>,
        old: Vec<&'static str> as Array<Text>,
        new: Vec<&'static str> as Array<Text>,
    }
    "UPDATE link SET state = m.new FROM unnest({}, {}, {}) AS m (hash, old, new) \
     WHERE link.hash = m.hash AND link.state = m.old RETURNING link.hash",
    returns Binary
}

/// Moves links, in the order of their hashes; returns those that another writer had moved before.
pub(super) fn move_links(conn: &mut Conn, moves: &[Move]) -> Result<BTreeSet<LinkHash>> {
    let mut missed: BTreeSet<LinkHash> = moves.iter().map(|moved| moved.hash).collect();
    match conn {
        Conn::Sqlite(conn) => {
            for moved in moves {
                let row = MoveLink { new: moved.to.name(), row: moved.row, old: moved.from.name() };
                if row.execute(conn)? == 1 {
                    missed.remove(&moved.hash);
                }
            }
        }
        Conn::Postgres(_) if moves.is_empty() => {}
        Conn::Postgres(conn) => {
            let statement = MoveLinks {
                hash: moves.iter().map(|moved| moved.hash.0.to_vec()).collect(),
                old: moves.iter().map(|moved| moved.from.name()).collect(),
                new: moves.iter().map(|moved| moved.to.name()).collect(),
            };
            for hash in statement.load::<Vec<u8>>(conn)? {
                missed.remove(&hash_of(hash)?);
            }
        }
    }
    Ok(missed)
}

/// A response to be stored. This is all there is about it.
pub(super) struct NewResponse {
    pub(super) survey: Uuid,
    pub(super) id: Uuid,
    pub(super) unit: String,
    pub(super) respondent: Respondent,
    pub(super) channel: Channel,
    pub(super) answers: String,
}

sqlite_statement! {
    /// Stores a response.
    InsertResponse<'a> {
        survey: &'a [u8] as Binary,
        id: &'a [u8] as Binary,
        unit: &'a str as Text,
        respondent: &'a str as Text,
        channel: &'a str as Text,
        answers: &'a str as Text,
    }
    "INSERT INTO response (survey, id, unit, respondent, channel, answers) VALUES ({}, {}, {}, {}, {}, {})"
}

postgres_statement! {
    /// Stores a batch of responses.
    InsertResponses {
        survey: Vec<Vec<u8>> as Array<Binary>,
        id: Vec<Vec<u8>> as Array<Binary>,
        unit: Vec<String> as Array<Text>,
        respondent: Vec<&'static str> as Array<Text>,
        channel: Vec<&'static str> as Array<Text>,
        answers: Vec<String> as Array<Text>,
    }
    "INSERT INTO response (survey, id, unit, respondent, channel, answers) \
     SELECT * FROM unnest({}, {}, {}, {}, {}, {})"
}

pub(super) fn insert_responses(conn: &mut Conn, responses: Vec<NewResponse>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => {
            for new in responses {
                let row = InsertResponse {
                    survey: new.survey.as_bytes(),
                    id: new.id.as_bytes(),
                    unit: &new.unit,
                    respondent: new.respondent.name(),
                    channel: new.channel.name(),
                    answers: &new.answers,
                };
                row.execute(conn)?;
            }
        }
        Conn::Postgres(_) if responses.is_empty() => {}
        Conn::Postgres(conn) => {
            let mut rows = InsertResponses::default();
            for new in responses {
                rows.survey.push(new.survey.as_bytes().to_vec());
                rows.id.push(new.id.as_bytes().to_vec());
                rows.unit.push(new.unit);
                rows.respondent.push(new.respondent.name());
                rows.channel.push(new.channel.name());
                rows.answers.push(new.answers);
            }
            rows.execute(conn)?;
        }
    }
    Ok(())
}
