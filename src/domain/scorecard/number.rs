//! Numbers of a scorecard: digits with a point, exact, never below 0.

use super::Mistake;
use rust_decimal::Decimal;

/// Decimals of weights and scores.
pub const POINT_PLACES: u32 = 2;
/// Decimals of targets and actual values.
pub const FIGURE_PLACES: u32 = 6;
/// The largest number.
pub const LARGEST: i64 = 1_000_000_000_000;

/// The number that was typed, without zeros at its end.
pub fn amount(text: &str, places: u32) -> Result<Decimal, Mistake> {
    let wrong = || Mistake::NotNumber { text: text.to_owned() };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    if !plain(whole) || !plain(decimals) {
        return Err(wrong());
    }
    if digits.len() < text.len() {
        return Err(Mistake::Negative);
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > usize::try_from(places).unwrap_or(usize::MAX) {
        return Err(Mistake::Decimals { most: places.into() });
    }
    let too_high = Mistake::High { most: LARGEST };
    let Ok(number) = Decimal::from_str_exact(&format!("{whole}.{decimals}0")) else { return Err(too_high) };
    if number > Decimal::from(LARGEST) { Err(too_high) } else { Ok(number.normalize()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_typed_or_refused() {
        let read = |text: &str| amount(text, POINT_PLACES).map(|number| number.to_string());
        for (text, number) in
            [("20", "20"), ("20.00", "20"), ("0.5", "0.5"), ("007.10", "7.1"), ("1000000000000", "1000000000000")]
        {
            assert_eq!(read(text).as_deref(), Ok(number), "{text}");
        }
        for text in ["", ".", ".5", "5.", "1e3", "+1", "2,979", "１", "20%", "1_000", "--1", "1.2.3", "x"] {
            assert_eq!(read(text), Err(Mistake::NotNumber { text: text.to_owned() }), "{text}");
        }
        assert_eq!(read("-1"), Err(Mistake::Negative));
        assert_eq!(read("0.001"), Err(Mistake::Decimals { most: 2 }));
        for text in ["1000000000000.01", &"9".repeat(400)] {
            assert_eq!(read(text), Err(Mistake::High { most: LARGEST }), "{text}");
        }
    }
}
