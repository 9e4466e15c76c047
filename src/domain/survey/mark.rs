//! Marks of a draft: what was saved on another state of it than the one that was looked at is told from what was
//! not.

use super::{Survey, weight};
use sha2::{Digest, Sha256};

/// Takes in fields one after the other; no two rows of fields come to the same.
struct Marker(Sha256);

impl Marker {
    fn field(&mut self, text: &str) {
        self.0.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(text);
    }

    fn end(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.finalize())
    }
}

/// The mark of everything that the form of a draft changes. Who stands for the weights is not in it: that stays
/// as long as the weights do.
pub fn mark(survey: &Survey) -> String {
    let Survey {
        title,
        table_title,
        programme,
        year,
        organiser,
        contact,
        purpose,
        retention_days,
        time_zone,
        rounding,
        disclosure_floor,
        target,
        design,
        scale,
        questions,
    } = survey;
    let mut marker = Marker(Sha256::new());
    for text in [title, table_title, programme, organiser, contact, purpose] {
        marker.field(text);
    }
    for number in [i64::from(*year), i64::from(*retention_days), i64::from(*disclosure_floor)] {
        marker.field(&number.to_string());
    }
    for word in [time_zone.name(), rounding.name(), target.measure.name(), &target.value.to_string(), design.name()] {
        marker.field(word);
    }
    marker.field(&weights_mark(survey));
    if let Some(option) = &scale.dont_know {
        marker.field(&option.code);
        marker.field(&option.label);
    }
    for question in questions {
        // A text that is not there is not an empty one.
        marker.field(&format!("{} {} {}", question.weight, question.required, question.easy.is_some()));
        marker.field(&question.text);
        marker.field(question.easy.as_deref().unwrap_or_default());
    }
    marker.end()
}

/// The mark of the options with their weights.
pub fn weights_mark(survey: &Survey) -> String {
    let mut marker = Marker(Sha256::new());
    for option in &survey.scale.options {
        marker.field(&option.code);
        marker.field(&option.label);
        marker.field(&weight::shown(option.weight));
    }
    marker.end()
}
