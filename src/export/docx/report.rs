//! The attachment 社会调查问卷分析报告, section by section.

use super::body::Body;
use super::chart::{BARS, Chart, Series};
use super::grid::{Grid, Row};
use super::groups;
use crate::domain::release::{Interval, Release, ResponseRates};
use crate::export::table::NOTHING;
use crate::export::wording;

/// Writes the attachment. A release without results has only what tells of no answer.
pub(super) fn write(body: &mut Body, release: &Release) {
    body.attachment("附件", &[&release.survey.title, "社会调查问卷分析报告"]);
    overview(body, release);
    results(body, release);
    if release.total.is_some() {
        questions(body, release);
        groups::write(body, release);
        other_weights(body, release);
        quality(body, release);
    }
    voided(body, release);
    body.heading("方法说明");
    for line in release.method.lines().filter(|line| !line.trim().is_empty()) {
        body.prose(line);
    }
    proof(body, release);
    if release.total.is_some() {
        groups::appendix(body, release);
    }
}

fn overview(body: &mut Body, release: &Release) {
    let heading = &release.survey;
    body.heading("调查概况");
    body.prose(&format!(
        "{}就“{}”组织了本次问卷调查（{} 年度）。调查方式：{}。本报告的数字截至 {}，是第 {} 次发布。",
        heading.organiser,
        heading.programme,
        heading.year,
        wording::design(&heading.design),
        wording::time(release),
        release.number
    ));
    let rates = &release.response_rates;
    let [returned, valid] = [&rates.returned_percent, &rates.valid_percent].map(wording::percent);
    let valid = if release.returned == 0 { String::new() } else { format!("，有效率 {valid}") };
    body.prose(&format!(
        "共发放问卷 {} 份，收回 {} 份，其中有效问卷 {} 份；回收率 {returned}{valid}。",
        release.issued, release.returned, release.valid
    ));
    forms(body, release, rates);
    response_rates(body, release, rates);
    groups::strata(body, release);
}

fn forms(body: &mut Body, release: &Release, rates: &ResponseRates) {
    let mut grid = Grid::new(&[("项目", 0), ("份数", 1200), ("说明", 4400)]);
    let mut add = |name: &str, number: u64, told: &str| {
        grid.row(Row::default().words(name).cell(number.to_string()).words(told));
    };
    add("发放", rates.issued, "发给服务对象的答卷链接和纸质问卷，每人一份");
    add("收回", rates.returned, "已经交回的答卷");
    if rates.partial_possible {
        add("收回中的部分作答", rates.partial, "必答题都答了，但答了的题目不到八成");
    }
    add("有效", release.valid, "收回并计入结果的答卷");
    add("不参加", rates.declined, "本人表示不参加，仍在应答基数里");
    add("到期未答", rates.expired, "调查结束时还没有作答，仍在应答基数里");
    add("收回的链接", rates.revoked, "发放以后收回、不再使用，不在应答基数里");
    add("联系不上", rates.non_contact, "名单上登记为联系不上，仍在应答基数里");
    add("调查前已搬走或去世", rates.ineligible, "不在应答基数里");
    add("应答基数", rates.eligible, wording::ELIGIBLE);
    body.table("问卷发放和收回情况", &grid);
}

fn response_rates(body: &mut Body, release: &Release, rates: &ResponseRates) {
    let mut grid = Grid::new(&[("指标", 0), ("结果", 1200), ("怎样计算", 4400)]);
    let valid = (release.returned > 0).then_some(("有效率", &rates.valid_percent, "有效 ÷ 收回"));
    let lines = [("回收率", &rates.returned_percent, "收回 ÷ 发放")]
        .into_iter()
        .chain(valid)
        .chain([("应答率 RR1（AAPOR）", &rates.rr1, wording::RR1), ("应答率 RR2（AAPOR）", &rates.rr2, wording::RR2)]);
    for (name, figure, told) in lines {
        grid.row(Row::default().words(name).cell(wording::percent(figure)).words(told));
    }
    body.table("回收率和应答率", &grid);
    body.note(&format!(
        "注：应答率 RR1、RR2 按美国民意研究协会（AAPOR）的标准定义计算，说的是本该作答的人里有多少人答了。{}",
        wording::rr(rates)
    ));
}

