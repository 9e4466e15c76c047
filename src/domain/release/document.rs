//! What a release says, part by part. Every figure is text, as printed.

use crate::domain::survey::Measure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Figures by option code.
pub type ByOption<T> = BTreeMap<String, T>;

/// A figure as printed, or `None` where there is no base (shown as `—`).
pub type Figure = Option<String>;

/// Which survey a release is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading {
    /// The survey's id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// Caption of its table.
    pub table_title: String,
    /// The programme evaluated.
    pub programme: String,
    /// The programme's year.
    pub year: u16,
    /// Who asked.
    pub organiser: String,
    /// Zone of its days and hours.
    pub time_zone: String,
    /// Who was asked: `everyone`, `strata` or `clusters`.
    pub design: String,
    /// How ties are rounded: `half_up` or `half_even`.
    pub rounding: String,
    /// Smallest base for which results are shown.
    pub disclosure_floor: u32,
}

/// A unit whose forms are not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Voided {
    /// Its code.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// An option of the scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OptionLine {
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Its weight in per mille.
    pub weight_per_mille: u16,
}

/// The block of one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuestionBlock {
    /// Its number, from 1.
    pub no: usize,
    /// Its official wording.
    pub text: String,
    /// v: its weight among the questions.
    pub weight: u16,
    /// Answers in the base.
    pub n: u64,
    /// Answers "don't know", outside the base.
    pub dont_know: u64,
    /// Forms that left it open, outside the base.
    pub skipped: u64,
    /// 人数 by option.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub counts: ByOption<u64>,
    /// 占比 by option, in per cent.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub percent: ByOption<Figure>,
    /// 分数 by option, in points.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub score: ByOption<Figure>,
    /// 分数 of the question: its unrounded cells, added and rounded once.
    #[schema(value_type = Option<String>)]
    pub score_total: Figure,
}

/// The block 合计: all answers to all questions pooled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotalBlock {
    /// Answers in the base.
    pub n: u64,
    /// 人数 by option.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub counts: ByOption<u64>,
    /// 占比 by option, in per cent, unweighted.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub percent: ByOption<Figure>,
    /// 分数 by option, in points.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub score: ByOption<Figure>,
    /// The pooled score at 2 decimals.
    #[schema(value_type = Option<String>)]
    pub score_total: Figure,
    /// Whether the questions have different bases, so that the official, pooled score and the sum of the
    /// question scores need not agree.
    pub bases_differ: bool,
    /// The sum of the question scores where the bases differ; `None` also where a question has no base.
    #[schema(value_type = Option<String>)]
    pub sum_of_question_scores: Figure,
}

/// Something about each of the measures of satisfaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ByMeasure<T> {
    /// The pooled weighted score, 0 to 100.
    pub weighted_score: T,
    /// Share of the two best options, in per cent.
    pub top2_percent: T,
    /// Share of the best option, in per cent.
    pub top1_percent: T,
}

impl<T> ByMeasure<T> {
    /// The same about each measure.
    pub fn of<E>(each: impl Fn(Measure) -> Result<T, E>) -> Result<Self, E> {
        let (score, top2, top1) = (each(Measure::WeightedScore)?, each(Measure::Top2)?, each(Measure::Top1)?);
        Ok(Self { weighted_score: score, top2_percent: top2, top1_percent: top1 })
    }

    /// What is said about that measure.
    pub const fn get(&self, measure: Measure) -> &T {
        match measure {
            Measure::WeightedScore => &self.weighted_score,
            Measure::Top2 => &self.top2_percent,
            Measure::Top1 => &self.top1_percent,
        }
    }
}

/// The measures of satisfaction, at 2 decimals. Of a group, what would be 100 or 0 is `≥ 95` or `≤ 5`.
pub type Measures = ByMeasure<Figure>;

/// What was promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetLine {
    /// The measure that counts.
    pub measure: String,
    /// The value to reach.
    pub value: String,
    /// Whether the exact, unrounded measure reaches it; `None` without results.
    pub met: Option<bool>,
}

/// How sure the measures are, over persons and by the survey's design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Intervals {
    /// Confidence in per cent: `95`.
    pub level: String,
    /// People whom the estimate is about: everybody of whom an answer could be expected, or all people of the strata
    /// or drawn counties.
    pub people: u64,
    /// People in the base.
    pub answered: u64,
    /// Strata, or drawn counties, of which somebody is in the base.
    pub strata: u64,
    /// Per cent of the people who belong to these strata; below 100 the estimate does not cover everybody.
    #[schema(value_type = Option<String>)]
    pub coverage_percent: Figure,
    /// The measures.
    #[serde(flatten)]
    pub of: ByMeasure<Interval>,
}

/// The interval of one measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// What is estimated for all people, at 2 decimals. Where everybody was asked this is the measure itself; of a
    /// sample it is weighted by the design, and the official measure is not.
    #[schema(value_type = Option<String>)]
    pub estimate: Figure,
    /// Lower end, at 2 decimals; `None` where it cannot be estimated or would tell of everybody.
    #[schema(value_type = Option<String>)]
    pub low: Figure,
    /// Upper end, likewise.
    #[schema(value_type = Option<String>)]
    pub high: Figure,
    /// Standard error in points, at 2 decimals; not of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub standard_error: Figure,
    /// The estimate at 8 and its variance at 12 decimals, for the comparison with another survey; not of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<Moments>,
    /// Why there is no interval: `lonely_stratum`, `one_county`, `no_degrees_of_freedom`, `inconsistent`, or
    /// `spans_strata` of a group that does not lie within one stratum of a sample, as kinds and the top do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_estimable: Option<String>,
}

