//! A sheet that is filled from top to bottom, and how it is printed.

use super::cell::{Cell, merge};
use super::style;
use crate::export::leaf;
use rust_xlsxwriter::{ColNum, Format, RowNum, Worksheet, XlsxError};

/// A4.
const A4: u8 = 9;
/// Points of a line of text.
const LINE: f64 = 15.0;
/// Points above and below the text of a row.
const AROUND: f64 = 5.0;

/// A sheet and the row that comes next.
pub(in crate::export) struct Page<'a> {
    pub(in crate::export) sheet: &'a mut Worksheet,
    pub(in crate::export) row: RowNum,
    widths: Vec<u16>,
}

/// How paper is laid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::export) enum Paper {
    Upright,
    Across,
}

impl<'a> Page<'a> {
    /// Names and prepares a sheet with columns of these widths, in letters.
    pub(in crate::export) fn new(
        sheet: &'a mut Worksheet,
        name: &str,
        widths: &[u16],
        paper: Paper,
        sha256: &str,
    ) -> Result<Self, XlsxError> {
        sheet.set_name(name)?;
        sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        if paper == Paper::Across {
            sheet.set_landscape();
        }
        sheet.set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3);
        sheet.set_screen_gridlines(false).set_default_row_height(height(1));
        sheet.set_footer(format!("&L&8SHA-256 {sha256}&R&8第 &P 页，共 &N 页"));
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width(column, f64::from(*width))?;
        }
        Ok(Self { sheet, row: 0, widths: widths.to_vec() })
    }

    /// The last column.
    pub(in crate::export) fn last(&self) -> ColNum {
        u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    /// A line of text over the whole width.
    pub(in crate::export) fn line(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        let last = self.last();
        self.fit(text, 0, last, 1)?;
        merge(self.sheet, (self.row, 0), (self.row, last), &Cell::text(text), format)?;
        self.row += 1;
        Ok(())
    }

    /// The title, over the whole width.
    pub(in crate::export) fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        let lines = leaf::lines(text, self.ems(0, self.last()) * 2 / 3);
        let last = self.last();
        merge(self.sheet, (self.row, 0), (self.row, last), &Cell::text(text), &style::title())?;
        self.sheet.set_row_height(self.row, height(lines) * 1.5)?;
        self.row += 1;
        Ok(())
    }

    /// An empty row and a heading.
    pub(in crate::export) fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.set_row_height(self.row, 24)?;
        let last = self.last();
        merge(self.sheet, (self.row, 0), (self.row, last), &Cell::text(text), &style::heading())?;
        self.row += 1;
        Ok(())
    }

    /// A name and what is said under it, up to the last column.
    pub(in crate::export) fn entry(&mut self, name: &str, text: &Cell, format: &Format) -> Result<(), XlsxError> {
        let last = self.last();
        self.sheet.write_string_with_format(self.row, 0, name, &style::text())?;
        if let Cell::Text(text) = text {
            self.fit(text, 1, last, 1)?;
        }
        merge(self.sheet, (self.row, 1), (self.row, last), text, format)?;
        self.row += 1;
        Ok(())
    }

    /// Heads of columns, beginning at the first; as high as the highest needs.
    pub(in crate::export) fn heads(&mut self, heads: &[&str]) -> Result<(), XlsxError> {
        let mut lines = 1;
        for (column, head) in (0..).zip(heads) {
            lines = lines.max(leaf::lines(head, self.ems(column, column)));
            self.sheet.write_string_with_format(self.row, column, *head, &style::head())?;
        }
        self.sheet.set_row_height(self.row, height(lines))?;
        self.row += 1;
        Ok(())
    }

    /// The heads end above the next row: they stay in sight and are printed on every page.
    pub(in crate::export) fn keep_heads(&mut self, from: RowNum, columns: ColNum) -> Result<(), XlsxError> {
        self.sheet.set_freeze_panes(self.row, columns)?;
        self.sheet.set_repeat_rows(from, self.row.saturating_sub(1))?;
        Ok(())
    }

    /// Makes this row and the next ones, `rows` in all, high enough for a text in those columns.
    pub(in crate::export) fn fit(&mut self, text: &str, from: ColNum, to: ColNum, rows: u16) -> Result<(), XlsxError> {
        let lines = leaf::lines(text, self.ems(from, to));
        let each = (height(lines) / f64::from(rows)).max(height(1));
        for row in (self.row..).take(usize::from(rows)) {
            self.sheet.set_row_height(row, each)?;
        }
        Ok(())
    }

    /// How many Chinese letters fit beside each other in those columns.
    fn ems(&self, from: ColNum, to: ColNum) -> usize {
        let columns = usize::from(to).saturating_sub(usize::from(from)) + 1;
        let width: usize =
            self.widths.iter().skip(usize::from(from)).take(columns).map(|width| usize::from(*width)).sum();
        (width.saturating_sub(1) / 2).max(1)
    }
}

fn height(lines: usize) -> f64 {
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    // A spreadsheet's rows end at 409 points.
    (f64::from(lines) * LINE + AROUND).min(409.0)
}
