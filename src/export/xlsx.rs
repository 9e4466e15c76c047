//! Lists of links as a workbook: every cell is text, so that nothing is taken for a formula and no number
//! loses its zeros. Rows go to a nameless temporary file as they come, not into memory.

use crate::domain::roster::Recipient;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};

/// Rows of links on a sheet; a sheet holds 1 048 576 rows.
const ROWS: u32 = 1_000_000;

/// The columns and their widths in characters.
const COLUMNS: [(&str, f64); 6] =
    [("unit", 14.0), ("ref", 16.0), ("name", 14.0), ("phone", 18.0), ("link", 60.0), ("code", 28.0)];

/// A list of links, written row by row.
pub struct LinkBook {
    book: Workbook,
    sheets: usize,
    next: u32,
}

impl LinkBook {
    /// Begins the list.
    pub fn new() -> io::Result<Self> {
        let mut new = Self { book: Workbook::new(), sheets: 0, next: 0 };
        new.begin_sheet().map_err(failed)?;
        Ok(new)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let bold = Format::new().set_bold();
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, (name, width)) in (0..).zip(COLUMNS) {
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        self.next = 1;
        Ok(())
    }

    /// Adds a link.
    pub fn add(&mut self, recipient: &Recipient, link: &str, code: &str) -> io::Result<()> {
        self.row(recipient, link, code).map_err(failed)
    }

    fn row(&mut self, recipient: &Recipient, link: &str, code: &str) -> Result<(), XlsxError> {
        if self.next > ROWS {
            self.begin_sheet()?;
        }
        let row = self.next;
        let sheet: &mut Worksheet = self.book.worksheet_from_index(self.sheets - 1)?;
        let given = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let Recipient { unit, reference, name, phone, .. } = recipient;
        let cells = [unit.clone(), given(reference), given(name), given(phone), link.to_owned(), code.to_owned()];
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Writes the workbook out.
    pub fn write(mut self, out: impl Write + Send) -> io::Result<()> {
        self.book.save_to_writer(out).map_err(failed)
    }
}

/// What writing a workbook failed of.
pub(super) fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}
