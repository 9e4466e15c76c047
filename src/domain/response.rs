//! An answer sheet: what a person sends, checked against the survey before it exists.

use super::survey::{POINTS, Survey};

/// Who filled in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Respondent {
    /// The recipient alone.
    Own,
    /// The recipient with help of the family.
    HelpedByFamily,
    /// The recipient with help of the institution's staff.
    HelpedByStaff,
    /// The guardian, instead of a recipient who cannot.
    Guardian,
}

impl Respondent {
    /// All kinds, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Own, Self::HelpedByFamily, Self::HelpedByStaff, Self::Guardian];

    /// The word in submissions, in the database and in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::HelpedByFamily => "helped_by_family",
            Self::HelpedByStaff => "helped_by_staff",
            Self::Guardian => "guardian",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How an answer came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Through the answer page or the API.
    Web,
    /// Keyed from a paper form.
    Paper,
}

impl Channel {
    /// The word in the database and in releases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Paper => "paper",
        }
    }

    /// Both ways, in the order of releases.
    pub const ALL: [Self; 2] = [Self::Web, Self::Paper];

    /// The way of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The option at that position of the scale, 0 (best) to 4.
    Option(usize),
    /// "Don't know": answered, in no base.
    DontKnow,
    /// An optional question left open.
    Skipped,
}

/// The answers of one form, one for each question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers(Vec<Answer>);

impl Answers {
    /// Answers in the order of the questions.
    pub const fn new(answers: Vec<Answer>) -> Self {
        Self(answers)
    }

    /// The answers in the order of the questions.
    pub fn iter(&self) -> impl Iterator<Item = Answer> {
        self.0.iter().copied()
    }

    /// How many questions they answer or leave open.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether they are the answers to no question.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one question at least has an option of the scale: such a form is in the base of the table.
    pub fn has_base(&self) -> bool {
        self.iter().any(|answer| matches!(answer, Answer::Option(_)))
    }

    /// One character a question: `1` (best) to `5`, `x` for "don't know", `-` for none.
    pub fn to_text(&self) -> String {
        let character = |answer: &Answer| match answer {
            Answer::Option(position) => {
                u32::try_from(position + 1).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('-')
            }
            Answer::DontKnow => 'x',
            Answer::Skipped => '-',
        };
        self.0.iter().map(character).collect()
    }

    /// Reads what [`Answers::to_text`] wrote; `None` where the text is nothing of the kind.
    pub fn from_text(text: &str) -> Option<Self> {
        let answer = |character: char| match character {
            'x' => Some(Answer::DontKnow),
            '-' => Some(Answer::Skipped),
            digit => {
                let place = usize::try_from(digit.to_digit(10)?).ok()?;
                (1..=POINTS).contains(&place).then(|| Answer::Option(place - 1))
            }
        };
        text.chars().map(answer).collect::<Option<Vec<_>>>().map(Self)
    }
}

/// A form as it came over the wire: nothing about it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawSubmission {
    /// Pairs of question number, as text, and option code.
    pub answers: Vec<(String, String)>,
    /// Who says to have filled it in.
    pub respondent: Option<String>,
    /// How many links the phone says to have finished today, with this one: a sign for the unit and the day,
    /// kept with no response.
    pub phone: Option<u32>,
}

impl RawSubmission {
    /// What was chosen for that question, if anything.
    pub fn chosen(&self, number: usize) -> Option<&str> {
        let number = number.to_string();
        self.answers.iter().find(|(key, _)| *key == number).map(|(_, code)| code.as_str())
    }
}

/// What is wrong with one field of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `q1` … `qN`, or `respondent`.
    pub field: String,
    /// The kind of mistake.
    pub problem: Problem,
}

/// A mistake in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Required and not answered.
    Missing,
    /// The code is none of this survey's options.
    UnknownOption,
    /// Answered more than once.
    Repeated,
    /// The survey has no such question.
    UnknownQuestion,
}

impl Problem {
    /// The stable code in API replies.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::UnknownOption => "unknown_option",
            Self::Repeated => "repeated",
            Self::UnknownQuestion => "unknown_question",
        }
    }
}

/// A form that fits its survey. There is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// One answer for each question.
    pub answers: Answers,
    /// Who filled it in.
    pub respondent: Respondent,
}

impl Submission {
    /// Checks a form against its survey; an error names every field that is wrong.
    pub fn parse(survey: &Survey, raw: &RawSubmission) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut fault = |field: String, problem| errors.push(FieldError { field, problem });

        let respondent = match raw.respondent.as_deref().filter(|name| !name.is_empty()) {
            None => Err(Problem::Missing),
            Some(name) => Respondent::from_name(name).ok_or(Problem::UnknownOption),
        };
        if let Err(problem) = respondent {
            fault("respondent".to_owned(), problem);
        }

        let mut given: Vec<Given<'_>> = vec![Given::Nothing; survey.questions.len()];
        for (number, code) in &raw.answers {
            match place(number).and_then(|place| given.get_mut(place)) {
                Some(_) if code.is_empty() => {}
                Some(given @ Given::Nothing) => *given = Given::Code(code),
                Some(given) => *given = Given::Several,
                None => fault(format!("q{number}"), Problem::UnknownQuestion),
            }
        }

        let mut answers = Vec::with_capacity(survey.questions.len());
        for (index, (question, given)) in survey.questions.iter().zip(given).enumerate() {
            let answer = match given {
                Given::Nothing if question.required => Err(Problem::Missing),
                Given::Nothing => Ok(Answer::Skipped),
                Given::Code(code) => answer(survey, code).ok_or(Problem::UnknownOption),
                Given::Several => Err(Problem::Repeated),
            };
            match answer {
                Ok(answer) => answers.push(answer),
                Err(problem) => fault(format!("q{}", index + 1), problem),
            }
        }

        match respondent {
            Ok(respondent) if errors.is_empty() => Ok(Self { answers: Answers(answers), respondent }),
            _ => Err(errors),
        }
    }
}

/// What was sent for a question.
#[derive(Clone, Copy)]
enum Given<'a> {
    Nothing,
    Code(&'a str),
    Several,
}

/// The place from 0 of a question with that number from 1, which is written in one way only.
fn place(number: &str) -> Option<usize> {
    let canonical = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    canonical.then(|| number.parse::<usize>().ok()?.checked_sub(1)).flatten()
}

fn answer(survey: &Survey, code: &str) -> Option<Answer> {
    if survey.scale.dont_know.as_ref().is_some_and(|dont_know| dont_know.code == code) {
        return Some(Answer::DontKnow);
    }
    survey.scale.position(code).map(Answer::Option)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_back_as_they_were_written() {
        let text = "12345x-";
        assert_eq!(Answers::from_text(text).unwrap().to_text(), text);
        for wrong in ["0", "6", "A", "１"] {
            assert_eq!(Answers::from_text(wrong), None, "{wrong}");
        }
    }
}