/// An estimate with more digits than are printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moments {
    /// The estimate in points, at 8 decimals.
    pub value: String,
    /// Its variance in squared points, at 12 decimals.
    pub variance: String,
    /// Degrees of freedom.
    pub df: u64,
}

/// Whom a group is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Who {
    /// The people of a unit and of all units below it.
    Unit {
        /// Its code.
        unit: String,
        /// Its name.
        name: String,
        /// Code of the unit above; none at the top.
        parent: Option<String>,
        /// Its level in the federation's words.
        level: String,
        /// How many units stand above it.
        depth: usize,
        /// 发放: links issued here and below.
        issued: u64,
        /// Of these, people of whom an answer can be expected: without links taken back and people who had left.
        eligible: u64,
        /// 回收: links answered; `None` where the group is hidden.
        returned: Option<u64>,
        /// 回收率 in per cent; `None` where the group is hidden.
        #[schema(value_type = Option<String>)]
        response_rate: Figure,
        /// Whether forms of the unit itself are voided.
        voided: bool,
    },
    /// Those whose form was filled in by this kind of respondent.
    Respondent {
        /// `self`, `helped_by_family`, `helped_by_staff` or `guardian`.
        kind: String,
    },
    /// Those who answered in this way.
    Channel {
        /// `web` or `paper`.
        kind: String,
    },
}

/// A group of people. Groups show pooled figures alone, never single questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Whom it is of.
    #[serde(flatten)]
    pub who: Who,
    /// Whether its figures are hidden: too few people, or those of another group would follow from them.
    pub hidden: bool,
    /// People in the base; `None` where the group is hidden.
    pub n: Option<u64>,
    /// The measures; `None` where the group is hidden or empty.
    pub measures: Option<Measures>,
    /// Their intervals, likewise.
    pub intervals: Option<ByMeasure<Interval>>,
}

/// How many of those asked answered, as AAPOR counts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResponseRates {
    /// Links issued.
    pub issued: u64,
    /// Of these, people who had moved away or died before the survey opened: out of the base.
    pub ineligible: u64,
    /// Of these, people who could not be reached: in the base.
    pub non_contact: u64,
    /// Links declined.
    pub declined: u64,
    /// Links revoked.
    pub revoked: u64,
    /// Links nobody used until the close.
    pub expired: u64,
    /// Links answered.
    pub returned: u64,
    /// Of these, complete forms that answer less than 80 per cent of the questions.
    pub partial: u64,
    /// The base: issued without revoked and ineligible, and never fewer than returned.
    pub eligible: u64,
    /// 回收率: returned of issued, in per cent.
    #[schema(value_type = Option<String>)]
    pub returned_percent: Figure,
    /// 有效率: valid of returned, in per cent.
    #[schema(value_type = Option<String>)]
    pub valid_percent: Figure,
    /// AAPOR RR1: forms that are not partial, of the eligible, in per cent.
    #[schema(value_type = Option<String>)]
    pub rr1: Figure,
    /// AAPOR RR2: all forms, of the eligible, in per cent.
    #[schema(value_type = Option<String>)]
    pub rr2: Figure,
    /// Whether a form can be partial at all: only with optional questions. Without them RR2 is RR1.
    pub partial_possible: bool,
}

/// The score under other usual weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtherWeights {
    /// `fifths` (100/80/60/40/20), `quarters` (100/75/50/25/0), `lowest` and `highest` (the two worst options at
    /// the ends of what their weights can be: 0, or that of the middle option).
    pub name: String,
    /// Weights in per mille, best option first.
    pub weights_per_mille: Vec<u16>,
    /// The pooled score under them, at 2 decimals.
    #[schema(value_type = Option<String>)]
    pub weighted_score: Figure,
}

/// What the forms as a whole look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quality {
    /// Cronbach's α of the complete forms, at 2 decimals; `None` where it is not defined.
    #[schema(value_type = Option<String>)]
    pub alpha: Figure,
    /// Forms with an option of the scale for every question.
    pub complete_forms: u64,
    /// Forms with one option all the way down, in per cent of the valid ones.
    #[schema(value_type = Option<String>)]
    pub straight_percent: Figure,
    /// The commonest form, in per cent of the valid ones.
    #[schema(value_type = Option<String>)]
    pub identical_percent: Figure,
    /// Units without units below them that may be looked at by themselves.
    pub units_examined: u64,
    /// Of these, units that stand out from all forms together by 20 points or more, both in whole per cent: in one
    /// of these shares, or in that of forms filled in with help of the institution's staff.
    pub units_flagged: u64,
}

/// A stratum, as large as it was when the sample was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StratumLine {
    /// Code of its unit.
    pub unit: String,
    /// N: its people.
    pub people: u64,
    /// How many of them were drawn; 0 of a county that was not.
    pub drawn: u64,
}

/// How far the audit log went when the release was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditHead {
    /// Rows.
    pub length: u64,
    /// The proof of the last of them, in hex.
    pub head: String,
}
