//! A survey as it is typed into a form. It is checked by writing the file it stands for and reading that:
//! a form and a file cannot disagree about what a survey is.

use super::read::{Format, read};
use super::{MOST_QUESTIONS, POINTS, Survey, weight};
use std::collections::BTreeSet;

/// The fields of a survey that are not in a list, in the order of the form.
pub const HEAD: [&str; 14] = [
    "title",
    "programme",
    "year",
    "organiser",
    "contact",
    "purpose",
    "retention_days",
    "table_title",
    "design",
    "measure",
    "value",
    "disclosure_floor",
    "rounding",
    "time_zone",
];

/// How many of them come before the questions and the options.
pub const BEFORE: usize = 8;

/// What was typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The fields of [`HEAD`], in its order.
    pub head: [String; HEAD.len()],
    /// The options, best first.
    pub options: [TypedOption; POINTS],
    /// Code and label of "don't know"; both empty where it is not offered.
    pub dont_know: [String; 2],
    /// The questions.
    pub questions: Vec<TypedQuestion>,
    /// Whether the person stands for all weights.
    pub confirm: bool,
}

/// An option as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedOption {
    /// Its code.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Its weight, such as 0.90.
    pub weight: String,
}

/// A question as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedQuestion {
    /// The official wording.
    pub text: String,
    /// The same in easy words; empty where there is none.
    pub easy: String,
    /// Its weight.
    pub weight: String,
    /// Whether it must be answered.
    pub required: bool,
}

impl Typed {
    /// A survey as the form shows it.
    pub fn of(survey: &Survey) -> Self {
        let option = |index: usize| {
            let found = survey.scale.options.get(index);
            found.map(|option| TypedOption {
                code: option.code.clone(),
                label: option.label.clone(),
                weight: weight::shown(option.weight),
            })
        };
        let dont_know = survey.scale.dont_know.as_ref();
        let question = |question: &super::Question| TypedQuestion {
            text: question.text.clone(),
            easy: question.easy.clone().unwrap_or_default(),
            weight: question.weight.to_string(),
            required: question.required,
        };
        Self {
            head: HEAD.map(|field| match field {
                "title" => survey.title.clone(),
                "table_title" => survey.table_title.clone(),
                "programme" => survey.programme.clone(),
                "year" => survey.year.to_string(),
                "organiser" => survey.organiser.clone(),
                "contact" => survey.contact.clone(),
                "purpose" => survey.purpose.clone(),
                "retention_days" => survey.retention_days.to_string(),
                "disclosure_floor" => survey.disclosure_floor.to_string(),
                "time_zone" => survey.time_zone.name().to_owned(),
                "design" => survey.design.name().to_owned(),
                "measure" => survey.target.measure.name().to_owned(),
                "value" => survey.target.value.to_string(),
                _ => survey.rounding.name().to_owned(),
            }),
            options: std::array::from_fn(|index| option(index).unwrap_or_default()),
            dont_know: dont_know.map(|option| [option.code.clone(), option.label.clone()]).unwrap_or_default(),
            questions: survey.questions.iter().map(question).collect(),
            confirm: false,
        }
    }

    /// What a form holds: `field` gives what was typed into a field, by name. A field's name is that of
    /// [`HEAD`], or `o1-label`, `x-code`, `q1-text` and so on; `questions` is how many there are.
    pub fn from_form(field: impl Fn(&str) -> String) -> Self {
        let option = |index: usize| {
            let of = |part: &str| field(&format!("o{}-{part}", index + 1));
            TypedOption { code: of("code"), label: of("label"), weight: of("weight") }
        };
        let question = |number: usize| {
            let of = |part: &str| field(&format!("q{number}-{part}"));
            TypedQuestion {
                text: of("text"),
                easy: of("easy"),
                weight: of("weight"),
                required: !of("required").is_empty(),
            }
        };
        let questions = field("questions").parse().unwrap_or(0).min(MOST_QUESTIONS);
        Self {
            head: HEAD.map(&field),
            options: std::array::from_fn(option),
            dont_know: ["x-code", "x-label"].map(&field),
            questions: (1..=questions).map(question).collect(),
            confirm: !field("confirm").is_empty(),
        }
    }

