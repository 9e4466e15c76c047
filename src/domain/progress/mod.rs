//! How far a survey is: numbers of links, by unit and summed up the tree, and what of them who may see.
//!
//! Counts say that people took part, never who and never what they answered. A monitor sees no group with fewer
//! links than the disclosure floor, not even by taking one sum from another: small units are joined into one
//! line, which further units join until it holds enough.

mod joining;
mod sums;

pub use joining::Issued;
pub use sums::{Line, Part, Sums, View};

use super::link::LinkState;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

/// Numbers of links, or changes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that were issued.
    pub issued: i64,
    /// Nothing done yet.
    pub waiting: i64,
    /// Started and not sent.
    pub started: i64,
    /// Answered.
    pub submitted: i64,
    /// Declined.
    pub declined: i64,
    /// Taken back.
    pub revoked: i64,
    /// Waiting or started when the survey closed.
    pub expired: i64,
}

impl Counts {
    /// Notes that `count` links entered a state.
    pub const fn enter(&mut self, state: LinkState, count: i64) {
        match state {
            LinkState::Waiting => self.waiting += count,
            LinkState::Started => self.started += count,
            LinkState::Submitted => self.submitted += count,
            LinkState::Declined => self.declined += count,
            LinkState::Revoked => self.revoked += count,
        }
    }

    /// Adds other counts to these.
    pub const fn add(&mut self, other: &Self) {
        self.issued += other.issued;
        self.waiting += other.waiting;
        self.started += other.started;
        self.submitted += other.submitted;
        self.declined += other.declined;
        self.revoked += other.revoked;
        self.expired += other.expired;
    }

    /// Whether issued is the sum of all the rest.
    pub const fn adds_up(&self) -> bool {
        self.issued == self.waiting + self.started + self.submitted + self.declined + self.revoked + self.expired
    }
}

/// Where the links of a unit, or of several, stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The links.
    pub counts: Counts,
    /// Answered today.
    pub today: i64,
    /// Links, not taken back, of people who left the base before the survey.
    pub ineligible: i64,
}

impl Standing {
    /// Adds another to this one.
    pub const fn add(&mut self, other: &Self) {
        self.counts.add(&other.counts);
        self.today += other.today;
        self.ineligible += other.ineligible;
    }

    /// Those of whom an answer can be expected: issued without what was taken back and without those out of the
    /// base. Never fewer than have answered.
    pub fn base(&self) -> i64 {
        (self.counts.issued - self.counts.revoked - self.ineligible).max(self.counts.submitted)
    }

    /// 回收率: answered of issued, in tenths of a per cent; nothing where nothing was issued.
    pub const fn response_rate(&self) -> Option<i64> {
        tenths(self.counts.submitted, self.counts.issued)
    }

    /// AAPOR's RR2: answered, complete or in part, of the [`base`](Self::base), in tenths of a per cent.
    pub fn rr2(&self) -> Option<i64> {
        tenths(self.counts.submitted, self.base())
    }
}

/// A share in tenths of a per cent, rounded half up.
const fn tenths(part: i64, whole: i64) -> Option<i64> {
    if whole > 0 { Some((2_000 * part + whole) / (2 * whole)) } else { None }
}

/// An even pace from the opening to the closing of a survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Seconds since the opening, at most `whole`.
    elapsed: i64,
    /// Seconds from the opening to the closing.
    whole: i64,
}

