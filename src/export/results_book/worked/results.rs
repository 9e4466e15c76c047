//! What the blocks come to: the score, the measures, the target, other weights, the response rates.

use super::super::cell::{Cell, decimals, figures, merge, result, share_result};
use super::super::page::Page;
use super::super::style;
use super::formula::{Rounding, Shown, check};
use super::grid::{self, Grid};
use super::{Places, Pooled, agreed};
use crate::domain::exact::{self, Fraction};
use crate::domain::release::{Figure, Release};
use crate::domain::survey::Measure;
use crate::export::table::NOTHING;
use crate::export::wording;
use rust_decimal::Decimal;
use rust_xlsxwriter::{RowNum, XlsxError};
use std::str::FromStr;

/// Decimals at which the unrounded sum of the questions is kept in the file until it is computed again.
const UNROUNDED: u32 = 12;

pub(super) fn write(
    page: &mut Page<'_>,
    release: &Release,
    grid: Grid,
    places: &Places,
    rounding: Rounding,
) -> Result<(), XlsxError> {
    let results = Results { release, grid, rounding };
    if let Some(pooled) = &places.pooled {
        results.measures(page, places.weights, pooled)?;
        results.other_weights(page, pooled)?;
    }
    results.rates(page)
}

struct Results<'a> {
    release: &'a Release,
    grid: Grid,
    rounding: Rounding,
}

/// A line of the lower part.
struct Line<'a> {
    name: &'a str,
    how: &'a str,
    formula: String,
    result: String,
    released: String,
    shown: Shown,
}

