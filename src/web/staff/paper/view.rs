//! The rows of a form to be keyed: a field each, with its options and the key of each option.

use crate::domain::paper::Field;
use crate::domain::response::{FieldError, Problem, Respondent};
use crate::domain::survey::Survey;
use crate::web::words::Language;
use std::collections::BTreeSet;

/// What a form sends for a question that was left open on purpose.
pub const BLANK: &str = "-blank-";

/// What a form sends as respondent where somebody does not take part.
pub const REFUSAL: &str = "-refusal-";

/// Keys of the options where the survey's own codes are no keys.
const LETTERS: [&str; 6] = ["A", "B", "C", "D", "E", "X"];

/// One field of the form.
pub struct Row {
    /// Its name in submissions.
    pub name: String,
    /// What stands before it: a question's number.
    pub number: Option<usize>,
    /// What is asked.
    pub text: String,
    /// What can be keyed.
    pub options: Vec<Choice>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What two entries say.
    pub note: Option<String>,
}

/// One option of a field.
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// The key that chooses it.
    pub key: String,
    /// What it says.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The form of a survey.
pub struct Sheet<'a> {
    /// The language around it.
    pub language: Language,
    /// The survey.
    pub survey: &'a Survey,
}

impl Sheet<'_> {
    /// All fields of the form, in order.
    pub fn fields(&self) -> Vec<Field> {
        let questions = (1..=self.survey.questions.len()).map(Field::Question);
        std::iter::once(Field::Respondent).chain(questions).collect()
    }

    /// A field with what is chosen in it.
    pub fn row(&self, field: Field, chosen: &str) -> Row {
        let (number, text, options) = match field {
            Field::Respondent => (None, self.language.say("paper-who"), self.respondents()),
            Field::Question(number) => {
                let question = number.checked_sub(1).and_then(|place| self.survey.questions.get(place));
                let text = question.map(|question| question.text.clone()).unwrap_or_default();
                (Some(number), text, self.options(question.is_some_and(|question| !question.required)))
            }
        };
        let chosen = |option: Choice| Choice { chosen: !chosen.is_empty() && option.value == chosen, ..option };
        let options = options.into_iter().map(chosen).collect();
        Row { name: field.name(), number, text, options, error: None, note: None }
    }

    fn respondents(&self) -> Vec<Choice> {
        let kinds = Respondent::ALL.into_iter().zip(1..);
        kinds.map(|(kind, key)| choice(kind.name(), &format!("{key}"), self.kind(kind))).collect()
    }

    fn kind(&self, kind: Respondent) -> String {
        match kind {
            Respondent::Own => self.language.say("paper-self"),
            Respondent::HelpedByFamily => self.language.say("paper-family"),
            Respondent::HelpedByStaff => self.language.say("paper-staff"),
            Respondent::Guardian => self.language.say("paper-guardian"),
        }
    }

    /// What stands in place of an answer where somebody does not take part.
    pub fn refusal(&self, chosen: bool) -> Choice {
        Choice { chosen, ..choice(REFUSAL, "9", self.language.say("paper-refusal")) }
    }

    fn options(&self, optional: bool) -> Vec<Choice> {
        let scale = &self.survey.scale;
        let codes = scale.options.iter().map(|option| (&option.code, &option.label));
        let codes: Vec<_> = codes.chain(scale.dont_know.iter().map(|option| (&option.code, &option.label))).collect();
        let own: Vec<String> = codes.iter().map(|(code, _)| code.to_ascii_uppercase()).collect();
        // 0 leaves a question open.
        let is_key =
            |code: &String| code.len() == 1 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() && byte != b'0');
        let usable = own.iter().all(is_key) && own.iter().collect::<BTreeSet<_>>().len() == own.len();
        let keys: Vec<String> = if usable { own } else { LETTERS.map(str::to_owned).into() };
        let options = codes.iter().zip(keys).map(|((code, label), key)| choice(code, &key, (*label).clone()));
        let blank = optional.then(|| choice(BLANK, "0", self.language.say("paper-blank")));
        options.chain(blank).collect()
    }

    /// A value in words, with its key where it has one.
    pub fn shown(&self, field: Field, value: &str) -> String {
        let value = if value.is_empty() { BLANK } else { value };
        let row = self.row(field, value);
        let chosen = row.options.into_iter().find(|option| option.chosen);
        chosen.map(|option| format!("{} {}", option.key, option.label)).unwrap_or_default()
    }

    /// What is wrong with a field, in words.
    pub fn wrong(&self, field: Field, errors: &[FieldError]) -> Option<String> {
        let name = field.name();
        let error = errors.iter().find(|error| error.field == name)?;
        Some(self.language.say(match error.problem {
            Problem::Missing => "paper-missing",
            Problem::UnknownOption | Problem::Repeated | Problem::UnknownQuestion => "paper-wrong",
        }))
    }
}

fn choice(value: &str, key: &str, label: String) -> Choice {
    Choice { value: value.to_owned(), key: key.to_owned(), label, chosen: false }
}
