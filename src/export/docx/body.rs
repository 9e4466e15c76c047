//! The running text: paragraphs, headings, captions, tables and charts, one after the other.

use super::chart::Chart;
use super::grid::Grid;
use super::xml::Safe;
use std::fmt::Write;

/// Width between the margins, in twentieths of a point.
pub(in crate::export) const WIDTH: u32 = 8844;
/// English metric units of a twentieth of a point, and of a millimetre.
const EMU: (u32, u32) = (635, 36_000);

/// The styles of `styles.xml`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::export) enum Style {
    /// The word 附件 above an attachment's title.
    Mark,
    Title,
    Heading,
    Prose,
    Caption,
    Figure,
    /// The caption below a chart.
    Legend,
    Note,
    /// A cell of words in the middle.
    Cell,
    /// A cell of words at the left.
    Words,
    /// A digest, which is compared character by character.
    Digest,
}

impl Style {
    /// Its id.
    pub(in crate::export) const fn id(self) -> &'static str {
        match self {
            Self::Mark => "Mark",
            Self::Title => "Title",
            Self::Heading => "Heading1",
            Self::Prose => "Prose",
            Self::Caption => "Caption",
            Self::Figure => "Figure",
            Self::Legend => "Legend",
            Self::Note => "Note",
            Self::Cell => "Cell",
            Self::Words => "Words",
            Self::Digest => "Digest",
        }
    }
}

/// Chinese numbers of headings.
const NUMBERS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// What has been written so far.
#[derive(Default)]
pub(in crate::export) struct Body {
    pub(in crate::export) xml: String,
    pub(in crate::export) charts: Vec<Chart>,
    headings: usize,
    parts: usize,
    tables: usize,
}

// Writing to a text cannot fail.
impl Body {
    /// A paragraph.
    pub(in crate::export) fn paragraph(&mut self, style: Style, text: &str) {
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{}\"/></w:pPr>{}</w:p>", style.id(), run(text));
    }

    /// A paragraph of the body.
    pub(in crate::export) fn prose(&mut self, text: &str) {
        self.paragraph(Style::Prose, text);
    }

    /// A small line below a table or a chart.
    pub(in crate::export) fn note(&mut self, text: &str) {
        self.paragraph(Style::Note, text);
    }

    /// A section, with its number.
    pub(in crate::export) fn heading(&mut self, text: &str) {
        let number = NUMBERS.get(self.headings).copied().unwrap_or_default();
        self.headings += 1;
        self.parts = 0;
        self.paragraph(Style::Heading, &format!("{number}、{text}"));
    }

    /// A part of a section, with its number.
    pub(in crate::export) fn part(&mut self, text: &str) {
        let number = NUMBERS.get(self.parts).copied().unwrap_or_default();
        self.parts += 1;
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"Heading2\"/></w:pPr>{}</w:p>",
            run(&format!("（{number}）{text}"))
        );
    }

    /// An attachment, from a new page on.
    pub(in crate::export) fn attachment(&mut self, mark: &str, titles: &[&str]) {
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"{}\"/><w:pageBreakBefore/></w:pPr>{}</w:p>",
            Style::Mark.id(),
            run(mark)
        );
        for title in titles {
            self.paragraph(Style::Title, title);
        }
    }

    /// A table with its number and caption above.
    pub(in crate::export) fn table(&mut self, caption: &str, grid: &Grid) {
        self.tables += 1;
        let caption = format!("表{} {caption}", self.tables);
        self.plain_table(&caption, grid);
    }

    /// A table with its caption as it is.
    pub(in crate::export) fn plain_table(&mut self, caption: &str, grid: &Grid) {
        self.paragraph(Style::Caption, caption);
        grid.write(&mut self.xml, caption);
    }

    /// A chart with its number and caption below.
    pub(in crate::export) fn chart(&mut self, caption: &str, chart: Chart) {
        let number = self.charts.len() + 1;
        let caption = format!("图{number} {caption}");
        let (width, height) = (WIDTH * EMU.0, chart.millimetres() * EMU.1);
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:drawing>\
             <wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
             <wp:docPr id=\"{number}\" name=\"chart{number}\" descr=\"{told}\"/><wp:cNvGraphicFramePr/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">\
             <c:chart r:id=\"chart{number}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
            style = Style::Figure.id(),
            told = Safe(&caption),
        );
        self.paragraph(Style::Legend, &caption);
        self.charts.push(chart);
    }
}

/// A run of text; its lines stay lines. Signs that both scripts have, such as — and “, are set as Chinese ones.
pub(in crate::export) fn run(text: &str) -> String {
    let hint = if text.is_ascii() { "" } else { "<w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr>" };
    let lines = text.lines().map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", Safe(line)));
    format!("<w:r>{hint}{}</w:r>", lines.collect::<Vec<_>>().join("<w:br/>"))
}
