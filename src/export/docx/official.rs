//! The block of the official report: its sentence, and its table as it lays it out.

use super::body::Body;
use super::grid::{Grid, Row};
use crate::domain::release::Release;
use crate::export::table::Table;
use crate::export::wording;

/// Widths of 项目 and 合计人数, and what the options share, in twentieths of a point.
const WIDTHS: (u32, u32, u32) = (620, 964, 4600);

/// Writes the block. A release without results has the sentence alone.
pub(super) fn write(body: &mut Body, release: &Release) {
    body.prose(&wording::official(release));
    let table = Table::of(release);
    if !table.blocks.is_empty() {
        body.plain_table(&table.caption, &grid(&table));
    }
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        let sum = wording::figure(&total.sum_of_question_scores);
        body.note(&format!("各题作答人数不同：各题得分之和为 {sum}，正式得分为合计得分。"));
    }
}

fn grid(table: &Table) -> Grid {
    let options = u32::try_from(table.options.len()).unwrap_or(u32::MAX).max(1);
    let heads: Vec<String> = table.options.iter().map(|(code, label)| format!("{code}\n（{label}）")).collect();
    let mut columns = vec![("问卷题目及选项", 0), ("项目", WIDTHS.0)];
    columns.extend(heads.iter().map(|head| (head.as_str(), WIDTHS.2 / options)));
    columns.push(("合计人数", WIDTHS.1));
    let mut grid = Grid::new(&columns);
    for block in &table.blocks {
        let rows = block
            .rows
            .iter()
            .map(|row| Row::default().cell(row.kind.label()).cells(row.cells.iter().cloned()).cell(row.total.as_str()));
        grid.block(&block.title, rows);
    }
    grid.row(Row::default().words("最终得分").cell("权重").wide(table.final_score.as_str(), table.options.len() + 1));
    grid
}
