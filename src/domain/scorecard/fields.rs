//! The fields of an indicator, as columns of a table and as keys of a file: one row an indicator.

use super::number::{FIGURE_PLACES, LARGEST, POINT_PLACES, amount};
use super::read::Wanted;
use super::{
    Direction, Indicator, Kind, LONGEST_CODE, LONGEST_MEASURE, LONGEST_NAME, LONGEST_TEXT, Mistake, Quantitative,
    Satisfaction,
};
use crate::domain::fault::{Faults, Message};
use crate::domain::sheet::Column;
use crate::domain::survey::Measure;
use rust_decimal::Decimal;
use uuid::Uuid;

/// Fields of an indicator.
pub const FIELDS: usize = 15;

/// A field of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in the file")]
pub enum Field {
    Code,
    Parent,
    Name,
    Weight,
    Kind,
    Target,
    Actual,
    MeasuredIn,
    Direction,
    Score,
    Reason,
    Evidence,
    Survey,
    Release,
    Measure,
}

impl Field {
    /// All fields, in the order of a table's columns.
    pub const ALL: [Self; FIELDS] = [
        Self::Code,
        Self::Parent,
        Self::Name,
        Self::Weight,
        Self::Kind,
        Self::Target,
        Self::Actual,
        Self::MeasuredIn,
        Self::Direction,
        Self::Score,
        Self::Reason,
        Self::Evidence,
        Self::Survey,
        Self::Release,
        Self::Measure,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        COLUMNS.get(self.index()).map_or("", |column| column.name)
    }

    pub(super) fn index(self) -> usize {
        Self::ALL.iter().position(|field| *field == self).unwrap_or_default()
    }
}

const fn column(name: &'static str, also: &'static [&'static str], required: bool) -> Column {
    Column { name, also, required }
}

/// The columns of a table of indicators. Those behind the fields are figures that an exported table shows beside them:
/// they are known, and not read.
pub const COLUMNS: [Column; FIELDS + 5] = [
    column("code", &["代码", "指标代码"], true),
    column("parent", &["上级", "上级代码"], true),
    column("name", &["指标名称", "名称", "指标"], true),
    column("weight", &["权重分", "权重", "分值"], true),
    column("kind", &["类型", "指标类型"], true),
    column("target", &["目标值", "指标值"], false),
    column("actual", &["实际值", "完成值"], false),
    column("measured_in", &["计量单位"], false),
    column("direction", &["方向"], false),
    column("score", &["评分"], false),
    column("reason", &["理由", "评分理由", "扣分原因"], false),
    column("evidence", &["依据", "评价依据"], false),
    column("survey", &["调查", "调查编号"], false),
    column("release", &["发布", "发布号"], false),
    column("measure", &["满意度口径"], false),
    column("level", &["级次"], false),
    column("points", &["得分"], false),
    column("deduction", &["扣分"], false),
    column("rate", &["得分率"], false),
    column("achieved", &["完成率"], false),
];

/// Where the fields of an indicator stand: row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places(pub(super) [(u64, u64); FIELDS]);

impl Places {
    /// The places of an indicator in an exported table.
    pub(super) fn exported(index: usize) -> Self {
        let row = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(2);
        Self(std::array::from_fn(|column| (row, u64::try_from(column).unwrap_or(u64::MAX).saturating_add(1))))
    }

    /// Where a field stands.
    pub(super) fn of(&self, field: Field) -> (u64, u64) {
        self.0.get(field.index()).copied().unwrap_or((1, 1))
    }

    pub(super) fn fault(&self, faults: &mut Faults, field: Field, message: impl Into<Message>) {
        let (row, column) = self.of(field);
        faults.add(row, column, field.name(), message);
    }
}

/// What stands in the fields of an indicator.
pub(super) struct Cells<'a> {
    pub(super) texts: [String; FIELDS],
    pub(super) places: Places,
    pub(super) faults: &'a mut Faults,
}

