//! Option weights as people write them: 0.90, stored as 900 per mille.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The weight of so many per mille as people write it: two decimals, three where they are needed.
pub fn shown(per_mille: u16) -> String {
    let weight = Decimal::new(i64::from(per_mille), 3);
    let short = weight.round_dp(2);
    let (weight, places) = if short == weight { (short, 2) } else { (weight, 3) };
    format!("{weight:.places$}")
}

/// The per mille of a weight as people write it, whatever it is; nothing where it is no number of
/// thousandths.
pub fn per_mille(text: &str) -> Option<u32> {
    let thousandths = Decimal::from_str_exact(text).ok()?.checked_mul(Decimal::ONE_THOUSAND)?;
    if thousandths.is_integer() { thousandths.to_u32() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_read_as_it_is_shown() {
        for number in 0..=1_000 {
            assert_eq!(per_mille(&shown(number)), Some(u32::from(number)));
        }
        assert_eq!([1_000, 900, 5, 0].map(shown), ["1.00", "0.90", "0.005", "0.00"]);
        assert_eq!(per_mille("1"), Some(1_000));
        for wrong in ["", "x", "-0.1", "0.0005", "9e9", "1e-3", "99999999999999999999999999"] {
            assert_eq!(per_mille(wrong), None, "{wrong}");
        }
    }
}
