//! The quantiles of 95 % confidence.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The 0.975 quantile of the normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;

/// Above so many degrees of freedom t is taken from its series.
const MANY: f64 = 200.0;

/// The 0.975 quantile of Student's t with `df` degrees of freedom, 1 or more, whole or not.
///
/// Its library inverts the incomplete beta function and loses digits as `df` grows (none is right at ten
/// million, and at a thousand million it does not end). Above 200 Fisher's series in 1/df
/// takes over (Abramowitz and Stegun 26.7.5), whose rest is below 10⁻¹¹ there.
pub fn t(df: f64) -> f64 {
    if df <= MANY {
        return StudentsT::new(0.0, 1.0, df).map_or(f64::INFINITY, |student| student.inverse_cdf(0.975));
    }
    let odd = |powers: &[f64]| powers.iter().rev().fold(0.0, |sum, factor| sum * Z * Z + factor) * Z;
    let terms = [
        odd(&[1.0]),
        odd(&[1.0, 1.0]) / 4.0,
        odd(&[3.0, 16.0, 5.0]) / 96.0,
        odd(&[-15.0, 17.0, 19.0, 3.0]) / 384.0,
        odd(&[-945.0, -1_920.0, 1_482.0, 776.0, 79.0]) / 92_160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, term| sum / df + term)
}

/// A whole number as a float; beyond four thousand million, where no quantile changes, without end.
pub(super) fn number(whole: u64) -> f64 {
    u32::try_from(whole).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_is_what_r_says_to_nine_decimals() {
        // R 4.2: qt(0.975, df)
        for (df, quantile) in [
            (1.0, 12.706_204_736_174_694),
            (1.001, 12.676_247_858_570_62),
            (1.3, 7.500_529_325_562_027),
            (2.0, 4.302_652_729_749_462),
            (2.5, 3.574_654_842_003_692),
            (3.0, 3.182_446_305_283_708),
            (4.0, 2.776_445_105_197_793_4),
            (6.0, 2.446_911_851_144_969),
            (10.5, 2.213_840_292_918_787),
            (48.0, 2.010_634_757_624_232),
            (97.0, 1.984_723_186_013_984_5),
            (200.0, 1.971_896_223_633_908),
            (300.0, 1.967_903_011_261_086),
            (1_000.0, 1.962_339_080_826_408),
            (1_000_000.0, 1.959_966_356_814_107),
            (1e9, 1.959_963_986_912_325),
            (f64::INFINITY, Z),
        ] {
            assert!((t(df) - quantile).abs() < 5e-11, "df = {df}: {}", t(df));
        }
    }

    #[test]
    fn t_falls_with_every_degree_of_freedom() {
        let quantiles: Vec<f64> = (4..=2_000).map(|quarter| t(f64::from(quarter) / 4.0)).collect();
        assert!(quantiles.windows(2).all(|pair| pair[1] < pair[0]), "{quantiles:?}");
        assert!(number(u64::MAX).is_infinite() && number(7) == 7.0);
    }
}
