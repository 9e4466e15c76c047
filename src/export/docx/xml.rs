//! Text inside XML, whatever it holds.

use std::fmt::{self, Display, Write};

/// Text as it may stand in an element or an attribute: escaped, line ends and tabs as blanks, without the
/// characters that XML forbids.
pub(in crate::export) struct Safe<'a>(pub &'a str);

impl Display for Safe<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\t' | '\n' | '\r' => out.write_char(' ')?,
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                other => out.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_dropped_and_the_rest_escaped() {
        assert_eq!(Safe("<&\">\u{1}\u{b}\u{ffff}一\n二😀").to_string(), "&lt;&amp;&quot;&gt;一 二😀");
    }
}
