//! How the figures of a release are computed, in words, for whoever computes them again.

use super::frame::Frame;
use crate::domain::exact::Rounding;
use crate::domain::survey::{Design, Survey};

/// The method, a paragraph a line.
pub(super) fn of(survey: &Survey, frame: &Frame) -> String {
    [table(survey), intervals(survey, frame), groups(survey), rates(), quality()].join("\n")
}

fn table(survey: &Survey) -> String {
    let equal =
        survey.questions.iter().all(|question| Some(question.weight) == survey.questions.first().map(|q| q.weight));
    let worth = if equal {
        format!("每题满分为 100 除以题目数（{} 题）", survey.questions.len())
    } else {
        "每题满分为 100 × 题目权重 ÷ 题目权重之和".to_owned()
    };
    let rounding = match survey.rounding {
        Rounding::HalfUp => "四舍五入",
        Rounding::HalfEven => "四舍六入五成双（GB/T 8170）",
    };
    format!(
        "占比 = 人数 ÷ 该题作答人数；分数 = 人数 × 分值系数 ÷ 该题作答人数 × 该题满分，{worth}；\
         每题合计为各选项未舍入分数之和；合计行汇总全部作答；最终得分最多保留 8 位小数，末尾的 0 不写。\
         所有数字由整数精确计算，只在印出时按“{rounding}”舍入一次。“不清楚”和没有填的不计入作答人数；\
         选答题即使只有几个人答，也照统计表公布。"
    )
}

fn intervals(survey: &Survey, frame: &Frame) -> String {
    let design = match survey.design {
        Design::Everyone => "本次调查邀请了名单上的所有人。计算区间时把没有答卷的人看作和答卷的人一样，\
             这样的区间是不确定性的下限，请与回收率一起看；全部收回时没有抽样误差，区间的两端就是得分本身。\
             总体人数为应答基数（本该作答的人数：发放减去收回的链接和调查前已搬走或去世的人）。"
            .to_owned(),
        Design::Strata => format!(
            "本次调查在 {} 个县区内分别抽样，每个县区为一层，各层总体人数以抽样时的名单为准。\
             正式得分不加权；区间围绕按各层总体人数加权的估计值。",
            frame.strata.len()
        ),
        Design::Clusters => format!(
            "本次调查先从 {} 个县区中抽取 {} 个，再在抽中的县区内抽人（两阶段抽样）。\
             正式得分不加权；区间围绕按抽样比例加权的估计值，两个阶段都作有限总体校正，自由度为县区数减 1。",
            frame.strata.len(),
            frame.strata.iter().filter(|stratum| stratum.drawn > 0).count()
        ),
    };
    let collapsed = match survey.design {
        Design::Everyone => "",
        Design::Strata | Design::Clusters => "不公布结果的县区合并为一层计算，以免由加权结果倒推出它们的结果。",
    };
    format!(
        "区间为 95% 置信区间，以人为单位，不以作答次数为单位。{design}{collapsed}\
         得分区间：比率估计 Σy/Σx 的线性化方差（残差 y − R·x），分层、有限总体校正（1 − n/N），t 分布，限制在 0 至 100 之间。\
         占比区间：Wilson 区间，有效样本量 p(1−p)/方差，t 分位数；占比恰为 0 或 100 时用人数和正态分位数。"
    )
}

fn groups(survey: &Survey) -> String {
    format!(
        "分组只公布汇总数字，作答人数不少于 {} 人才公布；为防止用总数减去其他组推算，必要时连同人数较少的组一起不公布；\
         与以前发布的结果相比能推算出少数人的，也不公布。不公布的组不写人数。分组的数字为 100 或 0 时印作“≥ 95”或“≤ 5”。不公布两种分组的交叉结果。",
        survey.disclosure_floor
    )
}

fn rates() -> String {
    "回收率 = 回收 ÷ 发放；有效率 = 有效 ÷ 回收。RR1、RR2 按美国民意研究协会（AAPOR）标准定义：\
     分母为应答基数；RR1 只算答了八成以上题目的问卷，RR2 算全部收回的；所有题目都必答时两者相同。\
     作废单位的人仍在总体和应答基数内，按没有答卷处理；回收率、RR1 和 RR2 包括作废的问卷。"
        .to_owned()
}

fn quality() -> String {
    "α 为克隆巴赫系数，按完整问卷的选项位置（5 至 1 分）计算；很高的 α 表示各题几乎是当作一题回答的。\
     同一选项到底、完全相同的问卷只作提示，不作为剔除的理由。"
        .to_owned()
}
