//! A release as a workbook: the official table, the groups, the response rates, the calculation with live
//! formulas, and the method.
//!
//! Figures are numbers that show the released digits; only the sheet of the calculation computes, in the
//! spreadsheet itself, and says beside each row whether it comes to what was released.

pub(in crate::export) mod cell;
mod groups;
mod method;
pub(in crate::export) mod page;
mod rates;
pub(in crate::export) mod style;
mod table;
mod worked;

use super::xlsx::failed;
use crate::domain::release::Release;
use chrono::DateTime;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::io;

/// The workbook's bytes: the same for the same release.
pub fn release(release: &Release) -> io::Result<Vec<u8>> {
    book(release).map_err(failed)
}

fn book(release: &Release) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut about = DocProperties::new().set_title(&release.survey.table_title).set_author(&release.survey.organiser);
    // Without a time of its own the file would carry that of its making, and no two files were the same.
    let made = DateTime::parse_from_rfc3339(&release.as_of).map_or(0, |at| at.timestamp());
    about = about.set_creation_datetime(&ExcelDateTime::from_timestamp(made)?);
    book.set_properties(&about);
    table::write(book.add_worksheet(), "统计表", release)?;
    groups::write(book.add_worksheet(), "分组", release)?;
    rates::write(book.add_worksheet(), "回收情况", release)?;
    worked::write(book.add_worksheet(), "计算过程", release)?;
    method::write(book.add_worksheet(), "方法", release)?;
    book.save_to_buffer()
}
