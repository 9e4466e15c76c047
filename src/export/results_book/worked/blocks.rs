//! The blocks of the calculation: three rows a question, and 合计.

use super::super::cell::{Cell, merge, result, share_result};
use super::super::page::Page;
use super::super::style;
use super::formula::{Cells, Rounding, Shown, check_row};
use super::grid::{self, Grid};
use super::{Pooled, agreed};
use crate::domain::release::{ByOption, Figure, QuestionBlock, Release};
use crate::export::table::{Block, NOTHING, Row, Table};
use rust_xlsxwriter::{RowNum, XlsxError};

/// Decimals of a share, of which a hundred are printed.
const SHARE: u32 = 4;
/// Decimals of a score.
const POINTS: u32 = 2;

/// Writes them; where there are none there is no 合计.
pub(super) fn write(
    page: &mut Page<'_>,
    release: &Release,
    grid: Grid,
    weights: RowNum,
    rounding: Rounding,
) -> Result<Option<Pooled>, XlsxError> {
    let Some(total) = &release.total else { return Ok(None) };
    let table = Table::of(release);
    let first = page.row;
    let rows = u32::try_from(release.questions.len()).unwrap_or(u32::MAX).saturating_mul(3);
    let questions = (first, first + rows.saturating_sub(1));
    let sum = grid::fixed(first + rows, grid::WEIGHT);
    let write = Write { release, grid, weights, rounding };
    for (question, block) in release.questions.iter().zip(&table.blocks) {
        write.question(page, question, block, &sum)?;
    }
    let Some(block) = table.blocks.last() else { return Ok(None) };
    let pooled = Pooled { questions, counts: page.row, weighted: page.row + 1 };
    write.total_counts(page, block, questions)?;
    write.shares(page, pooled.counts, total.n, &total.percent, block)?;
    let scores = |column| format!("{}*{}", grid::cell(pooled.weighted, column), grid::fixed(weights, column));
    let base = grid::fixed(pooled.weighted, grid.total());
    let all = format!("SUMPRODUCT({},{})", grid.computed_range(pooled.weighted), grid.fixed_range(weights));
    write.scores(page, &scores, &all, &format!("10*{base}"), (&total.score, &total.score_total, total.n), block)?;
    Ok(Some(pooled))
}

struct Write<'a> {
    release: &'a Release,
    grid: Grid,
    weights: RowNum,
    rounding: Rounding,
}

