//! The release: an immutable document made once from a closed survey.
//!
//! Every figure in it is a decimal string, computed from exact integers and rounded once. Screens,
//! files and the API only lay it out, so they cannot disagree.

mod commonest;
mod counted;
mod cuts;
mod document;
mod estimates;
mod figures;
mod frame;
mod groups;
mod hiding;
mod method;
mod rates;
mod rows;

pub use counted::{Alike, Cell, Counted, Counting, Unfit};
pub use document::{
    AuditHead, ByMeasure, ByOption, Figure, Group, Heading, Interval, Intervals, Measures, Moments, OptionLine,
    OtherWeights, Quality, QuestionBlock, ResponseRates, StratumLine, TargetLine, TotalBlock, Voided, Who,
};
pub use frame::{Asked, Frame, UnitLine};
pub use hiding::{Hiding, SmallDifference};
pub use rows::{Forms, Line, Recoding, Rows, TooAlike};

use super::exact::TooLarge;
use super::survey::Survey;
use super::tally::Scores;
use chrono::{DateTime, SecondsFormat, Utc};
use estimates::Estimates;
use figures::Print;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use utoipa::ToSchema;
use uuid::Uuid;

/// Decimals of shares and cells.
const PLACES: u32 = 2;
/// Decimals of the final score; zeros at the end are dropped.
const FINAL_PLACES: u32 = 8;

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    #[schema(value_type = Option<String>)]
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
    /// Its number among the releases of the survey.
    pub number: i32,
    /// Whom the survey asked.
    pub frame: &'a Frame,
    /// All responses.
    pub counted: &'a Counted,
    /// Units whose responses are not counted.
    pub voided: &'a [Voided],
    /// What it hides.
    pub hiding: &'a Hiding,
    /// How far the audit log goes.
    pub audit: AuditHead,
    /// When the release is made.
    pub as_of: DateTime<Utc>,
}

impl Release {
    /// Makes the release. Where fewer people than the disclosure floor answered any question on the scale,
    /// it holds only who was asked and how many answered.
    pub fn make(sources: &Sources<'_>) -> Result<Self, Error> {
        let Sources { survey, frame, counted, .. } = *sources;
        let tally = &counted.valid;
        let shown = tally.base >= u64::from(survey.disclosure_floor);
        let scores = Scores::new(survey, tally);
        let print = Print { survey, places: PLACES };
        let estimates = Estimates::new(sources, print.clone());
        let final_score = match scores.pooled(None).filter(|_| shown) {
            Some(score) => Some(score.round(FINAL_PLACES, survey.rounding)?.normalize().to_string()),
            None => None,
        };
        let met =
            scores.measure(survey.target.measure).filter(|_| shown).map(|exact| exact.reaches(survey.target.value));
        let groups = groups::of(sources, &estimates)?;
        let mut release = Self {
            survey: heading(sources.id, survey),
            number: sources.number,
            as_of: sources.as_of.to_rfc3339_opts(SecondsFormat::Secs, true),
            sha256: String::new(),
            issued: frame.asked.issued,
            returned: frame.asked.returned,
            valid: tally.forms,
            voided: sources.voided.to_vec(),
            with_voided: figures::with_voided(&print, sources)?,
            scale: figures::scale(survey),
            questions: if shown { figures::questions(&print, &scores, tally)? } else { Vec::new() },
            total: if shown { Some(figures::total(&print, &scores, tally)?) } else { None },
            final_score,
            measures: figures::measures(&print, &scores, shown)?,
            target: TargetLine {
                measure: survey.target.measure.name().to_owned(),
                value: survey.target.value.to_string(),
                met,
            },
            intervals: if shown { Some(estimates.of_everybody()?) } else { None },
            other_weights: if shown { figures::other_weights(&print, tally)? } else { Vec::new() },
            quality: if shown { Some(rates::quality(&print, sources, &groups)?) } else { None },
            groups,
            response_rates: rates::response(&print, sources)?,
            strata: frame.strata.clone(),
            audit: sources.audit.clone(),
            method: method::of(survey, frame),
        };
        release.sha256 = release.digest()?;
        Ok(release)
    }

    /// The name of a unit in which somebody was asked, or below which somebody was.
    pub fn unit_name(&self, code: &str) -> Option<&str> {
        self.groups.iter().find_map(|group| match &group.who {
            Who::Unit { unit, name, .. } if unit == code => Some(name.as_str()),
            _ => None,
        })
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

fn heading(id: Uuid, survey: &Survey) -> Heading {
    Heading {
        id,
        title: survey.title.clone(),
        table_title: survey.table_title.clone(),
        programme: survey.programme.clone(),
        year: survey.year,
        organiser: survey.organiser.clone(),
        time_zone: survey.time_zone.name().to_owned(),
        design: survey.design.name().to_owned(),
        rounding: survey.rounding.name().to_owned(),
        disclosure_floor: survey.disclosure_floor,
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
