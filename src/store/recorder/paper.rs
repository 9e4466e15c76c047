//! Paper forms on the way for answers: bound to what waits for them, counted for the clerk who keyed them.

use crate::domain::link::Act;
use crate::domain::response::RawSubmission;
use crate::domain::token::LinkHash;
use crate::error::Result;
use crate::store::paper::{self, Done, Waiting};
use crate::store::{Conn, paper::add};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// What a clerk hands in of a paper form.
#[derive(Clone, Debug)]
pub struct PaperForm {
    /// The clerk.
    pub clerk: Uuid,
    /// The survey the form is of.
    pub survey: Uuid,
    /// What the clerk was told that waits: if something else does, nothing is recorded.
    pub waiting: Option<Waiting>,
    /// What stands on the form.
    pub said: Said,
}

/// What stands on a paper form.
#[derive(Clone, Debug)]
pub enum Said {
    /// Answers that two clerks agree on.
    Answers {
        /// The answers.
        form: Arc<RawSubmission>,
        /// In how many fields the two had differed.
        differences: i64,
    },
    /// 我不参加.
    Refusal,
}

impl PaperForm {
    /// The act on the link that the form is.
    pub(super) const fn act(&self) -> Act {
        match self.said {
            Said::Answers { .. } => Act::Submit,
            Said::Refusal => Act::Decline,
        }
    }

    /// Whether it may be recorded, given what really waits. Nobody confirms an entry of their own.
    pub(super) fn holds(&self, waiting: Option<&Waiting>) -> bool {
        let other = waiting.is_some_and(|waiting| waiting.staff != self.clerk);
        self.waiting.as_ref() == waiting && (other || matches!(self.said, Said::Refusal))
    }

    /// What it counts for its clerk.
    pub(super) fn done(&self) -> Done {
        match self.said {
            Said::Answers { differences, .. } => Done { second: 1, differences, ..Done::default() },
            Said::Refusal => Done { refusals: 1, ..Done::default() },
        }
    }
}

/// What waits for the links of paper forms, which are held until the transaction ends.
pub(super) fn waiting(conn: &mut Conn, forms: &BTreeSet<(LinkHash, Uuid)>) -> Result<BTreeMap<LinkHash, Waiting>> {
    paper::hold(conn, forms.iter().map(|(hash, _)| *hash))?;
    let mut all = BTreeMap::new();
    for (hash, survey) in forms {
        if let Some(waiting) = paper::waiting(conn, *survey, *hash)? {
            all.insert(*hash, waiting);
        }
    }
    Ok(all)
}

/// Adds up what the clerks of a batch have done.
pub(super) fn count(conn: &mut Conn, forms: &[&PaperForm], day: impl Fn(Uuid) -> NaiveDate) -> Result<()> {
    let mut sums = BTreeMap::<(Uuid, Uuid), Done>::new();
    for form in forms {
        let (sum, done) = (sums.entry((form.clerk, form.survey)).or_default(), form.done());
        sum.second += done.second;
        sum.differences += done.differences;
        sum.refusals += done.refusals;
    }
    for ((clerk, survey), done) in sums {
        add(conn, clerk, survey, day(survey), done)?;
    }
    Ok(())
}
