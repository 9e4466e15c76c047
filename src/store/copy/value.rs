//! Values as both engines mean them, and the digest of a table.

use crate::error::Error;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime};
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::row::{Field, NamedRow, Row};
use diesel::sqlite::{Sqlite, SqliteType};
use sha2::{Digest, Sha256};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bytes,
    Text,
    Small,
    Integer,
    Big,
    Bool,
    Time,
    Day,
}

impl Kind {
    /// The kind of a column declared like this, in the words of either engine.
    pub(super) fn of(declared: &str) -> Option<Self> {
        Some(match declared.to_ascii_lowercase().as_str() {
            "blob" | "bytea" => Self::Bytes,
            "text" => Self::Text,
            "smallint" => Self::Small,
            "integer" => Self::Integer,
            "bigint" => Self::Big,
            "boolean" => Self::Bool,
            "timestamp" | "timestamp without time zone" => Self::Time,
            "date" => Self::Day,
            _ => return None,
        })
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    /// A number, or 0 and 1 for a truth.
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    /// Microseconds since the beginning of 1970, UTC.
    Time(i64),
    /// Days since the beginning of 1970.
    Day(i64),
}

/// Time as SQLite has it, to be read and to be written.
const TIME: &str = "%F %T%.f";

/// Days from the beginning of 1970, from which times are counted here, to that of 2000, as in PostgreSQL.
const DAYS: i64 = 10_957;
const MICROSECONDS: i64 = DAYS * 86_400_000_000;

impl Value {
    /// This value as its column means it; SQLite keeps times and days as text. `None` where it cannot be that.
    pub(super) fn settle(self, kind: Kind) -> Option<Self> {
        Some(match (kind, self) {
            (_, Self::Null) => Self::Null,
            (Kind::Time, Self::Text(text)) => {
                Self::Time(NaiveDateTime::parse_from_str(&text, TIME).ok()?.and_utc().timestamp_micros())
            }
            (Kind::Day, Self::Text(text)) => {
                Self::Day(text.parse::<NaiveDate>().ok()?.signed_duration_since(NaiveDate::default()).num_days())
            }
            (Kind::Bool, Self::Number(truth @ (0 | 1))) => Self::Number(truth),
            (Kind::Small, Self::Number(number)) => Self::Number(i16::try_from(number).ok()?.into()),
            (Kind::Integer, Self::Number(number)) => Self::Number(i32::try_from(number).ok()?.into()),
            (Kind::Big, value @ Self::Number(_))
            | (Kind::Text, value @ Self::Text(_))
            | (Kind::Bytes, value @ Self::Bytes(_))
            | (Kind::Time, value @ Self::Time(_))
            | (Kind::Day, value @ Self::Day(_)) => value,
            _ => return None,
        })
    }

    /// This value as SQLite keeps it. `None` for a time far beyond the calendar.
    pub(super) fn for_sqlite(self) -> Option<Self> {
        Some(match self {
            Self::Time(at) => Self::Text(DateTime::from_timestamp_micros(at)?.naive_utc().format(TIME).to_string()),
            Self::Day(day) => {
                let (after, before) = (u64::try_from(day).unwrap_or(0), u64::try_from(-day).unwrap_or(0));
                let day =
                    NaiveDate::default().checked_add_days(Days::new(after))?.checked_sub_days(Days::new(before))?;
                Self::Text(day.to_string())
            }
            value => value,
        })
    }

