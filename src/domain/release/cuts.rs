//! What can be worked out where groups cut across each other: units, kinds of respondent and channels.
//!
//! Known are the sums of blocks of units, of kinds and of channels, so everything that follows is a sum in which a
//! person counts f(block) + g(kind) + h(channel). It is about a set of people where that is 1 for them and 0 for all
//! others. Within a block f is one number, so there g + h has one value, and the set has all of the block or nobody;
//! or two values that differ by 1, and the set *cuts* the block: it has those of the higher value. Whole blocks are
//! as many people as the floor; so no few people can be worked out if those cut off are nobody or as many as the
//! floor, for every g + h that has no more than two such values in any block. These are found one by one: each
//! difference between two cells of a block is −1, 0 or 1, and four of them that are independent settle all others.

use std::collections::BTreeMap;

/// Kinds of respondent, then channels: the unknowns of g and h.
const UNKNOWNS: usize = 4 + 2;

/// Which kind of respondent, as releases see it, and which channel, by number.
pub(super) type Cell = (usize, usize);

/// The people of blocks that have the same cells, by cell.
pub(super) type Alike = BTreeMap<Vec<Cell>, BTreeMap<Cell, u64>>;

/// The linear form g(kind) + h(channel) of one cell minus that of another.
fn difference(one: Cell, other: Cell) -> [i64; UNKNOWNS] {
    let place = |(kind, channel): Cell| [kind, channel + UNKNOWNS - 2];
    let count = |cell: Cell, unknown: usize| i64::from(place(cell).contains(&unknown));
    std::array::from_fn(|unknown| count(one, unknown) - count(other, unknown))
}

/// `form` · (g, h) = `value`.
#[derive(Clone)]
struct Equation {
    form: [i64; UNKNOWNS],
    value: i64,
}

/// A linear form as far as equations settle it: `scale` times it is `left` · (g, h) + `known`.
struct Settled {
    scale: i64,
    left: [i64; UNKNOWNS],
    known: i64,
}

impl Settled {
    fn by(equations: &[Equation], form: [i64; UNKNOWNS]) -> Self {
        let mut settled = Self { scale: 1, left: form, known: 0 };
        for Equation { form, value } in equations {
            let Some(((head, here), _)) = form.iter().zip(settled.left).zip(0..).find(|((head, _), _)| **head != 0)
            else {
                continue;
            };
            if here != 0 {
                settled.scale *= head;
                settled.known = settled.known * head + here * value;
                settled.left.iter_mut().zip(form).for_each(|(left, form)| *left = *left * head - here * form);
            }
        }
        settled
    }

    fn is_whole(&self) -> bool {
        self.left.iter().all(|left| *left == 0)
    }
}

/// Whether nobody, or at least as many people as the floor, can be cut off blocks.
pub(super) fn hold(alike: &Alike, floor: u64) -> bool {
    let pairs = |cells: &Vec<Cell>| {
        let first = cells.first().copied();
        let others = cells.iter().copied().filter_map(move |cell| first.map(|first| difference(cell, first)));
        others.skip(1).collect::<Vec<_>>()
    };
    let forms: Vec<[i64; UNKNOWNS]> = alike.keys().flat_map(pairs).collect();
    all(&mut Vec::new(), &forms, &|equations| {
        let (Some(higher), Some(lower)) = (cut_off(alike, equations, 1), cut_off(alike, equations, -1)) else {
            return true;
        };
        [higher, lower].into_iter().all(|people| people == 0 || people >= floor)
    })
}

/// Whether something is true of all g + h under which every form is −1, 0 or 1.
fn all(equations: &mut Vec<Equation>, forms: &[[i64; UNKNOWNS]], is_true: &impl Fn(&[Equation]) -> bool) -> bool {
    let Some((form, forms)) = forms.split_first() else { return is_true(equations) };
    let settled = Settled::by(equations, *form);
    if settled.is_whole() {
        // Otherwise there is no such g + h.
        let fits = [-1, 0, 1].iter().any(|value| settled.known == value * settled.scale);
        return !fits || all(equations, forms, is_true);
    }
    [-1, 0, 1].into_iter().all(|value| {
        equations.push(Equation { form: settled.left, value: value * settled.scale - settled.known });
        let is_true = all(equations, forms, is_true);
        equations.pop();
        is_true
    })
}

/// The people of the higher cells of all blocks that are cut, or of the lower ones; nothing where a block has more
/// than two values.
fn cut_off(alike: &Alike, equations: &[Equation], side: i64) -> Option<u64> {
    let mut people = 0;
    for (cells, counts) in alike {
        let first = *cells.first()?;
        let value = |cell: Cell| {
            let settled = Settled::by(equations, difference(cell, first));
            side * settled.known.signum() * settled.scale.signum()
        };
        let values: Vec<i64> = cells.iter().map(|cell| value(*cell)).collect();
        let (lowest, highest) = (*values.iter().min()?, *values.iter().max()?);
        if highest - lowest > 1 {
            return None;
        }
        if highest > lowest {
            let cut = cells.iter().zip(&values).filter(|(_, value)| **value == highest);
            people += cut.filter_map(|(cell, _)| counts.get(cell)).sum::<u64>();
        }
    }
    Some(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(blocks: &[&[(Cell, u64)]], floor: u64) -> bool {
        let mut alike = Alike::new();
        for block in blocks {
            let counts = alike.entry(block.iter().map(|(cell, _)| *cell).collect()).or_default();
            block.iter().for_each(|(cell, people)| *counts.entry(*cell).or_default() += people);
        }
        hold(&alike, floor)
    }

    #[test]
    fn a_kind_without_the_units_within_it_is_enough() {
        assert!(held(&[&[((0, 0), 9)], &[((0, 0), 5), ((1, 0), 5)]], 5));
        assert!(!held(&[&[((0, 0), 9)], &[((0, 0), 4), ((1, 0), 9)]], 5), "9 + 4 of the kind less the unit of 9");
        assert!(!held(&[&[((0, 0), 9)], &[((0, 0), 9), ((1, 0), 4)]], 5), "the others of the second unit");
    }

    #[test]
    fn a_kind_without_units_and_a_channel_within_it_is_enough() {
        // 35 guardians, of whom 17 in two units apart and the 17 on paper: one is left.
        let blocks: [&[(Cell, u64)]; 3] =
            [&[((0, 0), 17)], &[((0, 0), 1), ((0, 1), 2), ((1, 0), 6)], &[((0, 1), 15), ((2, 0), 3)]];
        assert!(!held(&blocks, 6));
        let more: [&[(Cell, u64)]; 3] =
            [&[((0, 0), 17)], &[((0, 0), 6), ((0, 1), 8), ((1, 0), 6)], &[((0, 1), 15), ((2, 0), 6)]];
        assert!(held(&more, 6));
    }

    #[test]
    fn halves_are_found() {
        // With g = ±1/4, h = ±1/4 the second block is whole, and the first is cut.
        assert!(!held(&[&[((0, 0), 4), ((1, 1), 9)], &[((0, 1), 9), ((1, 0), 9)]], 5));
    }
}
