//! 回收情况: how many of those asked answered, everywhere and unit by unit; of a sample its strata.

use super::cell::{Cell, figures, merge};
use super::page::{Page, Paper};
use super::style;
use crate::domain::release::{Release, Who};
use crate::export::wording;
use rust_xlsxwriter::{Worksheet, XlsxError};

pub(super) fn write(sheet: &mut Worksheet, name: &str, release: &Release) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, name, &[40, 14, 11, 11, 11, 12, 16], Paper::Upright, &release.sha256)?;
    page.title(&format!("{}：回收情况", release.survey.table_title))?;
    overall(&mut page, release)?;
    by_unit(&mut page, release)?;
    strata(&mut page, release)
}

fn overall(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    let rates = &release.response_rates;
    let partial = if rates.partial_possible {
        "必答题都答了，但答了的题目不到八成"
    } else {
        "每道题都要答，不会有部分作答"
    };
    let valid_percent = (release.returned > 0).then(|| ("有效率", Cell::percent(&rates.valid_percent), "有效 ÷ 回收"));
    let lines = [
        ("发放", Cell::count(rates.issued), "发出的链接"),
        ("其中：调查前已搬走或去世", Cell::count(rates.ineligible), "不在应答基数里"),
        ("其中：联系不上", Cell::count(rates.non_contact), "仍在应答基数里"),
        ("其中：不参加", Cell::count(rates.declined), "仍在应答基数里"),
        ("其中：收回的链接", Cell::count(rates.revoked), "不在应答基数里"),
        ("其中：到期未答", Cell::count(rates.expired), "仍在应答基数里"),
        ("回收", Cell::count(rates.returned), "已作答的链接"),
        ("其中：部分作答", Cell::count(rates.partial), partial),
        ("有效", Cell::count(release.valid), "计入结果的完整问卷"),
        ("应答基数", Cell::count(rates.eligible), wording::ELIGIBLE),
        ("回收率", Cell::percent(&rates.returned_percent), "回收 ÷ 发放"),
    ];
    let lines = lines.into_iter().chain(valid_percent).chain([
        ("应答率 RR1（AAPOR）", Cell::percent(&rates.rr1), wording::RR1),
        ("应答率 RR2（AAPOR）", Cell::percent(&rates.rr2), wording::RR2),
    ]);
    page.heading("总体")?;
    let last = page.last();
    page.heads(&["项目", "数字", "说明", "", "", "", ""])?;
    merge(page.sheet, (page.row - 1, 2), (page.row - 1, last), &Cell::text("说明"), &style::head())?;
    for (name, cell, note) in lines {
        page.sheet.write_string_with_format(page.row, 0, name, &style::text())?;
        figures(page.sheet, (page.row, 1), &[cell])?;
        merge(page.sheet, (page.row, 2), (page.row, last), &Cell::text(note), &style::text())?;
        page.row += 1;
    }
    page.line(wording::rr(rates), &style::note())
}

fn by_unit(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    let units = release.groups.iter().filter_map(|group| match &group.who {
        Who::Unit { unit, name, depth, issued, eligible, returned, response_rate, voided, .. } => {
            Some((unit, name, *depth, [*issued, *eligible], *returned, response_rate, *voided))
        }
        Who::Respondent { .. } | Who::Channel { .. } => None,
    });
    let mut units = units.peekable();
    if units.peek().is_none() {
        return Ok(());
    }
    page.heading("按单位（含下级单位）")?;
    page.heads(&["单位", "代码", "发放", "应答基数", "回收", "回收率", "说明"])?;
    for (code, name, depth, asked, returned, rate, voided) in units {
        let indent = u8::try_from(depth).unwrap_or(u8::MAX).min(8);
        page.fit(&format!("{}{name}", "　".repeat(usize::from(indent))), 0, 0, 1)?;
        page.sheet.write_string_with_format(page.row, 0, name, &style::text().set_indent(indent))?;
        page.sheet.write_string_with_format(page.row, 1, code, &style::code())?;
        figures(page.sheet, (page.row, 2), &asked.map(Cell::count))?;
        let (returned, rate) = match returned {
            Some(returned) => (Cell::count(returned), Cell::percent(rate)),
            None => (Cell::text(wording::HIDDEN), Cell::text(wording::HIDDEN)),
        };
        figures(page.sheet, (page.row, 4), &[returned, rate])?;
        let note = if voided { wording::VOIDED } else { "" };
        page.sheet.write_string_with_format(page.row, 6, note, &style::word())?;
        page.row += 1;
    }
    if wording::hides(&release.groups) {
        page.line(wording::HIDDEN_NOTE, &style::note())?;
    }
    Ok(())
}

fn strata(page: &mut Page<'_>, release: &Release) -> Result<(), XlsxError> {
    if release.strata.is_empty() {
        return Ok(());
    }
    page.heading("抽样时各层的人数")?;
    page.line(wording::design(&release.survey.design), &style::plain())?;
    page.heads(&["层（单位）", "代码", "总人数", "抽取人数"])?;
    for line in &release.strata {
        let found = release.groups.iter().find_map(|group| match &group.who {
            Who::Unit { unit, name, .. } if *unit == line.unit => Some(name.as_str()),
            _ => None,
        });
        page.sheet.write_string_with_format(page.row, 0, found.unwrap_or(&line.unit), &style::text())?;
        page.sheet.write_string_with_format(page.row, 1, &line.unit, &style::code())?;
        figures(page.sheet, (page.row, 2), &[line.people, line.drawn].map(Cell::count))?;
        page.row += 1;
    }
    Ok(())
}
