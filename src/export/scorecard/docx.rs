//! A scorecard as a Word file: the report's sentence and table, ready to be pasted, and an attachment with all
//! indicators. The page is that of the release's file; the same version gives the same bytes.

use super::table::{
    CAPTION, HEADS, achieved, actual, figure, lack, measure, percent, remarks, summary, target, verdict,
};
use crate::domain::scorecard::{Line, Scored};
use crate::export::docx::body::Body;
use crate::export::docx::grid::{Grid, Row};
use crate::export::docx::package::{About, pack};
use std::collections::HashMap;
use std::io;

/// Levels that have a column each; a deeper tree is printed in one.
const LEVELS: usize = 4;
/// Chinese numbers of levels.
const NUMBERS: [&str; 4] = ["一", "二", "三", "四"];

/// The whole scorecard.
///
/// # Errors
/// Only where the file cannot be put together in memory.
pub fn scorecard(scored: &Scored) -> io::Result<Vec<u8>> {
    let mut body = Body::default();
    official(&mut body, scored);
    body.attachment("附件", &[&scored.title]);
    result(&mut body, scored);
    groups(&mut body, scored);
    details(&mut body, scored);
    releases(&mut body, scored);
    proof(&mut body, scored);
    pack(&body, &About { title: &scored.title, author: &scored.unit, made_at: &scored.made_at })
}

fn official(body: &mut Body, scored: &Scored) {
    let leaves = scored.indicators.iter().filter(|line| line.kind != "group").count();
    let level = NUMBERS.get(scored.depth().saturating_sub(1)).map_or_else(String::new, |level| format!("{level}级"));
    let sentence = match &scored.total {
        Some(total) => format!("最终得分{}分，评定等级为{}。", total.score, total.grade),
        None => verdict(scored),
    };
    let (programme, year) = (&scored.programme, scored.year.to_string());
    let year = if programme.contains(&year) { String::new() } else { format!("{year}年度") };
    body.prose(&format!("通过对{year}{programme}的{leaves}个{level}指标进行评价、打分，{sentence}"));
    let mut grid = grid(&HEADS.map(|head| (head, 1300)));
    for [name, rest @ ..] in summary(scored) {
        grid.row(Row::default().words(name).cells(rest));
    }
    body.plain_table(CAPTION, &grid);
}

/// A table whose first column takes what is left.
fn grid(columns: &[(&str, u32)]) -> Grid {
    Grid::new(columns)
}

fn result(body: &mut Body, scored: &Scored) {
    body.heading("评价结果");
    body.prose(&format!("被评价单位：{}。项目：{}（{} 年度）。", scored.unit, scored.programme, scored.year));
    body.prose(&verdict(scored));
    let mut grid = grid(&[("等级", 0), ("得分率（含起点）", 4400)]);
    let mut below: Option<&str> = None;
    for grade in &scored.grades {
        let range = match below {
            None => format!("{}% 以上", grade.from),
            Some(below) => format!("{}% 至不满 {below}%", grade.from),
        };
        grid.row(Row::default().words(grade.name.as_str()).cell(range));
        below = Some(&grade.from);
    }
    body.table("评定等级", &grid);
    if !scored.missing.is_empty() {
        body.prose("下面的指标还没有填完：");
        for missing in &scored.missing {
            body.prose(&lack(missing));
        }
    }
}

fn groups(body: &mut Body, scored: &Scored) {
    body.heading("各级指标得分");
    let mut grid = grid(&[("指标", 0), ("权重分", 1100), ("得分", 1100), ("扣分", 1100), ("得分率", 1200)]);
    for line in scored.indicators.iter().filter(|line| line.kind == "group") {
        let row = Row::default().indented(name(line), line.level.saturating_sub(1));
        let row = row.cell(line.weight.as_str()).cell(figure(&line.score)).cell(figure(&line.deduction));
        grid.row(row.cell(percent(&line.rate)));
    }
    if let Some(total) = &scored.total {
        let row = Row::default().words("合计").cell(total.weight.as_str()).cell(total.score.as_str());
        grid.row(row.cell(total.deduction.as_str()).cell(format!("{}%", total.rate)));
    }
    body.table("各级指标得分", &grid);
}

