//! A release for the terminal: the report's table, drawn.

use super::table::{NOTHING, Row, Table};
use crate::domain::release::{Measures, Release};
use crate::domain::survey::Measure;
use std::fmt::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of the terminal for the question, at least and at most.
const TITLE: (usize, usize) = (24, 40);

/// Marks that never begin a line; they hang over its end instead.
const CLOSING: &str = "：，。、；？！”’）》";

/// The whole release as text.
pub fn release(release: &Release) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, release);
    text
}

fn write(out: &mut String, release: &Release) -> fmt::Result {
    let table = Table::of(release);
    writeln!(out, "{}", table.caption)?;
    writeln!(out, "发放 {} 份，回收 {} 份，有效 {} 份", release.issued, release.returned, release.valid)?;
    if table.blocks.is_empty() {
        writeln!(out, "有效问卷太少，为保护答卷人，不显示结果。")?;
    } else {
        draw(out, &table)?;
    }
    let shown = |figure: &Option<String>| figure.clone().unwrap_or_else(|| NOTHING.to_owned());
    let percent =
        |figure: &Option<String>| figure.as_ref().map_or_else(|| NOTHING.to_owned(), |figure| format!("{figure}%"));
    let told = |measures: &Measures| {
        format!(
            "综合得分 {}；非常满意和满意占比 {}；非常满意占比 {}",
            shown(&measures.weighted_score),
            percent(&measures.top2_percent),
            percent(&measures.top1_percent)
        )
    };
    writeln!(out, "{}", told(&release.measures))?;
    for voided in &release.voided {
        writeln!(out, "已作废：{}（{}）的答卷，理由：{}", voided.name, voided.unit, voided.reason)?;
    }
    if let Some(measures) = &release.with_voided {
        writeln!(out, "计入作废答卷时：{}", told(measures))?;
    }
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        let sum = shown(&total.sum_of_question_scores);
        writeln!(out, "各题作答人数不同：各题得分之和为 {sum}，正式得分为合计得分")?;
    }
    let met = match release.target.met {
        Some(true) => "达到",
        Some(false) => "未达到",
        None => NOTHING,
    };
    let measure = match Measure::from_name(&release.target.measure) {
        Some(Measure::WeightedScore) | None => "综合得分",
        Some(Measure::Top2) => "非常满意和满意占比",
        Some(Measure::Top1) => "非常满意占比",
    };
    writeln!(out, "目标：{measure} ≥ {}，{met}", release.target.value)?;
    writeln!(out, "截至 {}，SHA-256 {}", release.as_of, release.sha256)
}

fn draw(out: &mut String, table: &Table) -> fmt::Result {
    let longest = table.blocks.iter().map(|block| block.title.width().div_ceil(3)).max().unwrap_or(0);
    let title_width = longest.clamp(TITLE.0, TITLE.1);
    let header: Vec<String> = table.options.iter().map(|(code, label)| format!("{code}（{label}）")).collect();
    let mut widths = vec![title_width + 2, 4];
    widths.extend(header.iter().map(|cell| cell.width().max(8)));
    widths.push("合计人数".width().max(table.final_score.width()));

    let rule = |out: &mut String, left, middle, right| -> fmt::Result {
        let lines: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
        writeln!(out, "{left}{}{right}", lines.join(middle))
    };
    let line = |out: &mut String, cells: &[&str]| -> fmt::Result {
        for (index, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let space = " ".repeat(width.saturating_sub(cell.width()));
            if index < 2 { write!(out, "│ {cell}{space} ")? } else { write!(out, "│ {space}{cell} ")? }
        }
        writeln!(out, "│")
    };

    rule(out, "┌", "┬", "┐")?;
    let mut cells = vec!["问卷题目及选项", "项目"];
    cells.extend(header.iter().map(String::as_str));
    cells.push("合计人数");
    line(out, &cells)?;
    for block in &table.blocks {
        rule(out, "├", "┼", "┤")?;
        let titles = wrap(&block.title, title_width);
        for index in 0..titles.len().max(block.rows.len()) {
            let title = titles.get(index).map_or("", String::as_str);
            line(out, &figures(title, block.rows.get(index), table.options.len()))?;
        }
    }
    rule(out, "├", "┼", "┤")?;
    let mut cells = vec!["最终得分", "权重"];
    cells.extend(table.options.iter().map(|_| ""));
    cells.push(&table.final_score);
    line(out, &cells)?;
    rule(out, "└", "┴", "┘")
}

fn figures<'a>(title: &'a str, row: Option<&'a Row>, options: usize) -> Vec<&'a str> {
    let mut cells = vec![title, row.map_or("", |row| row.kind.label())];
    match row {
        Some(row) => {
            cells.extend(row.cells.iter().map(String::as_str));
            cells.push(&row.total);
        }
        None => cells.resize(options + 3, ""),
    }
    cells
}

/// Breaks a text into lines of that many terminal columns.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for character in text.chars() {
        let room = if CLOSING.contains(character) { width + 2 } else { width };
        let full = lines.last().is_some_and(|line| line.width() + character.width().unwrap_or(0) > room);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(character);
        }
    }
    lines
}
