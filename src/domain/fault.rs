//! What is wrong in a file that a person gave us, and where.

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
    pub message: String,
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
    pub fn add(&mut self, row: u64, column: u64, field: impl Into<String>, message: impl Into<String>) {
        if !self.is_full() {
            let (field, message) = (harmless(&field.into()), harmless(&message.into()));
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
