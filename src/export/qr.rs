//! QR codes for paper: one path, in modules.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light modules around a code, which readers need.
const QUIET: usize = 4;

/// A QR code as the path of an SVG.
pub struct Picture {
    /// Width and height with the quiet zone, in modules.
    pub size: usize,
    /// Width and height of the dark part, in modules.
    pub inner: usize,
    /// The dark modules.
    pub path: String,
}

/// The QR code of a text at level M, which a crease or a stain does not break; nothing where the text is too
/// long for one.
pub fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let inner = code.width();
    let colours = code.to_colors();
    let mut path = String::new();
    for (y, row) in colours.chunks(inner).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Picture { size: inner + 2 * QUIET, inner, path })
}
