//! Bars of the answers to each question: the worse options to the left, the better to the right, the middle one
//! across the middle. All bars of a survey have one scale.

use super::drawing::Part;
use super::names::shown;
use crate::domain::release::{ByOption, Figure, Release};

/// The drawing with what stands beside it.
pub struct Bars {
    /// Where the middle of the middle option is.
    pub centre: Part,
    /// Codes and labels of the options, best first.
    pub options: Vec<(String, String)>,
    /// One line a question, and one for all of them.
    pub lines: Vec<Line>,
}

/// The answers to a question.
pub struct Line {
    /// Its number; none for all questions together.
    pub no: Option<usize>,
    /// Its text; nothing for all questions together.
    pub text: String,
    /// Its bar, from the left; empty where nobody answered.
    pub pieces: Vec<Piece>,
    /// Answers in the base.
    pub n: u64,
    /// The share of each option, best first, as printed.
    pub percent: Vec<String>,
}

/// An option in a bar.
pub struct Piece {
    /// Its place on the scale, from 1 for the best.
    pub place: usize,
    /// Its code.
    pub code: String,
    /// Where it begins.
    pub left: Part,
    /// How wide it is.
    pub width: Part,
}

impl Piece {
    /// Where its letter stands; none where there is no room for one.
    pub fn letter(&self) -> Option<Part> {
        self.width.at_least(4).then(|| self.left.middle(self.width))
    }
}

impl Bars {
    /// The bars of a release; without any where it shows no results.
    pub fn of(release: &Release) -> Self {
        let options: Vec<_> = release.scale.iter().map(|option| (option.code.clone(), option.label.clone())).collect();
        let all = release.total.iter().map(|total| (None, "", total.n, &total.counts, &total.percent));
        let each = release.questions.iter().map(|question| {
            (Some(question.no), question.text.as_str(), question.n, &question.counts, &question.percent)
        });
        let blocks: Vec<Block<'_>> = each.chain(all).collect();
        let sides: Vec<(u64, u64)> = blocks.iter().map(|(.., n, counts, _)| sides(*n, counts, &options)).collect();
        let left = sides.iter().map(|(left, _)| *left).max().unwrap_or(0);
        let whole = left + sides.iter().map(|(_, right)| *right).max().unwrap_or(0);
        let line = |((no, text, n, counts, percent), (own, _)): (Block<'_>, &(u64, u64))| {
            let mut at = left - own;
            let mut pieces = Vec::new();
            for (place, (code, _)) in options.iter().enumerate().rev() {
                let share = share(n, counts, code);
                if share > 0 {
                    let (left, right) = (Part::of(at, whole), Part::of(at + share, whole));
                    pieces.push(Piece { place: place + 1, code: code.clone(), left, width: right.from(left) });
                }
                at += share;
            }
            let percent = options.iter().map(|(code, _)| printed(percent, code)).collect();
            Line { no, text: text.to_owned(), pieces, n, percent }
        };
        let lines = blocks.into_iter().zip(&sides).map(line).collect();
        Self { centre: Part::of(left, whole), lines, options }
    }
}

type Block<'a> = (Option<usize>, &'a str, u64, &'a ByOption<u64>, &'a ByOption<Figure>);

fn printed(percent: &ByOption<Figure>, code: &str) -> String {
    shown(percent.get(code).unwrap_or(&None)).to_owned()
}

/// The share of an option, for the drawing.
fn share(n: u64, counts: &ByOption<u64>, code: &str) -> u64 {
    let count = counts.get(code).copied().unwrap_or(0);
    // Twice, so that the middle option has two halves.
    count.saturating_mul(2 * Part::WHOLE).checked_div(n).unwrap_or(0)
}

/// How far a bar goes to the left and to the right of the middle.
fn sides(n: u64, counts: &ByOption<u64>, options: &[(String, String)]) -> (u64, u64) {
    let middle = options.len() / 2;
    let sum = |(left, right): (u64, u64), (place, (code, _)): (usize, &(String, String))| {
        let share = share(n, counts, code);
        match place.cmp(&middle) {
            std::cmp::Ordering::Less => (left, right + share),
            std::cmp::Ordering::Equal => (left + share / 2, right + share - share / 2),
            std::cmp::Ordering::Greater => (left + share, right),
        }
    };
    options.iter().enumerate().fold((0, 0), sum)
}
