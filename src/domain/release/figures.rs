//! The official table and the measures, as printed.

use super::document::{ByMeasure, ByOption, Figure, Measures, OptionLine, OtherWeights, QuestionBlock, TotalBlock};
use super::{Error, Sources};
use crate::domain::exact::{Fraction, TooLarge};
use crate::domain::survey::{POINTS, ScaleOption, Survey};
use crate::domain::tally::{Counts, Scores, Tally};

/// How figures of a survey are printed.
#[derive(Clone)]
pub(super) struct Print<'a> {
    pub(super) survey: &'a Survey,
    pub(super) places: u32,
}

impl Print<'_> {
    pub(super) fn figure(&self, exact: Option<Fraction>) -> Result<Figure, TooLarge> {
        exact.map(|exact| Ok(exact.round(self.places, self.survey.rounding)?.to_string())).transpose()
    }

    fn by_option<T, E>(&self, value: impl Fn(usize) -> Result<T, E>) -> Result<ByOption<T>, E> {
        let options = self.survey.scale.options.iter().enumerate();
        options.map(|(position, option)| Ok((option.code.clone(), value(position)?))).collect()
    }

    fn counts(&self, counts: &Counts) -> Result<ByOption<u64>, Error> {
        self.by_option(|position| Ok(counts.chosen.get(position).copied().unwrap_or(0)))
    }
}

pub(super) fn measures(print: &Print<'_>, scores: &Scores<'_>, shown: bool) -> Result<Measures, TooLarge> {
    ByMeasure::of(|measure| if shown { print.figure(scores.measure(measure)) } else { Ok(None) })
}

/// The score under other weights that are in use, and under the lowest and highest that the two worst options may
/// have.
pub(super) fn other_weights(print: &Print<'_>, tally: &Tally) -> Result<Vec<OtherWeights>, Error> {
    let official = print.survey.scale.options.clone().map(|option| option.weight);
    let [best, second, middle, ..] = official;
    let all: [(&str, [u16; POINTS]); 4] = [
        ("fifths", [1_000, 800, 600, 400, 200]),
        ("quarters", [1_000, 750, 500, 250, 0]),
        ("lowest", [best, second, middle, 0, 0]),
        ("highest", [best, second, middle, middle, middle]),
    ];
    let score = |(name, weights): (&str, [u16; POINTS])| {
        let mut survey = print.survey.clone();
        for (option, weight) in survey.scale.options.iter_mut().zip(weights) {
            option.weight = weight;
        }
        let weighted_score = print.figure(Scores::new(&survey, tally).pooled(None))?;
        Ok(OtherWeights { name: name.to_owned(), weights_per_mille: weights.to_vec(), weighted_score })
    };
    all.into_iter().map(score).collect()
}

/// The measures over all forms. Their difference to the official ones is about the voided forms, so there are
/// enough of these, or they are not told.
pub(super) fn with_voided(print: &Print<'_>, sources: &Sources<'_>) -> Result<Option<Measures>, TooLarge> {
    let (valid, voided) = (&sources.counted.valid, &sources.counted.voided);
    if !sources.hiding.tells_all {
        return Ok(None);
    }
    let mut all = valid.clone();
    all.join(voided);
    Ok(Some(measures(print, &Scores::new(print.survey, &all), true)?))
}

pub(super) fn scale(survey: &Survey) -> Vec<OptionLine> {
    let line = |option: &ScaleOption| OptionLine {
        code: option.code.clone(),
        label: option.label.clone(),
        weight_per_mille: option.weight,
    };
    survey.scale.options.iter().map(line).collect()
}

pub(super) fn questions(print: &Print<'_>, scores: &Scores<'_>, tally: &Tally) -> Result<Vec<QuestionBlock>, Error> {
    let blocks = print.survey.questions.iter().zip(&tally.questions).enumerate();
    blocks
        .map(|(index, (question, counts))| {
            Ok(QuestionBlock {
                no: index + 1,
                text: question.text.clone(),
                weight: question.weight,
                n: counts.base(),
                dont_know: counts.dont_know,
                skipped: counts.skipped,
                counts: print.counts(counts)?,
                percent: print.by_option(|position| print.figure(counts.percent(position)))?,
                score: print.by_option(|position| print.figure(scores.question(index, Some(position))))?,
                score_total: print.figure(scores.question(index, None))?,
            })
        })
        .collect()
}

pub(super) fn total(print: &Print<'_>, scores: &Scores<'_>, tally: &Tally) -> Result<TotalBlock, Error> {
    let counts = tally.total();
    let bases_differ = !tally.same_base();
    let sum = scores.sum_of_questions().filter(|_| bases_differ);
    Ok(TotalBlock {
        n: counts.base(),
        counts: print.counts(&counts)?,
        percent: print.by_option(|position| print.figure(counts.percent(position)))?,
        score: print.by_option(|position| print.figure(scores.pooled(Some(position))))?,
        score_total: print.figure(scores.pooled(None))?,
        bases_differ,
        sum_of_question_scores: print.figure(sum)?,
    })
}
