//! What is entered for one indicator at the bottom of the tree.

use super::{Bound, Indicator, Kind, Satisfaction};
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::Measure;
use rust_decimal::Decimal;

/// What is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The actual value of a quantitative indicator; none takes it away.
    Actual(Option<Decimal>),
    /// The score of a qualitative indicator; none takes it away.
    Score(Option<Decimal>),
    /// What a satisfaction indicator is measured by and bound to; no release looses it.
    Release {
        /// The measure that counts.
        measure: Measure,
        /// What it is to reach.
        target: Decimal,
        /// The figure of a release.
        bound: Option<Bound>,
    },
}

impl Indicator {
    /// Enters it. A reason or a reference to evidence that is not given stays as it is; an empty one is taken away.
    pub fn enter(&mut self, entry: Entry, reason: Option<String>, evidence: Option<String>) -> Result<(), Obstacle> {
        match (&mut self.kind, entry) {
            (Kind::Quantitative(quantity), Entry::Actual(actual)) => quantity.actual = actual,
            (Kind::Qualitative { score }, Entry::Score(given)) => *score = given,
            (Kind::Satisfaction(satisfaction), Entry::Release { measure, target, bound }) => {
                *satisfaction = Satisfaction { measure, target, bound };
            }
            (kind, _) => {
                return Err(Obstacle::OtherKind { code: self.code.clone(), kind: kind.name().to_owned() });
            }
        }
        let told = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(reason) = reason {
            self.reason = told(reason);
        }
        if let Some(evidence) = evidence {
            self.evidence = told(evidence);
        }
        Ok(())
    }
}
