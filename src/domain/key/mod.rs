//! API keys: what another program shows instead of a sign-in, and what it may do with it.
//!
//! A key belongs to the evaluator who made it and can never do more than an evaluator: when the account is
//! disabled, its keys work no more. It opens what its scopes name and nothing else.

mod scope;
mod token;

pub use scope::{Scope, names, scopes};
pub use token::Token;

use super::obstacle::Obstacle;
use super::seen::is_unseen;
use super::staff;
use chrono::{Months, NaiveDate};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most keys that work at the same time.
pub const MOST: i64 = 100;

/// Months that a key works where nothing else is asked for.
const USUAL: Months = Months::new(12);

/// Most months that a key works.
const LONGEST: Months = Months::new(24);

/// The day on which a key that is made today expires where nothing else is asked for.
pub fn usual_expiry(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(USUAL).unwrap_or(today)
}

/// The last day that a key that is made today may have.
pub fn last_expiry(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(LONGEST).unwrap_or(today)
}

/// What somebody wants of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it is called, such as the program that uses it: 2 to 64 characters.
    pub name: String,
    /// What it opens.
    pub scopes: BTreeSet<Scope>,
    /// The unit it is bound to, with all below it.
    pub unit: Option<String>,
    /// The last day on which it works, in UTC.
    pub expires_on: NaiveDate,
}

impl Wish {
    /// What stands in the way of such a key on that day, apart from other keys.
    pub fn check(&self, today: NaiveDate) -> Result<(), Obstacle> {
        if !is_name(&self.name) {
            return Err(Obstacle::KeyName);
        }
        if self.scopes.is_empty() {
            return Err(Obstacle::KeyScopeless);
        }
        if self.unit.is_some() {
            let wide: BTreeSet<Scope> = self.scopes.iter().copied().filter(|scope| !scope.fits_unit()).collect();
            if !wide.is_empty() {
                return Err(Obstacle::KeyTooWide { scopes: names(&wide) });
            }
        }
        if !(today..=last_expiry(today)).contains(&self.expires_on) {
            return Err(Obstacle::KeyExpiry);
        }
        Ok(())
    }
}

/// Whether it is the name of a key: nothing invisible, so that two names that look alike are one.
fn is_name(name: &str) -> bool {
    (2..=64).contains(&name.chars().count()) && name == name.trim() && !name.chars().any(is_unseen)
}

/// A key, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The id that the audit log keeps.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The account of the evaluator it belongs to.
    pub staff: Uuid,
    /// What it opens.
    pub scopes: BTreeSet<Scope>,
    /// The unit it is bound to, with all below it.
    pub unit: Option<String>,
    /// The last day on which it works, in UTC.
    pub expires_on: NaiveDate,
    /// The last day on which it was used, in UTC.
    pub last_used_on: Option<NaiveDate>,
    /// Taken back: it never works again.
    pub revoked: bool,
}

impl Key {
    /// Whether it opens what the scope names.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && (self.unit.is_none() || scope.fits_unit())
    }

    /// The units it may know of.
    pub fn units(&self) -> staff::Scope {
        self.unit.clone().map_or(staff::Scope::Everything, staff::Scope::Below)
    }

    /// How it stands on that day. `fit` tells whether its account is an evaluator's and not disabled.
    pub fn standing(&self, today: NaiveDate, fit: bool) -> Standing {
        if self.revoked {
            Standing::Revoked
        } else if self.expires_on < today {
            Standing::Expired
        } else if fit {
            Standing::Works
        } else {
            Standing::Idle
        }
    }
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It works.
    Works,
    /// It does not, as long as its account is disabled.
    Idle,
    /// Its last day is past.
    Expired,
    /// It was taken back.
    Revoked,
}

impl Standing {
    /// The word on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Idle => "account disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn key(scopes: &str, unit: Option<&str>) -> Key {
        Key {
            id: Uuid::nil(),
            name: "feed".to_owned(),
            staff: Uuid::nil(),
            scopes: super::scopes(scopes).unwrap(),
            unit: unit.map(str::to_owned),
            expires_on: day(2026, 5, 1),
            last_used_on: None,
            revoked: false,
        }
    }

    #[test]
    fn a_bound_key_opens_only_what_ends_at_its_unit() {
        let bound = key("progress:read results:read", Some("530102"));
        assert!(bound.may(Scope::ProgressRead) && !bound.may(Scope::UnitsRead));
        assert!(!bound.may(Scope::ResultsRead), "whatever is stored");
        assert_eq!(bound.units(), staff::Scope::Below("530102".to_owned()));
        let free = key("progress:read results:read", None);
        assert!(free.may(Scope::ResultsRead) && free.units() == staff::Scope::Everything);
    }

    #[test]
    fn a_key_works_to_the_end_of_its_last_day() {
        let mut key = key("seal", None);
        assert_eq!(key.standing(day(2026, 5, 1), true), Standing::Works);
        assert_eq!(key.standing(day(2026, 5, 2), true), Standing::Expired);
        assert_eq!(key.standing(day(2026, 5, 1), false), Standing::Idle);
        key.revoked = true;
        assert_eq!(key.standing(day(2026, 5, 1), false), Standing::Revoked);
    }

    #[test]
    fn what_a_key_cannot_be_is_said() {
        let today = day(2026, 2, 28);
        let wish = |name: &str, scopes: &str, unit: Option<&str>, expires_on| {
            let (name, unit) = (name.to_owned(), unit.map(str::to_owned));
            Wish { name, scopes: super::scopes(scopes).unwrap(), unit, expires_on }.check(today)
        };
        for last in [today, usual_expiry(today), day(2028, 2, 28)] {
            assert_eq!(wish("考核系统", "seal", None, last), Ok(()));
        }
        assert_eq!(wish("feed", "units:read progress:read rosters:write", Some("1"), today), Ok(()));
        for name in ["", "x", " feed", "a\tb", "a\u{202e}b", &"x".repeat(65)] {
            assert_eq!(wish(name, "seal", None, today), Err(Obstacle::KeyName), "{name:?}");
        }
        assert_eq!(wish("feed", "", None, today), Err(Obstacle::KeyScopeless));
        let wide = Obstacle::KeyTooWide { scopes: "results:read seal".to_owned() };
        assert_eq!(wish("feed", "seal results:read units:read", Some("1"), today), Err(wide));
        for wrong in [day(2026, 2, 27), day(2028, 2, 29)] {
            assert_eq!(wish("feed", "seal", None, wrong), Err(Obstacle::KeyExpiry), "{wrong}");
        }
    }
}
