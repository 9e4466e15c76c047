//! Which groups a release hides, seen together with all releases before it.
//!
//! What can be worked out from releases by adding and subtracting is a sum over *blocks*: people whom no group of any
//! release tells apart. Where every block is as many people as the floor, no sum is about fewer. Units are held to
//! that; a release that would break it is refused. Kinds of respondent and channels cut across the units and each
//! other: they are hidden, all of a dimension, where what can be cut off the blocks with them would be a few people
//! (see `cuts`). Where a release before has told of them already, so that hiding does not help, the new one is refused.

use super::Release;
use super::counted::{Counted, Key};
use super::cuts::{self, Alike};
use super::document::Voided;
use super::frame::{Frame, key};
use crate::domain::disclosure::{self, Bases};
use crate::domain::response::{Channel, Respondent};
use std::collections::{BTreeMap, BTreeSet};

/// What a release may tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hiding {
    /// The groups it hides, by what names them: `unit CODE`, `respondent KIND`, `channel KIND`.
    pub groups: BTreeSet<String>,
    /// Whether it may tell of all forms together, the voided among them.
    pub tells_all: bool,
}

/// A release that must not be made: what differs from a release before is about fewer people than the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallDifference {
    /// Name of a unit where it does; `None` for everybody together.
    pub unit: Option<String>,
}

/// What a release tells apart.
#[derive(Clone)]
pub(super) struct View {
    pub(super) voided: BTreeSet<String>,
    hidden: BTreeSet<String>,
    tells_all: bool,
}

/// A way in which a release sees somebody of a unit: not at all, or as one of the smallest shown group above.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Voided,
    Rest,
    Group(String),
}

impl View {
    pub(super) fn of(release: &Release) -> Self {
        let voided = release.voided.iter().map(|voided| voided.unit.clone()).collect();
        let Hiding { groups: hidden, tells_all } = Hiding::of(release);
        Self { voided, hidden, tells_all }
    }

    pub(super) fn unit(&self, frame: &Frame, unit: &str) -> Seen {
        if self.voided.contains(unit) {
            return Seen::Voided;
        }
        let shown = frame.tree.up_from(unit).find(|unit| !self.hidden.contains(&format!("unit {}", unit.code)));
        shown.map_or(Seen::Rest, |unit| Seen::Group(unit.code.clone()))
    }

    /// Whether it tells anything of the kinds of a dimension.
    pub(super) fn tells(&self, by: &str) -> bool {
        !kinds(by).iter().all(|kind| self.hidden.contains(&format!("{by} {kind}")))
    }

    fn kind(&self, unit: &str, by: &str, kind: &str) -> Seen {
        if self.voided.contains(unit) {
            return Seen::Voided;
        }
        let group = format!("{by} {kind}");
        if self.hidden.contains(&group) { Seen::Rest } else { Seen::Group(group) }
    }
}

impl Hiding {
    /// What a release that was made hides.
    pub fn of(release: &Release) -> Self {
        let hidden = release.groups.iter().filter(|group| group.hidden);
        Self { groups: hidden.map(|group| key(&group.who)).collect(), tells_all: release.with_voided.is_some() }
    }

    /// Whether it hides the unit of that code.
    pub fn hides_unit(&self, code: &str) -> bool {
        self.groups.contains(&format!("unit {code}"))
    }

