//! The words of the official documents, which are in Chinese in every language of the pages: what the names in a
//! release are called, and the sentences that stand around its figures. Nothing here computes a figure.

use super::MEASURES;
use super::table::NOTHING;
use crate::domain::release::{Figure, Group, Interval, Intervals, OptionLine, Release, ResponseRates, Who};
use crate::domain::survey::Measure;
use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

/// What stands in place of a hidden group's figures.
pub const HIDDEN: &str = "不公布";
/// What it means; stands under every table that has one.
pub const HIDDEN_NOTE: &str =
    "“不公布”：这一组人数太少；或者公布了它，就能推算出别的少数人的答案（包括和以前发布的结果相比）。";
/// What a figure of a group means that is given by its bound alone.
pub const BOUNDED_NOTE: &str = "“≥ 95”“≤ 5”：这个数是 100 或 0，为保护答卷人这样写。";
/// Why there is no α.
pub const NO_ALPHA: &str = "不能计算：每题都选了满意程度的答卷太少，或者各份没有差别，或者只有一道题。";
/// Whom a response rate is of.
pub const ELIGIBLE: &str = "本该作答的人数：发放减去收回的链接和调查前已搬走或去世的人";
/// How RR1 is computed.
pub const RR1: &str = "只算答了八成以上题目的 ÷ 应答基数";
/// How RR2 is computed.
pub const RR2: &str = "收回的全部答卷 ÷ 应答基数";
/// What stands where an interval or a score cannot be estimated.
pub const NOT_ESTIMABLE: &str = "不能估计";
/// What is said of a unit whose forms are not counted.
pub const VOIDED: &str = "已作废";
/// The groups by unit.
pub const BY_UNIT: &str = "按单位";
/// The groups by kind of respondent.
pub const BY_RESPONDENT: &str = "按填写人";
/// The groups by channel.
pub const BY_CHANNEL: &str = "按填写方式";

/// A figure as printed: the figure itself, or `—`.
pub fn figure(figure: &Figure) -> &str {
    figure.as_deref().unwrap_or(NOTHING)
}

/// A share as printed, with its sign: `83.67%`, or `—`.
pub fn percent(figure: &Figure) -> String {
    figure.as_ref().map_or_else(|| NOTHING.to_owned(), |figure| format!("{figure}%"))
}

/// An interval as printed: `96.10～99.20`, 不能估计, or `—` where it would tell of everybody.
pub fn interval(interval: &Interval) -> String {
    match (&interval.low, &interval.high) {
        (Some(low), Some(high)) => format!("{low}～{high}"),
        _ if interval.not_estimable.is_some() => NOT_ESTIMABLE.to_owned(),
        _ => NOTHING.to_owned(),
    }
}

/// A measure, by its name in a release; the shares are named after the options of the scale.
pub fn measure(name: &str, scale: &[OptionLine]) -> String {
    let label = |index: usize| scale.get(index).map_or("", |option| option.label.as_str());
    match Measure::from_name(name) {
        Some(Measure::WeightedScore) => "综合得分".to_owned(),
        Some(Measure::Top2) => format!("{}和{}占比", label(0), label(1)),
        Some(Measure::Top1) => format!("{}占比", label(0)),
        None => name.to_owned(),
    }
}

/// The sign after figures of a measure: 分 for the score, % for the shares.
pub fn unit_of(measure: &str) -> &'static str {
    if Measure::from_name(measure) == Some(Measure::WeightedScore) { "分" } else { "%" }
}

/// Who filled in a form.
pub fn respondent(kind: &str) -> &str {
    match kind {
        "self" => "本人",
        "helped_by_family" => "本人，家人帮忙",
        "helped_by_staff" => "本人，工作人员帮忙",
        "guardian" => "监护人代答",
        other => other,
    }
}

/// How a form came.
pub fn channel(kind: &str) -> &str {
    match kind {
        "web" => "网上填写",
        "paper" => "纸质问卷",
        other => other,
    }
}

/// Who was asked.
pub fn design(name: &str) -> &str {
    match name {
        "everyone" => "全体调查（请名单上的每个人回答）",
        "strata" => "分层抽样（每个县区各抽一部分人）",
        "clusters" => "整群抽样（先抽一部分县区，再在这些县区里抽人）",
        other => other,
    }
}

/// How figures were rounded.
pub fn rounding(name: &str) -> &str {
    match name {
        "half_up" => "四舍五入",
        "half_even" => "四舍六入五成双（GB/T 8170）",
        other => other,
    }
}

/// Why an interval cannot be estimated, as half a sentence.
pub fn not_estimable(reason: &str) -> &str {
    match reason {
        "lonely_stratum" => "有的层只有一人作答",
        "one_county" => "只有一个县区有人作答",
        "no_degrees_of_freedom" => "作答的人太少，没有自由度",
        "spans_strata" => "这组人分属几个层，不能由分层的样本估计",
        "inconsistent" => "作答的人数多于抽样时记下的人数",
        other => other,
    }
}

