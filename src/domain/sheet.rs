//! CSV tables as offices make them: UTF-8 with or without a byte order mark, GB18030 as Excel in China
//! writes it, UTF-16 as "Unicode text", columns in any order, headers in English or Chinese.

use super::fault::{Faults, Message};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Other names it is known by.
    pub also: &'static [&'static str],
    /// Whether a table without it is refused.
    pub required: bool,
}

/// Why a table was not read.
#[derive(Debug, thiserror::Error)]
pub enum Reading {
    /// The table has mistakes; all of them are listed.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// The file itself could not be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// One row of a table, its cells in the order of the columns asked for.
pub struct Row<'a, const N: usize> {
    record: &'a csv::StringRecord,
    columns: &'a [Option<usize>; N],
    number: u64,
}

impl<'a, const N: usize> Row<'a, N> {
    /// The cells, trimmed; empty where the table has no such column.
    pub fn cells(&self) -> [&'a str; N] {
        self.columns.map(|place| place.and_then(|index| self.record.get(index)).map_or("", str::trim))
    }

    /// Line of the file on which the row starts, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Where the column asked for at `index` stands in this table, from 1.
    pub fn column(&self, index: usize) -> u64 {
        let place = self.columns.get(index).copied().flatten().unwrap_or(index);
        u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1)
    }
}

/// Reads a table as a stream, one row at a time. Mistakes in the header and in the encoding are added
/// to `faults`; empty rows are passed over. An error of `each` ends the reading.
pub fn read<const N: usize>(
    file: impl Read,
    columns: &[Column; N],
    faults: &mut Faults,
    mut each: impl FnMut(&Row<'_, N>, &mut Faults) -> io::Result<()>,
) -> Result<(), Reading> {
    let lines = Lines { file: Decoded::Ascii(BufReader::new(file)), after_return: false, ended: false };
    let mut table = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(lines);
    let mut record = csv::StringRecord::new();
    if !table.read_record(&mut record).map_err(broken)? {
        faults.add(1, 1, "header", Message::NoHeader);
        return Ok(());
    }
    let places = header(&record, line(&table, &record), columns, faults);
    let width = record.len();
    if !faults.is_empty() {
        return Ok(());
    }
    while table.read_record(&mut record).map_err(broken)? {
        let number = line(&table, &record);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        check_cells(&record, number, width, faults);
        each(&Row { record: &record, columns: &places, number }, faults)?;
    }
    Ok(())
}

/// The line on which the record that was just read starts. (The reader itself says where it began to look,
/// before any empty lines.)
fn line<R: Read>(table: &csv::Reader<R>, record: &csv::StringRecord) -> u64 {
    let within = record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count();
    let below = u64::try_from(within).unwrap_or(u64::MAX).saturating_add(1);
    table.position().line().saturating_sub(below)
}

/// Most columns of a table: more are no table of ours, and would take long to compare.
pub const WIDEST: usize = 100;

/// Most characters of a cell.
pub const LONGEST: usize = 1_000;

fn header<const N: usize>(
    record: &csv::StringRecord,
    row: u64,
    columns: &[Column; N],
    faults: &mut Faults,
) -> [Option<usize>; N] {
    if record.len() > WIDEST {
        faults.add(row, 1, "header", Message::Wide(WIDEST));
        return [None; N];
    }
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    for (index, name) in names.iter().enumerate() {
        let column = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
        let known = columns.iter().any(|column| column.is(name));
        if !known && !name.is_empty() {
            let list: Vec<_> = columns.iter().map(|column| column.name).collect();
            faults.add(row, column, *name, Message::UnknownColumn(list.join(", ")));
        } else if known && names.iter().take(index).any(|earlier| earlier == name) {
            faults.add(row, column, *name, Message::ColumnAgain);
        }
    }
    columns.map(|column| {
        let place = names.iter().position(|name| column.is(name));
        if place.is_none() && column.required {
            let also = column.also.first().map(|name| format!(" ({name})")).unwrap_or_default();
            faults.add(row, 1, column.name, Message::NoColumn(format!("{}{also}", column.name)));
        }
        place
    })
}

fn check_cells(record: &csv::StringRecord, number: u64, width: usize, faults: &mut Faults) {
    for (index, cell) in record.iter().enumerate() {
        let column = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
        if index >= width && !cell.trim().is_empty() {
            faults.add(number, column, "row", Message::Beyond);
            break;
        }
        if cell.contains('\u{fffd}') {
            faults.add(number, column, "encoding", Message::Unreadable);
        } else if cell.chars().any(char::is_control) {
            faults.add(number, column, "row", Message::Control);
        } else if cell.chars().nth(LONGEST).is_some() {
            faults.add(number, column, "row", Message::Long(LONGEST));
        }
    }
}

impl Column {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.also.contains(&name)
    }
}

