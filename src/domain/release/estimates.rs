//! Estimates for all people, with their intervals, by the survey's design.
//!
//! In a sampled design the strata whose results are hidden are joined to one. Otherwise the estimate, which weights
//! every stratum by its own share, together with the unweighted score would be a second equation for what a hidden
//! stratum said, and would tell it.

use super::document::{ByMeasure, Interval, Intervals, Moments};
use super::figures::Print;
use super::frame::UnitLine;
use super::{Cell, Error, Sources};
use crate::domain::exact::Fraction;
use crate::domain::sample;
use crate::domain::statistics::{Estimate, Plan, Stratum, Sums, Told, ratio};
use crate::domain::survey::{Design, Measure};
use std::collections::BTreeMap;

/// Confidence, in per cent.
const LEVEL: &str = "95";
/// Weights in per mille that are one.
const PER_MILLE: u32 = 1_000;

/// A stratum, or several that are joined.
#[derive(Clone, Copy, Default)]
struct Layer {
    people: u64,
    all: Cell,
}

/// Makes the estimates of one release.
pub(super) struct Estimates<'a> {
    print: Print<'a>,
    plan: Plan,
    layers: Vec<Layer>,
    /// The layer of each stratum, by the code of its unit.
    places: BTreeMap<&'a str, usize>,
    sources: &'a Sources<'a>,
}

/// How much of what a measure is the ratio of is 100 points.
const fn full(measure: Measure) -> u32 {
    match measure {
        Measure::WeightedScore => PER_MILLE,
        Measure::Top2 | Measure::Top1 => 1,
    }
}

impl Cell {
    /// What a measure is the ratio of.
    pub(super) const fn sums(&self, measure: Measure) -> &Sums {
        match measure {
            Measure::WeightedScore => &self.score,
            Measure::Top2 => &self.top2,
            Measure::Top1 => &self.top1,
        }
    }

    /// A measure of these people, exactly.
    pub(super) fn share(&self, measure: Measure) -> Option<Fraction> {
        let sums = self.sums(measure);
        Fraction::new(sums.y * 100, sums.x * u128::from(full(measure)))
    }
}

impl<'a> Estimates<'a> {
    pub(super) fn new(sources: &'a Sources<'a>, print: Print<'a>) -> Self {
        let mut new = Self { print, plan: Plan::Strata, layers: Vec::new(), places: BTreeMap::new(), sources };
        let mut strata: BTreeMap<&'a str, Layer> = BTreeMap::new();
        for ((unit, ..), cell) in &sources.counted.cells {
            strata.entry(sample::stratum(&sources.frame.tree, unit)).or_default().all.join(cell);
        }
        if sources.survey.design == Design::Everyone {
            let mut all = Layer { people: sources.frame.asked.eligible(), all: Cell::default() };
            strata.values().for_each(|layer| all.all.join(&layer.all));
            new.layers.push(all);
        } else {
            for stratum in &sources.frame.strata {
                strata.entry(&stratum.unit).or_default().people = stratum.people;
            }
            new.join_hidden(strata);
        }
        new
    }

    /// One layer a stratum; those that are hidden, and with them people of a unit above the strata, are one.
    fn join_hidden(&mut self, strata: BTreeMap<&'a str, Layer>) {
        let frame = self.sources.frame;
        let any_hidden = strata.keys().any(|unit| self.hides_unit(unit));
        let above = |unit: &str| frame.tree.get(unit).is_none_or(|unit| unit.parent.is_none());
        let mut counties = strata.len();
        let mut joined: Option<usize> = None;
        for (unit, stratum) in strata {
            let own = stratum.all.base() == 0 || !(self.hides_unit(unit) || any_hidden && above(unit));
            let place = match joined {
                Some(place) if !own => {
                    counties -= 1;
                    place
                }
                _ => {
                    self.layers.push(Layer::default());
                    self.layers.len() - 1
                }
            };
            if !own {
                joined = Some(place);
            }
            if let Some(layer) = self.layers.get_mut(place) {
                layer.people += stratum.people;
                layer.all.join(&stratum.all);
            }
            self.places.insert(unit, place);
        }
        if self.sources.survey.design == Design::Clusters {
            self.plan = Plan::Clusters { counties: u64::try_from(counties).unwrap_or(u64::MAX) };
        }
    }

