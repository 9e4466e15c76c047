//! The file: its parts, zipped.

use super::body::Body;
use super::xml::Safe;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const STYLES: &str = include_str!("styles.xml");
const FONTS: &str = include_str!("fonts.xml");
const SETTINGS: &str = include_str!("settings.xml");
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "application/vnd.openxmlformats-officedocument";

/// A paragraph that nobody sees, without which no text ends in a table.
const END: &str = r#"<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>"#;

/// What the file says of itself.
pub(in crate::export) struct About<'a> {
    pub(in crate::export) title: &'a str,
    pub(in crate::export) author: &'a str,
    /// When its content was made, UTC.
    pub(in crate::export) made_at: &'a str,
}

/// Puts the file together.
pub(in crate::export) fn pack(body: &Body, about: &About<'_>) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No time of making: the same release gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut add = |name: &str, bytes: &[u8]| -> io::Result<()> {
        zip.start_file(name, options)?;
        zip.write_all(bytes)
    };
    let charts = body.charts.len();
    add("[Content_Types].xml", types(charts).as_bytes())?;
    add("_rels/.rels", top().as_bytes())?;
    add("docProps/core.xml", properties(about).as_bytes())?;
    add("word/document.xml", document(body).as_bytes())?;
    add("word/_rels/document.xml.rels", relations(charts).as_bytes())?;
    add("word/styles.xml", STYLES.as_bytes())?;
    add("word/fontTable.xml", FONTS.as_bytes())?;
    add("word/settings.xml", SETTINGS.as_bytes())?;
    add("word/footer1.xml", footer("right").as_bytes())?;
    add("word/footer2.xml", footer("left").as_bytes())?;
    for (number, chart) in (1..).zip(&body.charts) {
        add(&format!("word/charts/chart{number}.xml"), chart.xml().as_bytes())?;
        let book = relation("book", "package", &format!("../embeddings/chart{number}.xlsx"));
        add(&format!("word/charts/_rels/chart{number}.xml.rels"), related(&book).as_bytes())?;
        add(&format!("word/embeddings/chart{number}.xlsx"), &chart.workbook().map_err(io::Error::other)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

// Writing to a text cannot fail.

fn types(charts: usize) -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"xlsx\" ContentType=\"{OFFICE}.spreadsheetml.sheet\"/>\
         <Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    let parts = [
        ("document", "document.main"),
        ("styles", "styles"),
        ("fontTable", "fontTable"),
        ("settings", "settings"),
        ("footer1", "footer"),
        ("footer2", "footer"),
    ];
    for (name, kind) in parts {
        let _ = write!(
            out,
            "<Override PartName=\"/word/{name}.xml\" ContentType=\"{OFFICE}.wordprocessingml.{kind}+xml\"/>"
        );
    }
    for number in 1..=charts {
        let _ = write!(
            out,
            "<Override PartName=\"/word/charts/chart{number}.xml\" ContentType=\"{OFFICE}.drawingml.chart+xml\"/>"
        );
    }
    out + "</Types>"
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
}

fn related(relations: &str) -> String {
    format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}</Relationships>")
}

fn top() -> String {
    let core = format!(
        "<Relationship Id=\"core\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" \
         Target=\"docProps/core.xml\"/>"
    );
    related(&(relation("document", "officeDocument", "word/document.xml") + &core))
}

fn relations(charts: usize) -> String {
    let parts = [
        ("styles", "styles", "styles.xml"),
        ("fonts", "fontTable", "fontTable.xml"),
        ("settings", "settings", "settings.xml"),
        ("odd", "footer", "footer1.xml"),
        ("even", "footer", "footer2.xml"),
    ];
    let parts = parts.into_iter().map(|(id, kind, target)| relation(id, kind, target));
    let charts =
        (1..=charts).map(|number| relation(&format!("chart{number}"), "chart", &format!("charts/chart{number}.xml")));
    related(&parts.chain(charts).collect::<String>())
}

fn properties(about: &About<'_>) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
         <dc:creator>{author}</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created></cp:coreProperties>",
        title = Safe(about.title),
        author = Safe(about.author),
        at = Safe(about.made_at),
    )
}

fn document(body: &Body) -> String {
    format!(
        "{HEAD}<w:document xmlns:w=\"{WORD}\" xmlns:r=\"{RELATIONS}\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><w:body>{}{END}\
         <w:sectPr><w:footerReference w:type=\"default\" r:id=\"odd\"/>\
         <w:footerReference w:type=\"even\" r:id=\"even\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" \
         w:footer=\"1304\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
        body.xml
    )
}

/// The page number, on the outer side.
fn footer(side: &str) -> String {
    let dash = "<w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\">";
    format!(
        "{HEAD}<w:ftr xmlns:w=\"{WORD}\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"{side}\"/></w:pPr>\
         <w:r>{dash}— </w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple>\
         <w:r>{dash} —</w:t></w:r></w:p></w:ftr>"
    )
}