    /// Decides what a release hides that leaves these units out, after the releases made before it.
    pub fn decide(
        frame: &Frame,
        counted: &Counted,
        floor: u64,
        voided: &[Voided],
        before: &[Release],
    ) -> Result<Self, SmallDifference> {
        let without: BTreeSet<&str> = voided.iter().map(|voided| voided.unit.as_str()).collect();
        // A release below the floor tells nothing.
        let mut views: Vec<View> = before.iter().filter(|release| release.total.is_some()).map(View::of).collect();
        views.push(View {
            voided: voided.iter().map(|voided| voided.unit.clone()).collect(),
            hidden: alone(frame, counted, floor, &without),
            tells_all: false,
        });
        units_hold(frame, counted, floor, &views)?;
        forms_hold(frame, counted, floor, &views)?;
        let all: u64 = counted.bases.values().sum();
        let valid: u64 = counted.by_unit(&without).values().sum();
        if valid >= floor && all.saturating_sub(valid) >= floor {
            set(&mut views, |new| new.tells_all = true);
            if units_hold(frame, counted, floor, &views).is_err() {
                set(&mut views, |new| new.tells_all = false);
            }
        }
        let shown = views.last().map(|new| new.hidden.clone()).unwrap_or_default();
        let hides: [&[&str]; 4] = [&[], &["channel"], &["respondent"], &["respondent", "channel"]];
        let fits = hides.into_iter().any(|hides| {
            let more = hides.iter().flat_map(|by| kinds(by).into_iter().map(move |kind| format!("{by} {kind}")));
            set(&mut views, |new| new.hidden = shown.iter().cloned().chain(more).collect());
            kinds_hold(frame, counted, floor, &views)
        });
        if !fits {
            // A release before has told of kinds; less what this one tells of units, they would be a few people.
            return Err(SmallDifference { unit: None });
        }
        Ok(views.pop().map(|new| Self { groups: new.hidden, tells_all: new.tells_all }).unwrap_or_default())
    }
}

/// Changes the release that is being decided on, which is the last.
fn set(views: &mut [View], change: impl FnOnce(&mut View)) {
    if let Some(new) = views.last_mut() {
        change(new);
    }
}

fn kinds(by: &str) -> Vec<&'static str> {
    match by {
        "respondent" => Respondent::ALL.map(Respondent::name).to_vec(),
        _ => Channel::ALL.map(Channel::name).to_vec(),
    }
}

fn kind_of<'a>(by: &str, (_, respondent, channel): &'a Key) -> &'a str {
    if by == "respondent" { respondent.name() } else { channel.name() }
}

/// What a release hides that stands alone.
fn alone(frame: &Frame, counted: &Counted, floor: u64, without: &BTreeSet<&str>) -> BTreeSet<String> {
    let own = counted.by_unit(without);
    let everybody: u64 = own.values().sum();
    let (shown, sums) = (disclosure::shown_units(&frame.tree, &own, floor), disclosure::sums(&frame.tree, &own));
    let mut hidden = BTreeSet::new();
    for line in &frame.units {
        let empty = everybody >= floor && sums.get(&line.unit.code).is_none_or(|base| *base == 0);
        if !empty && !shown.contains_key(&line.unit.code) {
            hidden.insert(format!("unit {}", line.unit.code));
        }
    }
    for by in ["respondent", "channel"] {
        let mut bases = Bases::new();
        for (key, base) in counted.bases.iter().filter(|((unit, ..), _)| !without.contains(unit.as_str())) {
            *bases.entry(kind_of(by, key).to_owned()).or_default() += base;
        }
        let names = kinds(by);
        let beside: Vec<u64> = names.iter().map(|name| bases.get(*name).copied().unwrap_or(0)).collect();
        let hide = disclosure::hidden(&beside, floor).into_iter().map(|hide| hide || everybody < floor);
        hidden.extend(names.iter().zip(hide).filter(|(_, hide)| *hide).map(|(name, _)| format!("{by} {name}")));
    }
    hidden
}

/// Whether no block of units is a few people.
fn units_hold(frame: &Frame, counted: &Counted, floor: u64, views: &[View]) -> Result<(), SmallDifference> {
    let mut blocks: BTreeMap<Vec<Seen>, (u64, &str)> = BTreeMap::new();
    for (unit, base) in &own(counted) {
        let seen: Vec<Seen> = views.iter().map(|view| view.unit(frame, unit)).collect();
        // Nobody is told of whom every release leaves out.
        let told = views.iter().any(|view| view.tells_all) || seen.iter().any(|seen| *seen != Seen::Voided);
        if told {
            blocks.entry(seen).or_insert((0, unit)).0 += base;
        }
    }
    let one = blocks.len() == 1;
    let small = blocks.values().find(|(base, _)| *base > 0 && *base < floor);
    match small {
        Some((_, unit)) if !one => {
            let name = frame.tree.get(unit).map(|unit| unit.name.clone());
            Err(SmallDifference { unit: name })
        }
        _ => Ok(()),
    }
}

