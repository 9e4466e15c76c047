//! Surveys that are frozen: each is read once, with the secret that its links are issued under.

use super::App;
use super::answer::Questionnaire;
use crate::domain::obstacle::Obstacle;
use crate::domain::survey::SurveyState;
use crate::domain::token::{Code, Key, Receipt};
use crate::error::Result;
use crate::store::{secrets, surveys};
use std::sync::{Arc, PoisonError};
use uuid::Uuid;

impl App {
    /// The questionnaire of a survey.
    pub(super) async fn questionnaire(&self, id: Uuid) -> Result<Arc<Questionnaire>> {
        if let Some(survey) = self.frozen.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(survey.clone());
        }
        let stored = self.look(move |conn| surveys::get(conn, id)).await?;
        let survey = Arc::new(Questionnaire::new(stored.survey, stored.secret));
        if stored.state != SurveyState::Draft {
            self.frozen.write().unwrap_or_else(PoisonError::into_inner).insert(id, survey.clone());
        }
        Ok(survey)
    }

    /// The secret under which the links of a survey are issued, which is not sealed.
    pub(super) async fn key(&self, survey: Uuid) -> Result<&Key> {
        let named = self.questionnaire(survey).await?.secret;
        secrets::key(&self.secret, named.ok_or(Obstacle::Sealed)?)
    }

    /// The receipt of an answer to that survey, by the code of its link.
    pub(super) async fn receipt(&self, survey: Uuid, code: &Code) -> Result<Receipt> {
        Ok(self.key(survey).await?.receipt(code))
    }
}
