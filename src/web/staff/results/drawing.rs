//! Places in a drawing. They follow from the figures of a release and are no figures themselves.

use std::fmt;

/// A part of the width of a drawing, in hundredths of a per cent; written as per cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(u64);

impl Part {
    /// The whole width.
    pub const WHOLE: u64 = 10_000;

    /// `part` of `whole`; nothing of nothing.
    pub fn of(part: u64, whole: u64) -> Self {
        Self(part.saturating_mul(Self::WHOLE).checked_div(whole).unwrap_or(0).min(Self::WHOLE))
    }

    /// The width from a place to this one.
    pub const fn from(self, start: Self) -> Self {
        Self(self.0.saturating_sub(start.0))
    }

    /// The middle of what begins here and is that wide.
    pub const fn middle(self, width: Self) -> Self {
        Self(self.0 + width.0 / 2)
    }

    /// Whether it is at least so many per cent of the width.
    pub const fn at_least(self, percent: u64) -> bool {
        self.0 >= percent * 100
    }
}

impl fmt::Display for Part {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A printed figure from 0 to 100 in hundredths; none where it is no single number, as `≥ 95`.
pub fn hundredths(figure: &str) -> Option<u64> {
    let (whole, rest) = figure.split_once('.').unwrap_or((figure, ""));
    let rest = match rest.len() {
        0 => 0,
        1 => rest.parse::<u64>().ok()? * 10,
        _ => rest.get(..2)?.parse().ok()?,
    };
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_printed() {
        let read = ["98.06", "85", "85.5", "0.00", "100.00", "≥ 95", "≤ 5", "", "98.06122449"].map(hundredths);
        let expected = [Some(9_806), Some(8_500), Some(8_550), Some(0), Some(10_000), None, None, None, Some(9_806)];
        assert_eq!(read, expected);
    }

    #[test]
    fn parts_are_written_as_per_cent() {
        assert_eq!(Part::of(1, 3).to_string(), "33.33");
        assert_eq!(Part::of(2, 2).to_string(), "100.00");
        assert_eq!(Part::of(5, 0).to_string(), "0.00");
        assert_eq!(Part::of(1, 4).middle(Part::of(1, 2)).to_string(), "50.00");
    }
}
