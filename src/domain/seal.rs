//! The seal: a finished survey is made anonymous for good.
//!
//! One evaluator asks for it and another consents. Then the responses are written anew, everything that leads to a
//! person is deleted, and the files of the database are cleaned of what was deleted. What a release has told stays
//! true to the byte.

use super::disclosure::Bases;
use super::release::{Counted, Release, Who};
use super::sample;
use super::unit::{Tree, Unit};
use chrono::{DateTime, Days, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// How far a seal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Somebody has asked for it.
    Asked,
    /// Somebody else has consented: nothing holds it up any more.
    Consented,
    /// The tables hold nothing that leads from an answer to a link.
    Rewritten,
    /// Nor do the files.
    Sealed,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Consented, Self::Rewritten, Self::Sealed];

    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Consented => "consented",
            Self::Rewritten => "rewritten",
            Self::Sealed => "sealed",
        }
    }

    /// The stage of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Days after which a request that nobody has consented to lapses.
pub const LAPSES_AFTER: u64 = 30;

/// When a request lapses, UTC.
pub fn lapses_at(asked_at: DateTime<Utc>) -> DateTime<Utc> {
    asked_at.checked_add_days(Days::new(LAPSES_AFTER)).unwrap_or(asked_at)
}

/// Which units' responses are to count for another unit, because they are fewer people than the disclosure floor:
/// each unit with the one it is folded into.
///
/// Only units below the sampling level are folded, into those above them, until they are enough people or at that
/// level, which is the one directly below the top whatever the design. A unit that a release has shown keeps its sum:
/// where its own people are too few beside the units below it, those of the smallest hidden unit below are counted as
/// its own. Voided units stay as they are: their responses are in no figure, and those around them are.
pub fn folds(tree: &Tree, counted: &Counted, floor: u64, releases: &[Release]) -> BTreeMap<String, String> {
    let mut own = Bases::new();
    for ((unit, ..), base) in &counted.bases {
        *own.entry(unit.clone()).or_default() += base;
    }
    // Forms without an answer on the scale are in no base, and people's all the same.
    for unit in counted.forms.keys() {
        own.entry(unit.clone()).or_default();
    }
    let releases = releases.iter();
    let voided = releases.clone().flat_map(|release| &release.voided).map(|voided| voided.unit.as_str()).collect();
    let told = releases.flat_map(|release| &release.groups).filter(|group| !group.hidden && group.n != Some(0));
    let told = told.filter_map(|group| match &group.who {
        Who::Unit { unit, .. } => Some(unit.as_str()),
        Who::Respondent { .. } | Who::Channel { .. } => None,
    });
    let mut folding = Folding { tree, floor, voided, told: told.collect(), own, into: BTreeMap::new() };
    // From below upwards.
    for (_, unit) in tree.in_order().into_iter().rev() {
        folding.fold(unit);
    }
    folding.end()
}

struct Folding<'a> {
    tree: &'a Tree,
    floor: u64,
    voided: BTreeSet<&'a str>,
    /// Units of which a release has told anything.
    told: BTreeSet<&'a str>,
    /// The people of each unit that has responses of its own.
    own: Bases,
    into: BTreeMap<String, String>,
}

impl Folding<'_> {
    fn is_small(&self, unit: &str) -> bool {
        !self.voided.contains(unit) && self.own.get(unit).is_some_and(|base| *base < self.floor)
    }

    fn fold(&mut self, unit: &Unit) {
        let code = unit.code.as_str();
        let Some(parent) = unit.parent.as_deref() else { return };
        let below = sample::stratum(self.tree, code) != code;
        if self.is_small(code) && below && !self.told.contains(code) && !self.voided.contains(parent) {
            self.join(code, parent);
        }
        while self.is_small(code) {
            let Some(hidden) = self.smallest_hidden_below(code) else { return };
            self.join(&hidden, code);
        }
    }

    /// The smallest unit below, none on the way to which has been told of.
    fn smallest_hidden_below(&self, code: &str) -> Option<String> {
        let is_hidden = |unit: &&String| {
            let mut way = self.tree.up_from(unit).take_while(|unit| unit.code != code);
            unit.as_str() != code
                && !self.voided.contains(unit.as_str())
                && self.tree.is_within(unit, code)
                && way.all(|unit| !self.told.contains(unit.code.as_str()))
        };
        let hidden = self.own.iter().filter(|(unit, _)| is_hidden(unit));
        hidden.min_by_key(|(_, base)| **base).map(|(unit, _)| unit.clone())
    }

    fn join(&mut self, unit: &str, target: &str) {
        let base = self.own.remove(unit).unwrap_or(0);
        *self.own.entry(target.to_owned()).or_default() += base;
        self.into.insert(unit.to_owned(), target.to_owned());
    }

    /// Each folded unit with the one at the end of its way.
    fn end(self) -> BTreeMap<String, String> {
        let end = |unit: &String| {
            let way = std::iter::successors(Some(unit), |unit| self.into.get(*unit)).take(self.into.len() + 1);
            way.last().unwrap_or(unit).clone()
        };
        self.into.keys().map(|unit| (unit.clone(), end(unit))).collect()
    }
}
