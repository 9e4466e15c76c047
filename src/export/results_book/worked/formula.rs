//! Formulas: one division of whole numbers, rounded once, and the comparison with what was released.
//!
//! A spreadsheet's ROUND moves a tie away from zero, which is half up for figures that are never negative. For
//! half even the tie itself is found, by a remainder of whole numbers, and an odd last digit is taken back by one.

use super::super::style::{DIFFERENT, SAME};
use crate::export::table::NOTHING;

/// How figures of a survey are rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    HalfUp,
    HalfEven,
}

impl Rounding {
    /// The mode of that name in a release.
    pub(super) fn of(name: &str) -> Self {
        if name == "half_even" { Self::HalfEven } else { Self::HalfUp }
    }

    /// `numerator / denominator` at that many decimals; `—` where the denominator is 0.
    pub(super) fn quotient(self, numerator: &str, denominator: &str, places: u32) -> String {
        let rounded = match self {
            Self::HalfUp => format!("ROUND({numerator}/({denominator}),{places})"),
            Self::HalfEven => {
                let unit = 10_u64.pow(places);
                format!("({})/{unit}", even(&format!("{unit}*{numerator}"), denominator))
            }
        };
        or_nothing(denominator, &rounded)
    }

    /// A number in a cell at that many decimals; what is no number stays.
    pub(super) fn rounded(self, cell: &str, places: u32) -> String {
        let rounded = match self {
            Self::HalfUp => format!("ROUND({cell},{places})"),
            Self::HalfEven => {
                let unit = 10_u64.pow(places);
                format!("({})/{unit}", even(&format!("{unit}*{cell}"), "1"))
            }
        };
        format!("=IF(ISNUMBER({cell}),{rounded},{cell})")
    }

    /// The same quotient at 8 decimals: first the whole ten-thousandths, then those of the rest, because a quotient of so
    /// many digits has no room for the digits after them.
    pub(super) fn long_quotient(self, numerator: &str, denominator: &str) -> String {
        let whole = format!("INT(10000*{numerator}/({denominator}))");
        let rest = format!("10000*(10000*{numerator}-{whole}*({denominator}))");
        let rounded = match self {
            Self::HalfUp => format!("ROUND({rest}/({denominator}),0)"),
            Self::HalfEven => even(&rest, denominator),
        };
        or_nothing(denominator, &format!("({whole}*10000+{rounded})/100000000"))
    }
}

/// A quotient rounded to a whole number, a tie to the even one. The tolerance matters only to the one numerator
/// that is a sum of fractions.
fn even(numerator: &str, denominator: &str) -> String {
    let nearest = format!("ROUND({numerator}/({denominator}),0)");
    let tie = format!("ABS(MOD(2*{numerator},2*({denominator}))-({denominator}))<0.000001");
    format!("{nearest}-IF(AND({tie},ISODD({nearest})),1,0)")
}

fn or_nothing(denominator: &str, formula: &str) -> String {
    format!("=IF({denominator}=0,\"{NOTHING}\",{formula})")
}

/// A number as it is printed, in any language of the spreadsheet.
fn printed(number: &str, places: u32) -> String {
    format!("SUBSTITUTE(FIXED({number},{places},TRUE),\",\",\".\")")
}

/// How released figures look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// `49`
    Whole,
    /// `98.06`
    Points,
    /// `83.67%`, of 0.8367
    Share,
    /// `98.06122449`, zeros at the end dropped
    Long,
    /// A word
    Word,
}

/// Whether a cell comes to the released text in another.
pub(super) fn check(computed: &str, released: &str, shown: Shown, text: &str) -> String {
    let print = match shown {
        Shown::Word => return says(&format!("{computed}={released}")),
        Shown::Whole => printed(computed, 0),
        Shown::Points => printed(computed, 2),
        Shown::Share => format!("{}&\"%\"", printed(&format!("100*{computed}"), 2)),
        Shown::Long => printed(computed, 8),
    };
    let released = if shown == Shown::Long { format!("{released}&\"{}\"", dropped(text)) } else { released.to_owned() };
    says(&format!("IF(ISNUMBER({computed}),{print},{computed})={released}"))
}

/// The zeros that a figure of 8 decimals has dropped.
fn dropped(text: &str) -> String {
    match text.split_once('.') {
        Some((_, decimals)) => "0".repeat(8_usize.saturating_sub(decimals.len())),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => format!(".{}", "0".repeat(8)),
        None => String::new(),
    }
}

/// Whether all cells of a row come to the released texts beside them. `base` is where its n stands; `all` how many
/// cells there are, the last of them the row's total.
pub(super) fn check_row(row: &Cells<'_>, base: &str, shown: Shown) -> String {
    let Cells { computed, released, total, released_total, options } = row;
    let (cells, last) = match shown {
        Shown::Share => {
            let whole = format!("FIXED(100*{total},0,TRUE)&\"%\"={released_total}");
            (format!("{}&\"%\"", printed(&format!("100*{computed}"), 2)), whole)
        }
        Shown::Whole => (printed(computed, 0), format!("{}={released_total}", printed(total, 0))),
        _ => (printed(computed, 2), format!("{}={released_total}", printed(total, 2))),
    };
    let numbers = format!("AND(SUMPRODUCT(--({cells}={released}))={options},{last})");
    if shown == Shown::Whole {
        return says(&numbers);
    }
    let nothing = [computed, total, released, released_total].map(|cells| format!("COUNTIF({cells},\"{NOTHING}\")"));
    let nothing = format!("{}={}", nothing.join("+"), 2 * options + 2);
    says(&format!("IF({base}=0,{nothing},{numbers})"))
}

/// Where the cells of a row stand.
pub(super) struct Cells<'a> {
    /// Those of the options.
    pub(super) computed: &'a str,
    /// What was released of them.
    pub(super) released: &'a str,
    /// The last cell of the row.
    pub(super) total: &'a str,
    /// What was released of it.
    pub(super) released_total: &'a str,
    /// How many options there are.
    pub(super) options: usize,
}

fn says(equal: &str) -> String {
    format!("=IF({equal},\"{SAME}\",\"{DIFFERENT}\")")
}
