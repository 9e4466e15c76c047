//! 分组: the measures of units, kinds of respondents and channels, with their intervals.

use super::cell::{Cell, figures, merge};
use super::page::{Page, Paper};
use super::style;
use crate::domain::release::{ByMeasure, Group, Interval, Measures, Release, Who};
use crate::domain::survey::Measure;
use crate::export::table::NOTHING;
use crate::export::{MEASURES, wording};
use rust_xlsxwriter::{ColNum, Worksheet, XlsxError};

/// Columns before the figures of the measures: whom, its code, n.
const BEFORE: ColNum = 3;

pub(super) fn write(sheet: &mut Worksheet, name: &str, release: &Release) -> Result<(), XlsxError> {
    let kinds = kinds(release);
    let each = kinds.len();
    let figures = std::iter::repeat_n(9_u16, each * MEASURES.len());
    let widths: Vec<u16> = [40, 13, 10].into_iter().chain(figures).chain([18]).collect();
    let mut page = Page::new(sheet, name, &widths, Paper::Across, &release.sha256)?;
    page.title(&format!("{}：分组", release.survey.table_title))?;
    if let Some(why) = wording::below_floor(release) {
        return page.line(&why, &style::plain());
    }
    let floor = release.survey.disclosure_floor;
    let level = release.intervals.as_ref().map_or("95", |intervals| intervals.level.as_str());
    page.line(
        &format!(
            "少于 {floor} 人的组不公布。区间的置信水平为 {level}%。{}",
            wording::how_sure(release).unwrap_or_default()
        ),
        &style::note(),
    )?;
    heads(&mut page, release, &kinds)?;
    everybody(&mut page, release, &kinds)?;
    let mut part = "";
    for group in &release.groups {
        let next = match group.who {
            Who::Unit { .. } => wording::BY_UNIT,
            Who::Respondent { .. } => wording::BY_RESPONDENT,
            Who::Channel { .. } => wording::BY_CHANNEL,
        };
        if part != next {
            let last = page.last();
            let format = style::text().set_font_name("黑体");
            merge(page.sheet, (page.row, 0), (page.row, last), &Cell::text(next), &format)?;
            page.row += 1;
            part = next;
        }
        row(&mut page, group, &kinds)?;
    }
    if wording::hides(&release.groups) {
        page.line(wording::HIDDEN_NOTE, &style::note())?;
    }
    if wording::bounds(&release.groups) {
        page.line(wording::BOUNDED_NOTE, &style::note())?;
    }
    Ok(())
}

/// What is shown of a measure.
#[derive(Clone, Copy)]
enum Kind {
    Official,
    Estimate,
    Low,
    High,
}

/// Where everybody was asked the estimate is the official figure, and is not shown a second time.
fn kinds(release: &Release) -> Vec<Kind> {
    let sample = release.survey.design != "everyone";
    [Kind::Official].into_iter().chain(sample.then_some(Kind::Estimate)).chain([Kind::Low, Kind::High]).collect()
}

impl Kind {
    fn head(self, measure: Measure) -> &'static str {
        match self {
            Self::Official if measure == Measure::WeightedScore => "得分",
            Self::Official => "占比",
            Self::Estimate => "估计值",
            Self::Low => "下限",
            Self::High => "上限",
        }
    }

    fn cell(self, measure: Measure, official: &Measures, intervals: Option<&ByMeasure<Interval>>) -> Cell {
        let interval = intervals.map(|intervals| intervals.get(measure));
        let figure = match self {
            Self::Official => Some(official.get(measure)),
            Self::Estimate => interval.map(|interval| &interval.estimate),
            Self::Low => interval.map(|interval| &interval.low),
            Self::High => interval.map(|interval| &interval.high),
        };
        let figure = figure.unwrap_or(&None);
        if measure == Measure::WeightedScore { Cell::figure(figure) } else { Cell::percent(figure) }
    }
}

