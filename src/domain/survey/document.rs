//! TOML and JSON read into one tree that knows where each value stands.
//!
//! Both readers keep the byte range of every value, so that a mistake in a survey file is reported
//! with its row and column, all mistakes at once, and not as "invalid type" for the first.

use crate::domain::fault::Faults;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use toml::de::{DeTable, DeValue};

/// A value and where it starts.
pub(in crate::domain) struct Node {
    /// Byte offset of its first character.
    pub(in crate::domain) at: usize,
    pub(in crate::domain) value: Value,
}

/// What a survey file can hold.
pub(in crate::domain) enum Value {
    Table(Vec<(String, usize, Node)>),
    List(Vec<Node>),
    Text(String),
    Number(String),
    Bool(bool),
    Other,
}

impl Value {
    /// The kind of value in words, for a message.
    pub(in crate::domain) const fn kind(&self) -> &'static str {
        match self {
            Self::Table(_) => "a table",
            Self::List(_) => "a list",
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Other => "something else",
        }
    }
}

/// Row and column (both from 1, the column in characters) of a byte offset.
pub(in crate::domain) fn place(text: &str, at: usize) -> (u64, u64) {
    let before = text.get(..at).unwrap_or(text);
    let (rows, line) = match before.rfind('\n') {
        Some(end) => (before.matches('\n').count(), before.get(end + 1..).unwrap_or("")),
        None => (0, before),
    };
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX).saturating_add(1);
    (number(rows), number(line.chars().count()))
}

/// The tree of a TOML document.
pub(in crate::domain) fn from_toml(text: &str) -> Result<Node, Faults> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults = Faults::default();
    for error in errors.into_iter().take(Faults::LISTED) {
        let (row, column) = place(text, error.span().map_or(0, |span| span.start));
        faults.add(row, column, "TOML", error.message());
    }
    let at = table.span().start;
    faults.or(())?;
    Ok(Node { at, value: toml_table(table.get_ref()) })
}

fn toml_table(table: &DeTable<'_>) -> Value {
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let name: &std::borrow::Cow<'_, str> = key.get_ref();
        let node = Node { at: value.span().start, value: toml_value(value.get_ref()) };
        (name.to_string(), key.span().start, node)
    };
    Value::Table(table.iter().map(entry).collect())
}

fn toml_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().to_owned()),
        DeValue::Integer(_) => Value::Other,
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| Node { at: item.span().start, value: toml_value(item.get_ref()) }).collect(),
        ),
        DeValue::Table(table) => toml_table(table),
        DeValue::Datetime(_) => Value::Other,
    }
}

/// The tree of a JSON document (RFC 8259, nothing looser).
pub(in crate::domain) fn from_json(text: &str) -> Result<Node, Faults> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let mut faults = Faults::default();
    match parse_to_ast(text, &CollectOptions::default(), &strict) {
        Ok(parsed) => {
            if let Some(value) = parsed.value {
                return Ok(json_node(&value));
            }
            faults.add(1, 1, "JSON", "the file is empty");
        }
        Err(error) => {
            let (row, column) = place(text, error.range().start);
            faults.add(row, column, "JSON", error.kind().to_string());
        }
    }
    Err(faults)
}

fn json_node(value: &ast::Value<'_>) -> Node {
    let tree = match value {
        ast::Value::StringLit(text) => Value::Text(text.value.to_string()),
        ast::Value::NumberLit(number) => Value::Number(number.value.to_owned()),
        ast::Value::BooleanLit(truth) => Value::Bool(truth.value),
        ast::Value::Array(items) => Value::List(items.elements.iter().map(json_node).collect()),
        ast::Value::Object(object) => Value::Table(
            object
                .properties
                .iter()
                .map(|property| {
                    let name = property.name.clone().into_string();
                    (name, property.name.range().start, json_node(&property.value))
                })
                .collect(),
        ),
        ast::Value::NullKeyword(_) => Value::Other,
    };
    Node { at: value.range().start, value: tree }
}
