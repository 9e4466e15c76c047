//! Whether a clock can be acted on. A clock that was set wrong for a while must not close a survey, which never opens
//! again, nor erase contacts before their time.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// How far a clock may go from even time between two looks: clocks are corrected by seconds all the time.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// How long a clock that has jumped must go evenly until it is believed.
const PROBATION: Duration = Duration::from_secs(10 * 60);

/// What the clock said, and how long the program had run then.
#[derive(Clone, Copy, Debug)]
struct Look {
    said: DateTime<Utc>,
    running: Duration,
}

impl Look {
    /// Whether a later look is as much later by the clock.
    fn agrees(self, later: Self) -> bool {
        let passed = later.running.saturating_sub(self.running);
        TimeDelta::from_std(passed).is_ok_and(|passed| (later.said - self.said - passed).abs() <= SLACK)
    }
}

/// Watches a clock. The time at which the program starts is believed: there is nothing to hold it against.
#[derive(Debug, Default)]
pub struct Steady {
    believed: Option<Look>,
    /// The first look after a jump.
    doubted: Option<Look>,
}

impl Steady {
    /// Whether what the clock says can be acted on, `running` since the program began by a clock that nobody sets.
    pub fn believes(&mut self, said: DateTime<Utc>, running: Duration) -> bool {
        let look = Look { said, running };
        if self.believed.is_none_or(|believed| believed.agrees(look)) {
            *self = Self { believed: Some(look), doubted: None };
            return true;
        }
        match self.doubted.filter(|doubted| doubted.agrees(look)) {
            Some(first) if running.saturating_sub(first.running) >= PROBATION => {
                *self = Self { believed: Some(look), doubted: None };
                true
            }
            Some(_) => false,
            None => {
                self.doubted = Some(look);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks every ten seconds at a clock that is off by so many seconds each time.
    fn look(offsets: impl IntoIterator<Item = i64>) -> Vec<bool> {
        let start: DateTime<Utc> = "2022-11-01T00:00:00Z".parse().unwrap();
        let mut steady = Steady::default();
        let at = |(place, offset): (usize, i64)| {
            let running = Duration::from_secs(10) * u32::try_from(place).unwrap();
            steady.believes(start + TimeDelta::from_std(running).unwrap() + TimeDelta::seconds(offset), running)
        };
        offsets.into_iter().enumerate().map(at).collect()
    }

    #[test]
    fn a_clock_that_is_wrong_for_a_while_is_not_believed_meanwhile() {
        for jump in [86_400, -86_400, 120, -120] {
            assert_eq!(look([0, 0, jump, jump, 0, 0]), [true, true, false, false, true, true]);
        }
    }

    #[test]
    fn small_corrections_are_nothing() {
        assert_eq!(look([0, 50, 100, 150, 100]), [true; 5]);
    }

    #[test]
    fn a_clock_that_was_set_is_believed_after_ten_even_minutes() {
        let set = look([0].into_iter().chain(std::iter::repeat_n(86_400, 62)));
        assert_eq!(set.iter().position(|believed| !believed), Some(1));
        assert_eq!(set.iter().skip(1).position(|believed| *believed), Some(60));
        assert_eq!(set.last(), Some(&true));
    }

    #[test]
    fn one_that_jumps_on_and_on_is_never_believed() {
        let wild = look((0..200).map(|place| if place == 0 { 0 } else { 1_000_000 + place * 3_600 }));
        assert!(wild.iter().skip(1).all(|believed| !believed));
    }
}