fn heads(page: &mut Page<'_>, release: &Release, kinds: &[Kind]) -> Result<(), XlsxError> {
    let (top, last) = (page.row, page.last());
    let each = u16::try_from(kinds.len()).unwrap_or(1);
    let mut lower = Vec::from(["组别", "代码", "人数"]);
    for (place, measure) in (0..).zip(MEASURES) {
        let column = BEFORE + place * each;
        let name = wording::measure(measure.name(), &release.scale);
        let head = format!("{name}（{}）", wording::unit_of(measure.name()));
        merge(page.sheet, (top, column), (top, column + each - 1), &Cell::text(head), &style::head())?;
        lower.extend(kinds.iter().map(|kind| kind.head(measure)));
    }
    lower.push("说明");
    page.row += 1;
    page.heads(&lower)?;
    for (column, head) in [(0, "组别"), (1, "代码"), (2, "人数"), (last, "说明")] {
        merge(page.sheet, (top, column), (top + 1, column), &Cell::text(head), &style::head())?;
    }
    page.sheet.set_row_height(top, 34)?;
    page.keep_heads(top, 1)
}

fn everybody(page: &mut Page<'_>, release: &Release, kinds: &[Kind]) -> Result<(), XlsxError> {
    let intervals = release.intervals.as_ref();
    page.sheet.write_string_with_format(page.row, 0, "全部", &style::text().set_bold())?;
    page.sheet.write_string_with_format(page.row, 1, NOTHING, &style::code())?;
    let n = intervals.map_or_else(|| Cell::text(NOTHING), |intervals| Cell::count(intervals.answered));
    measures(page, &n, &release.measures, intervals.map(|intervals| &intervals.of), kinds)?;
    said(page, &why(intervals.map(|intervals| &intervals.of)))
}

fn row(page: &mut Page<'_>, group: &Group, kinds: &[Kind]) -> Result<(), XlsxError> {
    let (name, code, depth, voided) = match &group.who {
        Who::Unit { unit, name, depth, voided, .. } => (name.as_str(), unit.as_str(), *depth, *voided),
        Who::Respondent { kind } => (wording::respondent(kind), NOTHING, 0, false),
        Who::Channel { kind } => (wording::channel(kind), NOTHING, 0, false),
    };
    let indent = u8::try_from(depth).unwrap_or(u8::MAX).min(8);
    page.fit(&format!("{}{name}", "　".repeat(usize::from(indent))), 0, 0, 1)?;
    page.sheet.write_string_with_format(page.row, 0, name, &style::text().set_indent(indent))?;
    page.sheet.write_string_with_format(page.row, 1, code, &style::code())?;
    let mut notes = Vec::new();
    if voided {
        notes.push(wording::VOIDED.to_owned());
    }
    if group.hidden {
        let last = page.last().saturating_sub(1);
        merge(page.sheet, (page.row, 2), (page.row, last), &Cell::text(wording::HIDDEN), &style::word())?;
    } else {
        let n = group.n.map_or_else(|| Cell::text(NOTHING), Cell::count);
        let official = group.measures.clone().unwrap_or_default();
        measures(page, &n, &official, group.intervals.as_ref(), kinds)?;
        notes.extend(Some(why(group.intervals.as_ref())).filter(|why| !why.is_empty()));
    }
    said(page, &notes.join("；"))
}

fn measures(
    page: &mut Page<'_>,
    n: &Cell,
    official: &Measures,
    intervals: Option<&ByMeasure<Interval>>,
    kinds: &[Kind],
) -> Result<(), XlsxError> {
    let cells = MEASURES
        .into_iter()
        .flat_map(|measure| kinds.iter().map(move |kind| kind.cell(measure, official, intervals)).collect::<Vec<_>>());
    let cells: Vec<Cell> = std::iter::once(n.clone()).chain(cells).collect();
    figures(page.sheet, (page.row, 2), &cells)
}

/// Why there is no interval.
fn why(intervals: Option<&ByMeasure<Interval>>) -> String {
    let reasons = intervals.into_iter().flat_map(|of| MEASURES.map(|measure| of.get(measure).not_estimable.as_deref()));
    let reason = reasons.flatten().next();
    reason.map_or_else(String::new, |reason| {
        format!("区间{}：{}", wording::NOT_ESTIMABLE, wording::not_estimable(reason))
    })
}

/// The last cell of a row.
fn said(page: &mut Page<'_>, note: &str) -> Result<(), XlsxError> {
    let last = page.last();
    if !note.is_empty() {
        page.fit(note, last, last, 1)?;
    }
    page.sheet.write_string_with_format(page.row, last, note, &style::text().set_font_size(9))?;
    page.row += 1;
    Ok(())
}
