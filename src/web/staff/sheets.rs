//! What pages of tables have in common: templates to fill in, mistakes by row and column, pages of rows.

use super::auth::Staff;
use super::page::{Frame, page};
use crate::domain::fault::{Fault, Faults, Message};
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use askama::Template;

/// Rows on a page.
pub const ROWS: usize = 50;

/// Rows of a preview.
pub const FIRST: usize = 10;

/// A CSV with a head and nothing in it, as Excel opens it.
pub fn template(name: &str, columns: &[String]) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(format!("\u{feff}{}\r\n", columns.join(",")))
}

/// The page of the mistakes of a file, of which nothing is imported.
#[derive(Template)]
#[template(path = "staff/faults.html")]
struct FaultsPage {
    frame: Frame,
    back: String,
    lines: Vec<Line>,
    more: u64,
    all: u64,
}

struct Line {
    row: u64,
    column: String,
    field: String,
    message: String,
}

/// Shows every mistake with its row and column. `field` gives the name of a column.
pub fn faults<R>(
    staff: &Staff<R>,
    here: &'static str,
    back: String,
    faults: &Faults,
    field: impl Fn(&str) -> Option<String>,
) -> HttpResponse {
    let language = staff.language;
    let mut listed: Vec<&Fault> = faults.listed().iter().collect();
    listed.sort_by_key(|fault| (fault.row, fault.column));
    let line = |fault: &Fault| Line {
        row: fault.row,
        column: column(fault.column),
        field: field(&fault.field).unwrap_or_default(),
        message: told(language, &fault.message),
    };
    let lines: Vec<Line> = listed.into_iter().map(line).collect();
    let all = faults.unlisted().saturating_add(u64::try_from(lines.len()).unwrap_or(u64::MAX));
    let frame = Frame::of(staff, here, language.say("faults"));
    page(StatusCode::UNPROCESSABLE_ENTITY, &FaultsPage { frame, back, lines, more: faults.unlisted(), all })
}

/// A column as spreadsheets name it: A, B, … Z, AA.
fn column(number: u64) -> String {
    let (mut left, mut name) = (number, String::new());
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        name.insert(0, char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    name
}

/// What is wrong, in the words of a page.
fn told(language: Language, message: &Message) -> String {
    let of = |key: &str, text: &str| language.with(key, &[("text", text.to_owned())]);
    match message {
        Message::Missing(_) => language.say("fault-missing"),
        Message::Long(most) => language.with("fault-long", &[("most", *most)]),
        Message::Code(text) => of("fault-code", text),
        Message::NoParent(text) => of("fault-no-parent", text),
        Message::NoUnit(text) => of("fault-no-unit", text),
        Message::Circle(text) => of("fault-circle", text),
        Message::CodeAgain(text, row) => {
            language.with("fault-code-again", &[("text", text.clone()), ("row", row.to_string())])
        }
        Message::PersonAgain(row) => language.with("fault-person-again", &[("row", row.to_string())]),
        Message::NoEmail => language.say("fault-no-email"),
        Message::Nobody => language.say("fault-nobody"),
        Message::NoHeader => language.say("fault-no-header"),
        Message::UnknownColumn(text) => of("fault-unknown-column", text),
        Message::ColumnAgain => language.say("fault-column-again"),
        Message::NoColumn(text) => of("fault-no-column", text),
        Message::Wide(most) => language.with("fault-wide", &[("most", *most)]),
        Message::Beyond => language.say("fault-beyond"),
        Message::Unreadable => language.say("fault-unreadable"),
        Message::Control => language.say("fault-control"),
        Message::Formula => language.say("fault-formula"),
        Message::Rounded => language.say("fault-rounded"),
        Message::Other(text) => text.clone(),
    }
}

/// Where one is in a long list: the page, from 1, and how many there are.
#[derive(Clone, Copy)]
pub struct Pages {
    /// This page.
    pub number: usize,
    /// All pages; at least one.
    pub all: usize,
}

impl Pages {
    /// The page that was asked for of a list of so many rows, or the last one.
    pub fn of(asked: Option<usize>, rows: usize) -> Self {
        let all = rows.div_ceil(ROWS).max(1);
        Self { number: asked.unwrap_or(1).clamp(1, all), all }
    }

    /// Rows before this page.
    pub const fn before(self) -> usize {
        (self.number - 1) * ROWS
    }

    /// The page before this one.
    pub fn earlier(self) -> Option<usize> {
        (self.number > 1).then(|| self.number - 1)
    }

    /// The page after this one.
    pub fn later(self) -> Option<usize> {
        (self.number < self.all).then_some(self.number + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_spreadsheets() {
        let names = [1, 26, 27, 52, 702, 703].map(column);
        assert_eq!(names, ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }

    #[test]
    fn a_page_that_is_not_there_is_the_last() {
        let at = |asked, rows| {
            let pages = Pages::of(asked, rows);
            (pages.number, pages.all, pages.before())
        };
        assert_eq!(at(None, 0), (1, 1, 0));
        assert_eq!(at(Some(0), 51), (1, 2, 0));
        assert_eq!(at(Some(9), 51), (2, 2, 50));
    }
}
