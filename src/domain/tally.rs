//! The tally: how often each option was chosen, and the exact scores that follow.
//!
//! With question weights v (1 unless set) and option weights w in per mille, a question is worth
//! 100·v/Σv points; a cell is count·w/n of them; the pooled score is 100·Σ v·w·count / Σ v·n over
//! questions and options. Counts and shares of 合计 stay unweighted. Source: every cell of the
//! Kunming report of 2022 reproduces this way.

use super::exact::Fraction;
use super::response::{Answer, Answers};
use super::survey::{Measure, POINTS, Survey};

/// Per-mille weights in one.
const PER_MILLE: u128 = 1_000;

/// The counts of one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often each option was chosen, best first.
    pub chosen: [u64; POINTS],
    /// How often "don't know" was chosen; outside the base.
    pub dont_know: u64,
    /// How often the question was left open; outside the base.
    pub skipped: u64,
}

impl Counts {
    /// The base n: forms that chose one of the five options.
    pub fn base(&self) -> u64 {
        self.chosen.iter().sum()
    }

    fn join(&mut self, other: &Self) {
        for (sum, count) in self.chosen.iter_mut().zip(other.chosen) {
            *sum += count;
        }
        self.dont_know += other.dont_know;
        self.skipped += other.skipped;
    }

    /// Share of one option in per cent; `None` without a base.
    pub fn percent(&self, position: usize) -> Option<Fraction> {
        let count = self.chosen.get(position).copied().unwrap_or(0);
        Fraction::new(u128::from(count) * 100, u128::from(self.base()))
    }
}

/// The counts of a set of forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Forms counted.
    pub forms: u64,
    /// The base of the whole table: forms that chose one of the five options at least once.
    pub base: u64,
    /// One entry for each question.
    pub questions: Vec<Counts>,
}

impl Tally {
    /// An empty tally for that many questions.
    pub fn new(questions: usize) -> Self {
        Self { forms: 0, base: 0, questions: vec![Counts::default(); questions] }
    }

    /// Counts a form that occurs `times` times.
    pub fn add(&mut self, answers: &Answers, times: u64) {
        self.forms += times;
        if answers.has_base() {
            self.base += times;
        }
        for (counts, answer) in self.questions.iter_mut().zip(answers.iter()) {
            let place = match answer {
                Answer::Option(position) => counts.chosen.get_mut(position),
                Answer::DontKnow => Some(&mut counts.dont_know),
                Answer::Skipped => Some(&mut counts.skipped),
            };
            if let Some(place) = place {
                *place += times;
            }
        }
    }

    /// Counts the forms of another tally, too.
    pub fn join(&mut self, other: &Self) {
        self.forms += other.forms;
        self.base += other.base;
        for (counts, others) in self.questions.iter_mut().zip(&other.questions) {
            counts.join(others);
        }
    }

    /// 合计: all answers to all questions together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.questions.iter().for_each(|counts| total.join(counts));
        total
    }

    /// Whether all questions have the same base. Only then do the pooled score and the mean of the
    /// question scores agree.
    pub fn same_base(&self) -> bool {
        let mut bases = self.questions.iter().map(Counts::base);
        bases.next().is_none_or(|first| bases.all(|base| base == first))
    }
}

/// The exact scores of a tally under a survey's weights.
pub struct Scores<'a> {
    survey: &'a Survey,
    tally: &'a Tally,
}

impl<'a> Scores<'a> {
    /// The scores of that tally.
    pub const fn new(survey: &'a Survey, tally: &'a Tally) -> Self {
        Self { survey, tally }
    }

    /// Points of one cell of question `index` (from 0), or of the whole question where `position` is
    /// `None`. A question's total adds the unrounded cells.
    pub fn question(&self, index: usize, position: Option<usize>) -> Option<Fraction> {
        let counts = self.tally.questions.get(index)?;
        let weight = u128::from(self.survey.questions.get(index)?.weight);
        let worth = u128::from(self.survey.total_weight());
        Fraction::new(self.weighted(counts, position) * weight * 100, PER_MILLE * u128::from(counts.base()) * worth)
    }

    /// Points of 合计: of one option, or the pooled score where `position` is `None`.
    pub fn pooled(&self, position: Option<usize>) -> Option<Fraction> {
        let (mut points, mut base) = (0_u128, 0_u128);
        for (question, counts) in self.survey.questions.iter().zip(&self.tally.questions) {
            let weight = u128::from(question.weight);
            points += self.weighted(counts, position) * weight;
            base += u128::from(counts.base()) * weight;
        }
        Fraction::new(points * 100, PER_MILLE * base)
    }

    /// The sum of the question scores; `None` where some question has no base. It differs from the
    /// pooled score where optional questions or "don't know" make the bases differ.
    pub fn sum_of_questions(&self) -> Option<Fraction> {
        Fraction::sum((0..self.tally.questions.len()).map(|index| self.question(index, None)))
    }

    /// One of the measures of satisfaction, exactly.
    pub fn measure(&self, measure: Measure) -> Option<Fraction> {
        let best = match measure {
            Measure::WeightedScore => return self.pooled(None),
            Measure::Top2 => 2,
            Measure::Top1 => 1,
        };
        let total = self.tally.total();
        let chosen: u64 = total.chosen.iter().take(best).sum();
        Fraction::new(u128::from(chosen) * 100, u128::from(total.base()))
    }

    /// Σ w·count in per mille, over one option or over all.
    fn weighted(&self, counts: &Counts, position: Option<usize>) -> u128 {
        let cells = self.survey.scale.options.iter().zip(counts.chosen).enumerate();
        cells
            .filter(|(index, _)| position.is_none_or(|position| position == *index))
            .map(|(_, (option, count))| u128::from(option.weight) * u128::from(count))
            .sum()
    }
}
