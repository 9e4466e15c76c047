//! Releases and lists laid out for people: nothing here computes a figure.

pub mod csv;
pub mod docx;
pub mod leaf;
pub mod qr;
pub mod table;
pub mod text;
pub mod wording;
pub mod xlsx;
