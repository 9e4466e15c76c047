//! Whom a survey asked: what a release says besides the responses.
//!
//! It is read from the tables for the first release, and the units from that release for all further ones: a unit
//! that gets another name or place later must not make two releases comparable that should not be.

use super::Release;
use super::document::{Group, ResponseRates, StratumLine, Who};
use crate::domain::sample;
use crate::domain::survey::Design;
use crate::domain::unit::{Tree, Unit};
use std::collections::BTreeMap;

/// Links of a unit, or of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Issued.
    pub issued: u64,
    /// Answered.
    pub returned: u64,
    /// Declined.
    pub declined: u64,
    /// Revoked.
    pub revoked: u64,
    /// Not used until the close.
    pub expired: u64,
    /// Not revoked, of people who had moved away or died before the survey opened.
    pub ineligible: u64,
    /// Of people who could not be reached.
    pub non_contact: u64,
}

impl Asked {
    /// Those of whom an answer could be expected, and never fewer than have answered.
    pub const fn eligible(&self) -> u64 {
        let eligible = self.issued.saturating_sub(self.revoked).saturating_sub(self.ineligible);
        if eligible < self.returned { self.returned } else { eligible }
    }

    fn join(&mut self, other: &Self) {
        self.issued += other.issued;
        self.returned += other.returned;
        self.declined += other.declined;
        self.revoked += other.revoked;
        self.expired += other.expired;
        self.ineligible += other.ineligible;
        self.non_contact += other.non_contact;
    }
}

/// A unit in which somebody was asked, or below which somebody was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitLine {
    /// The unit.
    pub unit: Unit,
    /// How many units stand above it.
    pub depth: usize,
    /// Links issued here and below.
    pub issued: u64,
    /// Of these, those of whom an answer could be expected.
    pub eligible: u64,
    /// Links answered here and below; `None` where a release keeps it to itself.
    pub returned: Option<u64>,
}

/// Whom a survey asked.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The units, each below the one it belongs to.
    pub units: Vec<UnitLine>,
    /// The same as a tree.
    pub tree: Tree,
    /// All links.
    pub asked: Asked,
    /// The strata of a sampled design.
    pub strata: Vec<StratumLine>,
}

impl Frame {
    /// The frame of the units of a tree, from the links of each.
    ///
    /// A sampled design without a draw asked everybody of the units it asked: its strata are as large as that.
    pub fn new(tree: &Tree, own: &BTreeMap<String, Asked>, design: Design, drawn: Vec<StratumLine>) -> Self {
        let mut sums: BTreeMap<&str, Asked> = BTreeMap::new();
        let mut asked = Asked::default();
        for (code, of_unit) in own {
            asked.join(of_unit);
            for unit in tree.up_from(code) {
                sums.entry(unit.code.as_str()).or_default().join(of_unit);
            }
        }
        let line = |(depth, unit): (usize, &Unit)| {
            let asked = sums.get(unit.code.as_str()).filter(|asked| asked.issued > 0)?;
            let (issued, eligible, returned) = (asked.issued, asked.eligible(), Some(asked.returned));
            Some(UnitLine { unit: unit.clone(), depth, issued, eligible, returned })
        };
        let units: Vec<UnitLine> = tree.in_order().into_iter().filter_map(line).collect();
        let strata = if design == Design::Everyone {
            Vec::new()
        } else if drawn.is_empty() {
            as_asked(tree, own)
        } else {
            drawn
        };
        let tree = Tree::new(units.iter().map(|line| line.unit.clone()).collect());
        Self { units, tree, asked, strata }
    }

    /// The frame that a release was made with.
    pub fn of(release: &Release) -> Self {
        let units: Vec<UnitLine> = release.groups.iter().filter_map(unit_line).collect();
        let tree = Tree::new(units.iter().map(|line| line.unit.clone()).collect());
        Self { units, tree, asked: asked(&release.response_rates), strata: release.strata.clone() }
    }
}

/// Strata as large as what was asked of them. Units of their level in which nobody was asked count as not drawn.
fn as_asked(tree: &Tree, own: &BTreeMap<String, Asked>) -> Vec<StratumLine> {
    let mut strata: BTreeMap<&str, Asked> = BTreeMap::new();
    for unit in tree.units() {
        let stratum = sample::stratum(tree, &unit.code);
        if stratum == unit.code && unit.parent.is_some() {
            strata.entry(stratum).or_default();
        }
    }
    for (unit, asked) in own {
        strata.entry(sample::stratum(tree, unit)).or_default().join(asked);
    }
    let line = |(unit, asked): (&str, Asked)| {
        let people = asked.eligible();
        StratumLine { unit: unit.to_owned(), people, drawn: people }
    };
    strata.into_iter().map(line).collect()
}

/// What names a group among all groups of a release.
pub fn key(who: &Who) -> String {
    match who {
        Who::Unit { unit, .. } => format!("unit {unit}"),
        Who::Respondent { kind } => format!("respondent {kind}"),
        Who::Channel { kind } => format!("channel {kind}"),
    }
}

fn unit_line(group: &Group) -> Option<UnitLine> {
    let Who::Unit { unit, name, parent, level, depth, issued, eligible, returned, .. } = &group.who else {
        return None;
    };
    let unit = Unit { code: unit.clone(), name: name.clone(), parent: parent.clone(), level: level.clone() };
    Some(UnitLine { unit, depth: *depth, issued: *issued, eligible: *eligible, returned: *returned })
}

const fn asked(rates: &ResponseRates) -> Asked {
    Asked {
        issued: rates.issued,
        returned: rates.returned,
        declined: rates.declined,
        revoked: rates.revoked,
        expired: rates.expired,
        ineligible: rates.ineligible,
        non_contact: rates.non_contact,
    }
}
