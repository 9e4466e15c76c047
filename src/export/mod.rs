//! Releases, scorecards and lists laid out for people: nothing here computes a figure.

pub mod csv;
pub mod csv_release;
pub mod docx;
pub mod leaf;
pub mod qr;
pub mod results_book;
pub mod rows;
pub mod scorecard;
pub mod table;
pub mod text;
pub mod wording;
pub mod xlsx;

use crate::domain::survey::Measure;

/// The measures of satisfaction, in the order of every file.
const MEASURES: [Measure; 3] = [Measure::WeightedScore, Measure::Top2, Measure::Top1];
