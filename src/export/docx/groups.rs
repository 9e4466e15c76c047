//! The groups: units, kinds of respondent, channels. Hidden ones say so.

use super::body::Body;
use super::chart::{BARS, Chart, Series};
use super::grid::{Grid, Row};
use super::report::reasons;
use crate::domain::release::{ByMeasure, Figure, Group, Interval, Measures, Release, Who};
use crate::export::table::NOTHING;
use crate::export::wording;
use std::collections::BTreeMap;

/// Units in a table between the paragraphs; more stand in the table at the end.
const UNITS: usize = 40;

/// Whether the people asked were a sample, so that the estimate is not the result itself.
pub(super) fn sampled(release: &Release) -> bool {
    release.survey.design != "everyone"
}

/// Writes the section.
pub(super) fn write(body: &mut Body, release: &Release) {
    if release.groups.is_empty() {
        return;
    }
    body.heading("分组情况");
    let upper: Vec<&Group> = units(release).filter(|(_, depth)| *depth <= 1).map(|(group, _)| group).collect();
    let all = units(release).count();
    body.part(wording::BY_UNIT);
    if upper.len() > UNITS {
        body.prose(&format!("共有 {all} 个单位，各单位的结果见附表。"));
    } else {
        if all > upper.len() {
            body.prose(&format!("下面是各县区的结果，{} 个基层单位的结果见附表。", all - upper.len()));
        }
        let counties: Vec<&Group> = upper.iter().filter(|group| depth(group) != Some(0)).copied().collect();
        charts(body, release, if counties.is_empty() { &upper } else { &counties });
        body.table("各单位的满意度", &unit_table(release, &upper));
        notes(body, &upper);
    }
    for (title, caption, head, respondents) in [
        (wording::BY_RESPONDENT, "不同填写人的满意度", "填写人", true),
        (wording::BY_CHANNEL, "不同填写方式的满意度", "填写方式", false),
    ] {
        let kinds: Vec<(&Group, &str)> = release
            .groups
            .iter()
            .filter_map(|group| match &group.who {
                Who::Respondent { kind } if respondents => Some((group, wording::respondent(kind))),
                Who::Channel { kind } if !respondents => Some((group, wording::channel(kind))),
                _ => None,
            })
            .collect();
        if !kinds.is_empty() {
            body.part(title);
            body.table(caption, &kind_table(release, head, &kinds));
            notes(body, &kinds.iter().map(|(group, _)| *group).collect::<Vec<_>>());
        }
    }
}

/// Writes the table of all units, where it does not stand in the section.
pub(super) fn appendix(body: &mut Body, release: &Release) {
    let all: Vec<&Group> = units(release).map(|(group, _)| group).collect();
    let upper = units(release).filter(|(_, depth)| *depth <= 1).count();
    if all.len() > upper || upper > UNITS {
        body.attachment("附表", &[]);
        body.table("全部单位的满意度", &unit_table(release, &all));
        notes(body, &all);
    }
}

/// Writes how the sample lies over the strata.
pub(super) fn strata(body: &mut Body, release: &Release) {
    if release.strata.is_empty() {
        return;
    }
    let names: BTreeMap<&str, &str> = release
        .groups
        .iter()
        .filter_map(|group| match &group.who {
            Who::Unit { unit, name, .. } => Some((unit.as_str(), name.as_str())),
            _ => None,
        })
        .collect();
    let mut grid = Grid::new(&[("县区", 0), ("总体人数", 1800), ("抽取人数", 1800)]);
    for stratum in &release.strata {
        let unit = stratum.unit.as_str();
        let row = Row::default().words(names.get(unit).copied().unwrap_or(unit));
        grid.row(row.cell(stratum.people.to_string()).cell(stratum.drawn.to_string()));
    }
    body.table("抽样时的总体和样本", &grid);
}

fn depth(group: &Group) -> Option<usize> {
    match group.who {
        Who::Unit { depth, .. } => Some(depth),
        _ => None,
    }
}

fn units(release: &Release) -> impl Iterator<Item = (&Group, usize)> {
    release.groups.iter().filter_map(|group| Some((group, depth(group)?)))
}

/// The columns of the measures.
fn measure_columns(release: &Release, widths: (u32, u32, u32)) -> Vec<(String, u32)> {
    let (score, interval, share) = widths;
    let name = |measure| wording::measure(measure, &release.scale);
    let level = release.intervals.as_ref().map_or("95", |intervals| intervals.level.as_str());
    let mut columns = vec![(name("weighted_score"), score)];
    if sampled(release) {
        columns.push(("推算到全体".to_owned(), score));
    }
    columns.push((format!("得分的 {level}% 置信区间"), interval));
    columns.extend(["top2_percent", "top1_percent"].map(|measure| (format!("{}（%）", name(measure)), share)));
    columns
}

fn grid(first: &[(&str, u32)], measures: &[(String, u32)]) -> Grid {
    let measures = measures.iter().map(|(name, width)| (name.as_str(), *width));
    Grid::new(&first.iter().copied().chain(measures).collect::<Vec<_>>())
}

