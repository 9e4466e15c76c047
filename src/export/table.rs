//! The report's table (调查问卷统计表) as cells: three rows a question, 合计, 最终得分.
//!
//! Text, CSV and every other form are made from these cells, so they show the same digits.

use crate::domain::release::{ByOption, Figure, Release};

/// What stands where there is no base.
pub const NOTHING: &str = "—";

/// The table of one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its caption.
    pub caption: String,
    /// Code and label of each option, best first, such as `A（非常满意）`.
    pub options: Vec<(String, String)>,
    /// The blocks: the questions and 合计.
    pub blocks: Vec<Block>,
    /// 最终得分.
    pub final_score: String,
}

/// Three rows about one question, or about all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of the question; none for 合计.
    pub no: Option<usize>,
    /// What stands at the left.
    pub title: String,
    /// 人数, 占比, 分数.
    pub rows: [Row; 3],
}

/// One row of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which figures these are.
    pub kind: Kind,
    /// One cell an option, best first.
    pub cells: Vec<String>,
    /// The last cell.
    pub total: String,
}

/// The kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 人数.
    Count,
    /// 占比.
    Percent,
    /// 分数.
    Score,
}

impl Kind {
    /// The word in the report.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Count => "人数",
            Self::Percent => "占比",
            Self::Score => "分数",
        }
    }

    /// The word in files for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Percent => "percent",
            Self::Score => "score",
        }
    }
}

impl Table {
    /// The table of a release; it has no blocks where the release shows no results.
    pub fn of(release: &Release) -> Self {
        let options: Vec<_> = release.scale.iter().map(|option| (option.code.clone(), option.label.clone())).collect();
        let codes: Vec<&str> = options.iter().map(|(code, _)| code.as_str()).collect();
        let question = |block: &crate::domain::release::QuestionBlock| Block {
            no: Some(block.no),
            title: format!("{}.{}", block.no, block.text),
            rows: rows(&codes, block.n, &block.counts, &block.percent, &block.score, &block.score_total),
        };
        let total = |block: &crate::domain::release::TotalBlock| Block {
            no: None,
            title: "合计".to_owned(),
            rows: rows(&codes, block.n, &block.counts, &block.percent, &block.score, &block.score_total),
        };
        let blocks = release.questions.iter().map(question).chain(release.total.iter().map(total)).collect();
        Self {
            caption: release.survey.table_title.clone(),
            blocks,
            final_score: figure(release.final_score.as_ref()),
            options,
        }
    }
}

fn rows(
    codes: &[&str],
    n: u64,
    counts: &ByOption<u64>,
    percent: &ByOption<Figure>,
    score: &ByOption<Figure>,
    score_total: &Figure,
) -> [Row; 3] {
    let with_sign = |figure: String| if figure == NOTHING { figure } else { format!("{figure}%") };
    let cells = |cell: &dyn Fn(&str) -> String| codes.iter().map(|code| cell(code)).collect();
    [
        Row {
            kind: Kind::Count,
            cells: cells(&|code| counts.get(code).copied().unwrap_or(0).to_string()),
            total: n.to_string(),
        },
        Row {
            kind: Kind::Percent,
            cells: cells(&|code| with_sign(figure(percent.get(code).and_then(Option::as_ref)))),
            total: if n == 0 { NOTHING.to_owned() } else { "100%".to_owned() },
        },
        Row {
            kind: Kind::Score,
            cells: cells(&|code| figure(score.get(code).and_then(Option::as_ref))),
            total: figure(score_total.as_ref()),
        },
    ]
}

fn figure(figure: Option<&String>) -> String {
    figure.cloned().unwrap_or_else(|| NOTHING.to_owned())
}
