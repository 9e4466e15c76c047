//! A scorecard as CSV: the whole tree as it is read again, and the report's table alone.

use super::table::{COLUMNS, HEADS, row, summary};
use crate::domain::scorecard::Scored;
use crate::export::csv::sheet;
use std::io;

/// The whole tree, a line an indicator, with a byte order mark. What people give is read again from it; the figures
/// behind stand there to be looked at.
pub fn scorecard(scored: &Scored) -> io::Result<String> {
    let rows: Vec<Vec<String>> = scored.indicators.iter().map(|line| row(line).to_vec()).collect();
    sheet(&COLUMNS.map(str::to_owned), &rows)
}

/// The report's table.
pub fn table(scored: &Scored) -> io::Result<String> {
    let rows: Vec<Vec<String>> = summary(scored).into_iter().map(|row| row.to_vec()).collect();
    sheet(&HEADS.map(str::to_owned), &rows)
}
