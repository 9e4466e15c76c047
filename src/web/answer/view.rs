//! A link for other front ends: its state and, while it can be answered, the questionnaire.

use super::Known;
use crate::domain::link::{LinkState, Refusal};
use crate::domain::response::Respondent;
use crate::domain::survey::{Survey, SurveyState};
use crate::store::links::Found;
use crate::web::App;
use crate::web::error::Problem;
use serde::Serialize;

/// A link and what can be answered through it.
#[derive(Serialize)]
pub(super) struct LinkView {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    survey: Option<SurveyView>,
}

#[derive(Serialize)]
struct SurveyView {
    title: String,
    programme: String,
    organiser: String,
    contact: String,
    purpose: String,
    retention_days: u16,
    respondents: [&'static str; 4],
    options: Vec<OptionView>,
    questions: Vec<QuestionView>,
}

#[derive(Serialize)]
struct OptionView {
    code: String,
    label: String,
}

#[derive(Serialize)]
struct QuestionView {
    no: usize,
    text: String,
    easy: Option<String>,
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
            let receipt = Some(app.secret.receipt(&code).to_string());
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
