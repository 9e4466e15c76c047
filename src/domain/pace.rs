//! How fast answers come in from a unit, and how many on one phone: kept in memory, of which only the largest
//! numbers of a day are ever written down.
//!
//! The minutes of single answers are forgotten after ten minutes and never leave this process. Several nodes
//! count apart, and a node that starts again starts anew: a number is at least what really was, never more.

use super::quality::{BUSY, SHARED};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap, VecDeque};
use uuid::Uuid;

/// Minutes that are looked at together.
const WINDOW: i64 = 10;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The most answers of a unit within ten minutes of a day.
    Busiest,
    /// The most links of a unit finished on one phone within a day, as the phone says.
    Phone,
}

impl Kind {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Busiest => "busiest",
            Self::Phone => "phone",
        }
    }

    /// The smallest number that says anything; smaller ones are not written.
    const fn least(self) -> u32 {
        match self {
            Self::Busiest => BUSY,
            Self::Phone => SHARED,
        }
    }
}

/// An answer that was just recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The survey.
    pub survey: Uuid,
    /// The unit of the link.
    pub unit: String,
    /// The day in the survey's time zone.
    pub day: NaiveDate,
    /// How many links the phone says to have finished today, with this one.
    pub phone: Option<u32>,
}

/// Numbers to be written down: the larger of this and what is there.
pub type Due = BTreeMap<(Uuid, String, NaiveDate, Kind), u32>;

/// What is known of a unit at the moment.
#[derive(Debug)]
struct Recent {
    /// Minutes since 1970 with the answers in each.
    minutes: VecDeque<(i64, u32)>,
    told: BTreeMap<(NaiveDate, Kind), u32>,
    last: DateTime<Utc>,
}

/// The pace of all units.
#[derive(Debug, Default)]
pub struct Pace {
    units: HashMap<(Uuid, String), Recent>,
    due: Due,
}

impl Pace {
    /// Notes an answer.
    pub fn note(&mut self, finished: &Finished, now: DateTime<Utc>) {
        let Finished { survey, unit, day, phone } = finished;
        let unit = self.units.entry((*survey, unit.clone())).or_insert_with(|| Recent {
            minutes: VecDeque::new(),
            told: BTreeMap::new(),
            last: now,
        });
        unit.last = now;
        let minute = now.timestamp().div_euclid(60);
        unit.minutes.retain(|(at, _)| (minute - WINDOW + 1..=minute).contains(at));
        match unit.minutes.back_mut() {
            Some((at, count)) if *at == minute => *count += 1,
            _ => unit.minutes.push_back((minute, 1)),
        }
        let recent = unit.minutes.iter().map(|(_, count)| count).sum();
        let numbers = [(Kind::Busiest, recent), (Kind::Phone, phone.unwrap_or(0))];
        for (kind, number) in numbers.into_iter().filter(|(kind, number)| *number >= kind.least()) {
            let told = unit.told.entry((*day, kind)).or_default();
            if number > *told {
                *told = number;
                let key = (*survey, finished.unit.clone(), *day, kind);
                self.due.insert(key, number);
            }
        }
    }

    /// Takes what is to be written, and forgets units that have been quiet for a day.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Due {
        self.units.retain(|_, unit| now - unit.last < TimeDelta::days(1));
        std::mem::take(&mut self.due)
    }

    /// Gives back what could not be written.
    pub fn give_back(&mut self, due: Due) {
        for (key, number) in due {
            let place = self.due.entry(key).or_default();
            *place = number.max(*place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(phone: Option<u32>) -> Finished {
        Finished { survey: Uuid::nil(), unit: "530102".to_owned(), day: NaiveDate::default(), phone }
    }

    fn numbers(pace: &mut Pace, now: DateTime<Utc>) -> Vec<(Kind, u32)> {
        pace.take_due(now).into_iter().map(|((_, _, _, kind), number)| (kind, number)).collect()
    }

    #[test]
    fn the_busiest_ten_minutes_of_a_day_are_told() {
        let (mut pace, start) = (Pace::default(), DateTime::UNIX_EPOCH);
        for second in 0..14 {
            pace.note(&finished(None), start + TimeDelta::seconds(second * 40));
        }
        assert_eq!(numbers(&mut pace, start), [(Kind::Busiest, 14)]);
        for minute in 20..40 {
            pace.note(&finished(None), start + TimeDelta::minutes(minute));
        }
        assert_eq!(numbers(&mut pace, start), [], "never more than ten within ten minutes");
        assert_eq!(pace.units.len(), 1);
        pace.take_due(start + TimeDelta::days(2));
        assert!(pace.units.is_empty(), "forgotten");
    }

    #[test]
    fn one_phone_is_told_of_when_it_is_more_than_a_family() {
        let (mut pace, start) = (Pace::default(), DateTime::UNIX_EPOCH);
        for number in [1, 2, 4] {
            pace.note(&finished(Some(number)), start);
        }
        assert_eq!(numbers(&mut pace, start), []);
        for number in [5, 30, 7] {
            pace.note(&finished(Some(number)), start);
        }
        let due = pace.take_due(start);
        pace.note(&finished(Some(31)), start);
        pace.give_back(due);
        assert_eq!(numbers(&mut pace, start), [(Kind::Phone, 31)]);
    }
}
