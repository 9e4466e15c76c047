//! Workbooks (XLSX) as tables: the first sheet becomes a CSV, row for row and column for column, so that
//! [`sheet`](super::sheet) reads it and names the places that the office sees.
//!
//! A workbook is a ZIP, and what it unpacks to is its maker's choice: it is unpacked once into nothing, in
//! constant memory, and refused if that is more than [`LARGEST`], before anything is read.

use super::fault::{Faults, Message};
use super::sheet::{LONGEST, WIDEST};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use std::io::{self, Read, Seek, SeekFrom, Write};
use zip::ZipArchive;

/// Bytes that a workbook may unpack to, and that its table may have.
pub const LARGEST: u64 = 128 * 1024 * 1024;

/// Most parts of a workbook.
const PARTS: usize = 2_000;

/// Most cells of a sheet.
const CELLS: u64 = 2_000_000;

/// The first bytes of every workbook.
pub const MARK: [u8; 4] = *b"PK\x03\x04";

/// The first bytes of workbooks of before 2007, which are not read.
pub const OLD_MARK: [u8; 4] = *b"\xd0\xcf\x11\xe0";

/// Why a workbook was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It is too large.
    #[error("the workbook is too large: split it, or save the sheet as CSV")]
    Large,
    /// It is none, or it is damaged or locked with a password.
    #[error("the workbook cannot be read: save it again without a password, or save the sheet as CSV")]
    Broken,
    /// Cells that cannot be taken over; all of them are listed.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the first sheet of a workbook as a CSV.
pub fn to_csv(mut book: impl Read + Seek, out: impl Write) -> Result<(), Unread> {
    unpack(&mut book)?;
    book.seek(SeekFrom::Start(0))?;
    let mut book = Xlsx::new(book).map_err(|_| Unread::Broken)?;
    let name = book.sheet_names().into_iter().next().ok_or(Unread::Broken)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| Unread::Broken)?;
    let mut table = Table::new(out);
    let mut count = 0;
    while let Some(cell) = cells.next_cell().map_err(|_| Unread::Broken)? {
        count += 1;
        if count > CELLS {
            return Err(Unread::Large);
        }
        table.add(cell.get_position(), cell.get_value())?;
    }
    table.finish()
}

/// Unpacks every part into nothing: first what the directory says, then what really comes.
fn unpack(book: &mut (impl Read + Seek)) -> Result<(), Unread> {
    let mut archive = ZipArchive::new(book).map_err(|_| Unread::Broken)?;
    if archive.len() > PARTS {
        return Err(Unread::Large);
    }
    let mut said: u64 = 0;
    for index in 0..archive.len() {
        said = said.saturating_add(archive.by_index_raw(index).map_err(|_| Unread::Broken)?.size());
    }
    let mut left = if said > LARGEST { 0 } else { LARGEST };
    for index in 0..archive.len() {
        if left == 0 {
            return Err(Unread::Large);
        }
        let part = archive.by_index(index).map_err(|_| Unread::Broken)?;
        let came = io::copy(&mut part.take(left), &mut io::sink()).map_err(|_| Unread::Broken)?;
        left = left.saturating_sub(came);
    }
    if left == 0 { Err(Unread::Large) } else { Ok(()) }
}

/// A CSV that is being written, cell by cell.
struct Table<W: Write> {
    out: csv::Writer<Bounded<W>>,
    /// The row that is being written, from 0.
    row: u32,
    cells: Vec<String>,
    faults: Faults,
}

impl<W: Write> Table<W> {
    fn new(out: W) -> Self {
        let out = csv::WriterBuilder::new().flexible(true).from_writer(Bounded { out, left: LARGEST });
        Self { out, row: 0, cells: Vec::new(), faults: Faults::default() }
    }

    fn add(&mut self, (row, column): (u32, u32), value: &DataRef<'_>) -> Result<(), Unread> {
        let (line, place) = (u64::from(row) + 1, u64::from(column) + 1);
        let text = match text(value) {
            Ok(text) if text.is_empty() => return Ok(()),
            Ok(text) => text,
            Err(message) => {
                self.faults.add(line, place, "cell", message);
                String::new()
            }
        };
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        if row < self.row || self.faults.is_full() {
            // Rows that go back are of no spreadsheet.
            return if self.faults.is_full() {
                Err(std::mem::take(&mut self.faults).into())
            } else {
                Err(Unread::Broken)
            };
        }
        if index >= WIDEST {
            self.faults.add(line, place, "row", Message::Wide(WIDEST));
            return Ok(());
        }
        while self.row < row {
            self.end_row()?;
        }
        if self.cells.len() <= index {
            self.cells.resize(index + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(index) {
            *cell = text;
        }
        Ok(())
    }

    /// Writes the row. An empty one is written as an empty text, which keeps its line.
    fn end_row(&mut self) -> Result<(), Unread> {
        if self.cells.is_empty() {
            self.cells.push(String::new());
        }
        self.out.write_record(&self.cells).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => too_large(error),
            _ => Unread::Broken,
        })?;
        self.cells.clear();
        self.row += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<(), Unread> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        self.out.flush().map_err(too_large)?;
        Ok(self.faults.or(())?)
    }
}

/// What [`Bounded`] says, told from what a disk says.
fn too_large(error: io::Error) -> Unread {
    if error.kind() == io::ErrorKind::FileTooLarge { Unread::Large } else { Unread::Io(error) }
}

/// What stands in a cell, on one line.
fn text(value: &DataRef<'_>) -> Result<String, Message> {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => {
            // One long text may stand in every cell: it is looked at before it is copied.
            if text.len() > LONGEST.saturating_mul(4) { return Err(Message::Long(LONGEST)) } else { (*text).to_owned() }
        }
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => self::number(*number)?,
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => date(*at)?,
        DataRef::Error(_) => return Err(Message::Formula),
    };
    if text.chars().nth(LONGEST).is_some() {
        return Err(Message::Long(LONGEST));
    }
    // A line break in a cell is a mistake on its own line, and must not move the rows below it.
    Ok(text.trim().replace(['\r', '\n'], "\u{b}"))
}

/// A number as it is typed: a spreadsheet keeps 15 digits of it.
fn number(number: f64) -> Result<String, Message> {
    if number.abs() >= 1e15 { Err(Message::Rounded) } else { Ok(number.to_string()) }
}

fn date(at: ExcelDateTime) -> Result<String, Message> {
    if at.is_duration() || !(0.0..3e6).contains(&at.as_f64()) {
        return number(at.as_f64());
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

/// A writer that takes so many bytes and no more.
struct Bounded<W> {
    out: W,
    left: u64,
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or(io::ErrorKind::FileTooLarge)?;
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
