//! Where one is within a survey: its name, its state and the steps of the work on it.

use crate::domain::staff::{Right, Role, Staff as Person};
use crate::domain::survey::SurveyState;
use crate::store::surveys::Stored;
use crate::web::watch::About;
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
    /// Whether its roster and links are gone.
    pub sealed: bool,
    /// The key of the step one is at.
    pub here: &'static str,
    /// Who is there.
    role: Role,
}

impl Place {
    /// The place of a page at that step.
    pub fn of(language: Language, stored: &Stored, here: &'static str) -> Self {
        let state = state(language, stored.state);
        let open = stored.state == SurveyState::Open;
        let (title, sealed) = (stored.survey.title.clone(), stored.is_anonymous());
        // Whoever has the whole survey before them may do all of it.
        Self { id: stored.id, title, state, open, sealed, here, role: Role::Evaluator }
    }

    /// The place of a page about its progress, which not everybody reaches by the other steps.
    pub fn watched(language: Language, about: &About, person: &Person) -> Self {
        let state = state(language, about.state);
        let (open, sealed) = (about.state == SurveyState::Open, about.state == SurveyState::Sealed);
        Self { id: about.id, title: about.title.clone(), state, open, sealed, here: "step-progress", role: person.role }
    }

    /// Where surveys are listed for this person: the key of the name and the address.
    pub fn above(&self) -> (&'static str, &'static str) {
        if self.role.may(Right::Surveys) { ("menu-surveys", "/staff/surveys") } else { ("home", "/staff") }
    }

    /// The steps: the key of the name and the address.
    pub fn steps(&self) -> Vec<(&'static str, String)> {
        let steps = [
            (Right::Surveys, "step-design", ""),
            (Right::Links, "step-roster", "/roster"),
            (Right::Links, "step-links", "/links"),
            (Right::Progress, "step-progress", "/progress"),
            (Right::Results, "step-results", "/results"),
            (Right::Surveys, "step-seal", "/seal"),
        ];
        let mine = steps.into_iter().filter(|(right, ..)| self.role.may(*right));
        mine.map(|(_, key, rest)| (key, format!("/staff/surveys/{}{rest}", self.id))).collect()
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
