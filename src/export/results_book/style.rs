//! How the sheets look: one family of fonts, thin rules, one tint.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// What a check says of a figure that comes out as it was released.
pub(in crate::export) const SAME: &str = "一致";
/// What it says of one that does not.
pub(in crate::export) const DIFFERENT: &str = "不一致";

const INK: Color = Color::RGB(0x1A_1D21);
const MUTED: Color = Color::RGB(0x4A_5058);
const RULE: Color = Color::RGB(0x9A_A0A6);
const TINT: Color = Color::RGB(0xE6_F1F0);
const ALERT: Color = Color::RGB(0x8A_2E0B);
const ALERT_TINT: Color = Color::RGB(0xFB_EDE6);

/// Text outside of tables.
pub(in crate::export) fn plain() -> Format {
    Format::new()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_font_color(INK)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

/// The title of a sheet.
pub(in crate::export) fn title() -> Format {
    plain().set_font_name("黑体").set_font_size(16).set_align(FormatAlign::Center)
}

/// The line below it, and notes.
pub(in crate::export) fn note() -> Format {
    plain().set_font_size(9).set_font_color(MUTED)
}

/// A heading within a sheet.
pub(in crate::export) fn heading() -> Format {
    plain().set_font_name("黑体").set_font_size(12)
}

/// A cell of a table.
pub(in crate::export) fn text() -> Format {
    plain().set_border(FormatBorder::Thin).set_border_color(RULE)
}

/// A cell of a table with a short word in it.
pub(in crate::export) fn word() -> Format {
    text().set_align(FormatAlign::Center)
}

/// A head of a table.
pub(in crate::export) fn head() -> Format {
    word().set_font_name("黑体").set_background_color(TINT)
}

/// A figure.
pub(in crate::export) fn figure() -> Format {
    text().set_font_name("Times New Roman").set_align(FormatAlign::Right).unset_text_wrap()
}

/// A hash or an id: read letter by letter.
pub(in crate::export) fn code() -> Format {
    text().set_font_name("Times New Roman").set_align(FormatAlign::Left)
}

/// A check that found a difference.
pub(in crate::export) fn alert() -> Format {
    Format::new().set_font_color(ALERT).set_background_color(ALERT_TINT).set_bold()
}
