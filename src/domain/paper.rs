//! A paper form as a clerk has keyed it, and where two clerks have read it differently.

use super::response::{Answer, Answers, RawSubmission, Respondent, Submission};
use super::survey::Survey;

/// What stands on a paper form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Who filled it in.
    pub respondent: Respondent,
    /// One answer for each question.
    pub answers: Answers,
}

/// A part of a form that is keyed by one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Who filled it in.
    Respondent,
    /// The question of that number, from 1.
    Question(usize),
}

impl Field {
    /// The field's name in submissions.
    pub fn name(self) -> String {
        match self {
            Self::Respondent => "respondent".to_owned(),
            Self::Question(number) => format!("q{number}"),
        }
    }
}

impl From<&Submission> for Sheet {
    fn from(submission: &Submission) -> Self {
        Self { respondent: submission.respondent, answers: submission.answers.clone() }
    }
}

impl Sheet {
    /// One word for the respondent and one character a question, see [`Answers::to_text`].
    pub fn to_text(&self) -> String {
        format!("{} {}", self.respondent.name(), self.answers.to_text())
    }

    /// Reads what [`Sheet::to_text`] wrote; `None` where it is nothing of the kind, or no form of that survey.
    pub fn from_text(text: &str, survey: &Survey) -> Option<Self> {
        let (respondent, answers) = text.split_once(' ')?;
        let answers = Answers::from_text(answers)?;
        let fits = answers.iter().count() == survey.questions.len();
        fits.then_some(Self { respondent: Respondent::from_name(respondent)?, answers })
    }

    /// The fields in which another reading of the same form differs, in the order of the form.
    pub fn differences(&self, other: &Self) -> Vec<Field> {
        let respondent = (self.respondent != other.respondent).then_some(Field::Respondent);
        let pairs = self.answers.iter().zip(other.answers.iter()).enumerate();
        let questions = pairs.filter(|(_, (one, other))| one != other).map(|(place, _)| Field::Question(place + 1));
        respondent.into_iter().chain(questions).collect()
    }

    /// What a submission sends for that field: empty for a question left open.
    pub fn value<'a>(&self, field: Field, survey: &'a Survey) -> &'a str {
        match field {
            Field::Respondent => self.respondent.name(),
            Field::Question(number) => {
                let answer = number.checked_sub(1).and_then(|place| self.answers.iter().nth(place));
                answer.map_or("", |answer| code(answer, survey))
            }
        }
    }

    /// The submission that this form is, with other values in some fields.
    pub fn submission(&self, survey: &Survey, instead: &[(Field, String)]) -> RawSubmission {
        let value = |field: Field| {
            let other = instead.iter().find(|(changed, _)| *changed == field);
            other.map_or_else(|| self.value(field, survey).to_owned(), |(_, value)| value.clone())
        };
        let questions = 1..=survey.questions.len();
        RawSubmission {
            answers: questions.map(|number| (number.to_string(), value(Field::Question(number)))).collect(),
            respondent: Some(value(Field::Respondent)),
            phone: None,
        }
    }
}

/// The code of an answer in submissions.
fn code(answer: Answer, survey: &Survey) -> &str {
    match answer {
        Answer::Option(place) => survey.scale.options.get(place).map_or("", |option| option.code.as_str()),
        Answer::DontKnow => survey.scale.dont_know.as_ref().map_or("", |option| option.code.as_str()),
        Answer::Skipped => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(respondent: Respondent, answers: &str) -> Sheet {
        Sheet { respondent, answers: Answers::from_text(answers).unwrap() }
    }

    #[test]
    fn two_readings_differ_where_they_differ() {
        let one = sheet(Respondent::Own, "1234x-");
        assert_eq!(one.differences(&one.clone()), []);
        let other = sheet(Respondent::Guardian, "1244--");
        assert_eq!(one.differences(&other), [Field::Respondent, Field::Question(3), Field::Question(5)]);
        let names: Vec<_> = one.differences(&other).into_iter().map(Field::name).collect();
        assert_eq!(names, ["respondent", "q3", "q5"]);
    }
}
