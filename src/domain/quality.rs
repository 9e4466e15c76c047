//! What stands out in the forms of a unit: signs that somebody should look, never that somebody did wrong.
//!
//! Many people are content with everything, so equal forms and straight lines are common in honest surveys: the
//! report of 2022 itself fits up to 47 of 49 people ticking one column all the way down. A sign is a unit that
//! differs from the survey as a whole.

use super::exact::Fraction;
use super::response::{Answer, Answers, Respondent};

/// Percentage points above the survey's own share from which on a unit stands out.
const ABOVE: u32 = 20;

/// Answers in ten minutes from which on a unit's busiest ten minutes are told: one a minute is what one person
/// fills in without a pause.
pub const BUSY: u32 = 10;

/// Links finished on one phone within a day from which on they are told: more than a family has.
pub const SHARED: u32 = 5;

/// The forms of one unit, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// All forms.
    pub all: u64,
    /// How often the commonest form occurs.
    pub commonest: u64,
    /// Forms that give one and the same option to every question, two at least.
    pub straight: u64,
    /// Forms filled in with help of the institution's staff.
    pub helped_by_staff: u64,
}

/// A sign, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Many equal forms.
    Identical,
    /// Many forms with one option all the way down.
    Straight,
    /// Many forms filled in with help of the institution's staff.
    Helped,
}

impl Forms {
    /// Counts equal forms. Which is the commonest is not asked here.
    pub fn add(&mut self, answers: &Answers, times: u64) {
        self.all += times;
        if is_straight(answers) {
            self.straight += times;
        }
    }

    /// Counts who filled forms in that were counted already.
    pub fn filled_in_by(&mut self, respondent: Respondent, times: u64) {
        if respondent == Respondent::HelpedByStaff {
            self.helped_by_staff += times;
        }
    }

    const fn count(&self, sign: Sign) -> u64 {
        match sign {
            Sign::Identical => self.commonest,
            Sign::Straight => self.straight,
            Sign::Helped => self.helped_by_staff,
        }
    }

    /// The share of a sign among these forms.
    pub fn share(&self, sign: Sign) -> Option<Share> {
        Share::of(self.count(sign), self.all)
    }

    /// What stands out here against the survey as a whole.
    pub fn signs(&self, everybody: &Self) -> Vec<Sign> {
        let share = |forms: &Self, sign: Sign| percent(forms.count(sign), forms.all);
        let stands_out = |sign: &Sign| match (share(self, *sign), share(everybody, *sign)) {
            (Some(here), Some(everywhere)) => here >= everywhere + ABOVE,
            _ => false,
        };
        [Sign::Identical, Sign::Straight, Sign::Helped].into_iter().filter(stands_out).collect()
    }
}

/// A share of a group in steps of 20 per cent: whoever looks twice, before and after somebody joins or leaves the
/// group, learns nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    step: u32,
}

/// Width of a step of a [`Share`], in percentage points.
const STEP: u32 = 20;

/// The share of `count` in `all` in whole per cent; `None` of nobody.
fn percent(count: u64, all: u64) -> Option<u32> {
    let exact = Fraction::new(u128::from(count) * 100, u128::from(all))?;
    let percent = exact.round(0, super::exact::Rounding::HalfUp).ok()?;
    u32::try_from(percent).ok()
}

impl Share {
    /// The share of `count` in `all`; `None` of nobody.
    pub fn of(count: u64, all: u64) -> Option<Self> {
        percent(count, all).map(|percent| Self { step: (percent / STEP).min(100 / STEP - 1) })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let from = self.step * STEP;
        match from {
            0 => write!(f, "< {STEP}"),
            80.. => write!(f, "≥ {from}"),
            _ => write!(f, "{from}–{}", from + STEP),
        }
    }
}

/// Whether every question has the same option, of two questions at least.
fn is_straight(answers: &Answers) -> bool {
    let mut answers = answers.iter();
    let Some(first @ Answer::Option(_)) = answers.next() else { return false };
    let mut others = 0_usize;
    answers.all(|answer| {
        others += 1;
        answer == first
    }) && others > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(counted: &[(&str, u64)]) -> Forms {
        let mut forms = Forms::default();
        for (text, times) in counted {
            forms.add(&Answers::from_text(text).unwrap(), *times);
            forms.commonest = forms.commonest.max(*times);
        }
        forms
    }

    #[test]
    fn straight_lines_are_of_one_option_all_the_way_down() {
        let cases = [("111", true), ("555", true), ("112", false), ("xxx", false), ("11-", false), ("1", false)];
        for (text, straight) in cases {
            assert_eq!(forms(&[(text, 1)]).straight == 1, straight, "{text}");
        }
    }

    #[test]
    fn a_unit_stands_out_against_the_whole_survey() {
        let everybody = forms(&[("111", 400), ("121", 300), ("212", 300)]);
        let here = forms(&[("111", 60), ("121", 40)]);
        assert_eq!(here.signs(&everybody), [Sign::Identical, Sign::Straight]);
        let usual = forms(&[("111", 42), ("121", 38), ("212", 20)]);
        assert_eq!(usual.signs(&everybody), []);
        assert_eq!(Forms::default().signs(&everybody), []);
    }

    #[test]
    fn a_share_does_not_tell_of_everybody() {
        let told = |count, all| Share::of(count, all).map(|share| share.to_string());
        assert_eq!(told(10, 10).as_deref(), Some("≥ 80"));
        assert_eq!(told(0, 10).as_deref(), Some("< 20"));
        assert_eq!([1, 2, 3, 4].map(|count| told(count, 5).unwrap()), ["20–40", "40–60", "60–80", "≥ 80"]);
        assert_eq!(told(0, 0), None);
    }
}
