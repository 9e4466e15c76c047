//! Tables: thin rules, a head that is repeated on every page, rows that stay whole.

use super::body::{Style, WIDTH, run};
use super::xml::Safe;
use crate::export::leaf::lines;
use std::fmt::Write;

/// Rows of a table that is kept on one page.
const TOGETHER: usize = 9;
/// Width of a Chinese character and height of a line in a cell, in twentieths of a point.
const CHARACTER: u32 = 215;
const LINE: usize = 280;

/// A table as wide as the text.
pub(in crate::export) struct Grid {
    /// Widths of the columns but the first, in twentieths of a point; the first takes what is left.
    widths: Vec<u32>,
    rows: Vec<Row>,
    /// Whether rows are held together by their blocks alone.
    blocks: bool,
}

/// A row.
#[derive(Default)]
pub(in crate::export) struct Row {
    head: bool,
    /// Whether the next row stands on the same page.
    with_next: bool,
    /// Least height, in twentieths of a point.
    height: u32,
    cells: Vec<Cell>,
}

/// A cell.
struct Cell {
    text: String,
    style: Style,
    columns: usize,
    /// Levels by which its text is moved to the right.
    indent: usize,
    merge: Merge,
}

/// Whether a cell goes on in the rows below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    None,
    Start,
    Rest,
}

impl Row {
    /// A cell in the middle.
    pub(in crate::export) fn cell(self, text: impl Into<String>) -> Self {
        self.with(Style::Cell, text, 1, 0)
    }

    /// Cells in the middle.
    pub(in crate::export) fn cells(self, texts: impl IntoIterator<Item = String>) -> Self {
        texts.into_iter().fold(self, Self::cell)
    }

    /// A cell of words.
    pub(in crate::export) fn words(self, text: impl Into<String>) -> Self {
        self.with(Style::Words, text, 1, 0)
    }

    /// A cell of words, moved to the right by levels.
    pub(in crate::export) fn indented(self, text: impl Into<String>, indent: usize) -> Self {
        self.with(Style::Words, text, 1, indent)
    }

    /// A cell over several columns.
    pub(in crate::export) fn wide(self, text: impl Into<String>, columns: usize) -> Self {
        self.with(Style::Cell, text, columns, 0)
    }

    /// A digest.
    pub(in crate::export) fn digest(self, text: impl Into<String>) -> Self {
        self.with(Style::Digest, text, 1, 0)
    }

    /// A cell of words that goes on in the rows below: its text stands in the first of them.
    pub(in crate::export) fn going_on(mut self, text: impl Into<String>, first: bool) -> Self {
        let (text, merge) = if first { (text.into(), Merge::Start) } else { (String::new(), Merge::Rest) };
        self.cells.push(Cell { text, style: Style::Words, columns: 1, indent: 0, merge });
        self
    }

    /// A cell of words over several columns.
    pub(in crate::export) fn wide_words(self, text: impl Into<String>, columns: usize) -> Self {
        self.with(Style::Words, text, columns, 0)
    }

    fn with(mut self, style: Style, text: impl Into<String>, columns: usize, indent: usize) -> Self {
        self.cells.push(Cell { text: text.into(), style, columns, indent, merge: Merge::None });
        self
    }
}

impl Grid {
    /// A table with these columns: name and width, of which the first is what is left.
    pub(in crate::export) fn new(columns: &[(&str, u32)]) -> Self {
        let head = columns.iter().fold(Row { head: true, ..Row::default() }, |row, (name, _)| row.cell(*name));
        Self { widths: columns.iter().skip(1).map(|(_, width)| *width).collect(), rows: vec![head], blocks: false }
    }

    /// Adds a row.
    pub(in crate::export) fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds rows that stay together, under one first cell.
    pub(in crate::export) fn block(&mut self, title: &str, rows: impl IntoIterator<Item = Row>) {
        let mut merge = Merge::Start;
        let first = self.rows.len();
        for mut row in rows {
            let text = if merge == Merge::Start { title.to_owned() } else { String::new() };
            row.cells.insert(0, Cell { text, style: Style::Words, columns: 1, indent: 0, merge });
            row.with_next = true;
            self.rows.push(row);
            merge = Merge::Rest;
        }
        // Shared evenly; a program that lays tables out gives all that is lacking to the last row.
        let needed = lines(title, usize::try_from(self.first_width() / CHARACTER).unwrap_or(1)) * LINE + LINE / 2;
        let rows = self.rows.get_mut(first..).unwrap_or_default();
        let height = needed.div_ceil(rows.len().max(1));
        for row in &mut *rows {
            row.height = u32::try_from(height).unwrap_or_default();
        }
        if let Some(last) = rows.last_mut() {
            last.with_next = false;
        }
        self.blocks = true;
    }

    fn first_width(&self) -> u32 {
        WIDTH.saturating_sub(self.widths.iter().sum())
    }

    /// Writes it; `name` is read out in its place.
    pub(in crate::export) fn write(&self, out: &mut String, name: &str) {
        let widths: Vec<u32> = std::iter::once(self.first_width()).chain(self.widths.iter().copied()).collect();
        // Writing to a text cannot fail.
        let _ = write!(
            out,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"Ruled\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/>\
             <w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" \
             w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>\
             <w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>",
            Safe(name)
        );
        for width in &widths {
            let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
        }
        out.push_str("</w:tblGrid>");
        let whole = !self.blocks && self.rows.len() <= TOGETHER;
        for (number, row) in (1..).zip(&self.rows) {
            let with_next = row.head || row.with_next || (whole && number < self.rows.len());
            row.write(out, &widths, with_next);
        }
        out.push_str("</w:tbl>");
    }
}

impl Row {
    fn write(&self, out: &mut String, widths: &[u32], with_next: bool) {
        let head = if self.head { "<w:tblHeader/>" } else { "" };
        let height = if self.height > 0 { format!("<w:trHeight w:val=\"{}\"/>", self.height) } else { String::new() };
        let _ = write!(out, "<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>");
        let mut column = 0;
        for cell in &self.cells {
            let width: u32 = widths.iter().skip(column).take(cell.columns).sum();
            column += cell.columns;
            cell.write(out, width, with_next);
        }
        out.push_str("</w:tr>");
    }
}

impl Cell {
    fn write(&self, out: &mut String, width: u32, with_next: bool) {
        let _ = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
        if self.columns > 1 {
            let _ = write!(out, "<w:gridSpan w:val=\"{}\"/>", self.columns);
        }
        out.push_str(match self.merge {
            Merge::None => "",
            Merge::Start => "<w:vMerge w:val=\"restart\"/>",
            Merge::Rest => "<w:vMerge/>",
        });
        let _ = write!(out, "</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{}\"/>", self.style.id());
        if with_next {
            out.push_str("<w:keepNext/>");
        }
        if self.indent > 0 {
            let _ = write!(out, "<w:ind w:left=\"{}\"/>", self.indent * 105);
        }
        out.push_str("</w:pPr>");
        if !self.text.is_empty() {
            out.push_str(&run(&self.text));
        }
        out.push_str("</w:p></w:tc>");
    }
}