    /// Does what a button of the form says: `add`, or `remove`, `up` or `down` with the number of a question.
    /// Gives the number of the question to look at next; nothing where the button is none of these.
    pub fn change(&mut self, act: &str) -> Option<usize> {
        if act == "add" {
            if self.questions.len() < MOST_QUESTIONS {
                let weight = "1".to_owned();
                self.questions.push(TypedQuestion { weight, required: true, ..TypedQuestion::default() });
            }
            return Some(self.questions.len());
        }
        let (act, number) = act.split_once('-')?;
        let number = number.parse::<usize>().ok().filter(|number| (1..=self.questions.len()).contains(number))?;
        match act {
            "remove" => {
                self.questions.remove(number - 1);
                Some(number.min(self.questions.len()))
            }
            "up" if number > 1 => {
                self.questions.swap(number - 1, number - 2);
                Some(number - 1)
            }
            "down" if number < self.questions.len() => {
                self.questions.swap(number - 1, number);
                Some(number + 1)
            }
            "up" | "down" => Some(number),
            _ => None,
        }
    }

    /// The survey, or the names of all fields that are wrong, in the order of the form; `questions` where
    /// there are too few.
    pub fn read(&self) -> Result<Survey, Vec<String>> {
        let file = self.file();
        read(&file.text, Format::Json).map_err(|faults| {
            let wrong: BTreeSet<usize> = faults
                .listed()
                .iter()
                .map(|fault| usize::try_from(fault.row.saturating_sub(1)).unwrap_or_default())
                .collect();
            let mut fields: Vec<String> = Vec::new();
            for field in wrong.into_iter().filter_map(|row| file.rows.get(row)) {
                if !fields.contains(field) {
                    fields.push(field.clone());
                }
            }
            fields
        })
    }

    /// The file, in the order of the form.
    fn file(&self) -> File {
        let mut file = File::default();
        let head = || HEAD.into_iter().zip(&self.head);
        file.open("questions", "{");
        head().take(BEFORE).for_each(|(field, typed)| file.head(field, typed));
        self.write_questions(&mut file);
        self.write_scale(&mut file);
        head().skip(BEFORE).for_each(|(field, typed)| file.head(field, typed));
        file.close("}");
        file
    }

    fn write_questions(&self, file: &mut File) {
        file.open("questions", "\"questions\": [");
        for (question, no) in self.questions.iter().zip(1..) {
            let name = |part: &str| format!("q{no}-{part}");
            file.open(&name("text"), "{");
            file.value(&name("text"), "text", text(&question.text));
            if !question.easy.is_empty() {
                file.value(&name("easy"), "easy", text(&question.easy));
            }
            file.value(&name("weight"), "weight", number(&question.weight));
            file.value(&name("text"), "required", question.required.to_string());
            file.close("}");
        }
        file.close("]");
    }

    fn write_scale(&self, file: &mut File) {
        // A code that is there twice is reported at its option, that of "don't know" at the scale.
        file.open("x-code", "\"scale\": {");
        file.open("x-code", "\"options\": [");
        for (option, no) in self.options.iter().zip(1..) {
            let name = |part: &str| format!("o{no}-{part}");
            file.open(&name("code"), "{");
            file.value(&name("code"), "code", text(&option.code));
            file.value(&name("label"), "label", text(&option.label));
            let weight = weight::per_mille(&option.weight).map(|weight| weight.to_string());
            file.value(&name("weight"), "weight", weight.unwrap_or_else(|| text("")));
            file.value(&name("weight"), "confirmed", self.confirm.to_string());
            file.close("}");
        }
        file.close("]");
        let [code, label] = &self.dont_know;
        if !(code.is_empty() && label.is_empty()) {
            file.open("x-code", "\"dont_know\": {");
            file.value("x-code", "code", text(code));
            file.value("x-label", "label", text(label));
            file.close("}");
        }
        file.close("}");
    }
}

/// A text in JSON.
fn text(typed: &str) -> String {
    serde_json::Value::from(typed).to_string()
}

/// A whole number in JSON; what is none stays text, to be found wrong.
fn number(typed: &str) -> String {
    typed.parse::<u32>().map_or_else(|_| text(typed), |number| number.to_string())
}

/// A survey file in the making, and the field that each of its rows is of.
#[derive(Default)]
struct File {
    text: String,
    rows: Vec<String>,
    /// Whether a comma comes before the next entry.
    comma: bool,
}

impl File {
    /// A field of [`HEAD`], in the table where files have it.
    fn head(&mut self, field: &str, typed: &str) {
        match field {
            "table_title" if typed.is_empty() => {}
            "measure" => {
                self.open(field, "\"target\": {");
                self.value(field, field, text(typed));
            }
            "value" => {
                self.value(field, field, text(typed));
                self.close("}");
            }
            "design" => {
                self.open(field, "\"design\": {");
                self.value(field, "kind", text(typed));
                self.close("}");
            }
            "year" | "retention_days" | "disclosure_floor" => self.value(field, field, number(typed)),
            _ => self.value(field, field, text(typed)),
        }
    }

