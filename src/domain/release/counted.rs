//! All responses of a survey, counted once for everything a release says.

use super::commonest::Candidates;
use crate::domain::disclosure::Bases;
use crate::domain::quality::Forms;
use crate::domain::response::{Answer, Answers, Channel, Respondent};
use crate::domain::statistics::{Alpha, Sums};
use crate::domain::survey::Survey;
use crate::domain::tally::Tally;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Different forms among which the commonest of all is looked for. One that escapes occurs less than once in as many
/// forms, which is 0.00 per cent in print.
const OF_ALL: usize = 20_000;
/// The same of each unit: one that escapes occurs less than once in ten forms, and is no sign.
const OF_UNIT: usize = 9;

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
    /// All forms of every unit, those that are in no base and those of voided units too.
    pub forms: BTreeMap<String, u64>,
    /// How many of these give an option of the scale to each question.
    pub answered: BTreeMap<String, Vec<u64>>,
    /// How the answers of complete valid forms hang together.
    pub alpha: Alpha,
    /// What the valid forms of each unit look like. How often the commonest occurs is exact from a tenth of them on;
    /// below, where it is no sign, it may be too small.
    pub units: BTreeMap<String, Forms>,
    /// What all valid forms look like. Of the commonest holds the same from 0.005 per cent on.
    pub everybody: Forms,
}

impl Counted {
    /// The people in the base of every unit, without those of the units named.
    pub fn by_unit(&self, without: &BTreeSet<&str>) -> Bases {
        let mut bases = Bases::new();
        for ((unit, ..), base) in self.bases.iter().filter(|((unit, ..), _)| !without.contains(unit.as_str())) {
            *bases.entry(unit.clone()).or_default() += base;
        }
        bases
    }
}

/// Counts responses, in whatever order they come.
pub struct Counting<'a> {
    survey: &'a Survey,
    voided: &'a BTreeSet<&'a str>,
    valid: Tally,
    of_voided: Tally,
    partial: u64,
    alpha: Alpha,
    units: HashMap<String, OfUnit>,
    forms: Candidates,
}

/// What is counted of one unit.
struct OfUnit {
    voided: bool,
    /// All of its forms.
    all: u64,
    /// By kind of respondent, then channel.
    cells: [[Cell; CHANNELS]; KINDS],
    answered: Vec<u64>,
    forms: Forms,
    candidates: Candidates,
}

const KINDS: usize = Respondent::ALL.len();
const CHANNELS: usize = Channel::ALL.len();

impl<'a> Counting<'a> {
    /// Begins, for a survey with these voided units.
    pub fn new(survey: &'a Survey, voided: &'a BTreeSet<&'a str>) -> Self {
        let questions = survey.questions.len();
        Self {
            survey,
            voided,
            valid: Tally::new(questions),
            of_voided: Tally::new(questions),
            partial: 0,
            alpha: Alpha::new(questions),
            units: HashMap::new(),
            forms: Candidates::new(OF_ALL),
        }
    }

    /// Counts responses that are alike.
    pub fn add(&mut self, alike: &Alike) -> Result<(), Unfit> {
        let Alike { respondent, channel, times, .. } = *alike;
        let answers = Answers::from_text(&alike.answers).ok_or(Unfit)?;
        if answers.len() != self.survey.questions.len() {
            return Err(Unfit);
        }
        if is_partial(&answers) {
            self.partial += times;
        }
        let sums = self.sums(&answers, times);
        let unit = match self.units.get_mut(&alike.unit) {
            Some(unit) => unit,
            None => {
                let voided = self.voided.contains(alike.unit.as_str());
                let (cells, forms) = ([[Cell::default(); CHANNELS]; KINDS], Forms::default());
                let answered = vec![0; self.survey.questions.len()];
                let new = OfUnit { voided, all: 0, answered, cells, forms, candidates: Candidates::new(OF_UNIT) };
                self.units.entry(alike.unit.clone()).or_insert(new)
            }
        };
        unit.all += times;
        for (count, answer) in unit.answered.iter_mut().zip(answers.iter()) {
            *count += if matches!(answer, Answer::Option(_)) { times } else { 0 };
        }
        if let Some(sums) = sums {
            let kind = Respondent::ALL.into_iter().zip(&mut unit.cells).find(|(kind, _)| *kind == respondent);
            let cells = kind.map(|(_, cells)| Channel::ALL.into_iter().zip(cells));
            if let Some((_, cell)) = cells.and_then(|mut cells| cells.find(|(of, _)| *of == channel)) {
                cell.join(&sums);
            }
        }
        if unit.voided {
            self.of_voided.add(&answers, times);
            return Ok(());
        }
        self.valid.add(&answers, times);
        self.alpha.add(&answers, times);
        unit.forms.add(&answers, times);
        unit.forms.filled_in_by(respondent, times);
        unit.candidates.add(&alike.answers, times);
        self.forms.add(&alike.answers, times);
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

    /// All responses have come. Whether they have to come once more, for forms that may be the commonest.
    pub fn again(&mut self) -> bool {
        let open = |candidates: &Candidates, all: u64| {
            let (least, most) = candidates.bounds();
            least < most && 10 * most >= all
        };
        let any_unit = self.units.values().any(|unit| open(&unit.candidates, unit.forms.all));
        let (least, most) = self.forms.bounds();
        let any = least < most || any_unit;
        if any {
            self.forms.begin_again();
            self.units.values_mut().for_each(|unit| unit.candidates.begin_again());
        }
        any
    }

    /// Looks at the form of responses that come once more.
    pub fn add_again(&mut self, unit: &str, answers: &str, times: u64) {
        if let Some(unit) = self.units.get_mut(unit).filter(|unit| !unit.voided) {
            unit.candidates.add_again(answers, times);
            self.forms.add_again(answers, times);
        }
    }

    /// The counts.
    pub fn end(self) -> Counted {
        let mut everybody = Forms { commonest: self.forms.bounds().0, ..Forms::default() };
        let (mut units, mut cells, mut bases) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let forms = self.units.iter().map(|(code, unit)| (code.clone(), unit.all)).collect();
        let answered = self.units.iter().map(|(code, unit)| (code.clone(), unit.answered.clone())).collect();
        for (code, mut unit) in self.units {
            for (kind, row) in Respondent::ALL.into_iter().zip(unit.cells) {
                for (channel, cell) in Channel::ALL.into_iter().zip(row).filter(|(_, cell)| cell.base() > 0) {
                    let key = (code.clone(), kind, channel);
                    bases.insert(key.clone(), cell.base());
                    if !unit.voided {
                        cells.insert(key, cell);
                    }
                }
            }
            if !unit.voided {
                unit.forms.commonest = unit.candidates.bounds().0;
                everybody.all += unit.forms.all;
                everybody.straight += unit.forms.straight;
                everybody.helped_by_staff += unit.forms.helped_by_staff;
                units.insert(code, unit.forms);
            }
        }
        let Self { valid, of_voided: voided, partial, alpha, .. } = self;
        Counted { valid, voided, partial, cells, bases, forms, answered, alpha, units, everybody }
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