impl Results<'_> {
    fn measures(&self, page: &mut Page<'_>, weights: RowNum, pooled: &Pooled) -> Result<(), XlsxError> {
        let (release, grid) = (self.release, self.grid);
        page.heading("得分、指标和目标")?;
        let points = format!("SUMPRODUCT({},{})", grid.fixed_range(pooled.weighted), grid.fixed_range(weights));
        let base = format!("10*{}", grid::fixed(pooled.weighted, grid.total()));
        self.line(
            page,
            Line {
                name: "最终得分",
                how: "Σ 加权人数 × 系数 ÷（10 × 加权人数合计），8 位小数",
                formula: self.rounding.long_quotient(&points, &base),
                result: result(&release.final_score),
                released: wording::figure(&release.final_score).to_owned(),
                shown: Shown::Long,
            },
        )?;
        let score = &release.measures.weighted_score;
        self.points(page, "综合得分", "同上，2 位小数", &points, &base, score)?;
        let all = grid::fixed(pooled.counts, grid.total());
        let best = |options: u16| {
            let (from, to) =
                (grid::fixed(pooled.counts, grid::FIRST), grid::fixed(pooled.counts, grid::FIRST + options - 1));
            format!("SUM({from}:{to})")
        };
        let measure = |measure: Measure| wording::measure(measure.name(), &release.scale);
        let (top2, top1) = (&release.measures.top2_percent, &release.measures.top1_percent);
        self.share(page, &measure(Measure::Top2), "前两项人数 ÷ 合计人数", &best(2), &all, top2)?;
        self.share(page, &measure(Measure::Top1), "第一项人数 ÷ 合计人数", &best(1), &all, top1)?;
        self.sum_of_questions(page, weights, pooled)?;
        self.target(page, (&points, &base), (&best(2), &best(1), &all))
    }

    /// Where bases differ: the scores of the questions, unrounded, added, rounded once.
    fn sum_of_questions(&self, page: &mut Page<'_>, weights: RowNum, pooled: &Pooled) -> Result<(), XlsxError> {
        let Some(total) = self.release.total.as_ref().filter(|total| total.bases_differ) else { return Ok(()) };
        let (from, to) = pooled.questions;
        let weights = self.grid.fixed_range(weights);
        let parts: Vec<String> = (from..=to)
            .step_by(3)
            .map(|row| {
                let (v, n) = (grid::cell(row, grid::WEIGHT), grid::cell(row, self.grid.total()));
                format!("{v}*SUMPRODUCT({},{weights})/{n}", self.grid.computed_range(row))
            })
            .collect();
        let whole = grid::fixed(pooled.counts, grid::WEIGHT);
        let formula = format!("=IFERROR(({})/(10*{whole}),\"{NOTHING}\")", parts.join("+"));
        let unrounded = self.unrounded().unwrap_or_else(|| NOTHING.to_owned());
        let (grid, row) = (self.grid, page.row);
        page.fit("", 0, 0, 1)?;
        merge(page.sheet, (row, 0), (row, grid::KIND), &Cell::text("各题得分之和，未舍入"), &style::text())?;
        let how = Cell::text("各题的作答人数不同，先不舍入地相加");
        merge(page.sheet, (row, grid::FIRST), (row, grid.total() - 1), &how, &style::text())?;
        let sum = Cell::Formula { formula, result: unrounded, shown: "0.000000000".to_owned() };
        sum.write(page.sheet, (row, grid.total()), &style::figure())?;
        page.row += 1;
        let sum = &total.sum_of_question_scores;
        self.line(
            page,
            Line {
                name: "各题得分之和",
                how: "上一行舍入一次；正式得分是合计得分",
                formula: self.rounding.rounded(&grid::cell(row, grid.total()), 2),
                result: result(sum),
                released: wording::figure(sum).to_owned(),
                shown: Shown::Points,
            },
        )
    }

    /// What the file says of that sum until it is computed again.
    fn unrounded(&self) -> Option<String> {
        let weight = |code: &str| {
            let option = self.release.scale.iter().find(|option| option.code == code);
            option.map_or(0, |option| u128::from(option.weight_per_mille))
        };
        let whole: u128 = self.release.questions.iter().map(|question| u128::from(question.weight)).sum();
        let parts = self.release.questions.iter().map(|question| {
            let points: u128 = question.counts.iter().map(|(code, count)| weight(code) * u128::from(*count)).sum();
            Fraction::new(points * u128::from(question.weight), 10 * whole * u128::from(question.n))
        });
        Some(Fraction::sum(parts)?.round(UNROUNDED, exact::Rounding::HalfUp).ok()?.to_string())
    }

    fn target(
        &self,
        page: &mut Page<'_>,
        (points, base): (&str, &str),
        (top2, top1, all): (&str, &str, &str),
    ) -> Result<(), XlsxError> {
        let target = &self.release.target;
        let Ok(value) = Decimal::from_str(&target.value) else { return Ok(()) };
        let unit = 10_u64.pow(value.scale());
        let whole = value.mantissa();
        let (numerator, denominator) = match Measure::from_name(&target.measure) {
            Some(Measure::Top2) => (format!("100*{top2}"), all),
            Some(Measure::Top1) => (format!("100*{top1}"), all),
            Some(Measure::WeightedScore) | None => (points.to_owned(), base),
        };
        let (yes, no) = (wording::met(Some(true)), wording::met(Some(false)));
        let formula = format!("=IF({unit}*{numerator}>={whole}*{denominator},\"{yes}\",\"{no}\")");
        let met = wording::met(target.met);
        let name = wording::measure(&target.measure, &self.release.scale);
        let name = format!("目标：{name} ≥ {}{}", target.value, wording::unit_of(&target.measure));
        let how = "用未舍入的数字与目标相比";
        self.line(
            page,
            Line { name: &name, how, formula, result: met.to_owned(), released: met.to_owned(), shown: Shown::Word },
        )
    }

    fn points(
        &self,
        page: &mut Page<'_>,
        name: &str,
        how: &str,
        numerator: &str,
        denominator: &str,
        figure: &Figure,
    ) -> Result<(), XlsxError> {
        let formula = self.rounding.quotient(numerator, denominator, 2);
        let released = wording::figure(figure).to_owned();
        self.line(page, Line { name, how, formula, result: result(figure), released, shown: Shown::Points })
    }

    fn share(
        &self,
        page: &mut Page<'_>,
        name: &str,
        how: &str,
        part: &str,
        whole: &str,
        figure: &Figure,
    ) -> Result<(), XlsxError> {
        let formula = self.rounding.quotient(part, whole, 4);
        let released = wording::percent(figure);
        self.line(page, Line { name, how, formula, result: share_result(figure), released, shown: Shown::Share })
    }

    /// Name and way at the left, then the formula, the released figure and the check.
    fn line(&self, page: &mut Page<'_>, line: Line<'_>) -> Result<(), XlsxError> {
        let grid = self.grid;
        let row = page.row;
        page.fit(line.name, grid::NAME, grid::KIND, 1)?;
        merge(page.sheet, (row, 0), (row, grid::KIND), &Cell::text(line.name), &style::text())?;
        merge(page.sheet, (row, grid::FIRST), (row, grid.total() - 1), &Cell::text(line.how), &style::text())?;
        self.compare(page, line.formula, line.result, line.released, line.shown)
    }

    fn compare(
        &self,
        page: &mut Page<'_>,
        formula: String,
        result: String,
        released: String,
        shown: Shown,
    ) -> Result<(), XlsxError> {
        let (grid, row) = (self.grid, page.row);
        let format = match shown {
            Shown::Whole => "0".to_owned(),
            Shown::Points => "0.00".to_owned(),
            Shown::Share => "0.00%".to_owned(),
            Shown::Long => decimals(&released),
            Shown::Word => "General".to_owned(),
        };
        Cell::Formula { formula, result, shown: format }.write(page.sheet, (row, grid.total()), &style::figure())?;
        let text = Cell::text(&released);
        merge(page.sheet, (row, grid.released()), (row, grid.released_total()), &text, &style::figure())?;
        let (computed, beside) = (grid::cell(row, grid.total()), grid::cell(row, grid.released()));
        let check = agreed(check(&computed, &beside, shown, &released));
        check.write(page.sheet, (row, grid.check()), &style::word())?;
        page.row += 1;
        Ok(())
    }

    /// The pooled score under other weights, which stand in the columns of the options.
    fn other_weights(&self, page: &mut Page<'_>, pooled: &Pooled) -> Result<(), XlsxError> {
        let grid = self.grid;
        if self.release.other_weights.is_empty() {
            return Ok(());
        }
        page.heading("换用其他分值（‰）时的综合得分")?;
        let base = format!("10*{}", grid::fixed(pooled.weighted, grid.total()));
        for other in &self.release.other_weights {
            let row = page.row;
            page.fit("", 0, 0, 1)?;
            let name = Cell::text(wording::weights(&other.name));
            merge(page.sheet, (row, 0), (row, grid::KIND), &name, &style::text())?;
            let weights: Vec<Cell> =
                other.weights_per_mille.iter().map(|weight| Cell::count(u64::from(*weight))).collect();
            figures(page.sheet, (row, grid::FIRST), &weights)?;
            let points = format!("SUMPRODUCT({},{})", grid.fixed_range(pooled.weighted), grid.computed_range(row));
            let formula = self.rounding.quotient(&points, &base, 2);
            let released = wording::figure(&other.weighted_score).to_owned();
            self.compare(page, formula, result(&other.weighted_score), released, Shown::Points)?;
        }
        Ok(())
    }

    /// The response rates, from how many links there are in each state.
    fn rates(&self, page: &mut Page<'_>) -> Result<(), XlsxError> {
        let rates = &self.release.response_rates;
        page.heading("回收情况")?;
        let mut given = |name: &str, count: u64| -> Result<String, XlsxError> {
            let (grid, row) = (self.grid, page.row);
            page.fit("", 0, 0, 1)?;
            merge(page.sheet, (row, 0), (row, grid.total() - 1), &Cell::text(name), &style::text())?;
            Cell::count(count).write(page.sheet, (row, grid.total()), &style::figure())?;
            page.row += 1;
            Ok(grid::fixed(row, grid.total()))
        };
        let issued = given("发放", rates.issued)?;
        let revoked = given("收回的链接", rates.revoked)?;
        let ineligible = given("调查前已搬走或去世", rates.ineligible)?;
        let returned = given("回收", rates.returned)?;
        let partial = given("其中：部分作答", rates.partial)?;
        let valid = given("有效", self.release.valid)?;
        let eligible = grid::fixed(page.row, self.grid.total());
        self.line(
            page,
            Line {
                name: "应答基数",
                how: "发放 − 收回的链接 − 调查前已搬走或去世，不少于回收",
                formula: format!("=MAX({issued}-{revoked}-{ineligible},{returned})"),
                result: rates.eligible.to_string(),
                released: rates.eligible.to_string(),
                shown: Shown::Whole,
            },
        )?;
        self.share(page, "回收率", "回收 ÷ 发放", &returned, &issued, &rates.returned_percent)?;
        self.share(page, "有效率", "有效 ÷ 回收", &valid, &returned, &rates.valid_percent)?;
        let whole = format!("({returned}-{partial})");
        self.share(page, "应答率 RR1", "（回收 − 部分作答）÷ 应答基数", &whole, &eligible, &rates.rr1)?;
        self.share(page, "应答率 RR2", "回收 ÷ 应答基数", &returned, &eligible, &rates.rr2)
    }
}
