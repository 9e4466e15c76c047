//! Slowing down whoever guesses passwords, without locking anybody out.
//!
//! After a few wrong passwords whoever tries an account from an address has to wait before the next try,
//! longer each time up to a minute; so has an address, after many more, as a whole office may sit behind
//! one. An account tried from everywhere waits a few seconds at most: a stranger cannot keep its owner out.
//! A right password clears what was counted. Kept in the memory of each node: nothing of it is stored.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Wrong tries of an account from one address that cost nothing.
const FREE_FOR_BOTH: u32 = 3;
/// Wrong tries of an account from anywhere that cost nothing.
const FREE_FOR_ACCOUNT: u32 = 50;
/// Wrong tries from an address that cost nothing.
const FREE_FOR_ADDRESS: u32 = 30;
/// After this time without a wrong try everything is forgotten.
const MEMORY: TimeDelta = TimeDelta::minutes(15);
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 60;
/// Entries kept at most; the oldest go first, so that memory is bounded whatever is sent.
const MOST: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// An account from an address.
    Both(String, Option<IpAddr>),
    /// An account from anywhere.
    Account(String),
    /// An address, whatever the account.
    Address(IpAddr),
}

impl Who {
    const fn free(&self) -> u32 {
        match self {
            Self::Both(..) => FREE_FOR_BOTH,
            Self::Account(_) => FREE_FOR_ACCOUNT,
            Self::Address(_) => FREE_FOR_ADDRESS,
        }
    }

    /// The longest wait, in seconds.
    const fn longest(&self) -> i64 {
        match self {
            Self::Account(_) => 3,
            Self::Both(..) | Self::Address(_) => LONGEST_WAIT,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    wrong: u32,
    last: DateTime<Utc>,
}

/// The wrong tries of late.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Who, Tries>>);

impl Attempts {
    /// Counts a try before its password is looked at, or says how many seconds to wait instead. Counting
    /// first keeps many tries at the same moment from being looked at before one of them has failed.
    pub fn begin(&self, account: &str, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), u32> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.map(network);
        let account = account.to_owned();
        let both = [Who::Both(account.clone(), address), Who::Account(account)];
        let who: Vec<Who> = both.into_iter().chain(address.map(Who::Address)).collect();
        tries.retain(|_, tries| now - tries.last < MEMORY);
        let wait = who.iter().filter_map(|who| tries.get(who).map(|tries| left(who, *tries, now))).max().unwrap_or(0);
        if wait > 0 {
            return Err(u32::try_from(wait).unwrap_or(u32::MAX));
        }
        while tries.len() + who.len() > MOST
            && let Some(oldest) = tries.iter().min_by_key(|(_, tries)| tries.last).map(|(who, _)| who.clone())
        {
            tries.remove(&oldest);
        }
        for who in who {
            let entry = tries.entry(who).or_insert(Tries { wrong: 0, last: now });
            *entry = Tries { wrong: entry.wrong.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// The try was right: the account starts anew, and the address gets its try back.
    pub fn succeeded(&self, account: &str, address: Option<IpAddr>) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = address.map(network);
        tries.remove(&Who::Both(account.to_owned(), address));
        if let Some(entry) = tries.get_mut(&Who::Account(account.to_owned())) {
            entry.wrong = entry.wrong.saturating_sub(1);
        }
        if let Some(entry) = address.and_then(|address| tries.get_mut(&Who::Address(address))) {
            entry.wrong = entry.wrong.saturating_sub(1);
        }
    }
}

/// What one subscriber has: an IPv4 address, or all of an IPv6 /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => IpAddr::V6(Ipv6Addr::from(u128::from(long) >> 64 << 64)),
    }
}

/// Seconds until the next try: 1, 2, 4 … after the free ones.
fn left(who: &Who, tries: Tries, now: DateTime<Utc>) -> i64 {
    let Some(beyond) = tries.wrong.checked_sub(who.free()) else { return 0 };
    let wait = 1_i64.checked_shl(beyond.min(16)).unwrap_or(LONGEST_WAIT).min(who.longest());
    (wait - (now - tries.last).num_seconds()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn an_account_waits_longer_each_time_and_others_do_not() {
        let attempts = Attempts::default();
        for _ in 0..3 {
            assert_eq!(attempts.begin("a", None, at(0)), Ok(()));
        }
        assert_eq!(attempts.begin("a", None, at(0)), Err(1));
        assert_eq!(attempts.begin("b", None, at(0)), Ok(()));
        assert_eq!(attempts.begin("a", None, at(1)), Ok(()));
        assert_eq!(attempts.begin("a", None, at(1)), Err(2));
        for wrong in 0..20 {
            let _ = attempts.begin("a", None, at(100 + 61 * wrong));
        }
        assert_eq!(attempts.begin("a", None, at(100 + 61 * 19)), Err(60), "a minute at most");
        assert_eq!(attempts.begin("a", None, at(10_000)), Ok(()), "forgotten after a while");
    }

    #[test]
    fn an_office_behind_one_address_is_not_locked_out() {
        let attempts = Attempts::default();
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        for person in 0..25 {
            assert_eq!(attempts.begin(&format!("p{person}"), address, at(0)), Ok(()));
            attempts.succeeded(&format!("p{person}"), address);
        }
        for guess in 0..30 {
            assert_eq!(attempts.begin(&format!("g{guess}"), address, at(0)), Ok(()));
        }
        assert_eq!(attempts.begin("g", address, at(0)), Err(1), "thirty wrong ones are enough");
    }

    #[test]
    fn a_stranger_does_not_keep_the_owner_out() {
        let attempts = Attempts::default();
        let (stranger, owner) = (Some(IpAddr::from([10, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 2])));
        for second in 0..1_000 {
            let _ = attempts.begin("a", stranger, at(second));
        }
        assert!(attempts.begin("a", stranger, at(1_000)).is_err());
        let waits = (1_000..1_004).map(|second| attempts.begin("a", owner, at(second)));
        assert!(waits.into_iter().any(|wait| wait.is_ok()), "within three seconds");
    }

    #[test]
    fn a_right_password_clears_the_account() {
        let attempts = Attempts::default();
        for _ in 0..3 {
            let _ = attempts.begin("a", None, at(0));
        }
        attempts.succeeded("a", None);
        assert_eq!(attempts.begin("a", None, at(0)), Ok(()));
    }
}