impl Cells<'_> {
    fn text(&self, field: Field) -> &str {
        self.texts.get(field.index()).map_or("", |text| text.trim())
    }

    fn fault(&mut self, field: Field, message: impl Into<Message>) {
        self.places.fault(self.faults, field, message);
    }

    fn bounded(&mut self, field: Field, most: usize) -> Option<String> {
        let text = self.text(field).to_owned();
        if text.chars().count() > most {
            self.fault(field, Message::Long(most));
        } else if text.chars().any(char::is_control) {
            self.fault(field, Mistake::OneLine);
        }
        (!text.is_empty()).then_some(text)
    }

    fn needed(&mut self, field: Field, most: usize) -> String {
        let text = self.bounded(field, most);
        if text.is_none() {
            self.fault(field, Message::Missing("it"));
        }
        text.unwrap_or_default()
    }

    fn code(&mut self, field: Field) {
        let text = self.text(field).to_owned();
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
            self.fault(field, Message::Code(text));
        }
    }

    fn number(&mut self, field: Field, places: u32, most: i64) -> Option<Decimal> {
        let text = self.text(field).to_owned();
        if text.is_empty() {
            return None;
        }
        match amount(&text, places) {
            Ok(number) if number <= Decimal::from(most) => return Some(number),
            Ok(_) => self.fault(field, Mistake::High { most }),
            Err(mistake) => self.fault(field, mistake),
        }
        None
    }

    /// A number that must be there and above 0; 1 where it is not, beside its fault.
    fn above_zero(&mut self, field: Field, places: u32, most: i64) -> Decimal {
        let found = self.number(field, places, most);
        if self.text(field).is_empty() {
            self.fault(field, Message::Missing("it"));
        } else if found == Some(Decimal::ZERO) {
            self.fault(field, Mistake::Zero);
        }
        found.unwrap_or(Decimal::ONE)
    }

    /// One of a few words, each with its name.
    fn word<T: Copy>(&mut self, field: Field, words: &[(&str, &str, T)]) -> Option<T> {
        let text = self.text(field).to_owned();
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(name, other, _)| name.eq_ignore_ascii_case(&text) || *other == text);
        if found.is_none() {
            let known: Vec<String> = words.iter().map(|(name, other, _)| format!("{name} ({other})")).collect();
            self.fault(field, Mistake::Choose { known: known.join(", ") });
        }
        found.map(|(_, _, value)| *value)
    }

    /// The indicator that these cells describe. What is wrong leaves its fault.
    pub(super) fn indicator(mut self) -> (Indicator, Places, Option<Wanted>) {
        let code = self.needed(Field::Code, LONGEST_CODE);
        self.code(Field::Code);
        let parent = self.bounded(Field::Parent, LONGEST_CODE);
        let name = self.needed(Field::Name, LONGEST_NAME);
        let weight = self.above_zero(Field::Weight, POINT_PLACES, LARGEST);
        let reason = self.bounded(Field::Reason, LONGEST_TEXT);
        let evidence = self.bounded(Field::Evidence, LONGEST_TEXT);
        let (kind, wanted) = self.kind();
        let places = self.places;
        let wanted = wanted.map(|(survey, release)| Wanted { code: code.clone(), survey, release });
        (Indicator { code, parent, name, weight, kind, reason, evidence }, places, wanted)
    }

    fn kind(&mut self) -> (Kind, Option<(Uuid, Option<i32>)>) {
        #[derive(Clone, Copy, PartialEq)]
        enum Of {
            Group,
            Quantitative,
            Qualitative,
            Satisfaction,
        }
        const KINDS: [(&str, &str, Of); 4] = [
            ("quantitative", "定量", Of::Quantitative),
            ("qualitative", "定性", Of::Qualitative),
            ("satisfaction", "满意度", Of::Satisfaction),
            ("group", "汇总", Of::Group),
        ];
        let faults = self.faults.all();
        let kind = self.word(Field::Kind, &KINDS).unwrap_or(Of::Group);
        if self.faults.all() > faults {
            return (Kind::Group, None);
        }
        let own: &[Field] = match kind {
            Of::Group => &[],
            Of::Quantitative => &[Field::Target, Field::Actual, Field::MeasuredIn, Field::Direction],
            Of::Qualitative => &[Field::Score],
            Of::Satisfaction => &[Field::Target, Field::Survey, Field::Release, Field::Measure],
        };
        let figures = [
            Field::Target,
            Field::Actual,
            Field::MeasuredIn,
            Field::Direction,
            Field::Score,
            Field::Survey,
            Field::Release,
            Field::Measure,
        ];
        for field in figures.into_iter().filter(|field| !own.contains(field)) {
            if !self.text(field).is_empty() {
                self.fault(field, Mistake::NotHere);
            }
        }
        match kind {
            Of::Group => (Kind::Group, None),
            Of::Quantitative => (Kind::Quantitative(self.quantitative()), None),
            Of::Qualitative => (Kind::Qualitative { score: self.number(Field::Score, POINT_PLACES, LARGEST) }, None),
            Of::Satisfaction => {
                let wanted = self.wanted();
                (Kind::Satisfaction(self.satisfaction()), wanted)
            }
        }
    }

    fn quantitative(&mut self) -> Quantitative {
        const DIRECTIONS: [(&str, &str, Direction); 2] =
            [("higher", "越高越好", Direction::Higher), ("lower", "越低越好", Direction::Lower)];
        let direction = self.word(Field::Direction, &DIRECTIONS).unwrap_or_default();
        let target = match direction {
            Direction::Higher => self.above_zero(Field::Target, FIGURE_PLACES, LARGEST),
            Direction::Lower => {
                if self.text(Field::Target).is_empty() {
                    self.fault(Field::Target, Message::Missing("it"));
                }
                self.number(Field::Target, FIGURE_PLACES, LARGEST).unwrap_or_default()
            }
        };
        let actual = self.number(Field::Actual, FIGURE_PLACES, LARGEST);
        let measured_in = self.bounded(Field::MeasuredIn, LONGEST_MEASURE).unwrap_or_default();
        Quantitative { target, actual, measured_in, direction }
    }

    fn satisfaction(&mut self) -> Satisfaction {
        const MEASURES: [(&str, &str, Measure); 3] = [
            ("weighted_score", "综合得分", Measure::WeightedScore),
            ("top2_percent", "前两项占比", Measure::Top2),
            ("top1_percent", "第一项占比", Measure::Top1),
        ];
        if self.text(Field::Measure).is_empty() {
            self.fault(Field::Measure, Message::Missing("it"));
        }
        let measure = self.word(Field::Measure, &MEASURES).unwrap_or(Measure::WeightedScore);
        Satisfaction { measure, target: self.above_zero(Field::Target, FIGURE_PLACES, 100), bound: None }
    }

    fn wanted(&mut self) -> Option<(Uuid, Option<i32>)> {
        let (survey, release) = (self.text(Field::Survey).to_owned(), self.text(Field::Release).to_owned());
        let number = release.parse().ok().filter(|number: &i32| *number > 0);
        if !release.is_empty() && number.is_none() {
            self.fault(Field::Release, Mistake::NoRelease);
        }
        if survey.is_empty() {
            if !release.is_empty() {
                self.fault(Field::Survey, Mistake::NoSurvey);
            }
            return None;
        }
        let id = Uuid::parse_str(&survey);
        if id.is_err() {
            self.fault(Field::Survey, Mistake::NoSurveyId);
        }
        Some((id.ok()?, number))
    }
}
