//! What stands in a cell: a figure is a number wherever a spreadsheet can show exactly its digits.

use super::style;
use crate::domain::release::Figure;
use crate::export::table::NOTHING;
use crate::export::wording;
use rust_decimal::Decimal;
use rust_xlsxwriter::{ColNum, Format, Formula, RowNum, Worksheet, XlsxError};
use std::str::FromStr;

/// Significant digits that a spreadsheet keeps.
const DIGITS: usize = 15;

/// The content of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::export) enum Cell {
    /// Words, or a figure that is no number.
    Text(String),
    /// A number and how it is shown.
    Number { value: f64, shown: String },
    /// A formula, what it gives, and how this is shown.
    Formula { formula: String, result: String, shown: String },
}

impl Cell {
    /// Words.
    pub(in crate::export) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number of people, forms or links.
    pub(in crate::export) fn count(count: u64) -> Self {
        Self::printed(&count.to_string(), "0")
    }

    /// A figure with the decimals it was printed with, such as `98.06`; text where it is none, such as `≥ 95`.
    pub(in crate::export) fn figure(figure: &Figure) -> Self {
        let printed = wording::figure(figure);
        Self::printed(printed, &decimals(printed))
    }

    /// A share, printed like `83.67%`: the cell holds 0.8367.
    pub(in crate::export) fn percent(figure: &Figure) -> Self {
        let share = figure.as_deref().and_then(share);
        match share {
            Some(share) => Self::printed(&share, &format!("{}%", decimals(wording::figure(figure)))),
            None => Self::Text(wording::percent(figure)),
        }
    }

    fn printed(number: &str, shown: &str) -> Self {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        match number.parse() {
            Ok(value) if Decimal::from_str(number).is_ok() && digits <= DIGITS => {
                Self::Number { value, shown: shown.to_owned() }
            }
            _ => Self::Text(number.to_owned()),
        }
    }

    /// Writes it where it belongs.
    pub(in crate::export) fn write(
        &self,
        sheet: &mut Worksheet,
        (row, column): Place,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
            Self::Number { value, shown } => {
                sheet.write_number_with_format(row, column, *value, &format.clone().set_num_format(shown))?
            }
            Self::Formula { formula, result, shown } => {
                let formula = Formula::new(formula).set_result(result);
                sheet.write_formula_with_format(row, column, formula, &format.clone().set_num_format(shown))?
            }
        };
        Ok(())
    }
}

/// Row and column, from 0.
pub(in crate::export) type Place = (RowNum, ColNum);

/// Writes cells beside each other, beginning there, as figures.
pub(in crate::export) fn figures(sheet: &mut Worksheet, (row, column): Place, cells: &[Cell]) -> Result<(), XlsxError> {
    for (column, cell) in (column..).zip(cells) {
        cell.write(sheet, (row, column), &style::figure())?;
    }
    Ok(())
}

/// Merges the cells from one place to another; a single cell stays as it is.
pub(in crate::export) fn merge(
    sheet: &mut Worksheet,
    from: Place,
    to: Place,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    if from != to {
        sheet.merge_range(from.0, from.1, to.0, to.1, "", format)?;
    }
    cell.write(sheet, from, format)
}

/// How a spreadsheet shows as many decimals as a figure has: `0.00`.
pub(in crate::export) fn decimals(figure: &str) -> String {
    match figure.split_once('.') {
        Some((_, decimals)) => format!("0.{}", "0".repeat(decimals.len())),
        None => "0".to_owned(),
    }
}

/// A hundredth of a printed percentage, exactly.
pub(in crate::export) fn share(percent: &str) -> Option<String> {
    let percent = Decimal::from_str(percent).ok()?;
    Some((percent / Decimal::ONE_HUNDRED).normalize().to_string())
}

/// A figure as the result of a formula: the number, or `—`.
pub(in crate::export) fn result(figure: &Figure) -> String {
    figure.clone().unwrap_or_else(|| NOTHING.to_owned())
}

/// The same of a share.
pub(in crate::export) fn share_result(figure: &Figure) -> String {
    figure.as_deref().and_then(share).unwrap_or_else(|| NOTHING.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64, shown: &str) -> Cell {
        Cell::Number { value, shown: shown.to_owned() }
    }

    #[test]
    fn a_figure_is_a_number_with_its_own_decimals() {
        let figure = |text: &str| Cell::figure(&Some(text.to_owned()));
        assert_eq!(figure("98.06122449"), number(98.061_224_49, "0.00000000"));
        assert_eq!(figure("66"), number(66.0, "0"));
        assert_eq!(figure("0.00"), number(0.0, "0.00"));
        assert_eq!(figure("≥ 95"), Cell::text("≥ 95"));
        assert_eq!(figure("1234.567890123456"), Cell::text("1234.567890123456"), "more digits than are kept");
        assert_eq!(Cell::figure(&None), Cell::text("—"));
    }

    #[test]
    fn a_share_is_a_hundredth() {
        let percent = |text: &str| Cell::percent(&Some(text.to_owned()));
        assert_eq!(percent("83.67"), number(0.8367, "0.00%"));
        assert_eq!(percent("100.00"), number(1.0, "0.00%"));
        assert_eq!(percent("≥ 95"), Cell::text("≥ 95%"));
        assert_eq!(Cell::percent(&None), Cell::text("—"));
    }
}
