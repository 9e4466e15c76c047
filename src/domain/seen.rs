//! Characters that nobody sees: two texts that look alike are alike, and one that looks empty is empty.

/// Whether a character of one line of text shows nothing, or moves what others show.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