/// A text whose lines all end in one line feed, the last one too, so that they can be counted.
struct Lines<R> {
    file: R,
    after_return: bool,
    ended: bool,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.file.read(buffer)?;
            if length == 0 {
                let Some(last) = buffer.first_mut().filter(|_| !self.ended) else { return Ok(0) };
                (*last, self.ended) = (b'\n', true);
                return Ok(1);
            }
            let mut kept = 0;
            for index in 0..length {
                let byte = buffer.get(index).copied().unwrap_or_default();
                let is_rest_of_end = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if let Some(place) = buffer.get_mut(kept).filter(|_| !is_rest_of_end) {
                    *place = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// A file as UTF-8, whatever it was written in.
///
/// ASCII reads the same in UTF-8 and GB18030, so the choice is made at the first byte that is not
/// ASCII, wherever in the file that is, from the [`AHEAD`] bytes that begin there.
enum Decoded<R: Read> {
    Ascii(BufReader<R>),
    Chosen(Box<Decoder<R>>),
    Ended,
}

/// A decoder of what was looked at and of the rest.
type Decoder<R> = DecodeReaderBytes<Chain<Cursor<Vec<u8>>, BufReader<R>>, Vec<u8>>;

/// Bytes looked at to tell UTF-8 from GB18030.
const AHEAD: u64 = 64 * 1024;

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Ascii(file) = self {
            let waiting = file.fill_buf()?;
            let ascii = waiting.iter().take_while(|byte| byte.is_ascii()).count();
            if ascii > 0 || waiting.is_empty() {
                return file.take(u64::try_from(ascii).unwrap_or(u64::MAX)).read(buffer);
            }
            self.choose()?;
        }
        match self {
            Self::Chosen(decoder) => decoder.read(buffer),
            Self::Ascii(_) | Self::Ended => Ok(0),
        }
    }
}

impl<R: Read> Decoded<R> {
    fn choose(&mut self) -> io::Result<()> {
        if let Self::Ascii(mut file) = std::mem::replace(self, Self::Ended) {
            let mut ahead = Vec::new();
            file.by_ref().take(AHEAD).read_to_end(&mut ahead)?;
            // A sequence cut off by the end of what was looked at is no mistake.
            let utf8 = std::str::from_utf8(&ahead).map_or_else(|error| error.error_len().is_none(), |_| true);
            let encoding = if utf8 { encoding_rs::UTF_8 } else { encoding_rs::GB18030 };
            let rest = Cursor::new(ahead).chain(file);
            let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(rest);
            *self = Self::Chosen(Box::new(decoder));
        }
        Ok(())
    }
}

/// What the table reader says is wrong is wrong with the file: cells are never refused by it.
fn broken(error: csv::Error) -> io::Error {
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column { name: "unit", also: &["单位"], required: true },
        Column { name: "name", also: &["姓名"], required: false },
    ];

    fn rows(bytes: &[u8]) -> Result<Vec<[String; 2]>, String> {
        let mut faults = Faults::default();
        let mut rows = Vec::new();
        read(bytes, &COLUMNS, &mut faults, |row, _| {
            rows.push(row.cells().map(str::to_owned));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        faults.or(rows).map_err(|faults| faults.to_string())
    }

    fn expected() -> Vec<[String; 2]> {
        vec![["五华".to_owned(), "张三".to_owned()]]
    }

    #[test]
    fn every_encoding_of_excel_is_read() {
        let text = "单位,姓名\r\n五华,张三\r\n";
        let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(rows(text.as_bytes()), Ok(expected()));
        assert_eq!(rows(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), Ok(expected()));
        assert_eq!(rows(&gb18030), Ok(expected()));
        assert_eq!(rows(&[b"\xff\xfe", utf16.as_slice()].concat()), Ok(expected()));
    }

    #[test]
    fn gb18030_that_begins_late_is_still_seen() {
        let many = "1,a\n".repeat(100_000);
        let text = format!("unit,name\n{many}五华,张三\n");
        let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
        assert_eq!(rows(&gb18030).map(|rows| rows.last().cloned()), Ok(expected().pop()));
    }

    #[test]
    fn bytes_of_no_encoding_are_a_fault_with_a_place() {
        let found = rows(b"unit,name\n1,\xe4\xb8\x89\n2,\xff\xff\n");
        assert_eq!(
            found.unwrap_err().lines().last(),
            Some("row 3, column 2 (encoding): unreadable characters: save the file as “CSV UTF-8”")
        );
    }

    #[test]
    fn rows_keep_their_lines_below_empty_ones() {
        let found = rows(b"\nunit,name\n\n\n1,\x01\n").unwrap_err();
        assert!(found.starts_with("row 5, column 2 (row): "), "{found}");
        let found = rows(b"unit,name\r\n\r\n,\r\n1,\x01\r\n").unwrap_err();
        assert!(found.starts_with("row 4, column 2 (row): "), "{found}");
    }

    #[test]
    fn a_header_of_millions_of_columns_is_refused_at_once() {
        let header = format!("{}unit{}", "x,".repeat(1_000_000), ",unit".repeat(1_000_000));
        assert!(rows(header.as_bytes()).unwrap_err().contains("at most 100 columns"));
    }

    #[test]
    fn headers_are_checked() {
        assert!(rows(b"").unwrap_err().contains("the file is empty"));
        assert!(rows(b"name\nx\n").unwrap_err().contains("the column unit (单位) is missing"));
        assert!(rows(b"unit,nmae\n1,x\n").unwrap_err().contains("row 1, column 2 (nmae): unknown column"));
        assert!(rows(b"unit,unit\n1,x\n").unwrap_err().contains("twice"));
        assert!(rows(b"unit\n1,x\n").unwrap_err().contains("row 2, column 2"));
    }
}
