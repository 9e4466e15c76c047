//! A survey: one questionnaire, one scale, one wave of one programme and year.
//!
//! Everything here is frozen once the survey is open; a correction is a new version of the survey.

pub(in crate::domain) mod document;
pub(in crate::domain) mod fields;
mod mark;
mod read;
pub mod typed;
pub mod weight;

pub use mark::{mark, weights_mark};
pub use read::{Format, read};

use super::exact::Rounding;
use chrono_tz::Tz;
use rust_decimal::Decimal;

/// Options of a scale. The whole service is built on five.
pub const POINTS: usize = 5;

/// Most questions of a questionnaire.
pub const MOST_QUESTIONS: usize = 100;

/// A questionnaire with everything that decides how its answers are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Short name, on the answer page.
    pub title: String,
    /// Caption of the report's table (调查问卷统计表).
    pub table_title: String,
    /// The programme that is evaluated.
    pub programme: String,
    /// The programme's year.
    pub year: u16,
    /// Who asks.
    pub organiser: String,
    /// Whom to call.
    pub contact: String,
    /// Why the survey is made, in one sentence.
    pub purpose: String,
    /// Days after closing on which roster and contacts are deleted.
    pub retention_days: u16,
    /// Zone of the survey's days and hours.
    pub time_zone: Tz,
    /// How ties are rounded in print.
    pub rounding: Rounding,
    /// Smallest base for which results are shown, at least [`Survey::LOWEST_FLOOR`].
    pub disclosure_floor: u32,
    /// What the programme is measured against.
    pub target: Target,
    /// Who is asked.
    pub design: Design,
    /// The five options and, where allowed, "don't know".
    pub scale: Scale,
    /// The questions, 1 to [`MOST_QUESTIONS`], in order.
    pub questions: Vec<Question>,
}

impl Survey {
    /// No disclosure floor is lower than this.
    pub const LOWEST_FLOOR: u32 = 5;

    /// The options whose weight nobody has confirmed; they block opening.
    pub fn unconfirmed(&self) -> Vec<&ScaleOption> {
        self.scale.options.iter().filter(|option| !option.confirmed).collect()
    }

    /// Σv: the sum of the question weights.
    pub fn total_weight(&self) -> u64 {
        self.questions.iter().map(|question| u64::from(question.weight)).sum()
    }
}

/// A question of the questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The official wording, as the report prints it.
    pub text: String,
    /// The same in easy words.
    pub easy: Option<String>,
    /// v: its weight among the questions, 1 unless set; it is worth 100·v/Σv points.
    pub weight: u16,
    /// Whether a form without an answer to it is refused.
    pub required: bool,
}

/// The scale: five options from best to worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The options, best first.
    pub options: [ScaleOption; POINTS],
    /// "Don't know", where the survey allows it; outside every base.
    pub dont_know: Option<DontKnow>,
}

impl Scale {
    /// The position (0 = best) of the option with that code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.options.iter().position(|option| option.code == code)
    }
}

/// One option of the scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleOption {
    /// What a submission sends, such as `A`.
    pub code: String,
    /// What a person reads, such as 非常满意.
    pub label: String,
    /// 分值系数 in per mille: 900 is a weight of 0.90.
    pub weight: u16,
    /// Whether an evaluator stands for the weight.
    pub confirmed: bool,
}

/// The answer "don't know": counted as answered, in no base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DontKnow {
    /// What a submission sends.
    pub code: String,
    /// What a person reads.
    pub label: String,
}

/// The satisfaction that the programme promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The measure that has to reach it.
    pub measure: Measure,
    /// The value, in points or per cent (0 to 100).
    pub value: Decimal,
}

/// The measures of satisfaction. All are printed; one is held against the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// 综合得分: the pooled weighted score, 0 to 100.
    WeightedScore,
    /// Share of the two best options among all answers, in per cent.
    Top2,
    /// Share of the best option among all answers, in per cent.
    Top1,
}

impl Measure {
    /// The name used in survey files, in the database and in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WeightedScore => "weighted_score",
            Self::Top2 => "top2_percent",
            Self::Top1 => "top1_percent",
        }
    }

    /// The measure of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::WeightedScore, Self::Top2, Self::Top1].into_iter().find(|measure| measure.name() == name)
    }
}

/// Who is asked, which decides how intervals are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Everybody on the roster.
    Everyone,
    /// A sample within every county.
    Strata,
    /// A sample of counties, then of people within them.
    Clusters,
}

impl Design {
    /// The name used in survey files, in the database and in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Strata => "strata",
            Self::Clusters => "clusters",
        }
    }

    /// The design of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Everyone, Self::Strata, Self::Clusters].into_iter().find(|design| design.name() == name)
    }
}

/// Where a survey stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyState {
    /// Being prepared; everything can change.
    Draft,
    /// Taking answers; everything is frozen.
    Open,
    /// No more answers; results may be released.
    Closed,
    /// Made anonymous for good.
    Sealed,
}

impl SurveyState {
    /// The word in the database and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Sealed => "sealed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Draft, Self::Open, Self::Closed, Self::Sealed].into_iter().find(|state| state.name() == name)
    }
}