impl Plan {
    /// Where the plan is at that time; there is none without a closing time.
    pub fn at(opened: Option<DateTime<Utc>>, closes: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Self> {
        let opened = opened?;
        let whole = (closes? - opened).num_seconds();
        (whole > 0).then(|| Self { elapsed: (now - opened).num_seconds().clamp(0, whole), whole })
    }

    /// How many of so many should have answered by now.
    pub fn expected(self, base: i64) -> i64 {
        let expected = i128::from(base) * i128::from(self.elapsed) / i128::from(self.whole);
        i64::try_from(expected).unwrap_or(base)
    }

    /// How many answers are missing, where that is worth a call: fewer than 80 % of what the plan expects, and
    /// at least [`Plan::MISSING`] short of it.
    pub fn missing(self, standing: &Standing) -> Option<i64> {
        let expected = self.expected(standing.base());
        let missing = expected - standing.counts.submitted;
        (missing >= Self::MISSING && standing.counts.submitted * 10 < expected * 8).then_some(missing)
    }

    /// Fewer missing answers than this are nobody's fault.
    pub const MISSING: i64 = 3;
}

/// An order of the lines of a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Who should be called comes first: behind the plan, by the answers missing; then the lowest rate.
    #[default]
    Call,
    /// By code.
    Code,
    /// Most links first.
    Issued,
    /// Most answers today first.
    Today,
    /// Highest rate first.
    Rate,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 5] = [Self::Call, Self::Code, Self::Issued, Self::Today, Self::Rate];

    /// The word in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Code => "code",
            Self::Issued => "issued",
            Self::Today => "today",
            Self::Rate => "rate",
        }
    }

    /// The order of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    /// Puts lines, or what holds one each, into this order; they are by code.
    pub fn sort<T>(self, lines: &mut [T], line: impl Fn(&T) -> &Line, plan: Option<Plan>) {
        let missing = |one: &T| plan.and_then(|plan| plan.missing(&line(one).standing)).unwrap_or(0);
        // Without a link there is nothing to be late with.
        let rate = |one: &T| line(one).standing.rr2();
        match self {
            Self::Code => {}
            Self::Call => lines.sort_by_key(|one| (Reverse(missing(one)), rate(one).unwrap_or(i64::MAX))),
            Self::Issued => lines.sort_by_key(|one| Reverse(line(one).standing.counts.issued)),
            Self::Today => lines.sort_by_key(|one| Reverse(line(one).standing.today)),
            Self::Rate => lines.sort_by_key(|one| Reverse(rate(one))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn standing(issued: i64, submitted: i64) -> Standing {
        let counts = Counts { issued, submitted, waiting: issued - submitted, ..Counts::default() };
        Standing { counts, ..Standing::default() }
    }

    #[test]
    fn a_plan_goes_evenly_from_the_opening_to_the_closing() {
        let (opened, closes) = (Some(at("2022-11-01T00:00:00Z")), Some(at("2022-11-11T00:00:00Z")));
        let expected = |now: &str| Plan::at(opened, closes, at(now)).map(|plan| plan.expected(100));
        assert_eq!(expected("2022-10-01T00:00:00Z"), Some(0));
        assert_eq!(expected("2022-11-06T00:00:00Z"), Some(50));
        assert_eq!(expected("2022-12-01T00:00:00Z"), Some(100));
        assert_eq!(Plan::at(opened, None, at("2022-11-06T00:00:00Z")), None);
        assert_eq!(Plan::at(closes, opened, at("2022-11-06T00:00:00Z")), None);
    }

    #[test]
    fn a_unit_is_behind_below_four_fifths_of_the_plan_and_by_three_answers() {
        let half = Plan { elapsed: 1, whole: 2 };
        for (issued, submitted, missing) in
            [(100, 40, None), (100, 39, Some(11)), (100, 50, None), (6, 0, Some(3)), (4, 0, None), (0, 0, None)]
        {
            assert_eq!(half.missing(&standing(issued, submitted)), missing, "{submitted} of {issued}");
        }
    }

    #[test]
    fn rates_are_rounded_once_and_nothing_has_none() {
        assert_eq!(standing(0, 0).response_rate(), None);
        assert_eq!(standing(3, 2).response_rate(), Some(667));
        assert_eq!(standing(2_000, 1).response_rate(), Some(1), "0.05 is rounded up");
        let mut some = standing(10, 4);
        some.counts.waiting -= 1;
        some.counts.revoked += 1;
        some.ineligible = 1;
        assert_eq!((some.response_rate(), some.rr2()), (Some(400), Some(500)));
        some.ineligible = 8;
        assert_eq!(some.rr2(), Some(1_000), "never more than all");
    }

    #[test]
    fn who_needs_a_call_comes_first() {
        let line = |code: &str, issued, submitted| Line {
            part: Part::Unit(code.to_owned()),
            standing: standing(issued, submitted),
        };
        let lines = [line("a", 10, 9), line("b", 10, 1), line("c", 100, 30), line("d", 0, 0), line("e", 10, 5)];
        let sorted = |order: Order| {
            let mut sorted: Vec<&Line> = lines.iter().collect();
            order.sort(&mut sorted, |line| line, Some(Plan { elapsed: 1, whole: 2 }));
            sorted.into_iter().map(|line| code(&line.part)).collect::<String>()
        };
        assert_eq!(sorted(Order::Call), "cbead");
        assert_eq!(sorted(Order::Rate), "aecbd");
        assert_eq!(sorted(Order::Issued), "cabed");
        assert_eq!(sorted(Order::Code), "abcde");
        for order in Order::ALL {
            assert_eq!(Order::from_name(order.name()), Some(order));
        }
    }

    fn code(part: &Part) -> &str {
        match part {
            Part::Unit(code) => code,
            Part::Own | Part::Joined(_) => "",
        }
    }
}