/// The cells of the measures, or that they are hidden.
fn measure_cells(row: Row, release: &Release, group: &Group, hidden_columns: usize) -> Row {
    if group.hidden {
        return row.wide(wording::HIDDEN, hidden_columns);
    }
    let none = (Measures::default(), ByMeasure::<Interval>::default());
    let measures = group.measures.as_ref().unwrap_or(&none.0);
    let score = group.intervals.as_ref().map_or(&none.1.weighted_score, |intervals| &intervals.weighted_score);
    let mut row = row.cell(wording::figure(&measures.weighted_score));
    if sampled(release) {
        row = row.cell(wording::figure(&score.estimate));
    }
    let row = row.cell(wording::interval(score));
    row.cell(wording::figure(&measures.top2_percent)).cell(wording::figure(&measures.top1_percent))
}

fn unit_table(release: &Release, groups: &[&Group]) -> Grid {
    let widths = if sampled(release) { (700, 1400, 800) } else { (720, 1480, 840) };
    let measures = measure_columns(release, widths);
    let first = [("单位", 0), ("发放", 590), ("收回", 590), ("回收率（%）", 740), ("计入人数", 590)];
    let mut grid = grid(&first, &measures);
    for group in groups {
        let Who::Unit { name, depth, issued, returned, response_rate, voided, .. } = &group.who else { continue };
        let mark = if *voided { format!("（{}）", wording::VOIDED) } else { String::new() };
        let row = Row::default().indented(format!("{name}{mark}"), (*depth).min(4)).cell(issued.to_string());
        let row = if group.hidden {
            row
        } else {
            // Few answers that are in no base are not told of either.
            let told = |number: Option<String>| number.unwrap_or_else(|| wording::HIDDEN.to_owned());
            let returned = told(returned.map(|returned| returned.to_string()));
            let rate = if *issued == 0 { NOTHING.to_owned() } else { told(response_rate.clone()) };
            row.cell(returned).cell(rate).cell(group.n.map_or_else(|| NOTHING.to_owned(), |n| n.to_string()))
        };
        grid.row(measure_cells(row, release, group, measures.len() + 3));
    }
    grid
}

fn kind_table(release: &Release, head: &str, kinds: &[(&Group, &str)]) -> Grid {
    let measures = measure_columns(release, (1000, 1600, 1100));
    let mut grid = grid(&[(head, 0), ("人数", 800)], &measures);
    for (group, name) in kinds {
        let mut row = Row::default().words(*name);
        if let (false, Some(n)) = (group.hidden, group.n) {
            row = row.cell(n.to_string());
        } else if !group.hidden {
            row = row.cell(NOTHING);
        }
        grid.row(measure_cells(row, release, group, measures.len() + 1));
    }
    grid
}

fn notes(body: &mut Body, groups: &[&Group]) {
    if wording::hides(groups.iter().copied()) {
        body.note(&format!("注：{}", wording::HIDDEN_NOTE));
    }
    let scores = || {
        let shown = groups.iter().filter(|group| !group.hidden);
        shown.filter_map(|group| group.intervals.as_ref()).map(|intervals| &intervals.weighted_score)
    };
    for reason in reasons(scores()) {
        body.note(&format!("注：区间不能估计，是因为{}。", wording::not_estimable(reason)));
    }
    if wording::bounds(groups.iter().copied()) {
        body.note(&format!("注：{}", wording::BOUNDED_NOTE));
    }
}

/// The scores of groups, each with its interval.
fn charts(body: &mut Body, release: &Release, groups: &[&Group]) {
    let drawn: Vec<(&str, Figure, (Figure, Figure))> = groups.iter().filter_map(|group| drawn(group)).collect();
    if drawn.len() < 2 {
        return;
    }
    let level = release.intervals.as_ref().map_or("95", |intervals| intervals.level.as_str());
    for part in drawn.chunks(BARS) {
        let series = Series {
            name: wording::measure("weighted_score", &release.scale),
            figures: part.iter().map(|(_, figure, _)| figure.clone()).collect(),
            ends: part.iter().map(|(_, _, ends)| ends.clone()).collect(),
        };
        let bars = part.iter().map(|(name, ..)| (*name).to_owned()).collect();
        let what = if sampled(release) { "推算到全体的综合得分" } else { "的综合得分" };
        body.chart(&format!("各单位{what}和 {level}% 置信区间"), Chart { bars, series: vec![series] });
    }
    if drawn.len() < groups.len() {
        body.note("注：没有公布得分，或者只写“≥ 95”或“≤ 5”的单位不在图中，见下表。");
    }
}

/// Name, estimate and interval of a unit that can be drawn.
fn drawn(group: &Group) -> Option<(&str, Figure, (Figure, Figure))> {
    let Who::Unit { name, .. } = &group.who else { return None };
    let score = &group.intervals.as_ref()?.weighted_score;
    let estimate = score.estimate.as_ref().filter(|estimate| estimate.parse::<rust_decimal::Decimal>().is_ok())?;
    Some((name, Some(estimate.clone()), (score.low.clone(), score.high.clone())))
}
