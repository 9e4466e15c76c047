//! 方法: how the figures came about, how sure they are, and how the document is known again.

use super::cell::{Cell, figures};
use super::page::{Page, Paper};
use super::style;
use crate::domain::release::{Intervals, Release};
use crate::domain::survey::Measure;
use crate::export::{MEASURES, wording};
use rust_xlsxwriter::{Worksheet, XlsxError};

pub(super) fn write(sheet: &mut Worksheet, name: &str, release: &Release) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, name, &[30, 12, 12, 12, 12, 12, 16, 20, 10], Paper::Across, &release.sha256)?;
    page.title(&format!("{}：方法", release.survey.table_title))?;
    which(&mut page, release)?;
    page.heading("计算方法")?;
    for paragraph in release.method.lines().filter(|line| !line.is_empty()) {
        page.line(paragraph, &style::plain())?;
    }
    if let Some(why) = wording::below_floor(release) {
        page.line(&why, &style::plain())?;
    }
    target(&mut page, release)?;
    if let Some(intervals) = &release.intervals {
        sure(&mut page, release, intervals)?;
    }
    other_weights(&mut page, release)?;
    quality(&mut page, release)?;
    voided(&mut page, release)
}

fn which(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    let survey = &release.survey;
    page.heading("调查")?;
    let (text, code) = (style::text(), style::code());
    page.entry("名称", &Cell::text(&survey.title), &text)?;
    page.entry("项目", &Cell::text(&survey.programme), &text)?;
    page.entry("年度", &Cell::text(survey.year.to_string()), &code)?;
    page.entry("主办单位", &Cell::text(&survey.organiser), &text)?;
    page.entry("调查方式", &Cell::text(wording::design(&survey.design)), &text)?;
    page.entry("舍入", &Cell::text(wording::rounding(&survey.rounding)), &text)?;
    page.entry("公布结果的最少人数", &Cell::text(survey.disclosure_floor.to_string()), &code)?;
    page.entry("时区", &Cell::text(&survey.time_zone), &code)?;
    page.entry("调查编号", &Cell::text(survey.id.to_string()), &code)?;
    page.heading("发布")?;
    page.entry("第几次发布", &Cell::text(release.number.to_string()), &code)?;
    page.entry("发布时间", &Cell::text(wording::time(release)), &text)?;
    page.entry("发布时间（UTC）", &Cell::text(&release.as_of), &code)?;
    page.entry("SHA-256", &Cell::text(&release.sha256), &code)?;
    page.entry("操作记录行数", &Cell::text(release.audit.length.to_string()), &code)?;
    page.entry("操作记录末行校验", &Cell::text(&release.audit.head), &code)?;
    page.entry("重新计算", &Cell::text(format!("fivepoint verify {}", survey.id)), &code)?;
    let log = format!("fivepoint audit verify --head {}", release.audit.head);
    page.entry("核对操作记录", &Cell::text(log), &code)
}

/// A figure of a measure: points, or a share.
fn of_measure(measure: Measure, figure: &Option<String>) -> Cell {
    if measure == Measure::WeightedScore { Cell::figure(figure) } else { Cell::percent(figure) }
}

fn target(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    let target = &release.target;
    page.heading("目标")?;
    let name = wording::measure(&target.measure, &release.scale);
    let said = format!("{name} ≥ {}{}：{}", target.value, wording::unit_of(&target.measure), wording::met(target.met));
    page.line(&said, &style::plain())
}

