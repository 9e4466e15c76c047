//! Sampling: how many people of each county, and which.
//!
//! A draw can be repeated by anybody who has the roster: everybody gets the mark SHA-256 of the text
//! `SEED:STRATUM:NUMBER` (the number is the place on the roster), and those with the smallest marks are
//! drawn. Counties get the mark of `SEED:counties:CODE`. `printf %s TEXT | sha256sum` gives the same.

use super::unit::Tree;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// A margin of error, in tenths of a percentage point, at 95 % confidence and p = 0.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Margin(NonZeroU32);

impl Margin {
    /// The margin of so many tenths of a percentage point: 0.5 to 20 points.
    pub fn new(tenths: u32) -> Option<Self> {
        NonZeroU32::new(tenths).filter(|tenths| (5..=200).contains(&tenths.get())).map(Self)
    }

    /// Reads a margin in percentage points with at most one decimal, such as `5` or `2.5`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(['%', '％']).trim_end();
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(tenth) || tenth.len() != 1 {
            return None;
        }
        Self::new(whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?)
    }

    /// The margin in tenths of a percentage point.
    pub const fn tenths(self) -> u32 {
        self.0.get()
    }

    /// The margin in percentage points, as people write it.
    pub fn shown(self) -> String {
        let (whole, tenth) = (self.0.get() / 10, self.0.get() % 10);
        if tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") }
    }

    /// How many of `people` have to be asked: n = ⌈n0 / (1 + (n0 − 1) / N)⌉ with n0 = z² p (1 − p) / e²,
    /// z = 1.96, p = 0.5 (Cochran). In whole numbers: n0 = 960400 / e² with e in thousandths.
    pub fn sample_of(self, people: u64) -> u64 {
        const Z2_P_Q: u128 = 960_400;
        let squared = u128::from(self.0.get()).pow(2);
        let Some(others) = people.checked_sub(1) else { return 0 };
        let size = (Z2_P_Q * u128::from(people)).div_ceil(squared * u128::from(others) + Z2_P_Q);
        u64::try_from(size).unwrap_or(people).min(people)
    }

    /// n0, the size for a population without end, to two decimals and cut off: for showing.
    pub fn unlimited(self) -> String {
        let hundredths = 96_040_000_u64 / u64::from(self.0.get()).pow(2);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

impl TryFrom<u32> for Margin {
    type Error = &'static str;

    fn try_from(tenths: u32) -> Result<Self, &'static str> {
        Self::new(tenths).ok_or("a margin of error that is none")
    }
}

impl From<Margin> for u32 {
    fn from(margin: Margin) -> Self {
        margin.0.get()
    }
}

/// How many counties at least: 30 % of them, rounded up.
pub fn fewest_counties(all: usize) -> usize {
    (all * 3).div_ceil(10)
}

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// So many counties, drawn first; all of them where nothing is said.
    pub counties: Option<usize>,
    /// In each of them a sample with this margin of error; everybody where nothing is said.
    pub margin: Option<Margin>,
}

/// A county, or what stands at its level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// Code of the unit.
    pub unit: String,
    /// N: how many of its people could be drawn.
    pub people: u64,
    /// n: how many were.
    pub sample: u64,
    /// Places on the roster of those who were drawn, in order.
    pub drawn: Vec<i32>,
}

/// Who could be drawn, by stratum: places on the roster.
pub type Frame = BTreeMap<String, Vec<i32>>;

/// Under which stratum the people of a unit are: the unit below the top that stands above them, or the top
/// itself for people who belong to no other.
pub fn stratum<'a>(tree: &'a Tree, unit: &'a str) -> &'a str {
    let way: Vec<&str> = tree.up_from(unit).map(|unit| unit.code.as_str()).collect();
    match way.as_slice() {
        [.., county, _top] => county,
        [top] => top,
        [] => unit,
    }
}

/// What a plan comes to before anything is drawn: for every stratum its people and how many would be asked
/// if it is among the counties. The second number is of counties to draw.
pub fn sizes(plan: Plan, people: &BTreeMap<String, u64>) -> (Vec<(String, u64, u64)>, usize) {
    let size = |people: u64| plan.margin.map_or(people, |margin| margin.sample_of(people));
    let rows = people.iter().map(|(unit, people)| (unit.clone(), *people, size(*people))).collect();
    (rows, plan.counties.unwrap_or(people.len()).min(people.len()))
}

