//! The fields of a survey file, read one by one with a fault for each that is missing or wrong.

use super::document::{Node, Value, place};
use crate::domain::fault::{Faults, Message};
use std::cell::RefCell;
use std::str::FromStr;

/// The file being read and what was found wrong in it so far.
pub(in crate::domain) struct File<'a> {
    pub(in crate::domain) text: &'a str,
    pub(in crate::domain) faults: RefCell<Faults>,
}

impl<'a> File<'a> {
    pub(in crate::domain) fn fault(&self, at: usize, field: &str, message: impl Into<Message>) {
        // Finding a place means counting lines: not for faults that will only be counted.
        let (row, column) = if self.faults.borrow().is_full() { (0, 0) } else { place(self.text, at) };
        self.faults.borrow_mut().add(row, column, field, message);
    }

    pub(in crate::domain) fn table(&'a self, path: &str, node: &'a Node) -> Table<'a> {
        let entries: &[_] = if let Value::Table(entries) = &node.value {
            entries
        } else {
            self.fault(node.at, path, format!("this must be a table, not {}", node.value.kind()));
            &[]
        };
        Table { file: self, path: path.to_owned(), at: node.at, entries }
    }
}

/// One table of the file. Reading a key that is missing or wrong leaves a fault and gives `None`.
pub(in crate::domain) struct Table<'a> {
    file: &'a File<'a>,
    path: String,
    /// Byte offset of its first character.
    pub(in crate::domain) at: usize,
    entries: &'a [(String, usize, Node)],
}

impl<'a> Table<'a> {
    fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(in crate::domain) fn fault(&self, at: usize, key: &str, message: impl Into<Message>) {
        self.file.fault(at, &self.path(key), message);
    }

    pub(in crate::domain) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _, _)| name == key).map(|(_, _, node)| node)
    }

    fn need(&self, key: &str) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            self.fault(self.at, key, "missing: please add it");
        }
        found
    }

    /// Leaves a fault at every key that nobody asks for: most are misspelt.
    pub(in crate::domain) fn knows_only(&self, known: &[&str]) {
        for (index, (name, at, _)) in self.entries.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                self.fault(*at, name, format!("unknown key; known are {}", known.join(", ")));
            } else if self.entries.iter().take(index).any(|(earlier, _, _)| earlier == name) {
                self.fault(*at, name, "this key stands here twice");
            }
        }
    }

    pub(in crate::domain) fn optional_text(&self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let Value::Text(text) = &node.value else {
            self.fault(node.at, key, format!("this must be text in quotes, not {}", node.value.kind()));
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.fault(node.at, key, "this must not be empty");
        } else if text.chars().count() > 2_000 || text.chars().any(char::is_control) {
            self.fault(node.at, key, "this must be one line of at most 2000 characters");
        } else {
            return Some(text.to_owned());
        }
        None
    }

    pub(in crate::domain) fn text(&self, key: &str) -> Option<String> {
        self.need(key)?;
        self.optional_text(key)
    }

    pub(in crate::domain) fn integer(&self, key: &str, least: u32, most: u32, default: Option<u32>) -> Option<u32> {
        if self.get(key).is_none() && default.is_some() {
            return default;
        }
        let node = self.need(key)?;
        let found = match &node.value {
            Value::Number(number) => u32::from_str(number).ok(),
            _ => None,
        };
        let fits = found.filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.fault(node.at, key, format!("this must be a whole number from {least} to {most}"));
        }
        fits
    }

    pub(in crate::domain) fn short(&self, key: &str, least: u16, most: u16, default: Option<u16>) -> Option<u16> {
        let number = self.integer(key, u32::from(least), u32::from(most), default.map(u32::from))?;
        u16::try_from(number).ok()
    }

    pub(in crate::domain) fn truth(&self, key: &str, default: bool) -> Option<bool> {
        let Some(node) = self.get(key) else { return Some(default) };
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        self.fault(node.at, key, "this must be true or false");
        None
    }

    /// A value that is one of a few words.
    pub(in crate::domain) fn word<T>(&self, key: &str, parse: impl Fn(&str) -> Option<T>, hint: &str) -> Option<T> {
        let text = self.text(key)?;
        let found = parse(&text);
        if found.is_none() {
            let at = self.get(key).map_or(self.at, |node| node.at);
            self.fault(at, key, format!("“{text}” is not known; {hint}"));
        }
        found
    }

    pub(in crate::domain) fn word_or<T>(
        &self,
        key: &str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
        hint: &str,
    ) -> Option<T> {
        if self.get(key).is_some() { self.word(key, parse, hint) } else { Some(default) }
    }

    pub(in crate::domain) fn child(&self, key: &str) -> Option<Table<'a>> {
        Some(self.file.table(&self.path(key), self.need(key)?))
    }

    pub(in crate::domain) fn children(&self, key: &str) -> Option<Vec<Table<'a>>> {
        let node = self.need(key)?;
        let Value::List(items) = &node.value else {
            self.fault(node.at, key, format!("this must be a list, not {}", node.value.kind()));
            return None;
        };
        let path = self.path(key);
        Some(items.iter().map(|item| self.file.table(&path, item)).collect())
    }
}