/// Every indicator that is scored itself: with those above it in merged columns as long as there are few levels.
fn details(body: &mut Body, scored: &Scored) {
    body.heading("指标评分明细");
    let depth = scored.depth();
    let deep = depth > LEVELS;
    let levels = if deep { 1 } else { depth };
    let heads: Vec<String> = if deep {
        vec!["指标".to_owned()]
    } else {
        NUMBERS.iter().take(depth).map(|number| format!("{number}级指标")).collect()
    };
    let widths = [820, 860, 1000, 1400];
    let mut columns: Vec<(&str, u32)> = heads.iter().zip(widths).map(|(head, width)| (head.as_str(), width)).collect();
    columns.extend([("权重分", 740), ("得分", 740), ("目标和完成情况", 1340)]);
    // The remarks are what a page has left; the first column of a table is that in name only.
    let taken: u32 = columns.iter().skip(1).map(|(_, width)| width).sum();
    let first = if deep { 2800 } else { 820 };
    columns.push(("说明", crate::export::docx::body::WIDTH.saturating_sub(taken + first)));
    let mut grid = grid(&columns);
    let known: HashMap<&str, &Line> = scored.indicators.iter().map(|line| (line.code.as_str(), line)).collect();
    let mut before: Vec<&str> = Vec::new();
    for line in &scored.indicators {
        if line.kind == "group" && !deep {
            continue;
        }
        let mut row = Row::default();
        if deep {
            row = row.indented(name(line), line.level.saturating_sub(1).min(10));
        } else {
            let path = above(line, &known);
            let mut same = true;
            for (index, group) in path.iter().enumerate() {
                same &= before.get(index) == Some(&group.code.as_str());
                row = row.going_on(format!("{}\n{}分", name(group), group.weight), !same);
            }
            before = path.iter().map(|group| group.code.as_str()).collect();
            row = row.wide_words(name(line), levels.saturating_sub(path.len()).max(1));
        }
        row = row.cell(line.weight.as_str()).cell(figure(&line.score));
        let reached = [target(line), actual(line), achieved(line)];
        let reached: Vec<String> = reached.into_iter().filter(|part| !part.is_empty()).collect();
        grid.row(row.words(reached.join("\n")).words(remarks(line)));
    }
    body.table("指标评分明细", &grid);
}

/// The indicators above one, the top first.
fn above<'a>(line: &'a Line, known: &HashMap<&str, &'a Line>) -> Vec<&'a Line> {
    let up = |line: &&'a Line| known.get(line.parent.as_deref()?).copied();
    let mut path: Vec<&Line> = std::iter::successors(up(&line), up).take(LEVELS).collect();
    path.reverse();
    path
}

fn releases(body: &mut Body, scored: &Scored) {
    let bound: Vec<&Line> = scored.indicators.iter().filter(|line| line.release.is_some()).collect();
    if bound.is_empty() {
        return;
    }
    body.heading("取用的调查结果");
    body.prose("满意度指标的数值取自下面的发布文件，取用以后不再变动。");
    let mut grid = grid(&[("项目", 0), ("内容", 6600)]);
    for line in bound {
        let Some(release) = &line.release else { continue };
        let mut add = |what: &str, text: String| grid.row(Row::default().words(what).digest(text));
        add("指标", name(line));
        add("调查", format!("{}（{}）", release.title, release.survey));
        add("发布", format!("第 {} 次", release.number));
        add("数值", format!("{} {}（精确值 {}）", measure(line), actual(line), release.exact));
        add("SHA-256", release.sha256.clone());
    }
    body.table("取用的调查结果", &grid);
}

fn proof(body: &mut Body, scored: &Scored) {
    body.heading("核验");
    let mut grid = grid(&[("项目", 0), ("内容", 6600)]);
    let mut add = |name: &str, text: String| grid.row(Row::default().words(name).digest(text));
    add("评分表编号", scored.id.to_string());
    add("版本", format!("第 {} 版，{}", scored.version, scored.made_at));
    add("SHA-256", scored.sha256.clone());
    add("查看", format!("fivepoint scorecard show {} --number {}", scored.id, scored.version));
    body.table("核验信息", &grid);
}

fn name(line: &Line) -> String {
    format!("{} {}", line.code, line.name)
}