/// Draws. The same seed and frame give the same sample.
pub fn draw(plan: Plan, seed: &str, frame: &Frame) -> Vec<Stratum> {
    let wanted = plan.counties.unwrap_or(frame.len());
    let counties = first(frame.keys().cloned(), wanted, |code| mark(seed, "counties", code));
    let stratum = |(unit, members): (&String, &Vec<i32>)| {
        let people = u64::try_from(members.len()).unwrap_or(u64::MAX);
        let size = match plan.margin {
            _ if !counties.contains(unit) => 0,
            Some(margin) => margin.sample_of(people),
            None => people,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let drawn = first(members.iter().copied(), size, |number| mark(seed, unit, &number.to_string()));
        Stratum { unit: unit.clone(), people, sample: u64::try_from(drawn.len()).unwrap_or(u64::MAX), drawn }
    };
    frame.iter().map(stratum).collect()
}

/// The `wanted` members with the smallest marks, in their own order.
fn first<T: Ord>(members: impl Iterator<Item = T>, wanted: usize, mark: impl Fn(&T) -> [u8; 32]) -> Vec<T> {
    let mut marked: Vec<([u8; 32], T)> = members.map(|member| (mark(&member), member)).collect();
    marked.sort_unstable();
    marked.truncate(wanted);
    let mut drawn: Vec<T> = marked.into_iter().map(|(_, member)| member).collect();
    drawn.sort_unstable();
    drawn
}

fn mark(seed: &str, stratum: &str, member: &str) -> [u8; 32] {
    Sha256::digest(format!("{seed}:{stratum}:{member}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn margin(tenths: u32) -> Margin {
        Margin::new(tenths).unwrap()
    }

    fn frame(sizes: &[usize]) -> Frame {
        let mut next = 0..;
        let members = |size: &usize| next.by_ref().take(*size).collect();
        sizes.iter().map(members).enumerate().map(|(index, all)| (format!("5301{index:02}"), all)).collect()
    }

    #[test]
    fn sizes_agree_with_those_worked_out_by_hand() {
        // N, e in tenths of a point, n. The first: 384.16 / (1 + 383.16 / 213) = 137.25.
        for (people, tenths, size) in [
            (213, 50, 138),
            (2979, 50, 341),
            (1_000, 50, 278),
            (1_000_000, 50, 385),
            (500, 30, 341),
            (100, 100, 50),
            (10, 50, 10),
            (1, 50, 1),
            (0, 50, 0),
        ] {
            assert_eq!(margin(tenths).sample_of(people), size, "N = {people}, e = {tenths} ‰");
        }
        assert_eq!((margin(50).unlimited(), margin(25).unlimited()), ("384.16".to_owned(), "1536.64".to_owned()));
        assert_eq!([14, 10, 3, 1, 0].map(fewest_counties), [5, 3, 1, 1, 0]);
    }

    #[test]
    fn a_margin_is_read_as_people_write_it() {
        for (text, tenths) in [("5", 50), (" 2.5 % ", 25), ("10％", 100), ("0.5", 5), ("20", 200)] {
            assert_eq!(Margin::parse(text).map(Margin::tenths), Some(tenths), "{text}");
        }
        for text in ["", "0", "0.4", "20.1", "5.55", "-5", "+5", "5.", ".5", "fünf", "99999999999"] {
            assert_eq!(Margin::parse(text), None, "{text}");
        }
        assert_eq!((margin(50).shown(), margin(25).shown()), ("5".to_owned(), "2.5".to_owned()));
    }

    #[test]
    fn a_mark_is_what_sha256sum_says() {
        // printf %s seed:530102:7 | sha256sum
        let hex = data_encoding::HEXLOWER.encode(&mark("seed", "530102", "7"));
        assert_eq!(hex, "9e298eb6eedff07517bd07924131ef5fe6d752bec8121c2e741c4c17d1b03ebc");
    }

    #[test]
    fn people_are_of_the_county_above_them() {
        let unit = |code: &str, parent: Option<&str>| Unit {
            code: code.to_owned(),
            name: code.to_owned(),
            parent: parent.map(str::to_owned),
            level: String::new(),
        };
        let tree = Tree::new(vec![unit("C", None), unit("D", Some("C")), unit("I", Some("D")), unit("X", Some("I"))]);
        assert_eq!(["C", "D", "I", "X", "?"].map(|code| stratum(&tree, code)), ["C", "D", "D", "D", "?"]);
    }

    #[test]
    fn every_county_and_every_member_is_drawn_about_equally_often() {
        // 2000 draws of 5 of 14 counties: 714 each are expected, with a deviation of 21.
        let frame = frame(&[20; 14]);
        let mut counties: BTreeMap<String, u32> = BTreeMap::new();
        let mut members: BTreeMap<i32, u32> = BTreeMap::new();
        for seed in 0..2_000 {
            // e = 20 points: 11 of 20 people.
            let plan = Plan { counties: Some(5), margin: Some(margin(200)) };
            for stratum in draw(plan, &format!("seed {seed}"), &frame).iter().filter(|one| one.sample > 0) {
                *counties.entry(stratum.unit.clone()).or_default() += 1;
                for number in &stratum.drawn {
                    *members.entry(*number).or_default() += 1;
                }
            }
        }
        let chi2 = |observed: Vec<u32>, expected: f64| -> f64 {
            observed.into_iter().map(|count| (f64::from(count) - expected).powi(2) / expected).sum()
        };
        let size = u32::try_from(margin(200).sample_of(20)).unwrap();
        assert_eq!((counties.len(), members.len()), (14, 280));
        // Drawing without putting back spreads less than chi square says: both far below its 99.9 %.
        assert!(chi2(counties.into_values().collect(), 2_000.0 * 5.0 / 14.0) < 34.5);
        assert!(chi2(members.into_values().collect(), 2_000.0 * 5.0 / 14.0 * f64::from(size) / 20.0) < 356.0);
    }

    proptest! {
        #[test]
        fn a_draw_takes_exactly_so_many_different_members_of_each(
            sizes in prop::collection::vec(0_usize..60, 1..12),
            tenths in 5_u32..=200,
            counties in prop::option::of(1_usize..12),
            everybody in any::<bool>(),
            seed in "[0-9a-f]{32}",
        ) {
            let frame = frame(&sizes);
            let plan = Plan { counties, margin: (!everybody).then(|| margin(tenths)) };
            let strata = draw(plan, &seed, &frame);
            prop_assert_eq!(&strata, &draw(plan, &seed, &frame));
            let taken = counties.unwrap_or(frame.len()).min(frame.len());
            let asked = strata.iter().filter(|one| one.sample > 0).count();
            prop_assert!(asked <= taken);
            for stratum in &strata {
                let members: BTreeSet<i32> = frame[&stratum.unit].iter().copied().collect();
                let drawn: BTreeSet<i32> = stratum.drawn.iter().copied().collect();
                prop_assert_eq!(drawn.len(), stratum.drawn.len(), "nobody twice");
                prop_assert!(drawn.is_subset(&members));
                prop_assert_eq!(stratum.people, u64::try_from(members.len()).unwrap());
                prop_assert_eq!(stratum.sample, u64::try_from(drawn.len()).unwrap());
                let whole = plan.margin.map_or(stratum.people, |margin| margin.sample_of(stratum.people));
                prop_assert!(stratum.sample == whole || (stratum.sample == 0 && taken < frame.len()));
            }
        }

        #[test]
        fn a_sample_is_no_smaller_than_the_formula_and_by_less_than_one_larger(
            people in 1_u64..2_000_000, tenths in 5_u32..=200,
        ) {
            let size = margin(tenths).sample_of(people);
            let (a, b, n) = (960_400_u128, u128::from(tenths).pow(2), u128::from(people));
            // n0 N / (N + n0 − 1) as a fraction with whole numbers.
            let (top, bottom) = (a * n, b * (n - 1) + a);
            prop_assert!(u128::from(size) * bottom >= top && (u128::from(size) - 1) * bottom < top);
            prop_assert!(size <= people);
        }
    }
}
