//! A link for other front ends: its state and, while it can be answered, the questionnaire.

use super::Known;
use crate::domain::link::{LinkState, Refusal};
use crate::domain::response::Respondent;
use crate::domain::survey::{Survey, SurveyState};
use crate::store::links::Found;
use crate::web::App;
use crate::web::error::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// A link and what can be answered through it.
#[derive(Serialize, ToSchema)]
pub struct LinkView {
    /// `waiting`, `started`, `submitted` or `declined`.
    state: &'static str,
    /// The receipt of an answer that is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    /// The questionnaire, while it can be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<SurveyView>,
}

/// A questionnaire.
#[derive(Serialize, ToSchema)]
#[schema(as = Questionnaire)]
struct SurveyView {
    /// Its title.
    title: String,
    /// The programme evaluated.
    programme: String,
    /// Who asks.
    organiser: String,
    /// Whom to call.
    contact: String,
    /// Why the survey is made.
    purpose: String,
    /// Days after closing on which contacts are deleted.
    retention_days: u16,
    /// Who may answer, for `respondent`.
    respondents: [&'static str; 4],
    /// What can be chosen for each question, best first.
    options: Vec<OptionView>,
    /// The questions, in order.
    questions: Vec<QuestionView>,
}

/// An option.
#[derive(Serialize, ToSchema)]
#[schema(as = QuestionnaireOption)]
struct OptionView {
    /// What an answer sends.
    code: String,
    /// What a person reads.
    label: String,
}

/// A question of a questionnaire.
#[derive(Serialize, ToSchema)]
#[schema(as = QuestionnaireQuestion)]
struct QuestionView {
    /// Its number, from 1.
    no: usize,
    /// The official wording.
    text: String,
    /// The same in easy words.
    easy: Option<String>,
    /// Whether an answer without it is refused.
    required: bool,
}

/// The link with that code. Changes nothing, and never tells an answer.
pub(super) async fn link(app: &App, code: &str, minimal: bool) -> Result<LinkView, Problem> {
    let Known { code, found } = Known::look_up(app, code).await?;
    let (id, survey_state, state) = match found {
        Found::Link { survey, survey_state, state } => (survey, survey_state, state),
        Found::Replaced(_) => return Err(Problem::Refused(Refusal::Replaced)),
        Found::Unknown => return Err(Problem::UnknownLink),
    };
    match (survey_state, state) {
        (_, LinkState::Submitted) => {
            let receipt = Some(app.receipt(id, &code).await?.to_string());
            Ok(LinkView { state: state.name(), receipt, survey: None })
        }
        (_, LinkState::Revoked) => Err(Problem::Refused(Refusal::Revoked)),
        (SurveyState::Draft, _) => Err(Problem::Refused(Refusal::NotOpen)),
        (SurveyState::Closed | SurveyState::Sealed, _) => Err(Problem::Refused(Refusal::Closed)),
        (SurveyState::Open, _) if minimal => Ok(LinkView { state: state.name(), receipt: None, survey: None }),
        (SurveyState::Open, LinkState::Declined) => Ok(LinkView { state: state.name(), receipt: None, survey: None }),
        (SurveyState::Open, LinkState::Waiting | LinkState::Started) => {
            let questionnaire = app.questionnaire(id).await?;
            Ok(LinkView { state: state.name(), receipt: None, survey: Some(survey_view(&questionnaire.survey)) })
        }
    }
}

fn survey_view(survey: &Survey) -> SurveyView {
    let scale = &survey.scale;
    let codes = scale.options.iter().map(|option| (&option.code, &option.label));
    let codes = codes.chain(scale.dont_know.iter().map(|option| (&option.code, &option.label)));
    SurveyView {
        title: survey.title.clone(),
        programme: survey.programme.clone(),
        organiser: survey.organiser.clone(),
        contact: survey.contact.clone(),
        purpose: survey.purpose.clone(),
        retention_days: survey.retention_days,
        respondents: Respondent::ALL.map(Respondent::name),
        options: codes.map(|(code, label)| OptionView { code: code.clone(), label: label.clone() }).collect(),
        questions: survey
            .questions
            .iter()
            .enumerate()
            .map(|(index, question)| QuestionView {
                no: index + 1,
                text: question.text.clone(),
                easy: question.easy.clone(),
                required: question.required,
            })
            .collect(),
    }
}
