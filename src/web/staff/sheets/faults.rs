//! The mistakes of a file that was given as a table, by row and column.

use super::super::auth::Staff;
use super::super::page::{Frame, page};
use super::super::place::Place;
use crate::domain::fault::{Fault, Faults, Message};
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// The page of the mistakes of a file, of which nothing is imported.
#[derive(Template)]
#[template(path = "staff/faults.html")]
struct FaultsPage {
    frame: Frame,
    place: Option<Place>,
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

/// Shows every mistake with its row and column. `place` is that of a survey's page; `field` gives the name of
/// a column.
pub fn faults<R>(
    staff: &Staff<R>,
    here: &'static str,
    place: Option<Place>,
    back: String,
    faults: &Faults,
    field: impl Fn(&str) -> Option<String>,
) -> HttpResponse {
    listed(staff, (here, place, back), faults, column, field)
}

/// The same of a text, whose columns are its characters.
pub fn faults_of_text<R>(
    staff: &Staff<R>,
    here: &'static str,
    back: String,
    faults: &Faults,
    field: impl Fn(&str) -> Option<String>,
) -> HttpResponse {
    listed(staff, (here, None, back), faults, |column| column.to_string(), field)
}

fn listed<R>(
    staff: &Staff<R>,
    (here, place, back): (&'static str, Option<Place>, String),
    faults: &Faults,
    column: impl Fn(u64) -> String,
    field: impl Fn(&str) -> Option<String>,
) -> HttpResponse {
    let language = staff.language;
    let mut listed: Vec<&Fault> = faults.listed().iter().collect();
    listed.sort_by_key(|fault| (fault.row, fault.column));
    let line = |fault: &Fault| Line {
        row: fault.row,
        column: column(fault.column),
        field: match fault.message {
            Message::UnknownColumn(_) | Message::ColumnAgain => fault.field.to_string(),
            _ => field(&fault.field).unwrap_or_default(),
        },
        message: told(language, &fault.message, &field),
    };
    let lines: Vec<Line> = listed.into_iter().map(line).collect();
    let frame = Frame::of(staff, here, language.say("faults"));
    let (more, all) = (faults.unlisted(), faults.all());
    page(StatusCode::UNPROCESSABLE_ENTITY, &FaultsPage { frame, place, back, lines, more, all })
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

/// What is wrong, in the words of a page; `field` gives the name of a column.
pub fn told(language: Language, message: &Message, field: impl Fn(&str) -> Option<String>) -> String {
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
        Message::UnknownColumn(known) => {
            let names: Vec<_> = known.split(", ").map(|name| field(name).unwrap_or_else(|| name.to_owned())).collect();
            of("fault-unknown-column", &names.join(" / "))
        }
        Message::ColumnAgain => language.say("fault-column-again"),
        Message::NoColumn(text) => of("fault-no-column", text),
        Message::Wide(most) => language.with("fault-wide", &[("most", *most)]),
        Message::Beyond => language.say("fault-beyond"),
        Message::Unreadable => language.say("fault-unreadable"),
        Message::Control => language.say("fault-control"),
        Message::Formula => language.say("fault-formula"),
        Message::Rounded => language.say("fault-rounded"),
        Message::Scorecard(mistake) => language.mistake(mistake),
        Message::Other(text) => text.clone(),
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
}
