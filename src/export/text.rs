//! A release for the terminal: the report's table, drawn.

use super::table::{NOTHING, Row, Table};
use super::{MEASURES, wording};
use crate::domain::release::{Group, Measures, Release, Who};
use crate::domain::survey::Measure;
use std::fmt::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of the terminal for the question, at least and at most.
const TITLE: (usize, usize) = (24, 40);

/// Columns for the name of a group.
const GROUP: usize = 34;

/// Units on a screen.
const UNITS: usize = 30;

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
    match wording::below_floor(release) {
        Some(why) => writeln!(out, "{why}")?,
        None => draw(out, &table)?,
    }
    let told = |measures: &Measures| {
        let each = MEASURES.map(|measure| {
            let name = wording::measure(measure.name(), &release.scale);
            format!("{name} {}", points(measure, wording::figure(measures.get(measure))))
        });
        each.join("；")
    };
    if release.total.is_some() {
        writeln!(out, "{}", told(&release.measures))?;
    }
    if release.voided.is_empty() {
        writeln!(out, "没有作废的单位。")?;
    }
    for voided in &release.voided {
        writeln!(out, "已作废：{}（{}）的答卷，理由：{}", voided.name, voided.unit, voided.reason)?;
    }
    if let Some(measures) = &release.with_voided {
        writeln!(out, "计入作废答卷时：{}", told(measures))?;
    }
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        let sum = wording::figure(&total.sum_of_question_scores);
        writeln!(out, "各题作答人数不同：各题得分之和为 {sum}，正式得分为合计得分")?;
    }
    sure(out, release)?;
    let target = &release.target;
    let name = wording::measure(&target.measure, &release.scale);
    let value = Measure::from_name(&target.measure)
        .map_or_else(|| target.value.clone(), |measure| points(measure, &target.value));
    writeln!(out, "目标：{name} ≥ {value}，{}", wording::met(target.met))?;
    groups(out, release)?;
    rates(out, release)?;
    writeln!(out, "截至 {}，SHA-256 {}", release.as_of, release.sha256)
}

/// A figure of a measure with its unit: `92.72 分`, `83.67%`, or `—`.
fn points(measure: Measure, figure: &str) -> String {
    match measure {
        _ if figure == NOTHING => figure.to_owned(),
        Measure::WeightedScore => format!("{figure} 分"),
        Measure::Top2 | Measure::Top1 => format!("{figure}%"),
    }
}

/// The intervals of the measures, a line each, and what they mean; where everybody answered this alone.
fn sure(out: &mut String, release: &Release) -> fmt::Result {
    let Some(intervals) = &release.intervals else { return Ok(()) };
    if let Some(told) = wording::how_sure(release) {
        let (people, answered) = (intervals.people, intervals.answered);
        writeln!(out, "应答基数 {people} 人，其中 {answered} 人的答卷计入结果。{told}")?;
    }
    if wording::census(release) {
        return Ok(());
    }
    for measure in MEASURES {
        let interval = intervals.of.get(measure);
        let name = wording::measure(measure.name(), &release.scale);
        write!(out, "{}% 区间：{name}", intervals.level)?;
        if let Some(reason) = &interval.not_estimable {
            writeln!(out, "{}（{}）", wording::NOT_ESTIMABLE, wording::not_estimable(reason))?;
            continue;
        }
        let [low, high] = [&interval.low, &interval.high].map(wording::figure);
        writeln!(out, "估计 {}，在 {low} 到 {high} 之间", points(measure, wording::figure(&interval.estimate)))?;
    }
    Ok(())
}

/// The units below the top, as far as a screen shows them, and who filled the forms in.
fn groups(out: &mut String, release: &Release) -> fmt::Result {
    if release.total.is_none() {
        return Ok(());
    }
    let top = |group: &&Group| matches!(group.who, Who::Unit { depth, .. } if depth <= 1);
    let units = release.groups.iter().filter(|group| matches!(group.who, Who::Unit { .. })).count();
    let shown: Vec<&Group> = release.groups.iter().filter(top).take(UNITS).collect();
    writeln!(out, "\n分组（人数；综合得分和区间；前两项占比；第一项占比）")?;
    for group in &shown {
        line(out, group)?;
    }
    if units > shown.len() {
        writeln!(out, "  另有 {} 个单位，见工作簿或 CSV 文件", units - shown.len())?;
    }
    let kinds: Vec<&Group> = release.groups.iter().filter(|group| !matches!(group.who, Who::Unit { .. })).collect();
    for group in &kinds {
        line(out, group)?;
    }
    let told = || shown.iter().chain(&kinds).copied();
    if told().any(|group| group.hidden) {
        writeln!(out, "{}", wording::HIDDEN_NOTE)?;
    }
    if wording::bounds(told()) {
        writeln!(out, "{}", wording::BOUNDED_NOTE)?;
    }
    Ok(())
}

fn line(out: &mut String, group: &Group) -> fmt::Result {
    let (name, depth) = match &group.who {
        Who::Unit { name, depth, .. } => (name.as_str(), *depth),
        Who::Respondent { kind } => (wording::respondent(kind), 0),
        Who::Channel { kind } => (wording::channel(kind), 0),
    };
    let name = wrap(name, GROUP.saturating_sub(2 * depth)).into_iter().next().unwrap_or_default();
    let space = GROUP.saturating_sub(2 * depth + name.width());
    write!(out, "  {}{name}{}", "  ".repeat(depth), " ".repeat(space))?;
    if group.hidden {
        return writeln!(out, "  {}", wording::HIDDEN);
    }
    let (Some(n), Some(measures)) = (group.n, &group.measures) else {
        return writeln!(out, "{:>8}  {NOTHING:>6}", group.n.unwrap_or(0));
    };
    let [score, top2, top1] = MEASURES.map(|measure| wording::figure(measures.get(measure)));
    let interval = group.intervals.as_ref().map(|intervals| &intervals.weighted_score);
    let [low, high] =
        [interval.map(|of| &of.low), interval.map(|of| &of.high)].map(|end| end.map_or(NOTHING, wording::figure));
    writeln!(out, "{n:>8}  {score:>6}  {low:>6}～{high:<6}  {top2:>6}%  {top1:>6}%")
}

/// How many answered, and what the forms look like.
fn rates(out: &mut String, release: &Release) -> fmt::Result {
    let rates = &release.response_rates;
    let [returned, valid, rr1, rr2] =
        [&rates.returned_percent, &rates.valid_percent, &rates.rr1, &rates.rr2].map(wording::percent);
    let eligible = rates.eligible;
    let valid = if release.returned == 0 { String::new() } else { format!("，有效率 {valid}") };
    writeln!(out, "\n回收率 {returned}{valid}；应答基数 {eligible} 人，应答率 RR1 {rr1}，RR2 {rr2}")?;
    if let Some(quality) = &release.quality {
        match &quality.alpha {
            Some(alpha) => writeln!(out, "克隆巴赫 α 系数 {alpha}")?,
            None => writeln!(out, "克隆巴赫 α 系数{}", wording::NO_ALPHA)?,
        }
        let [straight, identical] = [&quality.straight_percent, &quality.identical_percent].map(wording::percent);
        // With one question every form is of one option.
        if release.questions.len() > 1 {
            writeln!(out, "从头到尾选同一项的问卷 {straight}；最常见的同样答卷 {identical}")?;
        }
    }
    Ok(())
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
