//! What is typed for an indicator: read, and entered unless somebody else has changed the same.

use super::super::auth::Fields;
use super::field::Wrong;
use crate::domain::fault::Message;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::scorecard::{
    Bound, Direction, Entry, FIGURE_PLACES, Indicator, Kind, LONGEST_MEASURE, LONGEST_TEXT, Line, Mistake,
    POINT_PLACES, Quantitative, Scorecard, amount,
};
use crate::domain::survey::Measure;
use crate::error::Result;
use crate::store::Conn;
use crate::store::audit::Actor;
use crate::store::scorecards::{self, Entering};
use crate::web::staff::sheets;
use crate::web::words::Language;
use rust_decimal::Decimal;
use uuid::Uuid;

/// What is typed, as it was typed.
#[derive(Clone, Default)]
pub struct Typed {
    pub target: String,
    pub actual: String,
    pub measured_in: String,
    pub score: String,
    pub measure: String,
    pub release: String,
    pub reason: String,
    pub evidence: String,
}

impl Typed {
    /// What is stored.
    pub fn of(line: &Line) -> Self {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            target: given(&line.target),
            actual: given(&line.actual),
            measured_in: given(&line.measured_in),
            score: given(&line.score),
            measure: given(&line.measure),
            release: line.release.as_ref().map(|release| chosen(release.survey, release.number)).unwrap_or_default(),
            reason: given(&line.reason),
            evidence: given(&line.evidence),
        }
    }

    /// What a form holds. Lines of a text are joined: a cell of a table has one.
    pub fn from_form(form: &Fields) -> Self {
        let field = |name: &str| form.text(name).to_owned();
        let joined = |name: &str| form.text(name).split_whitespace().collect::<Vec<_>>().join(" ");
        let newer = field("newer");
        Self {
            target: field("target"),
            actual: field("actual"),
            measured_in: field("measured_in"),
            score: field("score"),
            measure: field("measure"),
            release: if newer.is_empty() { field("release") } else { newer },
            reason: joined("reason"),
            evidence: joined("evidence"),
        }
    }

    /// What it says for an indicator of this kind; each field that is wrong with how to mend it.
    pub fn read(&self, language: Language, indicator: &Indicator) -> Result<Given, Wrong> {
        let mut reading = Reading { language, wrong: Vec::new() };
        let what = match &indicator.kind {
            Kind::Group => What::Nothing,
            Kind::Quantitative(before) => What::Quantitative(self.quantitative(&mut reading, before)),
            Kind::Qualitative { .. } => {
                let score = reading.number("score", &self.score, POINT_PLACES);
                if score.is_some_and(|score| score > indicator.weight) {
                    reading.fault("score", Mistake::AboveWeight { weight: format!("{:.2}", indicator.weight) });
                }
                if score.is_some() && self.reason.is_empty() {
                    reading.fault("reason", Mistake::NoReason);
                }
                What::Score(score)
            }
            Kind::Satisfaction(_) => self.satisfaction(&mut reading),
        };
        reading.short("reason", &self.reason, LONGEST_TEXT);
        reading.short("evidence", &self.evidence, LONGEST_TEXT);
        let given = Given { what, reason: self.reason.clone(), evidence: self.evidence.clone() };
        if reading.wrong.is_empty() { Ok(given) } else { Err(reading.wrong) }
    }

    fn quantitative(&self, reading: &mut Reading, before: &Quantitative) -> Quantitative {
        let target = reading.needed("target", &self.target);
        if target.is_some_and(|target| target.is_zero()) && before.direction == Direction::Higher {
            reading.fault("target", Mistake::Zero);
        }
        reading.short("measured_in", &self.measured_in, LONGEST_MEASURE);
        Quantitative {
            target: target.unwrap_or_default(),
            actual: reading.number("actual", &self.actual, FIGURE_PLACES),
            measured_in: self.measured_in.clone(),
            direction: before.direction,
        }
    }

    fn satisfaction(&self, reading: &mut Reading) -> What {
        let target = reading.needed("target", &self.target).unwrap_or_default();
        if target > Decimal::ONE_HUNDRED {
            reading.fault("target", Mistake::High { most: 100 });
        } else if target.is_zero() && !reading.is_wrong("target") {
            reading.fault("target", Mistake::Zero);
        }
        let measure = Measure::from_name(&self.measure);
        if measure.is_none() {
            reading.fault("measure", Message::Missing("it"));
        }
        let release = self.release.split_once(':').and_then(|(survey, number)| {
            let number = number.parse().ok().filter(|number: &i32| *number > 0)?;
            Some((Uuid::parse_str(survey).ok()?, number))
        });
        if release.is_none() && !self.release.is_empty() {
            reading.fault("release", Mistake::NoRelease);
        }
        What::Release { measure: measure.unwrap_or(Measure::WeightedScore), target, release }
    }
}

