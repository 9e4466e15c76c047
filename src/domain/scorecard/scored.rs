//! The document of a scorecard: what was given and every figure of it, as printed. Made once for each version; pages,
//! files and programs lay it out and compute nothing.

use super::check::points;
use super::figures::{self, Figures};
use super::{Bound, Direction, Grade, Head, Indicator, Kind, Quantitative, Satisfaction, Scorecard, Value, amount};
use crate::domain::exact::{Fraction, Rounding, TooLarge};
use crate::domain::survey::Measure;
use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Decimals of points and rates.
const PLACES: u32 = 2;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scored {
    /// The scorecard's id.
    pub id: Uuid,
    /// The number of this version, from 1.
    pub version: i32,
    /// When it was saved, UTC.
    pub made_at: String,
    /// SHA-256 of the document's RFC 8785 JSON without this field, in hex.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// Its title.
    pub title: String,
    /// The programme evaluated.
    pub programme: String,
    /// The programme's year.
    pub year: u16,
    /// The unit that is evaluated, by name.
    pub unit: String,
    /// The full marks.
    pub full_marks: String,
    /// The grades, best first.
    pub grades: Vec<GradeLine>,
    /// The indicators in the order of their tree.
    pub indicators: Vec<Line>,
    /// 合计; `None` where something is lacking.
    pub total: Option<Total>,
    /// What is lacking; empty where the scorecard is complete.
    pub missing: Vec<Lack>,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GradeLine {
    /// Its name.
    pub name: String,
    /// The rate in per cent from which on it is given.
    pub from: String,
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = IndicatorLine)]
pub struct Line {
    /// Its code.
    pub code: String,
    /// Code of the indicator above; none at the top.
    pub parent: Option<String>,
    /// Its level, from 1.
    pub level: usize,
    /// Its name.
    pub name: String,
    /// 权重分.
    pub weight: String,
    /// `group`, `quantitative`, `qualitative` or `satisfaction`.
    pub kind: String,
    /// 目标值.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// 实际值 of a quantitative indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// 计量单位 of a quantitative indicator; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_in: Option<String>,
    /// `higher` or `lower`, of a quantitative indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// `weighted_score`, `top2_percent` or `top1_percent`, of a satisfaction indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// The release that a satisfaction indicator is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Achieved>,
    /// Why it was scored so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the evidence is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// 得分 at 2 decimals; `None` where something is lacking.
    pub score: Option<String>,
    /// 扣分: the weight without the score.
    pub deduction: Option<String>,
    /// 得分率: score of weight, in per cent at 2 decimals.
    pub rate: Option<String>,
    /// 完成率: how far the target was reached, in per cent at 2 decimals; of targets only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub achieved: Option<String>,
    /// Whether the target was overshot, in the good direction.
    pub over: bool,
}

/// The figure of a release, frozen when the indicator was bound to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Achieved {
    /// The survey's id.
    pub survey: Uuid,
    /// Its title.
    pub title: String,
    /// Number of the release.
    pub number: i32,
    /// SHA-256 of the release, in hex.
    pub sha256: String,
    /// The value at 2 decimals, half up.
    pub value: String,
    /// The exact value: `4805/49`.
    pub exact: String,
}

/// 合计.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ScorecardTotal)]
pub struct Total {
    /// 权重分: the full marks.
    pub weight: String,
    /// 得分.
    pub score: String,
    /// 扣分.
    pub deduction: String,
    /// 得分率 in per cent.
    pub rate: String,
    /// The grade, by the exact rate.
    pub grade: String,
}

/// An indicator that is not filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lack {
    /// Its row in the exported table, where the first indicator stands in row 2.
    pub row: usize,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What is lacking: `actual`, `score` or `release`.
    pub what: String,
}

