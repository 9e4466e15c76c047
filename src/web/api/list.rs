//! Long lists, part by part: `limit` says how many, `cursor` where the part begins.

use super::fault::Fault;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Lines of a part unless more or fewer are asked for.
const USUAL: u16 = 100;

/// Most lines of a part.
const MOST: u16 = 1_000;

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// How many lines, 1 to 1000; 100 unless given.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u16>,
    /// Where the part begins: `next` of the part before. Without it, at the beginning.
    pub cursor: Option<String>,
}

impl Part {
    /// How many lines.
    pub fn limit(&self) -> Result<i64, Fault> {
        match self.limit.unwrap_or(USUAL) {
            limit @ 1..=MOST => Ok(limit.into()),
            _ => Err(Fault::invalid_query(format!("“limit” is 1 to {MOST}."))),
        }
    }

    /// The key of the last line before the part.
    pub fn after(&self) -> Result<Option<String>, Fault> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(Some).ok_or_else(no_cursor)
    }

    /// The same where keys are not text.
    pub fn after_key<K: std::str::FromStr>(&self) -> Result<Option<K>, Fault> {
        self.after()?.map(|key| key.parse().map_err(|_| no_cursor())).transpose()
    }
}

/// The cursor was not made by a reply of this list.
fn no_cursor() -> Fault {
    Fault::invalid_query("“cursor” is none: take “next” of the reply before, as it is.")
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The lines.
    pub items: Vec<T>,
    /// The cursor of the next part; `null` where there is none.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// The part of `limit` lines that `lines` begins with, of which there may be one more to show that the list goes
    /// on. `key` tells what a line stands under.
    pub fn of(mut lines: Vec<T>, limit: i64, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let goes_on = lines.len() > limit;
        lines.truncate(limit);
        let last = lines.last().filter(|_| goes_on);
        let next = last.map(|last| BASE64URL_NOPAD.encode(key(last).as_bytes()));
        Self { items: lines, next }
    }
}