/// A release as a form names it.
pub fn chosen(survey: Uuid, number: i32) -> String {
    format!("{survey}:{number}")
}

struct Reading {
    language: Language,
    wrong: Wrong,
}

impl Reading {
    fn fault(&mut self, field: &str, message: impl Into<Message>) {
        let words = sheets::told(self.language, &message.into(), |_| None);
        self.wrong.push((field.to_owned(), words));
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|(wrong, _)| wrong == field)
    }

    fn number(&mut self, field: &str, text: &str, places: u32) -> Option<Decimal> {
        if text.is_empty() {
            return None;
        }
        amount(text, places).map_err(|mistake| self.fault(field, mistake)).ok()
    }

    fn needed(&mut self, field: &str, text: &str) -> Option<Decimal> {
        if text.is_empty() {
            self.fault(field, Message::Missing("it"));
        }
        self.number(field, text, FIGURE_PLACES)
    }

    fn short(&mut self, field: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            self.fault(field, Message::Long(most));
        } else if text.chars().any(char::is_control) {
            self.fault(field, Mistake::OneLine);
        }
    }
}

/// What was given for an indicator.
#[derive(Clone)]
pub struct Given {
    what: What,
    reason: String,
    evidence: String,
}

#[derive(Clone)]
enum What {
    /// It is the sum of others.
    Nothing,
    Quantitative(Quantitative),
    Score(Option<Decimal>),
    Release {
        measure: Measure,
        target: Decimal,
        release: Option<(Uuid, i32)>,
    },
}

impl Given {
    /// Enters it into the latest version. Whatever others have saved since `seen` stays; where it is about the same
    /// indicator, nothing is saved. Returns whether there was anything to save.
    pub fn save(self, conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: i32, code: &str) -> Result<bool> {
        let kept = scorecards::get(conn, id)?;
        if kept.version != seen {
            let since = scorecards::differences(conn, id, seen, kept.version)?;
            if since.iter().any(|one| one.code.as_deref() == Some(code)) {
                return Err(Obstacle::ChangedMeanwhile.into());
            }
        }
        let (before, mut card) = (kept.card()?, kept.card()?);
        let indicator = card.get_mut(code).ok_or_else(|| Missing::Indicator { code: code.to_owned() })?;
        let Self { what, reason, evidence } = self;
        let entry = what.entry(conn, indicator)?;
        indicator.enter(entry.clone(), Some(reason.clone()), Some(evidence.clone()))?;
        if card == before {
            return Ok(false);
        }
        let version = Some(kept.version);
        if targets_differ(&card, &before, code) {
            scorecards::save(conn, actor, id, version, card)?;
        } else {
            let entering = Entering { code: code.to_owned(), entry, reason: Some(reason), evidence: Some(evidence) };
            scorecards::enter(conn, actor, id, version, entering)?;
        }
        Ok(true)
    }
}

/// Whether the target of a quantitative indicator is another, or what it is measured in: that is more than an entry.
fn targets_differ(card: &Scorecard, before: &Scorecard, code: &str) -> bool {
    let of = |card: &Scorecard| match card.get(code).map(|indicator| &indicator.kind) {
        Some(Kind::Quantitative(quantity)) => Some((quantity.target, quantity.measured_in.clone())),
        _ => None,
    };
    of(card) != of(before)
}

impl What {
    /// As an entry; the target of a quantitative indicator is set at once.
    fn entry(self, conn: &mut Conn, indicator: &mut Indicator) -> Result<Entry> {
        Ok(match (self, &mut indicator.kind) {
            (Self::Quantitative(given), Kind::Quantitative(quantity)) => {
                let actual = given.actual;
                *quantity = given;
                Entry::Actual(actual)
            }
            (Self::Release { measure, target, release }, Kind::Satisfaction(before)) => {
                let same = |bound: &Bound| release == Some((bound.survey, bound.release)) && before.measure == measure;
                let bound = match (before.bound.clone().filter(same), release) {
                    (Some(bound), _) => Some(bound),
                    (None, Some((survey, number))) => Some(scorecards::bound(conn, survey, Some(number), measure)?),
                    (None, None) => None,
                };
                Entry::Release { measure, target, bound }
            }
            (Self::Score(score), Kind::Qualitative { .. }) => Entry::Score(score),
            (_, kind) => {
                let kind = kind.name().to_owned();
                return Err(Obstacle::OtherKind { code: indicator.code.clone(), kind }.into());
            }
        })
    }
}