impl Scored {
    /// The document of a scorecard that was found good.
    pub fn make(card: &Scorecard, id: Uuid, version: i32, made_at: DateTime<Utc>) -> Result<Self, Error> {
        let figures = figures::of(&card.indicators);
        let mut levels: HashMap<&str, usize> = HashMap::new();
        let (mut indicators, mut missing) = (Vec::with_capacity(card.indicators.len()), Vec::new());
        for (row, (indicator, figures)) in (2..).zip(card.indicators.iter().zip(&figures)) {
            let above = indicator.parent.as_deref().and_then(|parent| levels.get(parent)).copied().unwrap_or(0);
            levels.insert(&indicator.code, above + 1);
            indicators.push(line(indicator, above + 1, figures)?);
            if let Some(what) = indicator.kind.lacking() {
                let (code, name) = (indicator.code.clone(), indicator.name.clone());
                missing.push(Lack { row, code, name, what: what.to_owned() });
            }
        }
        let total = match figures::total(&card.indicators, &figures) {
            Some(score) => Some(total(&card.head, &score)?),
            None => None,
        };
        let head = &card.head;
        let grade = |grade: &Grade| GradeLine { name: grade.name.clone(), from: grade.from.normalize().to_string() };
        let mut scored = Self {
            id,
            version,
            made_at: made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            sha256: String::new(),
            title: head.title.clone(),
            programme: head.programme.clone(),
            year: head.year,
            unit: head.unit.clone(),
            full_marks: points(head.full_marks),
            grades: head.grades.iter().map(grade).collect(),
            indicators,
            total,
            missing,
        };
        scored.sha256 = scored.digest()?;
        Ok(scored)
    }

    /// What was given, read back.
    pub fn card(&self) -> Result<Scorecard, Error> {
        let grade = |line: &GradeLine| Ok(Grade { name: line.name.clone(), from: decimal(&line.from)? });
        let head = Head {
            title: self.title.clone(),
            programme: self.programme.clone(),
            year: self.year,
            unit: self.unit.clone(),
            full_marks: decimal(&self.full_marks)?,
            grades: self.grades.iter().map(grade).collect::<Result<_, Error>>()?,
        };
        Ok(Scorecard { head, indicators: self.indicators.iter().map(Line::indicator).collect::<Result<_, Error>>()? })
    }

    /// The document as it is kept and served: RFC 8785 JSON.
    pub fn canonical(&self) -> Result<String, Error> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// SHA-256 of the document without its digest, in hex.
    pub fn digest(&self) -> Result<String, Error> {
        let bare = Self { sha256: String::new(), ..self.clone() };
        Ok(data_encoding::HEXLOWER.encode(&Sha256::digest(bare.canonical()?)))
    }

    /// How many levels it has.
    pub fn depth(&self) -> usize {
        self.indicators.iter().map(|line| line.level).max().unwrap_or(0)
    }
}

fn line(indicator: &Indicator, level: usize, figures: &Figures) -> Result<Line, Error> {
    let shown = |number: Decimal| number.normalize().to_string();
    let (mut target, mut actual, mut measured_in, mut direction) = (None, None, None, None);
    let (mut measure, mut release) = (None, None);
    match &indicator.kind {
        Kind::Group | Kind::Qualitative { .. } => {}
        Kind::Quantitative(quantity) => {
            (target, actual) = (Some(shown(quantity.target)), quantity.actual.map(shown));
            measured_in = Some(quantity.measured_in.clone());
            direction = Some(quantity.direction.name().to_owned());
        }
        Kind::Satisfaction(satisfaction) => {
            target = Some(shown(satisfaction.target));
            measure = Some(satisfaction.measure.name().to_owned());
            release = satisfaction.bound.as_ref().map(achieved).transpose()?;
        }
    }
    let score = figures.points.as_ref();
    let score = score.map(|points| Ok::<_, Error>((points, points.round(PLACES, Rounding::HalfUp)?))).transpose()?;
    let rate = match &score {
        Some((points, _)) => rate(points, indicator.weight)?,
        None => None,
    };
    Ok(Line {
        code: indicator.code.clone(),
        parent: indicator.parent.clone(),
        level,
        name: indicator.name.clone(),
        weight: points(indicator.weight),
        kind: indicator.kind.name().to_owned(),
        target,
        actual,
        measured_in,
        direction,
        measure,
        release,
        reason: indicator.reason.clone(),
        evidence: indicator.evidence.clone(),
        deduction: score.as_ref().map(|(_, rounded)| deduction(indicator.weight, *rounded)),
        score: score.map(|(_, rounded)| rounded.to_string()),
        rate: rate.map(|rate| rate.to_string()),
        achieved: percent(figures.achieved.clone())?.map(|rate| rate.to_string()),
        over: figures.over,
    })
}

