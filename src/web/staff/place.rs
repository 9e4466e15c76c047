//! Where one is within a survey: its name, its state and the steps of the work on it.

use crate::domain::survey::SurveyState;
use crate::store::surveys::Stored;
use crate::web::words::Language;
use uuid::Uuid;

/// What stands above every page of a survey.
pub struct Place {
    /// The survey.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// Its state, in words.
    pub state: String,
    /// Whether it takes answers now.
    pub open: bool,
    /// The key of the step one is at.
    pub here: &'static str,
}

impl Place {
    /// The place of a page at that step.
    pub fn of(language: Language, stored: &Stored, here: &'static str) -> Self {
        let state = state(language, stored.state);
        let open = stored.state == SurveyState::Open;
        Self { id: stored.id, title: stored.survey.title.clone(), state, open, here }
    }

    /// The steps: the key of the name and the address.
    pub fn steps(&self) -> [(&'static str, String); 3] {
        let at = |rest: &str| format!("/staff/surveys/{}{rest}", self.id);
        [("step-design", at("")), ("step-roster", at("/roster")), ("step-links", at("/links"))]
    }
}

/// A survey's state in words.
pub fn state(language: Language, state: SurveyState) -> String {
    match state {
        SurveyState::Draft => language.say("state-draft"),
        SurveyState::Open => language.say("state-open"),
        SurveyState::Closed => language.say("state-closed"),
        SurveyState::Sealed => language.say("state-sealed"),
    }
}