/// Whether no two releases differ by a few forms, those that are in no base too, nor by a few answers to a question: of
/// everybody every question is told, and "don't know" and open ones.
fn forms_hold(frame: &Frame, counted: &Counted, floor: u64, views: &[View]) -> Result<(), SmallDifference> {
    let mut blocks: BTreeMap<Vec<bool>, (u64, Vec<u64>, &str)> = BTreeMap::new();
    for (unit, forms) in &counted.forms {
        let valid: Vec<bool> = views.iter().map(|view| !view.voided.contains(unit)).collect();
        if valid.contains(&true) {
            let (all, answered, _) = blocks.entry(valid).or_insert((0, Vec::new(), unit));
            *all += forms;
            let of_unit = counted.answered.get(unit).map(Vec::as_slice).unwrap_or_default();
            answered.resize(of_unit.len(), 0);
            answered.iter_mut().zip(of_unit).for_each(|(sum, count)| *sum += count);
        }
    }
    let differ = blocks.len() > 1;
    let small = blocks.iter().find(|(valid, (forms, answered, _))| {
        // What all releases count is the table of everybody, less what is looked at here.
        let few_answers = valid.contains(&false) && answered.iter().any(|count| (1..floor).contains(count));
        *forms < floor || few_answers
    });
    match small {
        Some((_, (.., unit))) if differ => {
            let name = frame.tree.get(unit).map(|unit| unit.name.clone());
            Err(SmallDifference { unit: name })
        }
        _ => Ok(()),
    }
}

fn own(counted: &Counted) -> BTreeMap<&str, u64> {
    let mut own: BTreeMap<&str, u64> = BTreeMap::new();
    for ((unit, ..), base) in &counted.bases {
        *own.entry(unit.as_str()).or_default() += base;
    }
    own
}

/// Whether nothing that cuts across the units leaves a few people over.
fn kinds_hold(frame: &Frame, counted: &Counted, floor: u64, views: &[View]) -> bool {
    let telling = |by: &str| -> Vec<&View> { views.iter().filter(|view| view.tells(by)).collect() };
    let (of_respondents, of_channels) = (telling("respondent"), telling("channel"));
    let mut patterns: BTreeMap<[Vec<bool>; 2], Pattern> = BTreeMap::new();
    for (key, base) in &counted.bases {
        let unit = key.0.as_str();
        let seen = |views: &[&View], by: &str| views.iter().map(|view| view.kind(unit, by, kind_of(by, key))).collect();
        let valid = |views: &[&View]| views.iter().map(|view| !view.voided.contains(unit)).collect();
        let pattern = patterns.entry([valid(&of_respondents), valid(&of_channels)]).or_default();
        let kind = number(&mut pattern.kinds, seen(&of_respondents, "respondent"));
        let channel = number(&mut pattern.channels, seen(&of_channels, "channel"));
        let block = views.iter().map(|view| view.unit(frame, unit)).collect();
        *pattern.blocks.entry(block).or_default().entry((kind, channel)).or_default() += base;
    }
    patterns.into_values().all(|pattern| {
        let mut alike = Alike::new();
        for block in pattern.blocks.into_values() {
            let counts = alike.entry(block.keys().copied().collect()).or_default();
            block.into_iter().for_each(|(cell, base)| *counts.entry(cell).or_default() += base);
        }
        cuts::hold(&alike, floor)
    })
}

/// Units that the same releases leave out: what releases tell of their kinds and channels, and how many people.
#[derive(Default)]
struct Pattern {
    kinds: Vec<Vec<Seen>>,
    channels: Vec<Vec<Seen>>,
    blocks: BTreeMap<Vec<Seen>, BTreeMap<cuts::Cell, u64>>,
}

/// The number of a way of being seen among all that have occurred.
fn number(all: &mut Vec<Vec<Seen>>, seen: Vec<Seen>) -> usize {
    all.iter().position(|other| *other == seen).unwrap_or_else(|| {
        all.push(seen);
        all.len() - 1
    })
}