    /// Writes the value as a field of PostgreSQL's binary rows: its length, then its bytes.
    pub(super) fn write_binary(&self, kind: Kind, out: &mut Vec<u8>) -> Option<()> {
        let mut field = |bytes: &[u8]| {
            out.extend(i32::try_from(bytes.len()).ok()?.to_be_bytes());
            out.extend(bytes);
            Some(())
        };
        match (self, kind) {
            (Self::Null, _) => out.extend((-1_i32).to_be_bytes()),
            // A text of PostgreSQL has no NUL in it.
            (Self::Text(text), _) => return (!text.contains('\0')).then(|| field(text.as_bytes())).flatten(),
            (Self::Bytes(bytes), _) => return field(bytes),
            (Self::Number(truth), Kind::Bool) => return field(&[u8::from(*truth != 0)]),
            (Self::Number(number), Kind::Small) => return field(&i16::try_from(*number).ok()?.to_be_bytes()),
            (Self::Number(number), Kind::Integer) => return field(&i32::try_from(*number).ok()?.to_be_bytes()),
            (Self::Number(number), _) => return field(&number.to_be_bytes()),
            (Self::Time(at), _) => return field(&at.checked_sub(MICROSECONDS)?.to_be_bytes()),
            (Self::Day(day), _) => return field(&i32::try_from(day.checked_sub(DAYS)?).ok()?.to_be_bytes()),
        }
        Some(())
    }
}

/// A row as it was read.
pub(super) struct Record(pub(super) Vec<Value>);

impl QueryableByName<Sqlite> for Record {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let value = |place| {
            let field = Row::get(row, place).ok_or("a column is missing")?;
            let Some(mut value) = field.value() else { return Ok(Value::Null) };
            Ok(match value.value_type() {
                None => Value::Null,
                Some(SqliteType::Text) => Value::Text(String::from_utf8(value.read_blob().to_vec())?),
                Some(SqliteType::Binary) => Value::Bytes(value.read_blob().to_vec()),
                Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => Value::Number(value.read_long()),
                Some(SqliteType::Float | SqliteType::Double) => return Err("a fraction".into()),
            })
        };
        (0..row.field_count()).map(value).collect::<deserialize::Result<_>>().map(Self)
    }
}

impl QueryableByName<Pg> for Record {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let value = |place| {
            let field = Row::get(row, place).ok_or("a column is missing")?;
            let Some(value) = field.value() else { return Ok(Value::Null) };
            let bytes = value.as_bytes();
            // The numbers of the types in PostgreSQL's catalogue.
            Ok(match value.get_oid().get() {
                16 => Value::Number(bytes.first().copied().unwrap_or_default().into()),
                17 => Value::Bytes(bytes.to_vec()),
                20 => Value::Number(i64::from_be_bytes(bytes.try_into()?)),
                21 => Value::Number(i16::from_be_bytes(bytes.try_into()?).into()),
                23 => Value::Number(i32::from_be_bytes(bytes.try_into()?).into()),
                25 => Value::Text(String::from_utf8(bytes.to_vec())?),
                1082 => Value::Day(i64::from(i32::from_be_bytes(bytes.try_into()?)) + DAYS),
                1114 => {
                    let at = i64::from_be_bytes(bytes.try_into()?).checked_add(MICROSECONDS);
                    Value::Time(at.ok_or("a time beyond the calendar")?)
                }
                other => return Err(format!("a value of type {other}").into()),
            })
        };
        (0..row.field_count()).map(value).collect::<deserialize::Result<_>>().map(Self)
    }
}

/// What a table holds, whatever the order of its rows: how many, and the sum of their digests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Rows.
    pub rows: u64,
    digest: [u64; 4],
}

impl Sum {
    /// Counts a row in.
    pub(super) fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            let (sign, number, bytes): (u8, i64, &[u8]) = match value {
                Value::Null => (0, 0, &[]),
                Value::Number(number) => (1, *number, &[]),
                Value::Text(text) => (2, i64::try_from(text.len()).unwrap_or(i64::MAX), text.as_bytes()),
                Value::Bytes(bytes) => (3, i64::try_from(bytes.len()).unwrap_or(i64::MAX), bytes),
                Value::Time(at) => (4, *at, &[]),
                Value::Day(day) => (5, *day, &[]),
            };
            hash.update([sign]);
            hash.update(number.to_be_bytes());
            hash.update(bytes);
        }
        let hash = hash.finalize();
        let (words, _) = hash.as_chunks();
        for (sum, word) in self.digest.iter_mut().zip(words) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*word));
        }
        self.rows += 1;
    }

    /// The sum of the digests in hexadecimal.
    pub fn digest(&self) -> String {
        self.digest.iter().map(|word| format!("{word:016x}")).collect()
    }
}

/// What stands in the way of a row, without telling what is in it.
pub(super) fn unfit(table: &str, column: Option<&String>) -> Error {
    let column = column.map_or(String::new(), |column| format!(".{column}"));
    Error::Setup(format!("a row of {table}{column} holds what the other engine cannot keep; nothing was copied"))
}
