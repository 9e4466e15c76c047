//! Cronbach's α: how much the questions of a questionnaire measure the same.

use crate::domain::exact::Signed;
use crate::domain::response::{Answer, Answers};
use crate::domain::survey::POINTS;
use num_bigint::{BigInt, BigUint};

/// Sums over the complete forms: those with an option of the scale for every question. Options count 5 (best)
/// to 1, whatever their weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alpha {
    forms: u64,
    questions: Vec<Moments>,
    total: Moments,
}

/// Σp and Σp².
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moments {
    sum: u128,
    squares: u128,
}

impl Moments {
    fn add(&mut self, points: u128, times: u128) {
        self.sum += points * times;
        self.squares += points * points * times;
    }

    /// n·Σp² − (Σp)²: n·(n − 1) times the variance over `n` forms.
    fn spread(self, n: u64) -> BigInt {
        BigInt::from(self.squares) * n - BigInt::from(self.sum) * self.sum
    }
}

impl Alpha {
    /// No form yet, of a questionnaire with that many questions.
    pub fn new(questions: usize) -> Self {
        Self { forms: 0, questions: vec![Moments::default(); questions], total: Moments::default() }
    }

    /// Counts a form that occurs `times` times, if it is complete.
    pub fn add(&mut self, answers: &Answers, times: u64) {
        let position = |answer| match answer {
            Answer::Option(place) => POINTS.checked_sub(place).and_then(|points| u128::try_from(points).ok()),
            Answer::DontKnow | Answer::Skipped => None,
        };
        let Some(points) = answers.iter().map(position).collect::<Option<Vec<u128>>>() else { return };
        if points.len() != self.questions.len() {
            return;
        }
        self.forms += times;
        let times = u128::from(times);
        self.total.add(points.iter().sum(), times);
        for (question, points) in self.questions.iter_mut().zip(points) {
            question.add(points, times);
        }
    }

    /// How many complete forms were counted.
    pub const fn forms(&self) -> u64 {
        self.forms
    }

    /// α = k/(k − 1)·(1 − Σs²/s²ₜ) over k questions and the variance of the form totals (Cronbach 1951), at most 1
    /// and below 0 where questions contradict each other. `None` with one question or one form, or where all
    /// totals are the same.
    pub fn value(&self) -> Option<Signed> {
        let questions = BigInt::from(self.questions.len());
        let apart: BigInt = self.questions.iter().map(|question| question.spread(self.forms)).sum();
        let total = self.total.spread(self.forms);
        let base = BigUint::try_from((&questions - 1) * &total).ok()?;
        Signed::new(questions * (total - apart), base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exact::Rounding;

    /// α of forms as texts, at two decimals.
    fn alpha(forms: &[&str]) -> Option<String> {
        let mut alpha = Alpha::new(forms[0].len());
        forms.iter().for_each(|form| alpha.add(&Answers::from_text(form).unwrap(), 1));
        alpha.value().map(|value| value.round(2, Rounding::HalfUp).unwrap().to_string())
    }

    #[test]
    fn questions_answered_as_one_give_one_and_contradictions_less_than_nothing() {
        assert_eq!(alpha(&["111", "333", "222"]).as_deref(), Some("1.00"));
        // Variances 1 and 1/3, of the totals 1/3: 2·(1 − 4).
        assert_eq!(alpha(&["13", "22", "32"]).as_deref(), Some("-6.00"));
    }

    #[test]
    fn one_question_one_form_or_equal_totals_have_none() {
        for forms in [&["1", "3"][..], &["123"], &["12", "21"], &["x1", "22", "1-"]] {
            assert_eq!(alpha(forms), None, "{forms:?}");
        }
    }

    #[test]
    fn only_complete_forms_count_and_as_often_as_they_came() {
        let mut twice = Alpha::new(2);
        twice.add(&Answers::from_text("12").unwrap(), 2);
        let mut single = Alpha::new(2);
        for form in ["12", "x2", "1-", "12"] {
            single.add(&Answers::from_text(form).unwrap(), 1);
        }
        assert_eq!((single.forms(), &single), (2, &twice));
    }
}
