//! A scorecard for the terminal: the report's table, drawn, and the tree below it.

use super::table::{CAPTION, HEADS, achieved, actual, figure, lack, percent, remarks, summary, target, verdict};
use crate::domain::scorecard::Scored;
use std::fmt::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Lines about what is lacking.
const LACKING: usize = 20;

/// The whole scorecard as text.
pub fn scorecard(scored: &Scored) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, scored);
    text
}

/// The report's table alone, with its sentence.
pub fn table(scored: &Scored) -> String {
    let mut text = String::new();
    let _ = head(&mut text, scored);
    text
}

fn head(out: &mut String, scored: &Scored) -> fmt::Result {
    writeln!(out, "{CAPTION}")?;
    draw(out, &summary(scored))?;
    writeln!(out, "{}", verdict(scored))
}

fn write(out: &mut String, scored: &Scored) -> fmt::Result {
    writeln!(out, "{}", scored.title)?;
    writeln!(out, "{}（{} 年度），{}", scored.programme, scored.year, scored.unit)?;
    head(out, scored)?;
    for missing in scored.missing.iter().take(LACKING) {
        writeln!(out, "  {}", lack(missing))?;
    }
    if scored.missing.len() > LACKING {
        writeln!(out, "  另有 {} 个", scored.missing.len() - LACKING)?;
    }
    writeln!(out, "\n全部指标（权重分、得分、得分率；目标和完成情况；说明）")?;
    for line in &scored.indicators {
        let name = format!("{}{} {}", "  ".repeat(line.level.saturating_sub(1)), line.code, line.name);
        let space = " ".repeat(44_usize.saturating_sub(name.width()));
        write!(out, "{name}{space} {:>7} {:>7} {:>8}", line.weight, figure(&line.score), percent(&line.rate))?;
        let parts = [target(line), actual(line), achieved(line), remarks(line)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            write!(out, "  {}", parts.join("，"))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\n第 {} 版，{}，SHA-256 {}", scored.version, scored.made_at, scored.sha256)
}

fn draw(out: &mut String, rows: &[[String; 5]]) -> fmt::Result {
    let mut widths = HEADS.map(UnicodeWidthStr::width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let rule = |out: &mut String, left, middle, right| -> fmt::Result {
        let lines = widths.map(|width| "─".repeat(width + 2));
        writeln!(out, "{left}{}{right}", lines.join(middle))
    };
    let line = |out: &mut String, cells: &[String; 5]| -> fmt::Result {
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let space = " ".repeat(width.saturating_sub(cell.width()));
            if index == 0 { write!(out, "│ {cell}{space} ")? } else { write!(out, "│ {space}{cell} ")? }
        }
        writeln!(out, "│")
    };
    rule(out, "┌", "┬", "┐")?;
    line(out, &HEADS.map(str::to_owned))?;
    rule(out, "├", "┼", "┤")?;
    for row in rows {
        line(out, row)?;
    }
    rule(out, "└", "┴", "┘")
}
