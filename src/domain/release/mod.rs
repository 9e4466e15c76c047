//! The release: an immutable document made once from a closed survey.
//!
//! Every figure in it is a decimal string, computed from exact integers and rounded once. Screens,
//! files and the API only lay it out, so they cannot disagree.

use super::exact::{Fraction, TooLarge};
use super::survey::{Measure, Survey};
use super::tally::{Counts, Scores, Tally};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

/// Decimals of shares and cells.
const PLACES: u32 = 2;
/// Decimals of the final score; zeros at the end are dropped.
const FINAL_PLACES: u32 = 8;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Which survey this is.
    pub survey: Heading,
    /// Its number among the releases of the survey, from 1.
    pub number: i32,
    /// When it was made, UTC.
    pub as_of: String,
    /// SHA-256 of the document's RFC 8785 JSON without this field, in hex.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// 发放: links issued.
    pub issued: u64,
    /// 回收: links whose answer is recorded.
    pub returned: u64,
    /// 有效: complete forms that were counted.
    pub valid: u64,
    /// Units whose forms are not counted, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Voided>,
    /// The measures with the forms of voided units counted like all others; only where these are as many people
    /// as the disclosure floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_voided: Option<Measures>,
    /// The options with their weights, best first.
    pub scale: Vec<OptionLine>,
    /// One block a question; empty where the base is below the disclosure floor.
    pub questions: Vec<QuestionBlock>,
    /// 合计; `None` where the base is below the disclosure floor.
    pub total: Option<TotalBlock>,
    /// 最终得分: the pooled score at 8 decimals, zeros at the end dropped.
    pub final_score: Figure,
    /// All measures at 2 decimals.
    pub measures: Measures,
    /// What was promised and whether it was reached.
    pub target: TargetLine,
    /// How sure the measures are; `None` where the base is below the disclosure floor.
    pub intervals: Option<Intervals>,
    /// The score under other usual weights; empty where the base is below the disclosure floor.
    pub other_weights: Vec<OtherWeights>,
    /// The same for groups: units in the order of their tree, kinds of respondent, channels.
    pub groups: Vec<Group>,
    /// How many of those asked answered.
    pub response_rates: ResponseRates,
    /// What the forms look like; `None` where the base is below the disclosure floor.
    pub quality: Option<Quality>,
    /// The strata of a sampled design; empty where everybody was asked.
    pub strata: Vec<StratumLine>,
    /// How far the audit log went.
    pub audit: AuditHead,
    /// How the figures were computed, in words, a paragraph a line.
    pub method: String,
}

/// What a release is made from.
pub struct Sources<'a> {
    /// The survey's id.
    pub id: Uuid,
    /// The survey, frozen.
    pub survey: &'a Survey,
    /// Links issued.
    pub issued: u64,
    /// Links whose answer is recorded.
    pub returned: u64,
    /// All valid responses.
    pub tally: &'a Tally,
    /// Units whose responses are not counted.
    pub voided: &'a [Voided],
    /// The responses of these units.
    pub voided_tally: &'a Tally,
    /// Whether all responses together, the voided among them, may be told of: no release before was about all but
    /// a few.
    pub tells_all: bool,
    /// When the release is made.
    pub as_of: DateTime<Utc>,
}

impl Release {
    /// Makes the release. Where fewer people than the disclosure floor answered any question on the scale,
    /// it holds only issued, returned and valid.
    pub fn make(sources: &Sources<'_>) -> Result<Self, Error> {
        let Sources { survey, tally, .. } = *sources;
        let shown = tally.base >= u64::from(survey.disclosure_floor);
        let scores = Scores::new(survey, tally);
        let print = Print { survey, places: PLACES };
        let final_score = match scores.pooled(None).filter(|_| shown) {
            Some(score) => Some(score.round(FINAL_PLACES, survey.rounding)?.normalize().to_string()),
            None => None,
        };
        let met =
            scores.measure(survey.target.measure).filter(|_| shown).map(|exact| exact.reaches(survey.target.value));
        let mut release = Self {
            survey: Heading {
                id: sources.id,
                title: survey.title.clone(),
                table_title: survey.table_title.clone(),
                programme: survey.programme.clone(),
                year: survey.year,
                organiser: survey.organiser.clone(),
                time_zone: survey.time_zone.name().to_owned(),
            },
            as_of: sources.as_of.to_rfc3339_opts(SecondsFormat::Secs, true),
            sha256: String::new(),
            issued: sources.issued,
            returned: sources.returned,
            valid: tally.forms,
            voided: sources.voided.to_vec(),
            with_voided: with_voided(&print, sources)?,
            scale: scale(survey),
            questions: if shown { questions(&print, &scores, tally)? } else { Vec::new() },
            total: if shown { Some(total(&print, &scores, tally)?) } else { None },
            final_score,
            measures: measures(&print, &scores, shown)?,
            target: TargetLine {
                measure: survey.target.measure.name().to_owned(),
                value: survey.target.value.to_string(),
                met,
            },
            method: method(survey),
        };
        release.sha256 = release.digest()?;
        Ok(release)
    }

