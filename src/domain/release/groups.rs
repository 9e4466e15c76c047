//! The groups of a release: units, kinds of respondent, channels; which of them are hidden, and what the others show.

use super::document::{Figure, Group, Measures, Who};
use super::estimates::Estimates;
use super::frame::{UnitLine, key};
use super::{Cell, Error, Sources};
use crate::domain::exact::Fraction;
use crate::domain::response::{Channel, Respondent};
use std::collections::BTreeMap;

/// The groups, in the order of the document.
pub(super) fn of(sources: &Sources<'_>, estimates: &Estimates<'_>) -> Result<Vec<Group>, Error> {
    let Sources { frame, counted, .. } = *sources;
    let mut units: BTreeMap<&str, Cell> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, Cell> = BTreeMap::new();
    for ((unit, respondent, channel), cell) in &counted.cells {
        for unit in frame.tree.up_from(unit) {
            units.entry(unit.code.as_str()).or_default().join(cell);
        }
        kinds.entry(respondent.name()).or_default().join(cell);
        kinds.entry(channel.name()).or_default().join(cell);
    }
    let cell = |cells: &BTreeMap<&str, Cell>, name: &str| cells.get(name).copied().unwrap_or_default();
    let mut groups = Vec::with_capacity(frame.units.len() + Respondent::ALL.len() + Channel::ALL.len());
    for line in &frame.units {
        let all = cell(&units, &line.unit.code);
        let voided = sources.voided.iter().any(|voided| voided.unit == line.unit.code);
        groups.push(estimates.group(of_unit(line, &all, voided, estimates)?, &all, Some(line))?);
    }
    for kind in Respondent::ALL.map(Respondent::name) {
        let who = Who::Respondent { kind: kind.to_owned() };
        groups.push(estimates.group(who, &cell(&kinds, kind), None)?);
    }
    for kind in Channel::ALL.map(Channel::name) {
        let who = Who::Channel { kind: kind.to_owned() };
        groups.push(estimates.group(who, &cell(&kinds, kind), None)?);
    }
    Ok(groups)
}

/// How many answered is told only where it tells nothing of a hidden group, or of a few who are in no base.
fn of_unit(line: &UnitLine, all: &Cell, voided: bool, estimates: &Estimates<'_>) -> Result<Who, Error> {
    let UnitLine { unit, depth, issued, eligible, returned } = line;
    let tells = |returned: &u64| *returned == 0 || *returned >= estimates.floor();
    let returned = returned.filter(tells).filter(|_| !estimates.hides_unit(&unit.code));
    // Nobody in the base and somebody answered: they gave no answer on the scale, or were voided.
    let returned = returned.filter(|returned| all.base() > 0 || *returned == 0 || voided);
    let rate = returned.and_then(|returned| Fraction::new(u128::from(returned) * 100, u128::from(*issued)));
    Ok(Who::Unit {
        unit: unit.code.clone(),
        name: unit.name.clone(),
        parent: unit.parent.clone(),
        level: unit.level.clone(),
        depth: *depth,
        issued: *issued,
        eligible: *eligible,
        returned,
        response_rate: estimates.print().figure(rate)?,
        voided,
    })
}

impl Estimates<'_> {
    /// A group as the document shows it.
    fn group(&self, who: Who, cell: &Cell, line: Option<&UnitLine>) -> Result<Group, Error> {
        if self.hides(&key(&who)) {
            return Ok(Group { who, hidden: true, n: None, measures: None, intervals: None });
        }
        let n = Some(cell.base());
        if cell.base() == 0 {
            return Ok(Group { who, hidden: false, n, measures: None, intervals: None });
        }
        let intervals = Some(self.of_group(cell, line)?);
        let measures = Measures::of(|measure| self.coded(cell.share(measure)))?;
        Ok(Group { who, hidden: false, n, measures: Some(measures), intervals })
    }

    /// Whether the figure of a group is one that would say that it is everybody.
    pub(super) fn is_coded(&self, exact: Option<Fraction>) -> Result<bool, Error> {
        Ok(matches!(self.print().figure(exact)?.as_deref(), Some("100.00" | "0.00")))
    }

    /// The figure of a group; what is 100 or 0 in print does not say that it is everybody.
    pub(super) fn coded(&self, exact: Option<Fraction>) -> Result<Figure, Error> {
        let figure = self.print().figure(exact)?;
        Ok(figure.map(|figure| match figure.as_str() {
            "100.00" => "≥ 95".to_owned(),
            "0.00" => "≤ 5".to_owned(),
            _ => figure,
        }))
    }
}