fn results(body: &mut Body, release: &Release) {
    body.heading("满意度结果");
    let target = &release.target;
    let measure = wording::measure(&target.measure, &release.scale);
    let with_unit = |figure: &str| match wording::unit_of(&target.measure) {
        "%" => format!("{figure}%"),
        unit => format!("{figure} {unit}"),
    };
    let Some(intervals) = &release.intervals else {
        body.prose(&wording::official(release));
        body.prose(&format!(
            "绩效目标为{measure}达到 {}，没有公布结果，{}。",
            with_unit(&target.value),
            wording::met(None)
        ));
        return;
    };
    let measures = [
        ("weighted_score", &release.measures.weighted_score, &intervals.of.weighted_score),
        ("top2_percent", &release.measures.top2_percent, &intervals.of.top2_percent),
        ("top1_percent", &release.measures.top1_percent, &intervals.of.top1_percent),
    ];
    let reached = measures.iter().find(|(name, ..)| *name == target.measure).map(|(_, figure, _)| *figure);
    body.prose(&format!(
        "群众满意度综合得分为 {} 分，最终得分（最多保留 8 位小数，末尾的 0 不写）为 {}，满分 100 分。\
         绩效目标为{measure}达到 {}，实际为 {}，{}目标。",
        wording::figure(&release.measures.weighted_score),
        wording::figure(&release.final_score),
        with_unit(&target.value),
        with_unit(reached.map_or(NOTHING, wording::figure)),
        wording::met(target.met)
    ));
    let sampled = groups::sampled(release);
    let confidence = format!("{}% 置信区间", intervals.level);
    let mut columns = vec![("指标", 0), ("结果", 1300)];
    if sampled {
        columns.push(("推算到全体", 1300));
    }
    columns.extend([(confidence.as_str(), 2000), ("标准误", 1100)]);
    let mut grid = Grid::new(&columns);
    for (name, figure, interval) in &measures {
        let share = wording::unit_of(name) == "%";
        let shown = |figure| if share { wording::percent(figure) } else { wording::figure(figure).to_owned() };
        let mut row = Row::default().words(wording::measure(name, &release.scale)).cell(shown(figure));
        if sampled {
            row = row.cell(shown(&interval.estimate));
        }
        grid.row(row.cell(wording::interval(interval)).cell(wording::figure(&interval.standard_error)));
    }
    body.table("满意度指标", &grid);
    for reason in reasons(measures.iter().map(|(_, _, interval)| *interval)) {
        body.note(&format!("注：区间不能估计，因为{}。", wording::not_estimable(reason)));
    }
    let (people, answered) = (intervals.people, intervals.answered);
    if sampled {
        let coverage = wording::percent(&intervals.coverage_percent);
        body.note(&format!(
            "注：结果按收回的答卷直接计算，是正式得分；“推算到全体”按抽样设计加权，针对总体 {people} 人，由 {} 个层（县区）的 \
             {answered} 份有效答卷推算，覆盖总体的 {coverage}。区间按人计算，不按答案数计算。",
            intervals.strata
        ));
    } else {
        body.note(&format!(
            "注：应答基数 {people} 人，其中 {answered} 人的答卷计入结果。{}",
            wording::how_sure(release).unwrap_or_default()
        ));
    }
    if let Some(total) = release.total.as_ref().filter(|total| total.bases_differ) {
        body.note(&format!(
            "注：各题作答人数不同。正式得分为全部答案合计的得分 {}；各题得分相加为 {}。",
            wording::figure(&total.score_total),
            wording::figure(&total.sum_of_question_scores)
        ));
    }
}