    /// The document as it is kept and served: RFC 8785 JSON.
    pub fn canonical(&self) -> Result<String, Error> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// SHA-256 of the document without its digest, in hex.
    pub fn digest(&self) -> Result<String, Error> {
        let bare = Self { sha256: String::new(), ..self.clone() };
        let digest = Sha256::digest(bare.canonical()?);
        Ok(digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }
}

/// Why a release could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A figure does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The document cannot be written as JSON.
    #[error("the release cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// How figures of a survey are printed.
struct Print<'a> {
    survey: &'a Survey,
    places: u32,
}

impl Print<'_> {
    fn figure(&self, exact: Option<Fraction>) -> Result<Figure, TooLarge> {
        exact.map(|exact| Ok(exact.round(self.places, self.survey.rounding)?.to_string())).transpose()
    }

    fn by_option<T, E>(&self, value: impl Fn(usize) -> Result<T, E>) -> Result<ByOption<T>, E> {
        let options = self.survey.scale.options.iter().enumerate();
        options.map(|(position, option)| Ok((option.code.clone(), value(position)?))).collect()
    }

    fn counts(&self, counts: &Counts) -> Result<ByOption<u64>, Error> {
        self.by_option(|position| Ok(counts.chosen.get(position).copied().unwrap_or(0)))
    }
}

fn measures(print: &Print<'_>, scores: &Scores<'_>, shown: bool) -> Result<Measures, TooLarge> {
    let measure = |measure| if shown { print.figure(scores.measure(measure)) } else { Ok(None) };
    Ok(Measures {
        weighted_score: measure(Measure::WeightedScore)?,
        top2_percent: measure(Measure::Top2)?,
        top1_percent: measure(Measure::Top1)?,
    })
}

/// The measures over all forms. Their difference to the official ones is about the voided forms, so there are
/// enough of these, or they are not told.
fn with_voided(print: &Print<'_>, sources: &Sources<'_>) -> Result<Option<Measures>, TooLarge> {
    let floor = u64::from(print.survey.disclosure_floor);
    if sources.voided_tally.base < floor || sources.tally.base < floor || !sources.tells_all {
        return Ok(None);
    }
    let mut all = sources.tally.clone();
    all.join(sources.voided_tally);
    Ok(Some(measures(print, &Scores::new(print.survey, &all), true)?))
}

fn scale(survey: &Survey) -> Vec<OptionLine> {
    let line = |option: &super::survey::ScaleOption| OptionLine {
        code: option.code.clone(),
        label: option.label.clone(),
        weight_per_mille: option.weight,
    };
    survey.scale.options.iter().map(line).collect()
}

fn questions(print: &Print<'_>, scores: &Scores<'_>, tally: &Tally) -> Result<Vec<QuestionBlock>, Error> {
    let blocks = print.survey.questions.iter().zip(&tally.questions).enumerate();
    blocks
        .map(|(index, (question, counts))| {
            Ok(QuestionBlock {
                no: index + 1,
                text: question.text.clone(),
                weight: question.weight,
                n: counts.base(),
                dont_know: counts.dont_know,
                skipped: counts.skipped,
                counts: print.counts(counts)?,
                percent: print.by_option(|position| print.figure(counts.percent(position)))?,
                score: print.by_option(|position| print.figure(scores.question(index, Some(position))))?,
                score_total: print.figure(scores.question(index, None))?,
            })
        })
        .collect()
}

fn total(print: &Print<'_>, scores: &Scores<'_>, tally: &Tally) -> Result<TotalBlock, Error> {
    let counts = tally.total();
    let bases_differ = !tally.same_base();
    let sum = scores.sum_of_questions().filter(|_| bases_differ);
    Ok(TotalBlock {
        n: counts.base(),
        counts: print.counts(&counts)?,
        percent: print.by_option(|position| print.figure(counts.percent(position)))?,
        score: print.by_option(|position| print.figure(scores.pooled(Some(position))))?,
        score_total: print.figure(scores.pooled(None))?,
        bases_differ,
        sum_of_question_scores: print.figure(sum)?,
    })
}

fn method(survey: &Survey) -> String {
    let equal =
        survey.questions.iter().all(|question| Some(question.weight) == survey.questions.first().map(|q| q.weight));
    let worth = if equal {
        format!("每题满分为 100 除以题目数（{} 题）", survey.questions.len())
    } else {
        "每题满分为 100 × 题目权重 ÷ 题目权重之和".to_owned()
    };
    let rounding = match survey.rounding {
        super::exact::Rounding::HalfUp => "四舍五入",
        super::exact::Rounding::HalfEven => "四舍六入五成双（GB/T 8170）",
    };
    format!(
        "占比 = 人数 ÷ 该题作答人数；分数 = 人数 × 分值系数 ÷ 该题作答人数 × 该题满分，{worth}；\
         每题合计为各选项未舍入分数之和；合计行汇总全部作答；最终得分保留 8 位小数。\
         所有数字由整数精确计算，只在印出时按“{rounding}”舍入一次。“不清楚”和未作答不计入作答人数。"
    )
}