fn sure(page: &mut Page<'_>, release: &Release, intervals: &Intervals) -> Result<(), XlsxError> {
    page.heading(&format!("{}% 置信区间", intervals.level))?;
    let lines = [
        ("总体人数", Cell::count(intervals.people)),
        ("其中答卷计入结果的人数", Cell::count(intervals.answered)),
        ("有人作答的层（或抽中的县区）数", Cell::count(intervals.strata)),
        ("这些层占要估计的人的比例", Cell::percent(&intervals.coverage_percent)),
    ];
    for (name, cell) in lines {
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        figures(page.sheet, (page.row, 1), &[cell])?;
        page.row += 1;
    }
    page.row += 1;
    page.heads(&[
        "指标",
        "正式数字",
        "估计值",
        "下限",
        "上限",
        "标准误",
        "估计值（8 位小数）",
        "方差（12 位小数）",
        "自由度",
    ])?;
    for measure in MEASURES {
        let interval = intervals.of.get(measure);
        let name = wording::measure(measure.name(), &release.scale);
        page.fit(&name, 0, 0, 1)?;
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        let exact = interval.exact.as_ref();
        let of = |figure| of_measure(measure, figure);
        let cells = [
            of(release.measures.get(measure)),
            of(&interval.estimate),
            of(&interval.low),
            of(&interval.high),
            Cell::figure(&interval.standard_error),
            Cell::figure(&exact.map(|exact| exact.value.clone())),
            Cell::figure(&exact.map(|exact| exact.variance.clone())),
            exact.map_or_else(|| Cell::figure(&None), |exact| Cell::count(exact.df)),
        ];
        figures(page.sheet, (page.row, 1), &cells)?;
        page.row += 1;
        if let Some(reason) = &interval.not_estimable {
            let why = format!("区间{}：{}。", wording::NOT_ESTIMABLE, wording::not_estimable(reason));
            page.line(&why, &style::note())?;
        }
    }
    match wording::how_sure(release) {
        Some(told) => page.line(told, &style::note()),
        None => Ok(()),
    }
}

fn other_weights(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    if release.other_weights.is_empty() {
        return Ok(());
    }
    page.heading("换用其他常见分值时的综合得分")?;
    page.heads(&["分值", "综合得分"])?;
    for other in &release.other_weights {
        let name = format!("{}（{}）", wording::weights(&other.name), wording::per_mille(&other.weights_per_mille));
        page.fit(&name, 0, 0, 1)?;
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        figures(page.sheet, (page.row, 1), &[Cell::figure(&other.weighted_score)])?;
        page.row += 1;
    }
    Ok(())
}

fn quality(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    let Some(quality) = &release.quality else { return Ok(()) };
    page.heading("问卷质量")?;
    // With one question every form is of one option.
    let alike = (release.questions.len() > 1).then(|| {
        [
            ("从头到尾选同一项的问卷", Cell::percent(&quality.straight_percent)),
            ("最常见的同样答卷", Cell::percent(&quality.identical_percent)),
        ]
    });
    let first = [
        ("克隆巴赫 α 系数", Cell::figure(&quality.alpha)),
        ("每题都选了满意程度的问卷", Cell::count(quality.complete_forms)),
    ];
    let lines = first.into_iter().chain(alike.into_iter().flatten()).chain([
        ("单独检查的单位", Cell::count(quality.units_examined)),
        ("其中与总体相差较大的单位", Cell::count(quality.units_flagged)),
    ]);
    for (name, cell) in lines {
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        figures(page.sheet, (page.row, 1), &[cell])?;
        page.row += 1;
    }
    match quality.alpha {
        Some(_) => Ok(()),
        None => page.line(&format!("克隆巴赫 α 系数{}", wording::NO_ALPHA), &style::note()),
    }
}

fn voided(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    page.heading("已作废、不计入结果的答卷")?;
    if release.voided.is_empty() {
        return page.line("没有作废的单位。", &style::plain());
    }
    for voided in &release.voided {
        let name = format!("{}（{}）", voided.name, voided.unit);
        page.fit(&name, 0, 0, 1)?;
        page.entry(&name, &Cell::text(&voided.reason), &style::text())?;
    }
    let Some(measures) = &release.with_voided else { return Ok(()) };
    page.row += 1;
    page.heads(&["如果计入作废答卷", "数字"])?;
    for measure in MEASURES {
        let name = wording::measure(measure.name(), &release.scale);
        page.fit(&name, 0, 0, 1)?;
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        figures(page.sheet, (page.row, 1), &[of_measure(measure, measures.get(measure))])?;
        page.row += 1;
    }
    Ok(())
}
