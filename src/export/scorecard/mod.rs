//! A scorecard laid out: for the terminal, as a table that is read again, as a workbook and as a Word file. Nothing
//! here computes a figure but the formulas of the workbook, which the spreadsheet works out itself.

pub mod book;
pub mod csv;
pub mod docx;
pub mod table;
pub mod text;
