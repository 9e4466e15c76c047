//! The responses as rows without names: every combination of unit, kind of respondent and channel that occurs is as
//! many people as the disclosure floor, who did not all say the same.
//!
//! One recoding holds for all rows. With the figures of all releases, rows tell no more than sums over fewer people
//! than these may: the sums over their combinations are looked at beside the blocks of units (see `hiding`), the
//! kinds and the channels that releases have told of.

use super::Release;
use super::counted::{Counted, Key};
use super::document::Who;
use super::frame::Frame;
use super::hiding::{Seen, View};
use crate::domain::response::{Channel, Respondent};
use std::collections::{BTreeMap, BTreeSet};

/// Forms of the base by unit, respondent, channel and answers, and how many there are of each.
pub type Forms = BTreeMap<(Key, String), u64>;

/// What rows keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recoding {
    /// Units that have at most so many above them, deeper ones as the one of these above them; `None` for no units.
    pub depth: Option<usize>,
    /// Who filled the form in.
    pub respondent: bool,
    /// How it came in.
    pub channel: bool,
}

/// What is told of one form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Code of the smallest unit that may be told; `None` where no units are, or none of theirs.
    pub unit: Option<String>,
    /// Who filled it in.
    pub respondent: Option<Respondent>,
    /// How it came in.
    pub channel: Option<Channel>,
    /// The answers, as [`crate::domain::response::Answers::to_text`] writes them.
    pub answers: String,
}

/// The rows, sorted by what they say, and how many there are of each.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What they keep.
    pub recoding: Recoding,
    /// How many units stand above the deepest that may be told; `None` where no unit may.
    pub deepest: Option<usize>,
    /// The rows.
    pub lines: BTreeMap<Line, u64>,
}

/// All rows together are fewer than the floor, or all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooAlike;

/// Everything that decides whether a recoding may be used.
struct Asked<'a> {
    frame: &'a Frame,
    counted: &'a Counted,
    forms: &'a Forms,
    floor: u64,
    views: Vec<View>,
    last: View,
    shown: BTreeSet<&'a str>,
}

/// What is told of a unit.
type Told = Option<String>;

impl Rows {
    /// The rows of the latest of these releases, as fine as may be: the deepest units first, and of each depth with
    /// both kinds, with the respondent, with the channel, with none.
    pub fn make(
        frame: &Frame,
        counted: &Counted,
        forms: &Forms,
        floor: u64,
        releases: &[Release],
    ) -> Result<Self, TooAlike> {
        let last = releases.last().filter(|last| last.total.is_some()).ok_or(TooAlike)?;
        let telling = releases.iter().filter(|release| release.total.is_some());
        let shown = last.groups.iter().filter(|group| !group.hidden && group.n > Some(0));
        let shown = shown.filter_map(|group| match &group.who {
            Who::Unit { unit, depth, .. } => Some((unit.as_str(), *depth)),
            Who::Respondent { .. } | Who::Channel { .. } => None,
        });
        let shown: BTreeMap<&str, usize> = shown.collect();
        let asked = Asked {
            frame,
            counted,
            forms,
            floor,
            views: telling.map(View::of).collect(),
            last: View::of(last),
            shown: shown.keys().copied().collect(),
        };
        let deepest = shown.values().max().copied();
        let depths = (0..=deepest.unwrap_or(0)).rev().filter(|_| deepest.is_some()).map(Some).chain([None]);
        let kept = [(true, true), (true, false), (false, true), (false, false)];
        let recoding = depths
            .flat_map(|depth| kept.map(|(respondent, channel)| Recoding { depth, respondent, channel }))
            .find(|recoding| asked.may(*recoding))
            .ok_or(TooAlike)?;
        let mut lines = BTreeMap::new();
        for ((key, answers), times) in asked.valid() {
            let (unit, respondent, channel) = asked.combination(recoding, key);
            *lines.entry(Line { unit, respondent, channel, answers: answers.clone() }).or_default() += times;
        }
        Ok(Self { recoding, deepest, lines })
    }
}

