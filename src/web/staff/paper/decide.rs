//! What becomes of a keyed form: kept as the first entry, recorded with the second, or shown beside what it
//! differs from. Whatever changes meanwhile is looked at anew.

use super::super::auth::{Paper, Staff};
use super::super::page::see;
use super::super::refuse::failed;
use super::differ::{self, Why};
use super::{Job, enter};
use crate::domain::link::{LinkState, Refusal};
use crate::domain::paper::Sheet;
use crate::domain::response::RawSubmission;
use crate::domain::token::Code;
use crate::error::{Error, Result};
use crate::store::paper::{self, Desk, Standing, Waiting};
use crate::store::recorder::{Outcome, PaperForm, Request, Said};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use std::sync::Arc;

/// How often a form is looked at anew before the clerk is told that it is busy.
const TRIES: usize = 4;

/// One form in the hands of a clerk.
pub struct Round<'a> {
    /// The server.
    pub app: &'a App,
    /// The clerk.
    pub staff: &'a Staff<Paper>,
    /// The form's code.
    pub code: Code,
}

impl Round<'_> {
    /// What the code leads to now.
    pub async fn look(&self, job: &Job) -> Result<Standing> {
        let (scope, stored, hash) = (self.staff.person.scope(), job.stored.clone(), self.code.hash());
        self.app.read(move |conn| paper::look(conn, Desk { scope: &scope, stored: &stored }, hash)).await
    }

    /// Does with a form what is to be done, given where its link stands.
    pub async fn decide(&self, job: Job, mut standing: Standing, sheet: Sheet) -> HttpResponse {
        for _ in 0..TRIES {
            let waiting = match standing {
                Standing::Unknown => return self.again(job, StatusCode::CONFLICT, "paper-unknown"),
                Standing::Refused(refusal) => return self.refused(job, refusal),
                Standing::Ready(waiting) => waiting,
            };
            let Some(waiting) = waiting else {
                match self.keep(&job, None, &sheet).await {
                    Ok(None) => return self.done(&job, "first"),
                    Ok(Some(now)) => standing = now,
                    Err(error) => return failed(self.staff, &error),
                }
                continue;
            };
            let same = waiting.sheet == sheet;
            if waiting.staff == self.staff.person.id {
                return if same {
                    self.again(job, StatusCode::OK, "paper-own")
                } else {
                    differ::show(self, job, Why::Own, &waiting.sheet, Some(&sheet))
                };
            }
            if !same {
                return differ::show(self, job, Why::Other, &waiting.sheet, Some(&sheet));
            }
            let form = sheet.submission(&job.stored.survey, &[]);
            match self.record(&job, waiting, form, 0).await {
                Ok(Some(now)) => standing = now,
                Ok(None) => return self.done(&job, "second"),
                Err(error) => return failed(self.staff, &error),
            }
        }
        failed(self.staff, &Error::Busy)
    }

    /// Keeps a first entry, or puts it in the place of the clerk's own. Gives where the link stands now instead,
    /// if that was not possible.
    pub async fn keep(&self, job: &Job, before: Option<&Sheet>, sheet: &Sheet) -> Result<Option<Standing>> {
        let (clerk, scope, id) = (self.staff.person.id, self.staff.person.scope(), job.stored.id);
        let (hash, before, sheet) = (self.code.hash(), before.cloned(), sheet.clone());
        let kept = self.app.write("key paper form", Some(clerk), move |conn, actor| {
            paper::keep(conn, actor, clerk, (&scope, id), hash, before.as_ref(), &sheet)
        });
        kept.await
    }

    /// Records a form on which two clerks agree. Gives where the link stands now instead, if that was not
    /// possible.
    pub async fn record(
        &self,
        job: &Job,
        waiting: Waiting,
        form: RawSubmission,
        differences: usize,
    ) -> Result<Option<Standing>> {
        let differences = i64::try_from(differences).unwrap_or(i64::MAX);
        let said = Said::Answers { form: Arc::new(form), differences };
        match self.hand_in(job, Some(waiting), said).await? {
            Outcome::Recorded(_) => Ok(None),
            Outcome::AlreadyRecorded(_) => Ok(Some(Standing::Refused(Refusal::Submitted))),
            Outcome::Refused(refusal, _) => Ok(Some(Standing::Refused(refusal))),
            Outcome::Changed | Outcome::Unknown | Outcome::Now(_) => self.look(job).await.map(Some),
            Outcome::Invalid { .. } => Err(Error::Corrupt("a paper form that does not fit its survey".to_owned())),
        }
    }

    async fn hand_in(&self, job: &Job, waiting: Option<Waiting>, said: Said) -> Result<Outcome> {
        let form = PaperForm { clerk: self.staff.person.id, survey: job.stored.id, waiting, said };
        self.app.recorder.record(self.code.hash(), Request::Paper(Box::new(form))).await
    }

    /// Somebody does not take part: recorded at once where nothing waits, else shown to be confirmed.
    pub async fn refuse(&self, job: Job, standing: Standing) -> HttpResponse {
        match standing {
            Standing::Unknown => self.again(job, StatusCode::CONFLICT, "paper-unknown"),
            Standing::Refused(refusal) => self.refused(job, refusal),
            Standing::Ready(None) => self.refuse_over(job, None).await,
            Standing::Ready(Some(waiting)) => differ::show(self, job, Why::Refusal, &waiting.sheet, None),
        }
    }

    /// Records a refusal in the place of what waits.
    pub async fn refuse_over(&self, job: Job, waiting: Option<Waiting>) -> HttpResponse {
        match self.hand_in(&job, waiting, Said::Refusal).await {
            Ok(Outcome::Now(LinkState::Declined)) => self.done(&job, "refused"),
            Ok(Outcome::Refused(refusal, _)) => self.refused(job, refusal),
            Ok(Outcome::Unknown) => self.again(job, StatusCode::CONFLICT, "paper-unknown"),
            Ok(_) => failed(self.staff, &Error::Busy),
            Err(error) => failed(self.staff, &error),
        }
    }

    /// The link takes no form: why, and an empty page for the next.
    pub fn refused(&self, job: Job, refusal: Refusal) -> HttpResponse {
        let words = match refusal {
            Refusal::NotOpen => "paper-not-open",
            Refusal::Closed => "paper-closed",
            Refusal::Revoked => "paper-revoked",
            Refusal::Replaced => "paper-unknown",
            Refusal::Declined => "paper-declined",
            Refusal::Submitted => "paper-answered",
        };
        self.again(job, StatusCode::CONFLICT, words)
    }

    fn again(&self, job: Job, status: StatusCode, words: &str) -> HttpResponse {
        let words = self.staff.language.say(words);
        enter::blank(self.staff, job, status, |frame| frame.alert(words))
    }

    /// On to the next form.
    pub fn done(&self, job: &Job, what: &str) -> HttpResponse {
        see(&format!("/staff/surveys/{}/paper?done={what}", job.stored.id))
    }
}
