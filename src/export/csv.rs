//! CSV files: the report's table, and lists of links.

use super::table::{NOTHING, Table};
use crate::domain::release::Release;
use crate::domain::roster::Recipient;
use csv::{Terminator, Writer, WriterBuilder};
use std::borrow::Cow;
use std::io::{self, Write};

/// The report's table for programs: a line for each row of figures, the option codes as columns.
pub fn table(release: &Release) -> io::Result<String> {
    let table = Table::of(release);
    let mut csv = writer(Vec::new());
    let codes = table.options.iter().map(|(code, _)| code.as_str());
    csv.write_record(["question", "row"].into_iter().chain(codes).chain(["total"]))?;
    for block in &table.blocks {
        let question = block.no.map_or_else(|| "total".to_owned(), |no| no.to_string());
        for row in &block.rows {
            let cells = row.cells.iter().map(String::as_str);
            let line = [question.as_str(), row.kind.name()].into_iter().chain(cells).chain([row.total.as_str()]);
            csv.write_record(line)?;
        }
    }
    let mut alone = |name, figure: &str| {
        let blank = table.options.iter().map(|_| "");
        csv.write_record([name, "score"].into_iter().chain(blank).chain([figure]))
    };
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        alone("sum of questions", total.sum_of_question_scores.as_deref().unwrap_or(NOTHING))?;
    }
    alone("final", &table.final_score)?;
    let bytes = csv.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A list of links, written line by line. Begins with a byte order mark, without which Excel takes
/// Chinese for another encoding.
pub struct LinkList<W: Write>(Writer<W>);

impl<W: Write> LinkList<W> {
    /// Begins the list.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut csv = writer(out);
        csv.write_record(["unit", "ref", "name", "phone", "link", "code"])?;
        Ok(Self(csv))
    }

    /// Adds a link.
    pub fn add(&mut self, recipient: &Recipient, link: &str, code: &str) -> io::Result<()> {
        let given = |cell: &Option<String>| cell.as_deref().map(harmless).unwrap_or_default().into_owned();
        let (reference, name, phone) = (given(&recipient.reference), given(&recipient.name), given(&recipient.phone));
        Ok(self.0.write_record([&harmless(&recipient.unit), reference.as_str(), &name, &phone, link, code])?)
    }

    /// Ends the list and gives what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(|error| error.into_error())
    }
}

/// A table as a file: a title for each column, and the rows. Begins with a byte order mark.
pub fn sheet(head: &[String], rows: &[Vec<String>]) -> io::Result<String> {
    let mut csv = writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(head)?;
    for row in rows {
        csv.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    let bytes = csv.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

pub(super) fn writer<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out)
}

/// A cell that no spreadsheet takes for a formula. A phone number may begin with +, a figure with −.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    let number = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.'));
    let formula = match cell.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !cell.get(1..).is_some_and(number),
        _ => false,
    };
    if formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_phones_stay() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+cmd", "'-2+cmd"),
            ("+86 138-0000-0000", "+86 138-0000-0000"),
            ("-0.38", "-0.38"),
            ("张三", "张三"),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }
}
