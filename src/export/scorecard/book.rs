//! A scorecard as a workbook: the indicators, which can be edited and read again, with every figure as a formula; and the
//! report's table, taken from them, with a word whether it comes to what was saved.

use super::table::{CAPTION, COLUMNS, HEADS, lack, measure, row, summary, verdict};
use crate::domain::scorecard::{Line, Scored};
use crate::export::results_book::cell::{Cell, share};
use crate::export::results_book::page::{Page, Paper};
use crate::export::results_book::style;
use crate::export::table::NOTHING;
use crate::export::xlsx::failed;
use chrono::DateTime;
use rust_xlsxwriter::{
    ConditionalFormatText, ConditionalFormatTextRule, DataValidation, DocProperties, ExcelDateTime, Workbook,
    Worksheet, XlsxError,
};
use std::collections::HashMap;
use std::io;

/// Widths of the columns, in letters.
const WIDTHS: [u16; 20] = [9, 9, 32, 9, 9, 11, 11, 9, 9, 8, 32, 24, 12, 6, 12, 6, 9, 9, 10, 10];
/// Name of the sheet of the indicators.
const SHEET: &str = "指标";
/// A function of a spreadsheet takes so many arguments.
const ARGUMENTS: usize = 200;

/// The workbook's bytes: the same for the same version.
pub fn scorecard(scored: &Scored) -> io::Result<Vec<u8>> {
    book(scored).map_err(failed)
}

fn book(scored: &Scored) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = DateTime::parse_from_rfc3339(&scored.made_at).map_or(0, |at| at.timestamp());
    let about = DocProperties::new().set_title(&scored.title).set_author(&scored.unit);
    book.set_properties(&about.set_creation_datetime(&ExcelDateTime::from_timestamp(made)?));
    indicators(book.add_worksheet(), scored)?;
    table(book.add_worksheet(), scored)?;
    book.save_to_buffer()
}

fn indicators(sheet: &mut Worksheet, scored: &Scored) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, SHEET, &WIDTHS, Paper::Across, &scored.sha256)?;
    page.heads(&COLUMNS)?;
    page.keep_heads(0, 3)?;
    let last = u32::try_from(scored.indicators.len()).unwrap_or(u32::MAX);
    let kinds = DataValidation::new().allow_list_strings(&["定量", "定性", "满意度"])?.ignore_blank(true);
    page.sheet.add_data_validation(1, 4, last, 4, &kinds)?;
    let mut below: HashMap<&str, Vec<u32>> = HashMap::new();
    for (number, line) in (2..).zip(&scored.indicators) {
        if let Some(parent) = line.parent.as_deref() {
            below.entry(parent).or_default().push(number);
        }
    }
    for (number, line) in (2..).zip(&scored.indicators) {
        let texts = row(line);
        // Names and reasons have columns of the same width; the evidence has a narrower one.
        let [name, reason, evidence] = [2, 10, 11].map(|column: usize| texts.get(column).map_or("", String::as_str));
        let tallest = [(name, 2), (reason, 10), (evidence, 11)];
        let tallest =
            tallest.into_iter().max_by_key(|(text, column)| text.chars().count() * (5 + usize::from(*column == 11)));
        if let Some((text, column)) = tallest {
            page.fit(text, column, column, 1)?;
        }
        for (column, text) in (0..).zip(&texts) {
            let cell = match column {
                3 | 5 | 6 | 9 | 13 | 15 => Cell::figure(&Some(text.clone())),
                16 => formula(points(line, number, &below), &line.score, "0.00"),
                17 => formula(Some(format!("D{number}-ROUND(Q{number},2)")), &line.deduction, "0.00"),
                18 => formula(Some(format!("Q{number}/D{number}")), &percent(&line.rate), "0.00%"),
                19 => formula(reached(line, number), &percent(&line.achieved), "0.00%"),
                _ => Cell::text(text.clone()),
            };
            let format = match column {
                3 | 5 | 6 | 9 | 13 | 15..=19 => style::figure(),
                12 => style::text().unset_text_wrap(),
                _ => style::text(),
            };
            if text.is_empty() {
                page.sheet.write_blank(page.row, column, &format)?;
            } else {
                cell.write(page.sheet, (page.row, column), &format)?;
            }
        }
        page.row += 1;
    }
    Ok(())
}

/// A formula with the figure it comes to; the figure alone where there is none of either.
fn formula(formula: Option<String>, figure: &Option<String>, shown: &str) -> Cell {
    match (formula, figure) {
        (Some(formula), Some(figure)) => {
            Cell::Formula { formula: format!("={formula}"), result: figure.clone(), shown: shown.to_owned() }
        }
        (Some(formula), None) => Cell::Formula {
            formula: format!("=IFERROR({formula},\"{NOTHING}\")"),
            result: NOTHING.to_owned(),
            shown: shown.to_owned(),
        },
        (None, figure) => Cell::figure(figure),
    }
}

/// A percentage as the spreadsheet keeps it.
fn percent(figure: &Option<String>) -> Option<String> {
    figure.as_deref().and_then(share)
}

