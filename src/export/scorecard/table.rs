//! The tables of a scorecard as cells: the report's 项目绩效指标体系得分情况, and the whole tree as it is read again.

use crate::domain::scorecard::{Lack, Line, Scored};
use crate::export::table::NOTHING;

/// Caption of the report's table.
pub const CAPTION: &str = "项目绩效指标体系得分情况";
/// Its columns.
pub const HEADS: [&str; 5] = ["项目", "权重分", "得分", "扣分", "得分率"];

/// The columns of the whole tree, in the names under which they are read again.
pub const COLUMNS: [&str; 20] = [
    "代码",
    "上级",
    "指标名称",
    "权重分",
    "类型",
    "目标值",
    "实际值",
    "计量单位",
    "方向",
    "评分",
    "理由",
    "依据",
    "调查",
    "发布",
    "满意度口径",
    "级次",
    "得分",
    "扣分",
    "得分率",
    "完成率",
];

/// The rows of the report's table: the indicators at the top, then 合计.
pub fn summary(scored: &Scored) -> Vec<[String; 5]> {
    let top = scored.indicators.iter().filter(|line| line.level == 1);
    let mut rows: Vec<_> = top
        .map(|line| {
            let name = format!("{}{}", line.code, line.name);
            [name, line.weight.clone(), figure(&line.score), figure(&line.deduction), percent(&line.rate)]
        })
        .collect();
    let total = scored.total.as_ref();
    rows.push([
        "合计".to_owned(),
        scored.full_marks.clone(),
        total.map_or_else(|| NOTHING.to_owned(), |total| total.score.clone()),
        total.map_or_else(|| NOTHING.to_owned(), |total| total.deduction.clone()),
        total.map_or_else(|| NOTHING.to_owned(), |total| format!("{}%", total.rate)),
    ]);
    rows
}

/// The row of an indicator in the whole tree.
pub fn row(line: &Line) -> [String; 20] {
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let release = line.release.as_ref();
    [
        line.code.clone(),
        given(&line.parent),
        line.name.clone(),
        line.weight.clone(),
        kind(line).to_owned(),
        given(&line.target),
        given(&line.actual),
        given(&line.measured_in),
        direction(line).to_owned(),
        if line.kind == "qualitative" { given(&line.score) } else { String::new() },
        given(&line.reason),
        given(&line.evidence),
        release.map_or_else(String::new, |release| release.survey.to_string()),
        release.map_or_else(String::new, |release| release.number.to_string()),
        measure(line).to_owned(),
        line.level.to_string(),
        figure(&line.score),
        figure(&line.deduction),
        percent(&line.rate),
        line.achieved.as_ref().map_or_else(String::new, |share| format!("{share}%")),
    ]
}

/// A figure, or `—`.
pub fn figure(figure: &Option<String>) -> String {
    figure.clone().unwrap_or_else(|| NOTHING.to_owned())
}

/// A rate, or `—`.
pub fn percent(figure: &Option<String>) -> String {
    figure.as_ref().map_or_else(|| NOTHING.to_owned(), |figure| format!("{figure}%"))
}

/// The kind of an indicator; empty for one that is the sum of others.
pub fn kind(line: &Line) -> &'static str {
    match line.kind.as_str() {
        "quantitative" => "定量",
        "qualitative" => "定性",
        "satisfaction" => "满意度",
        _ => "",
    }
}

/// Which way is better; empty for the usual one.
pub fn direction(line: &Line) -> &'static str {
    if line.direction.as_deref() == Some("lower") { "越低越好" } else { "" }
}

/// The measure of satisfaction.
pub fn measure(line: &Line) -> &'static str {
    match line.measure.as_deref() {
        Some("weighted_score") => "综合得分",
        Some("top2_percent") => "前两项占比",
        Some("top1_percent") => "第一项占比",
        _ => "",
    }
}

/// The target as it is printed: `≥2800人`, `≥85`; empty where there is none.
pub fn target(line: &Line) -> String {
    let sign = if line.direction.as_deref() == Some("lower") { "≤" } else { "≥" };
    let unit = match line.measure.as_deref() {
        Some("weighted_score") => "分",
        Some(_) => "%",
        None => line.measured_in.as_deref().unwrap_or_default(),
    };
    line.target.as_ref().map_or_else(String::new, |target| format!("{sign}{target}{unit}"))
}

/// What was reached as it is printed: `2979人`, `98.06分`; empty where there is no target.
pub fn actual(line: &Line) -> String {
    match (&line.actual, &line.release) {
        (Some(actual), _) => format!("{actual}{}", line.measured_in.as_deref().unwrap_or_default()),
        (None, Some(release)) => {
            let unit = if line.measure.as_deref() == Some("weighted_score") { "分" } else { "%" };
            format!("{}{unit}", release.value)
        }
        (None, None) if line.target.is_some() => NOTHING.to_owned(),
        (None, None) => String::new(),
    }
}

/// How far the target was reached, with a word where it was overshot: `106.39%（超额完成）`.
pub fn achieved(line: &Line) -> String {
    let over = match (line.over, line.kind.as_str()) {
        (false, _) => "",
        (true, "quantitative") if line.direction.as_deref() == Some("lower") => "（优于目标）",
        (true, "quantitative") => "（超额完成）",
        (true, _) => "（高于目标）",
    };
    line.achieved.as_ref().map_or_else(String::new, |share| format!("{share}%{over}"))
}

/// What stands beside the figures: the release, the reason, the evidence.
pub fn remarks(line: &Line) -> String {
    let release = line.release.as_ref().map(|release| {
        let digest: String = release.sha256.chars().take(12).collect();
        format!("取自“{}”第 {} 次发布（{}），SHA-256 {digest}…", release.title, release.number, measure(line))
    });
    let reason = line.reason.clone();
    let evidence = line.evidence.as_ref().map(|evidence| format!("依据：{evidence}"));
    [release, reason, evidence].into_iter().flatten().collect::<Vec<_>>().join("；")
}

/// What an indicator lacks, in words.
pub fn lack(lack: &Lack) -> String {
    let what = match lack.what.as_str() {
        "actual" => "实际值",
        "score" => "评分和理由",
        _ => "调查结果",
    };
    format!("第 {} 行 {} {}：缺{what}", lack.row, lack.code, lack.name)
}

/// The sentence about the result: `最终自评得分95分，评定等级为优。`, or what is lacking.
pub fn verdict(scored: &Scored) -> String {
    match &scored.total {
        Some(total) => format!("最终得分 {} 分（满分 {}），评定等级为{}。", total.score, total.weight, total.grade),
        None => format!("还有 {} 个指标没有填完，没有合计和等级。", scored.missing.len()),
    }
}
