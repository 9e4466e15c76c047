//! What is wrong in a file that a person gave us, and where.

use super::scorecard::Mistake;
use std::fmt;

/// One mistake: the row and column to look at, the field's name, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from 1; the header of a table is row 1.
    pub row: u64,
    /// Column of the table, or character of the line, from 1.
    pub column: u64,
    /// The field in the file's own words, such as `unit` or `scale.options.weight`.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: Message,
}

/// What is wrong and how to mend it. Mistakes of tables have names, so that a page can tell them in its own
/// words; `Display` tells them in English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Message {
    /// A cell that must be filled in.
    #[error("missing: please fill {0} in")]
    Missing(&'static str),
    /// A text of more than so many characters.
    #[error("at most {0} characters")]
    Long(usize),
    /// A code with characters that codes do not have.
    #[error("“{0}”: use letters, digits, “-”, “_” and “.” only")]
    Code(String),
    /// A unit above that does not exist.
    #[error("there is no unit “{0}”: add it, or correct the code")]
    NoParent(String),
    /// A unit of a roster that does not exist.
    #[error("there is no unit “{0}”: import the units first, or correct the code")]
    NoUnit(String),
    /// A unit that would stand above itself.
    #[error("“{0}” would stand above itself, or below a unit that does")]
    Circle(String),
    /// A code that another row has.
    #[error("“{0}” stands in row {1} already")]
    CodeAgain(String, u64),
    /// A person whom another row has.
    #[error("the same unit and ref stand in row {0} already")]
    PersonAgain(u64),
    /// A cell that should be an e-mail address and is none.
    #[error("this is no e-mail address: correct it, or leave it empty")]
    NoEmail,
    /// A roster without people.
    #[error("there is nobody on this roster")]
    Nobody,
    /// A file without a header.
    #[error("the file is empty: the first row names the columns")]
    NoHeader,
    /// A column that nobody knows.
    #[error("unknown column; known are {0}")]
    UnknownColumn(String),
    /// A column that stands here twice.
    #[error("this column stands here twice")]
    ColumnAgain,
    /// A column that must be there.
    #[error("the column {0} is missing")]
    NoColumn(String),
    /// More columns than a table of ours can have.
    #[error("a table has at most {0} columns")]
    Wide(usize),
    /// A cell beyond the header.
    #[error("more cells than the header has columns: is a comma missing its quotes?")]
    Beyond,
    /// Bytes of no encoding.
    #[error("unreadable characters: save the file as “CSV UTF-8”")]
    Unreadable,
    /// A cell of several lines.
    #[error("line breaks and control characters cannot stand in a cell")]
    Control,
    /// A formula that gives an error.
    #[error("the formula in this cell gives an error: correct it, or type the value")]
    Formula,
    /// A number so long that the spreadsheet has rounded it.
    #[error("the spreadsheet has rounded this number: format the column as text and type the number again")]
    Rounded,
    /// A mistake in a scorecard.
    #[error("{0}")]
    Scorecard(Mistake),
    /// Anything else, in English.
    #[error("{0}")]
    Other(String),
}

impl Message {
    /// The same without control characters in what it repeats, and shortened.
    fn harmless(self) -> Self {
        match self {
            Self::Code(text) => Self::Code(harmless(&text)),
            Self::NoParent(text) => Self::NoParent(harmless(&text)),
            Self::NoUnit(text) => Self::NoUnit(harmless(&text)),
            Self::Circle(text) => Self::Circle(harmless(&text)),
            Self::CodeAgain(text, row) => Self::CodeAgain(harmless(&text), row),
            Self::Scorecard(Mistake::NotNumber { text }) => {
                Self::Scorecard(Mistake::NotNumber { text: harmless(&text) })
            }
            Self::Scorecard(Mistake::NoIndicator { code }) => {
                Self::Scorecard(Mistake::NoIndicator { code: harmless(&code) })
            }
            Self::Other(text) => Self::Other(harmless(&text)),
            other => other,
        }
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

impl From<Mistake> for Message {
    fn from(mistake: Mistake) -> Self {
        Self::Scorecard(mistake)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Other(text.to_owned())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column {} ({}): {}", self.row, self.column, self.field, self.message)
    }
}

/// All mistakes of one file, listed up to [`Faults::LISTED`] so that a hopeless file costs no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<Fault>,
    unlisted: u64,
}

impl Faults {
    /// How many faults are listed one by one; the rest is counted.
    pub const LISTED: usize = 1_000;

    /// Adds a fault to the list. What a file says is repeated without control characters and shortened.
    pub fn add(&mut self, row: u64, column: u64, field: impl Into<String>, message: impl Into<Message>) {
        if !self.is_full() {
            let (field, message) = (harmless(&field.into()), message.into().harmless());
            self.listed.push(Fault { row, column, field, message });
        } else {
            self.unlisted += 1;
        }
    }

    /// Whether further faults are only counted.
    pub const fn is_full(&self) -> bool {
        self.listed.len() >= Self::LISTED
    }

    /// Whether the file is free of faults.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The listed faults, in the order in which they were found.
    pub fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// How many further faults were only counted.
    pub const fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// How many faults there are.
    pub fn all(&self) -> u64 {
        self.unlisted.saturating_add(u64::try_from(self.listed.len()).unwrap_or(u64::MAX))
    }

    /// `Ok(value)` where nothing is wrong, else the faults.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.listed.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        if self.unlisted > 0 {
            write!(f, "\n… and {} more", self.unlisted)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A text that a terminal shows as it is, of at most 300 characters.
fn harmless(text: &str) -> String {
    let shown: String = text.chars().take(300).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if shown.len() < text.len() && text.chars().nth(300).is_some() { format!("{shown}…") } else { shown }
}
