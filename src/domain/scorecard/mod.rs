//! The scorecard of a programme and year: a tree of indicators whose points add up to a score and a grade.
//!
//! [`Scorecard`] is what people give: the tree with its weights, targets, actual values, scores by hand, and the
//! release that a satisfaction indicator is bound to. [`Scored`] is the document made of it: the same with every
//! figure, computed from exact fractions and rounded once. A scorecard that is not filled in everywhere has no total
//! and no grade, and says what is lacking.

mod binding;
mod check;
mod difference;
mod entry;
mod fields;
mod figures;
mod mistake;
mod number;
mod read;
mod scored;
mod tree;

pub use binding::{Unread, value};
pub use difference::{Difference, differences};
pub use entry::Entry;
pub use fields::{COLUMNS, FIELDS, Field};
pub use mistake::Mistake;
pub use number::{FIGURE_PLACES, LARGEST, POINT_PLACES, amount};
pub use read::{File, Wanted, read, read_table};
pub use scored::{Achieved, Error, GradeLine, Lack, Line, Scored, Total};

use super::exact::Fraction;
use super::fault::Faults;
use super::survey::Measure;
use rust_decimal::Decimal;
use std::fmt;
use uuid::Uuid;

/// Most indicators of a scorecard.
pub const MOST: usize = 5_000;
/// Most levels of a scorecard.
pub const DEEPEST: usize = 20;
/// Most characters of a code.
pub const LONGEST_CODE: usize = 32;
/// Most characters of a name.
pub const LONGEST_NAME: usize = 200;
/// Most characters of a reason and of a reference to evidence.
pub const LONGEST_TEXT: usize = 1_000;
/// Most characters of a unit of measurement.
pub const LONGEST_MEASURE: usize = 32;

/// What people give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// What it is of, and how it is graded.
    pub head: Head,
    /// The indicators, each before those below it, in the order in which they are printed.
    pub indicators: Vec<Indicator>,
}

impl Scorecard {
    /// Checks all rules and brings the indicators into the order of their tree. Faults name an indicator's row as it
    /// stands in the exported table: the first one in row 2.
    pub fn checked(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let file = File::of(self);
        let file = check::whole(file, &mut faults);
        faults.or(file.card)
    }

    /// The indicator with that code.
    pub fn get(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == code)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, code: &str) -> Option<&mut Indicator> {
        self.indicators.iter_mut().find(|indicator| indicator.code == code)
    }

    /// The releases that its satisfaction indicators are bound to, with the codes of these.
    pub fn bound(&self) -> impl Iterator<Item = (&str, &Bound)> {
        self.indicators.iter().filter_map(|indicator| match &indicator.kind {
            Kind::Satisfaction(Satisfaction { bound: Some(bound), .. }) => Some((indicator.code.as_str(), bound)),
            _ => None,
        })
    }
}

/// What a scorecard is of, and how it is graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// The programme evaluated.
    pub programme: String,
    /// The programme's year.
    pub year: u16,
    /// Whose programme it is: the unit that is evaluated, by name.
    pub unit: String,
    /// What the weights at the top add up to; 100 unless set.
    pub full_marks: Decimal,
    /// The grades, best first; the last one begins at 0.
    pub grades: Vec<Grade>,
}

impl Head {
    /// A head with the full marks and grades of the report.
    pub fn new(title: String, programme: String, year: u16, unit: String) -> Self {
        Self { title, programme, year, unit, full_marks: Decimal::ONE_HUNDRED, grades: Grade::usual() }
    }
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// Its name.
    pub name: String,
    /// The rate, in per cent of the full marks, from which on it is given.
    pub from: Decimal,
}

impl Grade {
    /// 优 from 90, 良 from 80, 中 from 60, 差 below.
    pub fn usual() -> Vec<Self> {
        let of = |(name, from): (&str, u8)| Self { name: name.to_owned(), from: from.into() };
        [("优", 90), ("良", 80), ("中", 60), ("差", 0)].map(of).to_vec()
    }
}

/// One indicator of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its code, such as `C11`; once in a scorecard.
    pub code: String,
    /// Code of the indicator above; none at the top.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// 权重分: its points at most, with at most two decimals.
    pub weight: Decimal,
    /// How its points come about.
    pub kind: Kind,
    /// Why it was scored so: needed with a score by hand.
    pub reason: Option<String>,
    /// Where the evidence is.
    pub evidence: Option<String>,
}

/// How the points of an indicator come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the indicators below it.
    Group,
    /// 定量: full points at the target, else in proportion.
    Quantitative(Quantitative),
    /// 定性: given by hand, with a reason.
    Qualitative {
        /// The points; none where nobody has scored it yet.
        score: Option<Decimal>,
    },
    /// 满意度: from a release of a survey.
    Satisfaction(Satisfaction),
}

impl Kind {
    /// The name in files and documents.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Quantitative(_) => "quantitative",
            Self::Qualitative { .. } => "qualitative",
            Self::Satisfaction(_) => "satisfaction",
        }
    }

    /// What is still to be filled in: `actual`, `score` or `release`.
    pub const fn lacking(&self) -> Option<&'static str> {
        match self {
            Self::Quantitative(Quantitative { actual: None, .. }) => Some("actual"),
            Self::Qualitative { score: None } => Some("score"),
            Self::Satisfaction(Satisfaction { bound: None, .. }) => Some("release"),
            _ => None,
        }
    }
}

/// 定量: a number that is to reach another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantitative {
    /// 目标值.
    pub target: Decimal,
    /// 实际值; none where it is not known yet.
    pub actual: Option<Decimal>,
    /// 计量单位, such as 人 or 万元; may be empty.
    pub measured_in: String,
    /// Whether more or less is better.
    pub direction: Direction,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// More is better: points × actual / target below the target.
    #[default]
    Higher,
    /// Less is better: points × target / actual above the target.
    Lower,
}

impl Direction {
    /// The name in files and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
        }
    }

    /// The direction of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Higher, Self::Lower].into_iter().find(|direction| direction.name() == name)
    }
}

/// 满意度: a measure of a survey that is to reach a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Satisfaction {
    /// The measure that counts.
    pub measure: Measure,
    /// What it is to reach, in points or per cent: above 0, at most 100.
    pub target: Decimal,
    /// The release it is taken from; none where it is not bound yet.
    pub bound: Option<Bound>,
}

/// A figure of a release, as it was when the indicator was bound to it: it never changes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The survey.
    pub survey: Uuid,
    /// Its title.
    pub title: String,
    /// Number of the release.
    pub release: i32,
    /// SHA-256 of the release, in hex.
    pub sha256: String,
    /// The exact value of the measure.
    pub value: Value,
}

/// An exact number: a fraction of whole numbers without a common divisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// What is divided.
    pub numerator: u128,
    /// By what; never 0.
    pub denominator: u128,
}

impl Value {
    /// It as a fraction.
    pub(super) fn fraction(&self) -> Option<Fraction> {
        Fraction::new(self.numerator, self.denominator)
    }

    /// What [`Display`](fmt::Display) writes, read back.
    pub fn parse(text: &str) -> Option<Self> {
        let (numerator, denominator) = text.split_once('/')?;
        let value = Self { numerator: numerator.parse().ok()?, denominator: denominator.parse().ok()? };
        (value.denominator > 0).then_some(value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}
