//! 统计表: the official table as the report prints it, three rows a question.

use super::cell::{Cell, figures, merge};
use super::page::{Page, Paper};
use super::style;
use crate::domain::release::{ByOption, Figure, Release};
use crate::export::table::{Kind, NOTHING, Table};
use crate::export::wording;
use rust_xlsxwriter::{Worksheet, XlsxError};

const WIDTHS: [u16; 2] = [38, 7];

/// The figures of a block, as the release holds them.
struct Figures<'a> {
    n: u64,
    counts: &'a ByOption<u64>,
    percent: &'a ByOption<Figure>,
    score: &'a ByOption<Figure>,
    score_total: &'a Figure,
}

pub(super) fn write(sheet: &mut Worksheet, name: &str, release: &Release) -> Result<(), XlsxError> {
    let options = release.scale.iter().map(|_| 13);
    let widths: Vec<u16> = WIDTHS.into_iter().chain(options).chain([14]).collect();
    let mut page = Page::new(sheet, name, &widths, Paper::Across, &release.sha256)?;
    let table = Table::of(release);
    page.title(&table.caption)?;
    page.line(&under(release), &style::note())?;
    let heads: Vec<String> = table.options.iter().map(|(code, label)| format!("{code}（{label}）")).collect();
    let heads: Vec<&str> =
        ["问卷题目及选项", "项目"].into_iter().chain(heads.iter().map(String::as_str)).chain(["合计人数"]).collect();
    let top = page.row;
    page.heads(&heads)?;
    page.keep_heads(top, 2)?;
    let questions = release.questions.iter().map(|block| Figures {
        n: block.n,
        counts: &block.counts,
        percent: &block.percent,
        score: &block.score,
        score_total: &block.score_total,
    });
    let total = release.total.iter().map(|block| Figures {
        n: block.n,
        counts: &block.counts,
        percent: &block.percent,
        score: &block.score,
        score_total: &block.score_total,
    });
    for (block, found) in table.blocks.iter().zip(questions.chain(total)) {
        page.fit(&block.title, 0, 0, 3)?;
        merge(page.sheet, (page.row, 0), (page.row + 2, 0), &Cell::text(&block.title), &style::text())?;
        for kind in [Kind::Count, Kind::Percent, Kind::Score] {
            page.sheet.write_string_with_format(page.row, 1, kind.label(), &style::word())?;
            figures(page.sheet, (page.row, 2), &found.row(kind, release))?;
            page.row += 1;
        }
    }
    let last = page.last();
    if let Some(why) = wording::below_floor(release) {
        page.fit(&why, 0, last, 1)?;
        merge(page.sheet, (page.row, 0), (page.row, last), &Cell::text(why), &style::text())?;
        page.row += 1;
    }
    page.fit("", 0, 0, 1)?;
    page.sheet.write_string_with_format(page.row, 0, "最终得分", &style::text())?;
    page.sheet.write_string_with_format(page.row, 1, "权重", &style::word())?;
    let final_score = Cell::figure(&release.final_score);
    merge(page.sheet, (page.row, 2), (page.row, last), &final_score, &style::figure().set_bold())?;
    page.row += 1;
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        let sum = wording::figure(&total.sum_of_question_scores);
        page.line(&format!("各题作答人数不同：各题得分之和为 {sum}，正式得分为合计得分。"), &style::note())?;
    }
    if release.total.is_some() {
        page.line(&wording::official(release), &style::plain())?;
    }
    Ok(())
}

/// What the table is of: how many forms, which release.
fn under(release: &Release) -> String {
    let Release { issued, returned, valid, number, .. } = release;
    let at = wording::time(release);
    format!("发放 {issued} 份，回收 {returned} 份，有效 {valid} 份 · 第 {number} 次发布，{at}")
}

impl Figures<'_> {
    fn row(&self, kind: Kind, release: &Release) -> Vec<Cell> {
        let cell = |code: &str| match kind {
            Kind::Count => Cell::count(self.counts.get(code).copied().unwrap_or(0)),
            Kind::Percent => Cell::percent(self.percent.get(code).unwrap_or(&None)),
            Kind::Score => Cell::figure(self.score.get(code).unwrap_or(&None)),
        };
        let total = match kind {
            Kind::Count => Cell::count(self.n),
            Kind::Percent if self.n == 0 => Cell::text(NOTHING),
            Kind::Percent => Cell::percent(&Some("100".to_owned())),
            Kind::Score => Cell::figure(self.score_total),
        };
        release.scale.iter().map(|option| cell(&option.code)).chain([total]).collect()
    }
}