impl Write<'_> {
    fn question(
        &self,
        page: &mut Page<'_>,
        question: &QuestionBlock,
        block: &Block,
        sum: &str,
    ) -> Result<(), XlsxError> {
        let counts = page.row;
        page.fit(&block.title, grid::NAME, grid::NAME, 3)?;
        let left = |column| ((counts, column), (counts + 2, column));
        let (from, to) = left(grid::NAME);
        merge(page.sheet, from, to, &Cell::text(&block.title), &style::text())?;
        let (from, to) = left(grid::WEIGHT);
        merge(page.sheet, from, to, &Cell::count(u64::from(question.weight)), &style::figure())?;
        let inputs = self.options(|code| Cell::count(question.counts.get(code).copied().unwrap_or(0)));
        self.counts(page, inputs, question.n, block)?;
        self.shares(page, counts, question.n, &question.percent, block)?;
        let (v, n) = (grid::fixed(counts, grid::WEIGHT), grid::fixed(counts, self.grid.total()));
        let cell = |column| {
            let (count, weight) = (grid::cell(counts, column), grid::fixed(self.weights, column));
            format!("{v}*{count}*{weight}")
        };
        let (counts, weights) = (self.grid.computed_range(counts), self.grid.fixed_range(self.weights));
        let all = format!("{v}*SUMPRODUCT({counts},{weights})");
        let score = (&question.score, &question.score_total, question.n);
        self.scores(page, &cell, &all, &format!("10*{n}*{sum}"), score, block)
    }

    /// 合计: the counts of all questions, then the same times v.
    fn total_counts(&self, page: &mut Page<'_>, block: &Block, questions: (RowNum, RowNum)) -> Result<(), XlsxError> {
        let top = page.row;
        merge(page.sheet, (top, grid::NAME), (top + 3, grid::NAME), &Cell::text(&block.title), &style::text())?;
        let weights: u64 = self.release.questions.iter().map(|question| u64::from(question.weight)).sum();
        let sum = format!("=SUM({})", grid::column(grid::WEIGHT, questions));
        let sum = number(sum, weights.to_string(), "0");
        merge(page.sheet, (top, grid::WEIGHT), (top + 3, grid::WEIGHT), &sum, &style::figure())?;
        let kinds = grid::column(grid::KIND, questions);
        let counted = self.columns(|code, column| {
            let sum: u64 = self.release.questions.iter().filter_map(|question| question.counts.get(code)).sum();
            number(format!("=SUMIF({kinds},\"人数\",{})", grid::column(column, questions)), sum.to_string(), "0")
        });
        let n = self.release.total.as_ref().map_or(0, |total| total.n);
        self.counts(page, counted, n, block)?;
        let values = |code: &str| -> u128 {
            let each = self.release.questions.iter();
            let of = |question: &QuestionBlock| {
                u128::from(question.weight) * u128::from(question.counts.get(code).copied().unwrap_or(0))
            };
            each.map(of).sum()
        };
        let v = grid::column(grid::WEIGHT, questions);
        let weighted = self.columns(|code, column| {
            let counts = grid::column(column, questions);
            let formula = format!("=SUMPRODUCT(--({kinds}=\"人数\"),{v},{counts})");
            number(formula, values(code).to_string(), "0")
        });
        let row = page.row;
        let all: u128 = self.release.scale.iter().map(|option| values(&option.code)).sum();
        self.left(page, "加权人数", weighted, number(self.sum(row), all.to_string(), "0"))?;
        let last = self.grid.check();
        let note = Cell::text("加权人数 = 各题题目权重 × 人数之和");
        merge(page.sheet, (row, self.grid.released()), (row, last), &note, &style::note())?;
        page.row += 1;
        Ok(())
    }

    fn counts(&self, page: &mut Page<'_>, cells: Vec<Cell>, n: u64, block: &Block) -> Result<(), XlsxError> {
        let [counts, ..] = &block.rows;
        let total = number(self.sum(page.row), n.to_string(), "0");
        self.left(page, counts.kind.label(), cells, total)?;
        let base = grid::cell(page.row, self.grid.total());
        self.right(page, counts, &base, Shown::Whole)
    }

    /// 占比, of the counts in that row.
    fn shares(
        &self,
        page: &mut Page<'_>,
        counts: RowNum,
        n: u64,
        percent: &ByOption<Figure>,
        block: &Block,
    ) -> Result<(), XlsxError> {
        let [_, row, _] = &block.rows;
        let base = grid::fixed(counts, self.grid.total());
        let cells = self.columns(|code, column| {
            let formula = self.rounding.quotient(&grid::cell(counts, column), &base, SHARE);
            number(formula, share_result(percent.get(code).unwrap_or(&None)), "0.00%")
        });
        let all = format!("=IF({base}=0,\"{NOTHING}\",SUM({})/{base})", self.grid.computed_range(counts));
        let all = number(all, if n == 0 { NOTHING.to_owned() } else { "1".to_owned() }, "0%");
        self.left(page, row.kind.label(), cells, all)?;
        self.right(page, row, &base, Shown::Share)
    }

    /// 分数: a numerator for each option and one for all of them, over one denominator.
    fn scores(
        &self,
        page: &mut Page<'_>,
        numerator: &dyn Fn(u16) -> String,
        all: &str,
        denominator: &str,
        (score, total, n): (&ByOption<Figure>, &Figure, u64),
        block: &Block,
    ) -> Result<(), XlsxError> {
        let [_, _, row] = &block.rows;
        let cells = self.columns(|code, column| {
            let formula = self.rounding.quotient(&numerator(column), denominator, POINTS);
            number(formula, result(score.get(code).unwrap_or(&None)), "0.00")
        });
        let sum = number(self.rounding.quotient(all, denominator, POINTS), result(total), "0.00");
        self.left(page, row.kind.label(), cells, sum)?;
        let base = if n == 0 { "0" } else { "1" };
        self.right(page, row, base, Shown::Points)
    }

    /// The computed half of a row.
    fn left(&self, page: &mut Page<'_>, kind: &str, cells: Vec<Cell>, total: Cell) -> Result<(), XlsxError> {
        page.sheet.write_string_with_format(page.row, grid::KIND, kind, &style::word())?;
        let cells: Vec<Cell> = cells.into_iter().chain([total]).collect();
        super::super::cell::figures(page.sheet, (page.row, grid::FIRST), &cells)
    }

    /// The released half, and the check.
    fn right(&self, page: &mut Page<'_>, row: &Row, base: &str, shown: Shown) -> Result<(), XlsxError> {
        let cells: Vec<Cell> = row.cells.iter().chain([&row.total]).map(Cell::text).collect();
        super::super::cell::figures(page.sheet, (page.row, self.grid.released()), &cells)?;
        let check = check_row(
            &Cells {
                computed: &self.grid.computed_range(page.row),
                released: &self.grid.released_range(page.row),
                total: &grid::cell(page.row, self.grid.total()),
                released_total: &grid::cell(page.row, self.grid.released_total()),
                options: usize::from(self.grid.options),
            },
            base,
            shown,
        );
        agreed(check).write(page.sheet, (page.row, self.grid.check()), &style::word())?;
        page.row += 1;
        Ok(())
    }

    fn options(&self, cell: impl Fn(&str) -> Cell) -> Vec<Cell> {
        self.release.scale.iter().map(|option| cell(&option.code)).collect()
    }

    fn columns(&self, cell: impl Fn(&str, u16) -> Cell) -> Vec<Cell> {
        let codes = self.release.scale.iter().map(|option| option.code.as_str());
        (grid::FIRST..).zip(codes).map(|(column, code)| cell(code, column)).collect()
    }

    fn sum(&self, row: RowNum) -> String {
        format!("=SUM({})", self.grid.computed_range(row))
    }
}

fn number(formula: String, result: String, shown: &str) -> Cell {
    Cell::Formula { formula, result, shown: shown.to_owned() }
}
