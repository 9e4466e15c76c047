//! 计算过程: every official figure computed once more, in the spreadsheet, from the counts and weights.
//!
//! Counts and weights are numbers; everything else is a formula over whole numbers that rounds once. Beside each
//! row stand the released figures as text and a formula that compares them.

mod blocks;
mod formula;
mod grid;
mod results;

use super::cell::{Cell, merge};
use super::page::{Page, Paper};
use super::style::{self, DIFFERENT, SAME};
use crate::domain::release::Release;
use crate::export::wording;
use formula::Rounding;
use grid::Grid;
use rust_xlsxwriter::{ConditionalFormatCell, ConditionalFormatCellRule, IgnoreError, RowNum, Worksheet, XlsxError};

/// Where the inputs stand that the results are computed from.
struct Places {
    /// The weights of the options.
    weights: RowNum,
    /// 合计: counts, and counts times v.
    pooled: Option<Pooled>,
}

/// Rows of 合计.
struct Pooled {
    /// The blocks of the questions, first and last row.
    questions: (RowNum, RowNum),
    /// Counts; beside them Σv.
    counts: RowNum,
    /// Counts times v.
    weighted: RowNum,
}

pub(super) fn write(sheet: &mut Worksheet, name: &str, release: &Release) -> Result<(), XlsxError> {
    let options = release.scale.len();
    let grid = Grid { options: u16::try_from(options).unwrap_or(0) };
    let figures = std::iter::repeat_n(11_u16, 2 * options + 2);
    let widths: Vec<u16> = [30, 7, 9].into_iter().chain(figures).chain([9]).collect();
    let mut page = Page::new(sheet, name, &widths, Paper::Across, &release.sha256)?;
    let rounding = Rounding::of(&release.survey.rounding);
    page.title(&format!("{}：计算过程", release.survey.table_title))?;
    page.line(&explained(rounding), &style::note())?;
    let summary = page.row;
    page.row += 2;
    heads(&mut page, release, grid)?;
    let weights = weights(&mut page, release)?;
    let pooled = blocks::write(&mut page, release, grid, weights, rounding)?;
    if let Some(why) = wording::below_floor(release) {
        page.line(&why, &style::plain())?;
    }
    results::write(&mut page, release, grid, &Places { weights, pooled }, rounding)?;
    finish(&mut page, grid, summary, weights)
}

fn explained(rounding: Rounding) -> String {
    let tie = match rounding {
        Rounding::HalfUp => "ROUND 即四舍五入",
        Rounding::HalfEven => "四舍六入五成双：先用 ROUND，用 MOD 的余数认出恰好一半的情况，末位是奇数时再减一",
    };
    format!(
        "左边是公式：人数和分值系数是整数，每个数字只除一次、只舍入一次（{tie}）。\
         右边是公布的数字（文本），最后一列是两者的核对。\
         分数 = 题目权重 × 人数 × 系数（‰）÷（10 × 作答人数 × 题目权重之和）。"
    )
}

fn heads(page: &mut Page<'_>, release: &Release, grid: Grid) -> Result<(), XlsxError> {
    let top = page.row;
    let over = [(grid::FIRST, grid.total(), "用公式重新计算"), (grid.released(), grid.released_total(), "公布的数字")];
    for (from, to, text) in over {
        merge(page.sheet, (top, from), (top, to), &Cell::text(text), &style::head())?;
    }
    page.row += 1;
    let labels = || release.scale.iter().map(|option| format!("{}（{}）", option.code, option.label));
    let heads: Vec<String> = ["题目", "题目权重", "项目"]
        .into_iter()
        .map(str::to_owned)
        .chain(labels())
        .chain(["合计".to_owned()])
        .chain(labels())
        .chain(["合计".to_owned(), "核对".to_owned()])
        .collect();
    page.heads(&heads.iter().map(String::as_str).collect::<Vec<_>>())?;
    for (column, text) in
        [(grid::NAME, "题目"), (grid::WEIGHT, "题目权重"), (grid::KIND, "项目"), (grid.check(), "核对")]
    {
        merge(page.sheet, (top, column), (top + 1, column), &Cell::text(text), &style::head())?;
    }
    page.keep_heads(top, grid::FIRST)
}

/// The row of the options' weights.
fn weights(page: &mut Page<'_>, release: &Release) -> Result<RowNum, XlsxError> {
    let row = page.row;
    page.fit("", 0, 0, 1)?;
    merge(page.sheet, (row, 0), (row, grid::KIND), &Cell::text("分值系数（‰）"), &style::text())?;
    let weights: Vec<Cell> =
        release.scale.iter().map(|option| Cell::count(u64::from(option.weight_per_mille))).collect();
    super::cell::figures(page.sheet, (row, grid::FIRST), &weights)?;
    page.row += 1;
    Ok(row)
}

/// The sum of all checks at the top; a difference stands out.
fn finish(page: &mut Page<'_>, grid: Grid, summary: RowNum, first: RowNum) -> Result<(), XlsxError> {
    let last = page.row.saturating_sub(1);
    let checks = grid::column(grid.check(), (first, last));
    let said = format!(
        "=IF(COUNTIF({checks},\"{DIFFERENT}\")=0,\"核对结果：全部一致\",\
         \"核对结果：\"&COUNTIF({checks},\"{DIFFERENT}\")&\" 行不一致\")"
    );
    let said =
        Cell::Formula { formula: said, result: "核对结果：全部一致".to_owned(), shown: "General".to_owned() };
    let across = page.last();
    merge(page.sheet, (summary, 0), (summary, across), &said, &style::plain().set_bold())?;
    let different = ConditionalFormatCell::new()
        .set_rule(ConditionalFormatCellRule::EqualTo(DIFFERENT.to_owned()))
        .set_format(style::alert());
    page.sheet.add_conditional_format(first, grid.check(), last, grid.check(), &different)?;
    // Released figures are text on purpose, and a block's formulas are not its neighbour's.
    let released = (grid.released(), grid.released_total());
    page.sheet.ignore_error_range(first, released.0, last, released.1, IgnoreError::NumberStoredAsText)?;
    page.sheet.ignore_error_range(first, grid::FIRST, last, grid.total(), IgnoreError::FormulaDiffers)?;
    Ok(())
}

/// A check whose formula finds no difference.
fn agreed(formula: String) -> Cell {
    Cell::Formula { formula, result: SAME.to_owned(), shown: "General".to_owned() }
}