/// The different reasons why something could not be estimated.
pub(super) fn reasons<'a>(intervals: impl Iterator<Item = &'a Interval>) -> Vec<&'a str> {
    let mut reasons: Vec<&str> = intervals.filter_map(|interval| interval.not_estimable.as_deref()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

fn questions(body: &mut Body, release: &Release) {
    body.heading("各题情况");
    body.prose("下图是各题选各项的人数占比，题目全文和全部数字见表。");
    let many = release.questions.len() > BARS;
    for questions in release.questions.chunks(BARS) {
        let of = |code: &str| questions.iter().map(|one| one.percent.get(code).cloned().flatten()).collect();
        let series = release.scale.iter().map(|option| Series {
            name: format!("{}（{}）", option.code, option.label),
            figures: of(&option.code),
            ends: Vec::new(),
        });
        let bars = questions.iter().map(|question| format!("第 {} 题", question.no)).collect();
        let range = match (questions.first(), questions.last()) {
            (Some(first), Some(last)) if many => format!("（第 {} 题至第 {} 题）", first.no, last.no),
            _ => String::new(),
        };
        body.chart(&format!("各题选项占比（%）{range}"), Chart { bars, series: series.collect() });
    }
    let options = u32::try_from(release.scale.len()).unwrap_or(u32::MAX).max(1);
    let heads: Vec<String> = release.scale.iter().map(|option| format!("{}占比（%）", option.code)).collect();
    let mut columns = vec![("题目", 0), ("作答人数", 760)];
    columns.extend(heads.iter().map(|head| (head.as_str(), 4350 / options)));
    columns.push(("得分", 800));
    let mut grid = Grid::new(&columns);
    for question in &release.questions {
        let shares = release.scale.iter().map(|option| question.percent.get(&option.code).cloned().flatten());
        let row = Row::default().words(format!("{}.{}", question.no, question.text)).cell(question.n.to_string());
        let row = row.cells(shares.map(|share| wording::figure(&share).to_owned()));
        grid.row(row.cell(wording::figure(&question.score_total)));
    }
    body.table("各题选项占比和得分", &grid);
    let labels = release.scale.iter().map(|option| format!("{}为{}", option.code, option.label));
    body.note(&format!("注：{}。", labels.collect::<Vec<_>>().join("，")));
    outside_the_base(body, release);
}

fn outside_the_base(body: &mut Body, release: &Release) {
    let mut open = release.questions.iter().filter(|question| question.dont_know + question.skipped > 0).peekable();
    if open.peek().is_none() {
        return;
    }
    let mut grid = Grid::new(&[("题目", 0), ("作答人数", 1200), ("不清楚", 1200), ("没有填", 1200)]);
    for question in open {
        let counts = [question.n, question.dont_know, question.skipped].map(|count| count.to_string());
        grid.row(Row::default().words(format!("{}.{}", question.no, question.text)).cells(counts));
    }
    body.table("不计入作答人数的答案", &grid);
}

fn other_weights(body: &mut Body, release: &Release) {
    if release.other_weights.is_empty() {
        return;
    }
    body.heading("其他分值系数下的得分");
    body.prose("正式得分用调查开始以前确定的分值系数。下表用同样的答卷、换用其他常见的分值系数计算，只供比较。");
    let mut grid = Grid::new(&[("分值系数", 0), ("从好到差各项的系数", 4200), ("综合得分", 1400)]);
    let own: Vec<u16> = release.scale.iter().map(|option| option.weight_per_mille).collect();
    let score = wording::figure(&release.measures.weighted_score);
    grid.row(Row::default().words("本调查（正式得分）").cell(wording::per_mille(&own)).cell(score));
    for other in &release.other_weights {
        let row =
            Row::default().words(wording::weights(&other.name)).cell(wording::per_mille(&other.weights_per_mille));
        grid.row(row.cell(wording::figure(&other.weighted_score)));
    }
    body.table("其他分值系数下的综合得分", &grid);
}

fn quality(body: &mut Body, release: &Release) {
    let Some(quality) = &release.quality else { return };
    body.heading("数据质量");
    match &quality.alpha {
        Some(alpha) => body.prose(&format!(
            "每题都选了满意程度的答卷有 {} 份，由它们计算的克隆巴赫 α 系数为 {alpha}。α 越接近 1，各题的回答越一致；\
             特别高时，也可能是把所有题当作一道题来回答的。",
            quality.complete_forms
        )),
        None => body.prose(&format!(
            "每题都选了满意程度的答卷有 {} 份。克隆巴赫 α 系数{}",
            quality.complete_forms,
            wording::NO_ALPHA
        )),
    }
    // With one question every form is of one option.
    if release.questions.len() < 2 {
        return;
    }
    let mut grid = Grid::new(&[("指标", 0), ("占有效问卷", 1800)]);
    for (name, share) in
        [("所有题选同一项的答卷", &quality.straight_percent), ("最常见的一种答法", &quality.identical_percent)]
    {
        grid.row(Row::default().words(name).cell(wording::percent(share)));
    }
    body.table("答卷的样子", &grid);
    let units = match (quality.units_examined, quality.units_flagged) {
        (0, _) => "没有人数足够、可以单独查看的基层单位。".to_owned(),
        (examined, flagged) => format!(
            "可以单独查看的基层单位有 {examined} 个，其中 {flagged} 个单位的上述某个占比，或者工作人员帮忙填写的占比，\
             与全部答卷相差 20 个百分点以上。"
        ),
    };
    body.prose(&format!("{units}这些只是提示，没有因此剔除任何答卷。"));
}

fn voided(body: &mut Body, release: &Release) {
    body.heading("作废情况");
    if release.voided.is_empty() {
        body.prose("没有作废的单位。");
        return;
    }
    body.prose(&format!("有 {} 个单位的答卷经评价人员决定作废，不计入结果。", release.voided.len()));
    let mut grid = Grid::new(&[("单位", 0), ("代码", 1700), ("理由", 4000)]);
    for voided in &release.voided {
        let row = Row::default().words(voided.name.as_str()).cell(voided.unit.as_str());
        grid.row(row.words(voided.reason.as_str()));
    }
    body.table("作废答卷的单位", &grid);
    if let Some(measures) = &release.with_voided {
        let name = |measure| wording::measure(measure, &release.scale);
        body.prose(&format!(
            "如果计入作废的答卷，{}为 {} 分，{}为 {}，{}为 {}。",
            name("weighted_score"),
            wording::figure(&measures.weighted_score),
            name("top2_percent"),
            wording::percent(&measures.top2_percent),
            name("top1_percent"),
            wording::percent(&measures.top1_percent)
        ));
    }
}

fn proof(body: &mut Body, release: &Release) {
    let id = release.survey.id;
    body.heading("核验");
    body.prose("本报告的数字全部出自下面这份发布文件。持有数据库的人可以用下面的命令由答卷重新计算，逐字核对。");
    let mut grid = Grid::new(&[("项目", 0), ("内容", 6600)]);
    let mut add = |name: &str, text: String| grid.row(Row::default().words(name).digest(text));
    add("调查编号", id.to_string());
    add("发布", format!("第 {} 次，{}", release.number, release.as_of));
    add("SHA-256", release.sha256.clone());
    add("操作记录行数", release.audit.length.to_string());
    add("操作记录末行校验", release.audit.head.clone());
    add("重新计算", format!("fivepoint verify {id}"));
    add("核对操作记录", format!("fivepoint audit verify --head {}", release.audit.head));
    body.table("核验信息", &grid);
}
