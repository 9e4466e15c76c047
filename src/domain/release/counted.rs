//! All responses of a survey, counted once for everything a release says.

use crate::domain::disclosure::Bases;
use crate::domain::quality::Forms;
use crate::domain::response::{Answer, Answers, Channel, Respondent};
use crate::domain::statistics::{Alpha, Sums};
use crate::domain::survey::Survey;
use crate::domain::tally::Tally;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Different forms that are kept in memory to find the commonest; a survey with more has it looked up.
const REMEMBERED: usize = 20_000;

/// Who answered what: responses that are alike in all of this, and how many there are.
#[derive(Clone, Debug)]
pub struct Alike {
    /// Code of their unit.
    pub unit: String,
    /// Who filled them in.
    pub respondent: Respondent,
    /// How they came in.
    pub channel: Channel,
    /// What they say, as [`Answers::to_text`] writes it.
    pub answers: String,
    /// How many.
    pub times: u64,
}

/// Responses that do not fit their survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a response that does not fit its survey")]
pub struct Unfit;

/// The valid forms of one unit, kind of respondent and channel: people of the base, with sums over them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// Question weights answered, and points of them in per mille.
    pub score: Sums,
    /// Answers on the scale, and those of them with one of the two best options.
    pub top2: Sums,
    /// Answers on the scale, and those of them with the best option.
    pub top1: Sums,
}

impl Cell {
    /// Adds another to this one.
    pub fn join(&mut self, other: &Self) {
        self.score.join(&other.score);
        self.top2.join(&other.top2);
        self.top1.join(&other.top1);
    }

    /// People in the base.
    pub const fn base(&self) -> u64 {
        self.score.n
    }
}

/// Which forms a cell is of.
pub type Key = (String, Respondent, Channel);

/// The counts of all responses.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Those that count.
    pub valid: Tally,
    /// Those of voided units.
    pub voided: Tally,
    /// Complete forms that answer less than 80 per cent of the questions, voided or not.
    pub partial: u64,
    /// The valid ones by unit, kind of respondent and channel.
    pub cells: BTreeMap<Key, Cell>,
    /// The people in the base of every cell, those of voided units too.
    pub bases: BTreeMap<Key, u64>,
    /// How the answers of complete valid forms hang together.
    pub alpha: Alpha,
    /// What the valid forms of each unit look like.
    pub units: BTreeMap<String, Forms>,
    /// What all valid forms look like.
    pub everybody: Forms,
}

impl Counted {
    /// The people in the base of every unit, without those of the units named.
    pub fn by_unit(&self, without: &BTreeSet<&str>) -> Bases {
        self.sum(without, |(unit, ..)| unit.clone())
    }

    /// The people in the base of every kind of respondent, likewise.
    pub fn by_respondent(&self, without: &BTreeSet<&str>) -> Bases {
        self.sum(without, |(_, respondent, _)| respondent.name().to_owned())
    }

    /// The people in the base of every channel, likewise.
    pub fn by_channel(&self, without: &BTreeSet<&str>) -> Bases {
        self.sum(without, |(.., channel)| channel.name().to_owned())
    }

    fn sum(&self, without: &BTreeSet<&str>, group: impl Fn(&Key) -> String) -> Bases {
        let mut bases = Bases::new();
        for (key, base) in self.bases.iter().filter(|((unit, ..), _)| !without.contains(unit.as_str())) {
            *bases.entry(group(key)).or_default() += base;
        }
        bases
    }
}

/// Counts responses that come by unit and, within it, by what they say.
pub struct Counting<'a> {
    survey: &'a Survey,
    voided: &'a BTreeSet<&'a str>,
    counted: Counted,
    /// The unit and form that came last, and how often that form has occurred there.
    last: Option<(String, String, u64)>,
    forms: Forms,
    /// How often each form occurs anywhere; nothing once there are too many.
    commonest: Option<HashMap<String, u64>>,
}

impl<'a> Counting<'a> {
    /// Begins, for a survey with these voided units.
    pub fn new(survey: &'a Survey, voided: &'a BTreeSet<&'a str>) -> Self {
        let questions = survey.questions.len();
        let counted = Counted {
            valid: Tally::new(questions),
            voided: Tally::new(questions),
            partial: 0,
            cells: BTreeMap::new(),
            bases: BTreeMap::new(),
            alpha: Alpha::new(questions),
            units: BTreeMap::new(),
            everybody: Forms::default(),
        };
        Self { survey, voided, counted, last: None, forms: Forms::default(), commonest: Some(HashMap::new()) }
    }