/// The points of the indicator in that row.
fn points(line: &Line, number: u32, below: &HashMap<&str, Vec<u32>>) -> Option<String> {
    let bounded = |better: &str, share: String| format!("IF({better},D{number},D{number}*{share})");
    match line.kind.as_str() {
        "group" => {
            let cells = below.get(line.code.as_str())?;
            let ranges = ranges(cells);
            let all = ranges.join(",");
            let count = cells.len();
            (ranges.len() <= ARGUMENTS).then(|| format!("IF(COUNT({all})={count},SUM({all}),\"{NOTHING}\")"))
        }
        "quantitative" => {
            let lower = line.direction.as_deref() == Some("lower");
            let (better, share) = if lower {
                (format!("G{number}<=F{number}"), format!("F{number}/G{number}"))
            } else {
                (format!("G{number}>=F{number}"), format!("G{number}/F{number}"))
            };
            Some(format!("IF(G{number}=\"\",\"{NOTHING}\",{})", bounded(&better, share)))
        }
        "qualitative" => Some(format!("IF(J{number}=\"\",\"{NOTHING}\",J{number})")),
        _ => {
            let exact = &line.release.as_ref()?.exact;
            Some(bounded(&format!("{exact}>=F{number}"), format!("({exact})/F{number}")))
        }
    }
}

/// How far the target of the indicator in that row was reached.
fn reached(line: &Line, number: u32) -> Option<String> {
    line.achieved.as_ref()?;
    match (line.direction.as_deref(), &line.release) {
        (_, Some(release)) => Some(format!("({})/F{number}", release.exact)),
        (Some("lower"), None) => Some(format!("F{number}/G{number}")),
        _ => Some(format!("G{number}/F{number}")),
    }
}

/// Cells of the column of points, those below each other joined to ranges.
fn ranges(rows: &[u32]) -> Vec<String> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => found.push((*row, *row)),
        }
    }
    let range =
        |(first, last): (u32, u32)| if first == last { format!("Q{first}") } else { format!("Q{first}:Q{last}") };
    found.into_iter().map(range).collect()
}

fn table(sheet: &mut Worksheet, scored: &Scored) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, "得分情况", &[36, 12, 12, 12, 12, 12], Paper::Upright, &scored.sha256)?;
    page.title(CAPTION)?;
    let note = format!("{}（{} 年度），{}，第 {} 版", scored.title, scored.year, scored.unit, scored.version);
    page.line(&note, &style::note())?;
    page.heads(&HEADS.into_iter().chain(["核对"]).collect::<Vec<_>>())?;
    let first = page.row;
    let top: Vec<u32> =
        (2..).zip(&scored.indicators).filter(|(_, line)| line.level == 1).map(|(number, _)| number).collect();
    for (index, [name, weight, score, deduction, rate]) in summary(scored).into_iter().enumerate() {
        let number = page.row + 1;
        let shown = |text: &str| (text != NOTHING).then(|| text.to_owned());
        let source = top.get(index);
        let from = |column: &str| source.map(|row| format!("'{SHEET}'!{column}{row}"));
        let (from_row, to_row) = (first + 1, page.row);
        let sum = |column: &str| {
            let cells = format!("{column}{from_row}:{column}{to_row}");
            Some(format!("IF(COUNT({cells})={},SUM({cells}),\"{NOTHING}\")", top.len()))
        };
        let rate = rate.strip_suffix('%').and_then(share);
        let cells = [
            Cell::text(name),
            formula(from("D").or_else(|| sum("B")), &Some(weight), "0.00"),
            formula(from("Q").or_else(|| sum("C")), &shown(&score), "0.00"),
            formula(Some(format!("B{number}-ROUND(C{number},2)")), &shown(&deduction), "0.00"),
            formula(Some(format!("C{number}/B{number}")), &rate, "0.00%"),
            check(number, &score),
        ];
        page.fit("", 0, 0, 1)?;
        for (column, cell) in (0..).zip(&cells) {
            let format = if column == 0 { style::text() } else { style::figure() };
            cell.write(page.sheet, (page.row, column), &format)?;
        }
        page.row += 1;
    }
    let alert = ConditionalFormatText::new()
        .set_rule(ConditionalFormatTextRule::BeginsWith(style::DIFFERENT.to_owned()))
        .set_format(style::alert());
    page.sheet.add_conditional_format(first, 5, page.row, 5, &alert)?;
    page.line(&verdict(scored), &style::plain())?;
    page.line(
        "“核对”：公式算出的得分和保存时的得分是否一致；改动过数值以后会不一致，重新导入才算数。",
        &style::note(),
    )?;
    for missing in &scored.missing {
        page.line(&lack(missing), &style::plain())?;
    }
    for line in &scored.indicators {
        let Some(release) = &line.release else { continue };
        page.heading(&format!("{} {}", line.code, line.name))?;
        page.entry("调查", &Cell::text(format!("{}（{}）", release.title, release.survey)), &style::text())?;
        page.entry("发布", &Cell::text(format!("第 {} 次", release.number)), &style::text())?;
        page.entry("满意度口径", &Cell::text(measure(line)), &style::text())?;
        page.entry("数值", &Cell::text(format!("{}（精确值 {}）", release.value, release.exact)), &style::text())?;
        page.entry("SHA-256", &Cell::text(release.sha256.clone()), &style::code())?;
    }
    Ok(())
}

/// Whether what the formulas come to is what was saved.
fn check(number: u32, saved: &str) -> Cell {
    if saved == NOTHING {
        return Cell::text(NOTHING);
    }
    let (same, different) = (style::SAME, style::DIFFERENT);
    Cell::Formula {
        formula: format!("=IF(IFERROR(ROUND(C{number},2)={saved},FALSE),\"{same}\",\"{different}\")"),
        result: same.to_owned(),
        shown: "General".to_owned(),
    }
}
