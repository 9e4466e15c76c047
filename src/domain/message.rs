//! Messages to those whose links wait: what kinds there are, when they may be sent, when they are tried again.

use super::token::MessageKey;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use std::fmt;
use std::str::FromStr;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first word about the survey, with the link.
    Invitation,
    /// Another, to those whose link still waits.
    Reminder,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Invitation, Self::Reminder];

    /// The word in the database and in the webhook.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The way a message takes. Who has a phone gets it by the webhook, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// To the federation's own SMS platform, or whatever listens.
    Webhook,
    /// By e-mail.
    Email,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Email];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }
}

/// Which ways there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// Whether a webhook is set up.
    pub webhook: bool,
    /// Whether e-mail is set up.
    pub email: bool,
}

impl Channels {
    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        !self.webhook && !self.email
    }

    /// The way to somebody who has a phone, an e-mail address, both or neither.
    pub const fn to(self, phone: bool, email: bool) -> Option<Channel> {
        if phone && self.webhook {
            Some(Channel::Webhook)
        } else if email && self.email {
            Some(Channel::Email)
        } else {
            None
        }
    }
}

/// Hours of the day at which a message disturbs nobody, in the zone of the survey: from the first minute up to,
/// not including, the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from: u32,
    to: u32,
}

impl Hours {
    /// The whole day.
    pub const ALWAYS: Self = Self { from: 0, to: 24 * 60 };

    /// Whether that moment is within.
    pub fn hold(self, at: DateTime<Utc>, zone: Tz) -> bool {
        let there = at.with_timezone(&zone);
        (self.from..self.to).contains(&(there.hour() * 60 + there.minute()))
    }
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let minutes = |time: &str| {
            let (hour, minute) = time.trim().split_once(':')?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
        };
        let (from, to) = text.split_once('-').unwrap_or_default();
        match (minutes(from), minutes(to)) {
            (Some(from), Some(to)) if from < to => Ok(Self { from, to }),
            _ => Err("write the hours like 09:00-20:00".to_owned()),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}–{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// How messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// When.
    pub hours: Hours,
    /// Time between two messages of one channel, on all nodes together.
    pub interval: TimeDelta,
    /// Time until a message is tried again for the first time.
    pub first_retry: TimeDelta,
    /// How long a try may take; after ten times as long another node takes the message for abandoned.
    pub patience: TimeDelta,
    /// Days between two reminders, and between an invitation and a reminder.
    pub days_apart: u32,
    /// Reminders of one survey.
    pub most_reminders: u32,
}

impl Rules {
    /// Messages a minute.
    pub fn per_minute(&self) -> i32 {
        let minute = TimeDelta::minutes(1).num_microseconds().unwrap_or_default();
        let interval = self.interval.num_microseconds().filter(|interval| *interval > 0).unwrap_or(1);
        i32::try_from(minute / interval).unwrap_or(i32::MAX)
    }

    /// How long a node has for a try before another may take the message over.
    pub fn lease(&self) -> TimeDelta {
        self.patience * 10
    }

    /// Time until the next try after so many, each about twice as long as the one before, at most 360 times the
    /// first (6 hours for a minute). A quarter more or less, by the key: messages that failed together do not
    /// come again together, and no clock or dice are asked.
    pub fn retry_after(&self, tries: i16, key: MessageKey) -> TimeDelta {
        let doubled = 1_i32 << tries.saturating_sub(1).clamp(0, 9);
        let wait = self.first_retry * doubled.min(360);
        let index = usize::from(tries.unsigned_abs()) % key.0.len();
        let spread = key.0.get(index).copied().map_or(128, i32::from);
        wait * (384 + spread) / 512
    }
}

/// Why a try did not succeed, in one word: nothing that the other side said, and no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The other side answered with that status.
    Status(u16),
    /// It took too long.
    Slow,
    /// It could not be reached, or broke off.
    Unreachable,
    /// It could not prove who it is.
    Untrusted,
}

impl Trouble {
    /// The word in the database.
    pub fn name(self) -> String {
        match self {
            Self::Status(status) => status.to_string(),
            Self::Slow => "slow".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Untrusted => "untrusted".to_owned(),
        }
    }

    /// Whether the other side wants none of our messages until somebody mends something: a status of its own
    /// that no waiting helps against (see [`Outcome::Refused`]).
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Status(100..=407 | 409..=424 | 426..=428 | 430..=499 | 530..))
    }

    /// The trouble of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let words = [Self::Slow, Self::Unreachable, Self::Untrusted];
        let status = || name.parse().ok().map(Self::Status);
        words.into_iter().find(|trouble| trouble.name() == name).or_else(status)
    }
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Arrived,
    /// The other side has it and will never deliver it: an address that does not exist.
    Undeliverable,
    /// It did not arrive; not to be tried again before that long, where the other side said so.
    Failed(Trouble, Option<TimeDelta>),
    /// The other side wants none of our messages: somebody has to mend something first.
    Refused(Trouble),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(first: i64) -> Rules {
        Rules {
            hours: "09:00-20:00".parse().unwrap(),
            interval: TimeDelta::zero(),
            first_retry: TimeDelta::seconds(first),
            patience: TimeDelta::seconds(15),
            days_apart: 3,
            most_reminders: 3,
        }
    }

    #[test]
    fn hours_are_those_of_the_survey() {
        let hours: Hours = "09:00-20:00".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (time, inside) in [("00:59", false), ("01:00", true), ("11:59", true), ("12:00", false), ("16:00", false)] {
            assert_eq!(hours.hold(at(&format!("2022-11-05T{time}:30Z")), chrono_tz::Asia::Shanghai), inside, "{time}");
        }
        assert!("00:00-24:00".parse::<Hours>().unwrap().hold(at("2022-11-05T23:59:59Z"), Tz::UTC));
        for wrong in ["", "9-20", "20:00-09:00", "09:00-09:00", "09:00-24:01", "09:60-20:00", "09:00"] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn tries_grow_apart_up_to_six_hours() {
        let rules = rules(60);
        for byte in [0, 128, 255] {
            let key = MessageKey([byte; 16]);
            let waits: Vec<_> = (1..40).map(|tries| rules.retry_after(tries, key)).collect();
            assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
            assert!(waits[0] >= TimeDelta::seconds(45) && waits[0] <= TimeDelta::seconds(75), "{:?}", waits[0]);
            let last = waits[38];
            assert!(last >= TimeDelta::minutes(270) && last <= TimeDelta::minutes(450), "{last:?}");
            assert_eq!(rules.retry_after(i16::MAX, key), last);
        }
        assert_ne!(rules.retry_after(1, MessageKey([0; 16])), rules.retry_after(1, MessageKey([1; 16])));
    }

    #[test]
    fn a_trouble_is_read_as_it_was_written() {
        for trouble in [Trouble::Status(503), Trouble::Slow, Trouble::Unreachable, Trouble::Untrusted] {
            assert_eq!(Trouble::from_name(&trouble.name()), Some(trouble));
        }
        assert_eq!(Trouble::from_name("said something"), None);
    }
}
