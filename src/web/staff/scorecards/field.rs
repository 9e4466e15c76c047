//! A field of a form.

/// How something is given.
pub enum Input {
    /// One line of text, at most so many characters.
    Text(usize),
    /// A number.
    Number,
    /// Some lines of text, at most so many characters.
    Lines(usize),
    /// One of these: value and words.
    Choice(Vec<(String, String)>),
}

/// A field of a form.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// What is in it.
    pub value: String,
    /// What to know about it; may be empty.
    pub help: String,
    /// How it is given.
    pub input: Input,
    /// How to mend it.
    pub wrong: Option<String>,
}

/// Fields that are to be mended, and how.
pub type Wrong = Vec<(String, String)>;

impl Field {
    /// A field, with what is wrong with it.
    pub fn new(name: &'static str, label: String, value: &str, help: String, input: Input, wrong: &Wrong) -> Self {
        let wrong = wrong.iter().find(|(field, _)| field == name).map(|(_, advice)| advice.clone());
        Self { name, label, value: value.to_owned(), help, input, wrong }
    }

    /// The ids of what describes it.
    pub fn described(&self) -> String {
        let parts = [("h", !self.help.is_empty()), ("e", self.wrong.is_some())];
        let ids = parts.into_iter().filter(|(_, there)| *there).map(|(part, _)| format!("{}-{part}", self.name));
        ids.collect::<Vec<_>>().join(" ")
    }
}

/// The fields that are wrong, for the summary above a form: name, label and how to mend it.
pub fn errors(fields: &[Field]) -> Vec<(&'static str, String, String)> {
    let wrong = |field: &Field| field.wrong.clone().map(|wrong| (field.name, field.label.clone(), wrong));
    fields.iter().filter_map(wrong).collect()
}
