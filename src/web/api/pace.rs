//! How many requests a key may make in a minute.
//!
//! Minutes are those of the clock, so that the headers can say when the next begins. Kept in the memory of each
//! node: a key used on two nodes has the numbers of both.

use chrono::{DateTime, Timelike, Utc};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Requests of a key in a minute.
const OF_KEY: u32 = 600;

/// Requests with a key that is none, from one address in a minute.
const OF_STRANGER: u32 = 60;

/// Whoever is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A key.
    Key(Uuid),
    /// Where requests without a right key come from.
    Stranger(Option<IpAddr>),
}

impl Who {
    const fn most(self) -> u32 {
        match self {
            Self::Key(_) => OF_KEY,
            Self::Stranger(_) => OF_STRANGER,
        }
    }
}

/// What is left of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests that a minute has.
    pub limit: u32,
    /// Requests left in this minute.
    pub remaining: u32,
    /// Seconds until the next minute.
    pub reset: u32,
}

/// The requests of this minute.
#[derive(Debug, Default)]
pub struct Minute(Mutex<(i64, HashMap<Who, u32>)>);

impl Minute {
    /// Counts a request, or says what there is to wait for.
    pub fn count(&self, who: Who, now: DateTime<Utc>) -> Result<Left, Left> {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.timestamp().div_euclid(60);
        if minute.0 != number {
            *minute = (number, HashMap::new());
        }
        let count = minute.1.entry(who).or_default();
        let (limit, reset) = (who.most(), 60 - now.second().min(59));
        if *count >= limit {
            return Err(Left { limit, remaining: 0, reset });
        }
        *count += 1;
        Ok(Left { limit, remaining: limit - *count, reset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_requests_and_the_next_has_them_again() {
        let (minute, key) = (Minute::default(), Who::Key(Uuid::nil()));
        let at = |second: i64| DateTime::from_timestamp(1_700_000_040 + second, 0).unwrap();
        for request in 1..=OF_KEY {
            let left = Left { limit: OF_KEY, remaining: OF_KEY - request, reset: 50 };
            assert_eq!(minute.count(key, at(10)), Ok(left));
        }
        assert_eq!(minute.count(key, at(59)), Err(Left { limit: OF_KEY, remaining: 0, reset: 1 }));
        assert!(minute.count(Who::Stranger(None), at(59)).is_ok(), "others are not held up");
        assert!(minute.count(key, at(60)).is_ok());
    }
}
