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
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, BigInt, Binary, Integer, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use uuid::Uuid;

/// Where a link was read, so that it need not be looked for a second time. It lies there until the transaction ends, on
/// PostgreSQL until somebody else changes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// The number of its row in SQLite.
    Row(i64),
    /// Its version's place in PostgreSQL.
    Version(Tid),
}

/// PostgreSQL's `tid`: the number of a page and the place on it, as they go over the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tid([u8; 6]);

/// Its SQL type, which diesel does not know.
#[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 27, array_oid = 1010))]
struct TidSql;

impl FromSql<TidSql, Pg> for Tid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.as_bytes().try_into()?))
    }
}

impl Queryable<TidSql, Pg> for Tid {
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl ToSql<TidSql, Pg> for Tid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
}

/// A link as the recorder needs it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) place: Place,
    pub(super) survey: Uuid,
    pub(super) serial: i32,
    pub(super) unit: String,
    pub(super) state: LinkState,
}

type LinkRow = (Vec<u8>, i32, String, String);

fn link_of((survey, serial, unit, state): LinkRow, place: Place) -> Result<Link> {
    let state = LinkState::from_name(&state).ok_or_else(|| unknown(&state))?;
    Ok(Link { place, survey: uuid(&survey)?, serial, unit, state })
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
    "SELECT ctid, hash, survey, serial, unit, state FROM link WHERE hash = ANY({})",
    returns (TidSql, Binary, Binary, Integer, Text, Text)
}

pub(super) fn read_links(conn: &mut Conn, hashes: &BTreeSet<LinkHash>) -> Result<BTreeMap<LinkHash, Link>> {
    let mut links = BTreeMap::new();
    match conn {
        Conn::Sqlite(conn) => {
            for hash in hashes {
                let found = ReadLink { hash: hash.0.to_vec() }.get_result::<(i64, Vec<u8>, i32, String, String)>(conn);
                if let Some((row, survey, serial, unit, state)) = found.optional()? {
                    links.insert(*hash, link_of((survey, serial, unit, state), Place::Row(row))?);
                }
            }
        }
        Conn::Postgres(conn) => {
            let statement = ReadLinks { hash: hashes.iter().map(|hash| hash.0.to_vec()).collect() };
            for (tid, hash, survey, serial, unit, state) in
                statement.load::<(Tid, Vec<u8>, Vec<u8>, i32, String, String)>(conn)?
            {
                links.insert(hash_of(hash)?, link_of((survey, serial, unit, state), Place::Version(tid))?);
            }
        }
    }
    Ok(links)
}

/// Where a survey stands, held there until the transaction ends, and its highest visible serial. Nothing where somebody
/// else holds an open one on PostgreSQL, who may be closing it: that can take long, and other surveys do not wait for it.
pub(super) fn hold_survey(conn: &mut Conn, id: Uuid) -> Result<Option<(SurveyState, i32)>> {
    let row = survey::table.find(id.as_bytes().as_slice()).select((survey::state, survey::visible_serial));
    let (state, visible): (String, i32) = match conn {
        Conn::Sqlite(conn) => row.get_result(conn)?,
        Conn::Postgres(conn) => match row.for_share().skip_locked().get_result(conn).optional()? {
            Some(held) => held,
            None => {
                let (state, visible): (String, i32) = row.get_result(conn)?;
                // In any other state nothing is recorded, so it need not be held.
                if parse_state(&state)? == SurveyState::Open {
                    return Ok(None);
                }
                (state, visible)
            }
        },
    };
    Ok(Some((parse_state(&state)?, visible)))
}

/// A link going from one state to another.
pub(super) struct Move {
    pub(super) hash: LinkHash,
    pub(super) place: Place,
    pub(super) from: LinkState,
    pub(super) to: LinkState,
}

sqlite_statement! {
    /// Moves a link that is still in the state it was read in.
    MoveLink<'a> { new: &'a str as Text, row: i64 as BigInt, old: &'a str as Text, }
    "UPDATE link SET state = {} WHERE rowid = {} AND state = {}"
}

postgres_statement! {
    /// Moves links that are still in the state they were read in; says which.
    MoveLinks {
        place: Vec<Tid> as Array<TidSql>,
        hash: Vec<Vec<u8>> as Array<Binary>,
        old: Vec<&'static str> as Array<Text>,
        new: Vec<&'static str> as Array<Text>,
    }
    "UPDATE link SET state = m.new FROM unnest({}, {}, {}, {}) AS m (place, hash, old, new) \
     WHERE link.ctid = m.place AND link.hash = m.hash AND link.state = m.old RETURNING link.hash",
    returns Binary
}

/// Moves links, in the order of their hashes; returns those that another writer had moved before. A link that is not at
/// its place any more was moved.
pub(super) fn move_links(conn: &mut Conn, moves: &[Move]) -> Result<BTreeSet<LinkHash>> {
    let mut missed: BTreeSet<LinkHash> = moves.iter().map(|moved| moved.hash).collect();
    match conn {
        Conn::Sqlite(conn) => {
            for moved in moves {
                let Place::Row(row) = moved.place else { continue };
                let statement = MoveLink { new: moved.to.name(), row, old: moved.from.name() };
                if statement.execute(conn)? == 1 {
                    missed.remove(&moved.hash);
                }
            }
        }
        Conn::Postgres(_) if moves.is_empty() => {}
        Conn::Postgres(conn) => {
            let mut rows = MoveLinks::default();
            for moved in moves {
                let Place::Version(tid) = moved.place else { continue };
                rows.place.push(tid);
                rows.hash.push(moved.hash.0.to_vec());
                rows.old.push(moved.from.name());
                rows.new.push(moved.to.name());
            }
            for hash in rows.load::<Vec<u8>>(conn)? {
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