    /// Counts responses that are alike.
    pub fn add(&mut self, alike: Alike) -> Result<(), Unfit> {
        let Alike { unit, respondent, channel, answers: text, times } = alike;
        let answers = Answers::from_text(&text).filter(|answers| answers.len() == self.survey.questions.len());
        let answers = answers.ok_or(Unfit)?;
        let counted = &mut self.counted;
        if is_partial(&answers) {
            counted.partial += times;
        }
        let key = (unit, respondent, channel);
        if answers.has_base() {
            match counted.bases.get_mut(&key) {
                Some(base) => *base += times,
                None => drop(counted.bases.insert(key.clone(), times)),
            }
        }
        if self.voided.contains(key.0.as_str()) {
            counted.voided.add(&answers, times);
            return Ok(());
        }
        counted.valid.add(&answers, times);
        counted.alpha.add(&answers, times);
        counted.everybody.filled_in_by(respondent, times);
        let sums = self.sums(&answers, times);
        self.look(&key.0, respondent, text, times)?;
        if let Some(sums) = sums {
            match self.counted.cells.get_mut(&key) {
                Some(cell) => cell.join(&sums),
                None => drop(self.counted.cells.insert(key, sums)),
            }
        }
        Ok(())
    }

    /// What these forms add to their cell; nothing where they are in no base.
    fn sums(&self, answers: &Answers, times: u64) -> Option<Cell> {
        let (mut weights, mut points) = (0_u64, 0_u64);
        let (mut on_scale, mut top2, mut top1) = (0_u64, 0_u64, 0_u64);
        for (question, answer) in self.survey.questions.iter().zip(answers.iter()) {
            let Answer::Option(position) = answer else { continue };
            let option = self.survey.scale.options.get(position)?;
            weights += u64::from(question.weight);
            points += u64::from(question.weight) * u64::from(option.weight);
            on_scale += 1;
            top2 += u64::from(position < 2);
            top1 += u64::from(position < 1);
        }
        let sums = |of: u64, part: u64| {
            let mut sums = Sums::default();
            sums.add(of, part, times);
            sums
        };
        (on_scale > 0).then(|| Cell {
            score: sums(weights, points),
            top2: sums(on_scale, top2),
            top1: sums(on_scale, top1),
        })
    }

    /// Takes in what the form looks like. Equal forms of a unit come one after the other.
    fn look(&mut self, unit: &str, respondent: Respondent, form: String, times: u64) -> Result<(), Unfit> {
        if let Some(seen) = &mut self.commonest {
            match seen.get_mut(&form) {
                Some(so_far) => *so_far += times,
                None => drop(seen.insert(form.clone(), times)),
            }
            if seen.len() > REMEMBERED {
                self.commonest = None;
            }
        }
        match &mut self.last {
            Some((last, same, so_far)) if last == unit && *same == form => *so_far += times,
            _ => {
                self.end_form(Some(unit))?;
                self.last = Some((unit.to_owned(), form, times));
            }
        }
        self.forms.filled_in_by(respondent, times);
        Ok(())
    }

    /// The last form has been counted, and the last unit where another one comes next, or none.
    fn end_form(&mut self, next: Option<&str>) -> Result<(), Unfit> {
        let Some((unit, form, times)) = self.last.take() else { return Ok(()) };
        self.forms.add(&Answers::from_text(&form).ok_or(Unfit)?, times);
        if next != Some(unit.as_str()) {
            let forms = std::mem::take(&mut self.forms);
            self.counted.everybody.all += forms.all;
            self.counted.everybody.straight += forms.straight;
            self.counted.units.insert(unit, forms);
        }
        Ok(())
    }

    /// The counts. Where there are too many different forms to have kept them all, how often the commonest of the
    /// valid ones occurs is looked up by `commonest`.
    pub fn end<E: From<Unfit>>(mut self, commonest: impl FnOnce() -> Result<u64, E>) -> Result<Counted, E> {
        self.end_form(None)?;
        self.counted.everybody.commonest = match self.commonest {
            Some(seen) => seen.into_values().max().unwrap_or(0),
            None => commonest()?,
        };
        Ok(self.counted)
    }
}

/// Whether less than 80 per cent of the questions are answered; "don't know" is an answer.
fn is_partial(answers: &Answers) -> bool {
    let (mut all, mut open) = (0_usize, 0_usize);
    for answer in answers.iter() {
        all += 1;
        open += usize::from(answer == Answer::Skipped);
    }
    5 * open > all
}
