//! Where everything stands on the sheet: options side by side, first as computed, then as released.

use rust_xlsxwriter::utility::{row_col_to_cell, row_col_to_cell_absolute};
use rust_xlsxwriter::{ColNum, RowNum};

/// Column of the names.
pub(super) const NAME: ColNum = 0;
/// Column of v.
pub(super) const WEIGHT: ColNum = 1;
/// Column that says which row of a block this is.
pub(super) const KIND: ColNum = 2;
/// Column of the first option.
pub(super) const FIRST: ColNum = 3;

/// The columns.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    /// How many options there are.
    pub(super) options: ColNum,
}

impl Grid {
    /// Column of a row's total as computed.
    pub(super) const fn total(self) -> ColNum {
        FIRST + self.options
    }

    /// Column of the first released figure.
    pub(super) const fn released(self) -> ColNum {
        self.total() + 1
    }

    /// Column of a row's total as released.
    pub(super) const fn released_total(self) -> ColNum {
        self.released() + self.options
    }

    /// Column of the checks.
    pub(super) const fn check(self) -> ColNum {
        self.released_total() + 1
    }

    /// The options of a row, as computed.
    pub(super) fn computed_range(self, row: RowNum) -> String {
        format!("{}:{}", cell(row, FIRST), cell(row, self.total() - 1))
    }

    /// The same with a fixed row.
    pub(super) fn fixed_range(self, row: RowNum) -> String {
        format!("{}:{}", fixed(row, FIRST), fixed(row, self.total() - 1))
    }

    /// The options of a row, as released.
    pub(super) fn released_range(self, row: RowNum) -> String {
        format!("{}:{}", cell(row, self.released()), cell(row, self.released_total() - 1))
    }
}

/// The name of a cell: `D8`.
pub(super) fn cell(row: RowNum, column: ColNum) -> String {
    row_col_to_cell(row, column)
}

/// The name that stays when a formula is copied: `$D$8`.
pub(super) fn fixed(row: RowNum, column: ColNum) -> String {
    row_col_to_cell_absolute(row, column)
}

/// A column between two rows, staying: `$B$8:$B$37`.
pub(super) fn column(column: ColNum, (from, to): (RowNum, RowNum)) -> String {
    format!("{}:{}", fixed(from, column), fixed(to, column))
}