    pub(super) const fn print(&self) -> &Print<'a> {
        &self.print
    }

    pub(super) fn floor(&self) -> u64 {
        self.sources.survey.disclosure_floor.into()
    }

    pub(super) fn hides(&self, key: &str) -> bool {
        self.sources.hiding.groups.contains(key)
    }

    pub(super) fn hides_unit(&self, code: &str) -> bool {
        self.sources.hiding.hides_unit(code)
    }

    /// What is estimated for everybody.
    pub(super) fn of_everybody(&self) -> Result<Intervals, Error> {
        let Sources { survey, frame, counted, .. } = *self.sources;
        let people: u64 = match survey.design {
            Design::Everyone => frame.asked.eligible(),
            Design::Strata | Design::Clusters => {
                frame.strata.iter().filter(|stratum| stratum.drawn > 0).map(|stratum| stratum.people).sum()
            }
        };
        let covered: Vec<&Layer> = self.layers.iter().filter(|layer| layer.all.base() > 0).collect();
        let covered_people: u64 = covered.iter().map(|layer| layer.people).sum();
        let coverage = Fraction::new(u128::from(covered_people) * 100, u128::from(people));
        Ok(Intervals {
            level: LEVEL.to_owned(),
            people,
            answered: counted.valid.base,
            strata: u64::try_from(covered.len()).unwrap_or(u64::MAX),
            coverage_percent: self.print.figure(coverage)?,
            of: ByMeasure::of(|measure| {
                let stratum = |layer: &&Layer| Stratum {
                    people: layer.people,
                    answered: layer.all.base(),
                    group: *layer.all.sums(measure),
                };
                let strata: Vec<Stratum> = covered.iter().map(stratum).collect();
                let Some(estimate) = Self::ratio(self.plan, &strata, measure) else { return Ok(Interval::default()) };
                self.told(measure, &estimate)
            })?,
        })
    }

    /// The intervals of a shown group.
    pub(super) fn of_group(&self, group: &Cell, line: Option<&UnitLine>) -> Result<ByMeasure<Interval>, Error> {
        let layer = match (self.sources.survey.design, line) {
            (Design::Everyone, Some(line)) => Some(Layer { people: line.eligible, all: *group }),
            (Design::Everyone, None) => self.layers.first().copied(),
            (Design::Strata | Design::Clusters, line) => line.and_then(|line| self.layer_of(line, group)),
        };
        let of = |measure| {
            let estimate = layer.and_then(|layer| {
                let answered = layer.all.base();
                let stratum = Stratum { people: layer.people, answered, group: *group.sums(measure) };
                Self::ratio(Plan::Strata, &[stratum], measure)
            });
            let shown = self.coded(group.share(measure))?;
            match estimate {
                None => Ok(Interval { not_estimable: Some("spans_strata".to_owned()), ..Interval::default() }),
                Some(_) if self.is_coded(group.share(measure))? => {
                    Ok(Interval { estimate: shown, ..Interval::default() })
                }
                Some(estimate) => {
                    let told = self.told(measure, &estimate)?;
                    Ok(Interval { standard_error: None, exact: None, ..told })
                }
            }
        };
        ByMeasure::of(of)
    }

    /// The stratum of a unit's people, if they are all of one.
    fn layer_of(&self, line: &UnitLine, group: &Cell) -> Option<Layer> {
        let stratum = sample::stratum(&self.sources.frame.tree, &line.unit.code);
        let layer = self.places.get(stratum).and_then(|place| self.layers.get(*place)).copied();
        layer.filter(|layer| line.depth > 0 || layer.all.base() == group.base())
    }

    /// An estimate and its interval as printed.
    fn told(&self, measure: Measure, estimate: &Estimate) -> Result<Interval, Error> {
        let mode = self.print.survey.rounding;
        let printed = self.print.figure(Some(estimate.value.clone()))?;
        let interval = match measure {
            Measure::WeightedScore => estimate.score_interval(),
            Measure::Top2 | Measure::Top1 => estimate.share_interval(),
        };
        let interval = match interval {
            Ok(interval) => interval,
            Err(reason) => {
                let not_estimable = Some(reason.name().to_owned());
                return Ok(Interval { estimate: printed, not_estimable, ..Interval::default() });
            }
        };
        let (low, high) = interval.printed(mode)?;
        let exact = Told::of(estimate, mode)?.map(|told| Moments {
            value: told.value.to_string(),
            variance: told.variance.to_string(),
            df: told.df,
        });
        Ok(Interval {
            estimate: printed,
            low: Some(low.to_string()),
            high: Some(high.to_string()),
            standard_error: Some(interval.printed_error(mode)?.to_string()),
            exact,
            not_estimable: None,
        })
    }

    fn ratio(plan: Plan, strata: &[Stratum], measure: Measure) -> Option<Estimate> {
        ratio(plan, strata, full(measure))
    }
}