    fn row(&mut self, field: &str, entry: &str) {
        if self.comma {
            self.text.push(',');
        }
        self.text.push_str(entry);
        self.text.push('\n');
        self.rows.push(field.to_owned());
    }

    fn open(&mut self, field: &str, bracket: &str) {
        self.row(field, bracket);
        self.comma = false;
    }

    fn value(&mut self, field: &str, key: &str, json: String) {
        self.row(field, &format!("\"{key}\": {json}"));
        self.comma = true;
    }

    fn close(&mut self, bracket: &str) {
        self.comma = false;
        self.row("", bracket);
        self.comma = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
  "title": "“t” \\", "table_title": "u", "programme": "p", "year": 2022, "organiser": "o", "contact": "c",
  "purpose": "w", "retention_days": 90, "time_zone": "Asia/Urumqi", "rounding": "half_even",
  "disclosure_floor": 7, "target": {"measure": "top2_percent", "value": "85.50"}, "design": {"kind": "strata"},
  "scale": {"options": [
    {"code": "A", "label": "a", "weight": 1000}, {"code": "B", "label": "b", "weight": 905},
    {"code": "C", "label": "c", "weight": 800}, {"code": "D", "label": "d", "weight": 600, "confirmed": false},
    {"code": "E", "label": "e", "weight": 0}], "dont_know": {"code": "X", "label": "不清楚"}},
  "questions": [{"text": "q", "weight": 3}, {"text": "r", "easy": "s", "required": false}]
}"#;

    fn good() -> Typed {
        Typed { confirm: true, ..Typed::of(&read(GOOD, Format::Json).unwrap()) }
    }

    #[test]
    fn what_is_shown_reads_as_what_it_shows() {
        let mut survey = read(GOOD, Format::Json).unwrap();
        survey.scale.options[3].confirmed = true;
        assert_eq!(good().read().unwrap(), survey);
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        for (place, field) in HEAD.into_iter().enumerate() {
            for wrong in ["\n", "", "二〇二二"] {
                let mut typed = good();
                typed.head[place] = wrong.to_owned();
                let free = matches!(
                    (field, wrong),
                    ("table_title", "")
                        | ("title" | "table_title" | "programme" | "organiser" | "contact" | "purpose", "二〇二二")
                );
                let expected = if free { Ok(()) } else { Err(vec![field.to_owned()]) };
                assert_eq!(typed.read().map(drop), expected, "{field}: {wrong:?}");
            }
        }
    }

    #[test]
    fn wrong_options_and_questions_are_named_one_by_one() {
        let mut typed = good();
        typed.options[1].weight = "1.01".to_owned();
        typed.options[2].label = String::new();
        typed.questions[0].weight = "0".to_owned();
        typed.questions[1].text = String::new();
        typed.questions[1].easy = "two\nlines".to_owned();
        assert_eq!(typed.read().unwrap_err(), ["q1-weight", "q2-text", "q2-easy", "o2-weight", "o3-label"]);
        let mut typed = good();
        typed.options[4].code = "A".to_owned();
        assert_eq!(typed.read().unwrap_err(), ["o5-code"]);
        typed = good();
        typed.dont_know = ["A".to_owned(), "x".to_owned()];
        assert_eq!(typed.read().unwrap_err(), ["x-code"]);
        typed.dont_know = [String::new(), "x".to_owned()];
        assert_eq!(typed.read().unwrap_err(), ["x-code"]);
        typed = good();
        typed.questions.clear();
        assert_eq!(typed.read().unwrap_err(), ["questions"]);
    }

    #[test]
    fn questions_are_added_removed_and_moved() {
        let mut typed = good();
        assert_eq!(typed.change("down-1"), Some(2));
        assert_eq!(typed.questions[1].text, "q");
        assert_eq!(typed.change("up-2"), Some(1));
        assert_eq!(typed.change("up-1"), Some(1));
        assert_eq!(typed.change("add"), Some(3));
        assert_eq!(typed.change("remove-1"), Some(1));
        assert_eq!(typed.questions.iter().map(|question| question.text.as_str()).collect::<Vec<_>>(), ["r", ""]);
        for none in ["save", "up-0", "up-9", "remove-x", ""] {
            assert_eq!(typed.change(none), None, "{none}");
        }
        typed.questions = vec![TypedQuestion::default(); MOST_QUESTIONS];
        typed.change("add");
        assert_eq!(typed.questions.len(), MOST_QUESTIONS);
    }
}