fn achieved(bound: &Bound) -> Result<Achieved, Error> {
    let value = bound.value.fraction().ok_or_else(|| Error::Unreadable(bound.value.to_string()))?;
    Ok(Achieved {
        survey: bound.survey,
        title: bound.title.clone(),
        number: bound.release,
        sha256: bound.sha256.clone(),
        value: value.round(PLACES, Rounding::HalfUp)?.to_string(),
        exact: bound.value.to_string(),
    })
}

fn total(head: &Head, score: &Fraction) -> Result<Total, Error> {
    let rounded = score.round(PLACES, Rounding::HalfUp)?;
    let exact = Fraction::decimal(head.full_marks).and_then(|full| score.over(&full));
    let hundred = Fraction::decimal(Decimal::ONE_HUNDRED);
    let exact = exact.zip(hundred).map(|(share, hundred)| share.times(&hundred)).ok_or(TooLarge)?;
    let grade = head.grades.iter().find(|grade| exact.reaches(grade.from));
    Ok(Total {
        weight: points(head.full_marks),
        score: rounded.to_string(),
        deduction: deduction(head.full_marks, rounded),
        rate: exact.round(PLACES, Rounding::HalfUp)?.to_string(),
        grade: grade.map_or_else(String::new, |grade| grade.name.clone()),
    })
}

/// The exact deduction, rounded with ties going down: so score and deduction add up to the weight in every row. As
/// weights have two decimals, that is the weight without the rounded score.
fn deduction(weight: Decimal, score: Decimal) -> String {
    points(weight - score)
}

/// A score of its weight, in per cent.
fn rate(score: &Fraction, weight: Decimal) -> Result<Option<Decimal>, Error> {
    percent(Fraction::decimal(weight).and_then(|weight| score.over(&weight)))
}

fn percent(share: Option<Fraction>) -> Result<Option<Decimal>, Error> {
    let hundred = Fraction::decimal(Decimal::ONE_HUNDRED);
    let exact = share.zip(hundred).map(|(share, hundred)| share.times(&hundred));
    Ok(exact.map(|exact| exact.round(PLACES, Rounding::HalfUp)).transpose()?)
}

impl Line {
    /// What was given for it, read back.
    fn indicator(&self) -> Result<Indicator, Error> {
        let target = || self.target.as_deref().map_or_else(|| Err(self.unreadable()), decimal);
        let kind = match self.kind.as_str() {
            "group" => Kind::Group,
            "quantitative" => Kind::Quantitative(Quantitative {
                target: target()?,
                actual: self.actual.as_deref().map(decimal).transpose()?,
                measured_in: self.measured_in.clone().unwrap_or_default(),
                direction: self.direction.as_deref().and_then(Direction::from_name).ok_or_else(|| self.unreadable())?,
            }),
            "qualitative" => Kind::Qualitative { score: self.score.as_deref().map(decimal).transpose()? },
            "satisfaction" => Kind::Satisfaction(Satisfaction {
                measure: self.measure.as_deref().and_then(Measure::from_name).ok_or_else(|| self.unreadable())?,
                target: target()?,
                bound: self.release.as_ref().map(Achieved::bound).transpose()?,
            }),
            _ => return Err(self.unreadable()),
        };
        Ok(Indicator {
            code: self.code.clone(),
            parent: self.parent.clone(),
            name: self.name.clone(),
            weight: decimal(&self.weight)?,
            kind,
            reason: self.reason.clone(),
            evidence: self.evidence.clone(),
        })
    }

    fn unreadable(&self) -> Error {
        Error::Unreadable(self.code.clone())
    }
}

impl Achieved {
    fn bound(&self) -> Result<Bound, Error> {
        let value = Value::parse(&self.exact).ok_or_else(|| Error::Unreadable(self.exact.clone()))?;
        Ok(Bound {
            survey: self.survey,
            title: self.title.clone(),
            release: self.number,
            sha256: self.sha256.clone(),
            value,
        })
    }
}

fn decimal(text: &str) -> Result<Decimal, Error> {
    amount(text, super::FIGURE_PLACES).map_err(|_| Error::Unreadable(text.to_owned()))
}

/// Why a document could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A figure does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The document cannot be written as JSON.
    #[error("the scorecard cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// What is stored is no scorecard.
    #[error("a scorecard holds “{0}”")]
    Unreadable(String),
}
