//! The readers of everything that comes from outside, as functions of bytes. None may panic, run away or take up much
//! memory, whatever they are given; what they accept and print, they read again as the same.
//!
//! libFuzzer (`fuzz/README.md`) and the bounded test in the suite (`tests/integration/fuzzing.rs`) share this file.

use fivepoint::domain::key::Token;
use fivepoint::domain::scorecard::{self, File, Head, Scored};
use fivepoint::domain::survey::typed::Typed;
use fivepoint::domain::survey::{self, Format};
use fivepoint::domain::token::Code;
use fivepoint::domain::unit::{self, Tree, Unit};
use fivepoint::domain::{roster, workbook};
use fivepoint::export;
use fivepoint::web::answer::{Form, Sheet};
use fivepoint::web::api::Part;
use std::io::{Cursor, Write};

/// A reader.
pub type Target = fn(&[u8]);

/// All of them, by name.
pub const ALL: &[(&str, Target)] = &[
    ("form", form),
    ("sheet", sheet),
    ("code", code),
    ("key", key),
    ("cursor", cursor),
    ("units", units),
    ("roster", roster),
    ("workbook", book),
    ("worksheet", worksheet),
    ("survey_toml", survey_toml),
    ("survey_json", survey_json),
    ("survey_form", survey_form),
    ("scorecard_toml", scorecard_toml),
    ("scorecard_json", scorecard_json),
    ("scorecard_csv", scorecard_csv),
];

/// The answer page's form.
fn form(bytes: &[u8]) {
    if let Ok(form) = Form::read(bytes) {
        assert!(form.submission.answers.len() <= 2 * survey::MOST_QUESTIONS);
    }
}

/// Its JSON twin.
fn sheet(bytes: &[u8]) {
    if let Ok(sent) = Sheet::read(bytes) {
        assert!(sent.answers.len() <= 2 * survey::MOST_QUESTIONS);
        assert!(sent.phone.is_none_or(|links| (1..1_000).contains(&links)));
    }
}

/// The code of a link, as people type it.
fn code(bytes: &[u8]) {
    if let Some(code) = std::str::from_utf8(bytes).ok().and_then(Code::parse) {
        assert!(Code::parse(&code.to_string()) == Some(code), "a code is read as it is printed");
    }
}

/// The token of a key.
fn key(bytes: &[u8]) {
    if let Some(token) = std::str::from_utf8(bytes).ok().and_then(Token::read) {
        let _ = token.hash();
    }
}

/// Where a part of a list begins.
fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let part = Part { limit: u16::try_from(text.len()).ok(), cursor: Some(text.to_owned()) };
    let _ = (part.limit(), part.after(), part.after_key::<i64>());
}

/// Units, CSV.
fn units(bytes: &[u8]) {
    if let Ok(units) = unit::read(bytes, &[]) {
        let tree = Tree::new(units);
        assert_eq!(tree.in_order().len(), tree.units().len(), "every unit hangs on the tree once");
    }
}

/// A roster, CSV.
fn roster(bytes: &[u8]) {
    let tree = a_tree();
    if let Ok(checked) = roster::check(bytes, &tree) {
        let mut count = 0;
        let read = roster::read(bytes, &tree, |_, _| {
            count += 1;
            Ok(())
        });
        assert_eq!((read.ok(), checked.count), (Some(count), count), "what was checked is what is read");
    }
}

fn a_tree() -> Tree {
    let unit = |code: &str, parent: Option<&str>, level: &str| Unit {
        code: code.to_owned(),
        name: "院".to_owned(),
        parent: parent.map(str::to_owned),
        level: level.to_owned(),
    };
    Tree::new(vec![unit("C", None, "city"), unit("I1", Some("C"), "institution"), unit("I2", Some("C"), "institution")])
}

/// A workbook with a roster.
fn book(bytes: &[u8]) {
    let mut table = Vec::new();
    if workbook::to_csv(Cursor::new(bytes), &mut table).is_ok() {
        roster(&table);
    }
}

/// A workbook whose sheet and texts are these bytes, so that the ZIP around them is always sound: the two are parted by
/// a NUL.
fn worksheet(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (sheet, texts) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if let Ok(packed) = packed(sheet, texts) {
        book(&packed);
    }
}

/// A workbook with this sheet and these texts.
pub fn packed(sheet: &[u8], texts: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", texts),
    ];
    for (name, bytes) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default())?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A survey file, TOML.
fn survey_toml(bytes: &[u8]) {
    a_survey(bytes, Format::Toml);
}

/// A survey file, JSON.
fn survey_json(bytes: &[u8]) {
    a_survey(bytes, Format::Json);
}

fn a_survey(bytes: &[u8], format: Format) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(survey) = survey::read(text, format) {
        let shown = Typed { confirm: true, ..Typed::of(&survey) };
        let again = shown.read().expect("what the form shows of a good survey is good");
        assert_eq!(Typed { confirm: true, ..Typed::of(&again) }, shown, "and reads as the same");
    }
}

/// A survey as it is typed into the form, field after field.
fn survey_form(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fields: Vec<(String, String)> = form_pairs(text);
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let typed = Typed::from_form(|name| field(name).unwrap_or_default());
    let _ = typed.read();
}

fn form_pairs(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().take(400).filter_map(|line| line.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A scorecard, TOML.
fn scorecard_toml(bytes: &[u8]) {
    if let Some(file) = std::str::from_utf8(bytes).ok().and_then(|text| scorecard::read(text, Format::Toml).ok()) {
        is_printed_as_read(file);
    }
}

/// A scorecard, JSON.
fn scorecard_json(bytes: &[u8]) {
    if let Some(file) = std::str::from_utf8(bytes).ok().and_then(|text| scorecard::read(text, Format::Json).ok()) {
        is_printed_as_read(file);
    }
}

/// A table of indicators, CSV.
fn scorecard_csv(bytes: &[u8]) {
    let head = Head::new("卡".to_owned(), "托养".to_owned(), 2022, "市".to_owned());
    if let Ok(file) = scorecard::read_table(bytes, head) {
        is_printed_as_read(file);
    }
}

/// The document of a scorecard and its table are read as the scorecard they were made from.
fn is_printed_as_read(file: File) {
    let File { card, wanted, .. } = file;
    let Ok(scored) = Scored::make(&card, uuid::Uuid::nil(), 1, chrono::DateTime::UNIX_EPOCH) else { return };
    assert_eq!(scored.card().expect("the document of a good scorecard is one"), card);
    let table = export::scorecard::csv::scorecard(&scored).expect("text is written to memory");
    if wanted.is_empty() {
        let again =
            scorecard::read_table(table.as_bytes(), card.head.clone()).expect("an exported table is a good one");
        assert_eq!(again.card, card, "and reads as the same");
    }
}