impl Asked<'_> {
    fn valid(&self) -> impl Iterator<Item = (&(Key, String), &u64)> {
        self.forms.iter().filter(|(((unit, ..), _), _)| !self.last.voided.contains(unit))
    }

    fn unit(&self, depth: Option<usize>, unit: &str) -> Told {
        let depth = depth?;
        let shown: Vec<&str> = self.frame.tree.up_from(unit).map(|unit| unit.code.as_str()).collect();
        let mut ways = shown.iter().rev().take(depth + 1).rev();
        ways.find(|unit| self.shown.contains(**unit)).map(|unit| (*unit).to_owned())
    }

    fn combination(&self, recoding: Recoding, key: &Key) -> (Told, Option<Respondent>, Option<Channel>) {
        let (unit, respondent, channel) = key;
        let told = self.unit(recoding.depth, unit);
        (told, recoding.respondent.then_some(*respondent), recoding.channel.then_some(*channel))
    }

    fn may(&self, recoding: Recoding) -> bool {
        (!recoding.respondent || self.last.tells("respondent"))
            && (!recoding.channel || self.last.tells("channel"))
            && self.differ(recoding)
            && self.hold(recoding)
    }

    /// Whether every combination is enough people who did not all say the same.
    fn differ(&self, recoding: Recoding) -> bool {
        let mut combinations: BTreeMap<_, (u64, &str, bool)> = BTreeMap::new();
        for ((key, answers), times) in self.valid() {
            let (people, first, differ) =
                combinations.entry(self.combination(recoding, key)).or_insert((0, answers.as_str(), false));
            *people += times;
            *differ |= first != answers;
        }
        !combinations.is_empty() && combinations.values().all(|(people, _, differ)| *people >= self.floor && *differ)
    }

    /// Whether no few people can be worked out of the rows and all releases.
    fn hold(&self, recoding: Recoding) -> bool {
        let Recoding { depth, respondent, channel } = recoding;
        let tell = |by: &str| self.views.iter().any(|view| view.tells(by));
        match (respondent, channel) {
            // Their sums are those of groups of the last release, which was looked at when it was made.
            (false, false) => true,
            (true, false) | (false, true) if depth.is_none() => true,
            (true, true) => self.blocks_leave_enough(recoding),
            (true, false) if !tell("channel") => self.blocks_leave_enough(recoding),
            (false, true) if !tell("respondent") => self.blocks_leave_enough(recoding),
            (true, false) | (false, true) => self.others_leave_enough(recoding),
        }
    }

    /// The blocks of units of one unit that is told, by which releases leave them out.
    fn block(&self, unit: &str) -> (Vec<bool>, Vec<Seen>) {
        let valid = self.views.iter().map(|view| !view.voided.contains(unit)).collect();
        (valid, self.views.iter().map(|view| view.unit(self.frame, unit)).collect())
    }

    fn keys(&self) -> impl Iterator<Item = (&Key, u64)> {
        let valid = self.counted.bases.iter().filter(|((unit, ..), _)| !self.last.voided.contains(unit));
        valid.map(|(key, base)| (key, *base))
    }

    /// Within every unit that is told: combinations of kinds against blocks.
    fn blocks_leave_enough(&self, recoding: Recoding) -> bool {
        let mut units: BTreeMap<_, BTreeMap<_, BTreeMap<_, u64>>> = BTreeMap::new();
        for (key, base) in self.keys() {
            let (unit, respondent, channel) = self.combination(recoding, key);
            let (valid, block) = self.block(&key.0);
            let unit = units.entry((valid, unit)).or_default();
            *unit.entry(block).or_default().entry((respondent, channel)).or_default() += base;
        }
        units.into_values().all(|blocks| leave_enough(blocks.into_values(), self.floor))
    }

    /// Where every unit that is told is one block: its combinations against the kinds that rows do not keep.
    fn others_leave_enough(&self, recoding: Recoding) -> bool {
        let others = Recoding { depth: None, respondent: !recoding.respondent, channel: !recoding.channel };
        let mut blocks: BTreeMap<Told, BTreeSet<Vec<Seen>>> = BTreeMap::new();
        let mut patterns: BTreeMap<_, BTreeMap<_, BTreeMap<_, u64>>> = BTreeMap::new();
        for (key, base) in self.keys() {
            let (valid, block) = self.block(&key.0);
            let combination = self.combination(recoding, key);
            blocks.entry(combination.0.clone()).or_default().insert(block);
            let pattern = patterns.entry(valid).or_default();
            *pattern.entry(combination).or_default().entry(self.combination(others, key)).or_default() += base;
        }
        blocks.values().all(|blocks| blocks.len() == 1)
            && patterns.into_values().all(|pattern| leave_enough(pattern.into_values(), self.floor))
    }
}

/// For every union of classes: the people in it without the blocks that lie wholly within it are none, or enough.
fn leave_enough<C: Ord + Clone>(blocks: impl Iterator<Item = BTreeMap<C, u64>>, floor: u64) -> bool {
    let blocks: Vec<BTreeMap<C, u64>> = blocks.collect();
    let classes: BTreeSet<C> = blocks.iter().flat_map(BTreeMap::keys).cloned().collect();
    // Four kinds in two ways are eight.
    (1_u32..1 << classes.len().min(8)).all(|mask| {
        let chosen: BTreeSet<&C> =
            classes.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1).map(|(_, class)| class).collect();
        let cut = blocks.iter().filter(|block| !block.keys().all(|class| chosen.contains(class)));
        let left: u64 = cut.flatten().filter(|(class, _)| chosen.contains(class)).map(|(_, people)| people).sum();
        left == 0 || left >= floor
    })
}