/// Other weights of the options.
pub fn weights(name: &str) -> &str {
    match name {
        "fifths" => "五等分",
        "quarters" => "四等分",
        "lowest" => "最后两项取最低",
        "highest" => "最后两项取最高",
        other => other,
    }
}

/// Weights in per mille as they are written on paper: `1.00／0.90／0.80`, with a third decimal only where needed.
pub fn per_mille(weights: &[u16]) -> String {
    let one = |weight: &u16| {
        let (whole, rest) = (weight / 1000, weight % 1000);
        if rest % 10 == 0 { format!("{whole}.{:02}", rest / 10) } else { format!("{whole}.{rest:03}") }
    };
    weights.iter().map(one).collect::<Vec<_>>().join("／")
}

/// Whether the target was met.
pub const fn met(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "达到",
        Some(false) => "未达到",
        None => "不作判断",
    }
}

/// What RR1 and RR2 tell apart.
pub fn rr(rates: &ResponseRates) -> &'static str {
    match (rates.partial_possible, rates.rr1 == rates.rr2) {
        (false, _) => "每道题都要答，所以 RR1 和 RR2 相同。",
        (true, true) => "收回的答卷都答了八成以上的题目，所以 RR1 和 RR2 相同。",
        (true, false) => "RR1 只算答了八成以上题目的，RR2 算全部收回的，分母都是应答基数。",
    }
}

/// Whether everybody who was asked is counted, so that nothing is uncertain about the figures.
pub fn census(release: &Release) -> bool {
    let all = |intervals: &Intervals| intervals.people == intervals.answered;
    release.survey.design == "everyone" && release.intervals.as_ref().is_some_and(all)
}

/// What the intervals mean where everybody was asked; none of a sample.
pub fn how_sure(release: &Release) -> Option<&'static str> {
    match (release.survey.design.as_str(), census(release)) {
        (_, true) => Some("请的人都答了，得分就是这些人的得分，没有抽样误差，所以区间的两端相同。"),
        ("everyone", false) => Some("把没有答卷的人看作和答卷的人一样，所以区间只是不确定性的下限。"),
        _ => None,
    }
}

/// Whether one of these groups has figures that are not told.
pub fn hides<'a>(groups: impl IntoIterator<Item = &'a Group>) -> bool {
    let untold = |group: &Group| group.hidden || matches!(group.who, Who::Unit { returned: None, .. });
    groups.into_iter().any(untold)
}

/// Whether one of these groups has a figure that is given by its bound alone.
pub fn bounds<'a>(groups: impl IntoIterator<Item = &'a Group>) -> bool {
    let bounded = |figure: &Figure| figure.as_deref().is_some_and(|figure| figure.starts_with(['≥', '≤']));
    let measures = groups.into_iter().filter_map(|group| group.measures.as_ref());
    measures.into_iter().any(|measures| MEASURES.into_iter().any(|measure| bounded(measures.get(measure))))
}

/// The day of a release in the survey's zone: `2026年11月22日`.
pub fn date(release: &Release) -> String {
    local(release).map_or_else(|| release.as_of.clone(), |at| format!("{}年{}月{}日", at.year(), at.month(), at.day()))
}

/// The same with the time of day: `2026年11月22日 9时05分`.
pub fn time(release: &Release) -> String {
    local(release).map_or_else(
        || release.as_of.clone(),
        |at| format!("{}年{}月{}日 {}时{:02}分", at.year(), at.month(), at.day(), at.hour(), at.minute()),
    )
}

fn local(release: &Release) -> Option<DateTime<Tz>> {
    let zone: Tz = release.survey.time_zone.parse().ok()?;
    Some(DateTime::parse_from_rfc3339(&release.as_of).ok()?.with_timezone(&zone))
}

/// Why a release shows no results, as a sentence; none where it shows them.
pub fn below_floor(release: &Release) -> Option<String> {
    if release.total.is_some() {
        return None;
    }
    if release.valid == 0 {
        return Some("没有收到有效答卷，没有结果。".to_owned());
    }
    let floor = release.survey.disclosure_floor;
    // Forms that know nothing of any question are valid, and outside the base.
    let forms = if release.valid < u64::from(floor) { "有效答卷" } else { "选了满意程度的有效答卷" };
    Some(format!("{forms}少于 {floor} 份，为保护答卷人不公布结果。"))
}

/// The sentence of the official report, set as the report sets it: how many forms, and the score at 2 decimals.
pub fn official(release: &Release) -> String {
    let Release { issued, returned, valid, .. } = release;
    let forms = if returned == valid {
        format!("共计发放问卷{issued}份，收回有效问卷{valid}份")
    } else {
        format!("共计发放问卷{issued}份，收回问卷{returned}份，其中有效问卷{valid}份")
    };
    match (&release.measures.weighted_score, below_floor(release)) {
        (Some(score), None) => format!("{forms}，群众满意度综合得分为{score}分。"),
        (_, Some(why)) => format!("{forms}。{why}"),
        (None, None) => format!("{forms}。"),
    }
}
