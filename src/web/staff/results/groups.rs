//! The groups of a release as lines of tables: units, kinds of respondent, channels.

use super::drawing::{Part, hundredths};
use super::names::{self, percent, shown};
use super::whiskers::{Axis, Tick, Whisker};
use crate::domain::release::{Group, Interval, Release, Who};
use crate::domain::survey::Measure;
use crate::web::staff::sheets::{Asked, Column, Order, Pages, Parameters, Sheet, Table, Usual, address};
use crate::web::words::Language;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The units that are compared with each other.
const PARTS: Table = Table {
    prefix: "part-",
    anchor: "#parts",
    title: "results-parts",
    usual: Usual::Own("results-tree"),
    columns: &[
        Column::text("unit", "unit"),
        Column::text("", "results-drawn"),
        Column::number("estimate", "results-estimate"),
        Column::number("", "results-interval"),
        Column::number("n", "results-n"),
    ],
};

/// All units, each with the units below it.
const UNITS: Table = Table {
    prefix: "",
    anchor: "#units",
    title: "results-units",
    usual: Usual::Own("results-tree"),
    columns: &[
        Column::text("unit", "unit"),
        Column::number("issued", "issued"),
        Column::number("eligible", "results-eligible"),
        Column::number("returned", "results-returned"),
        Column::number("rate", "results-rate"),
        Column::number("n", "results-n"),
        Column::number("score", "measure-score"),
        Column::number("top2", "results-top2-short"),
        Column::number("top1", "results-top1-short"),
        Column::number("", "results-interval"),
    ],
};

/// The same where no figure of any unit is told.
const BARE: Table = Table {
    columns: &[
        Column::text("unit", "unit"),
        Column::number("issued", "issued"),
        Column::number("eligible", "results-eligible"),
    ],
    ..UNITS
};

/// A group as a line.
pub struct Line {
    /// Its name.
    pub name: String,
    /// The code of a unit; empty of others.
    pub code: String,
    /// How many units stand above it.
    pub depth: usize,
    /// Whether its figures are not told.
    pub hidden: bool,
    /// Whether forms of the unit itself are not counted.
    pub voided: bool,
    /// Links issued, of a unit.
    pub issued: u64,
    /// People of whom an answer could be expected, of a unit.
    pub eligible: u64,
    /// Links answered, of a unit.
    pub returned: Option<u64>,
    /// The share of links answered, of a unit.
    pub rate: String,
    /// People in the base.
    pub n: Option<u64>,
    /// The three measures.
    pub measures: [String; 3],
    /// The estimate of the measure that is aimed at.
    pub estimate: String,
    /// Its interval, or that it cannot be estimated.
    pub interval: String,
    /// Both drawn; none where there is nothing to draw.
    pub whisker: Option<Whisker>,
}

impl Line {
    fn of(language: Language, group: &Group, measure: Measure, axis: &Axis) -> Self {
        let (name, code, depth, voided) = match &group.who {
            Who::Unit { unit, name, depth, voided, .. } => (name.clone(), unit.clone(), *depth, *voided),
            Who::Respondent { kind } => (names::respondent(language, kind), String::new(), 0, false),
            Who::Channel { kind } => (names::channel(language, kind), String::new(), 0, false),
        };
        let (issued, eligible, returned, rate) = match &group.who {
            Who::Unit { issued, eligible, returned, response_rate, .. } => {
                (*issued, *eligible, *returned, percent(response_rate))
            }
            Who::Respondent { .. } | Who::Channel { .. } => (0, 0, None, percent(&None)),
        };
        let figure = |measure| group.measures.as_ref().and_then(|measures| measures.get(measure).clone());
        let mine = group.intervals.as_ref().map(|intervals| intervals.get(measure));
        Self {
            name,
            code,
            depth,
            hidden: group.hidden,
            voided,
            issued,
            eligible,
            returned,
            rate,
            n: group.n,
            measures: names::MEASURES.map(|measure| shown(&figure(measure)).to_owned()),
            estimate: shown(&mine.and_then(|interval| interval.estimate.clone())).to_owned(),
            interval: mine.map_or_else(|| shown(&None).to_owned(), |interval| ends(language, interval)),
            whisker: mine.filter(|interval| interval.estimate.is_some()).map(|interval| axis.whisker(interval)),
        }
    }

    /// Whether a figure tells only that it is about all or about none.
    pub fn is_coded(&self) -> bool {
        let figures = self.measures.iter().chain([&self.estimate]);
        figures.into_iter().any(|figure| figure.starts_with(['≥', '≤']))
    }

    fn compare(&self, other: &Self, by: &str) -> Ordering {
        let place = |one: &Self, at: usize| one.measures.get(at).and_then(|figure| rank(figure));
        let measure = |at| place(self, at).cmp(&place(other, at));
        match by {
            "estimate" => rank(&self.estimate).cmp(&rank(&other.estimate)),
            "n" => self.n.cmp(&other.n),
            "issued" => self.issued.cmp(&other.issued),
            "eligible" => self.eligible.cmp(&other.eligible),
            "returned" => self.returned.cmp(&other.returned),
            "rate" => rank(self.rate.trim_end_matches('%')).cmp(&rank(other.rate.trim_end_matches('%'))),
            "score" => measure(0),
            "top2" => measure(1),
            "top1" => measure(2),
            "unit" => self.code.cmp(&other.code),
            _ => Ordering::Equal,
        }
    }
}

/// Where a figure stands among others: what is told only as `≥ 95` is 95.
fn rank(figure: &str) -> Option<u64> {
    hundredths(figure.trim_start_matches(['≥', '≤', ' ']))
}

/// The ends of an interval as they are shown, or that it cannot be estimated.
pub fn ends(language: Language, interval: &Interval) -> String {
    match (&interval.low, &interval.high) {
        (Some(low), Some(high)) => format!("{low} – {high}"),
        _ if interval.not_estimable.is_some() => language.say("results-not-estimable"),
        _ => shown(&None).to_owned(),
    }
}

/// The groups of a release as they are shown.
pub struct Groups {
    /// All people together, as the first line of the drawing.
    pub whole: Option<Line>,
    /// Where the target is and what it says.
    pub target: Option<(Part, String)>,
    /// The scale of all drawings.
    pub ticks: Vec<Tick>,
    /// The units that are compared.
    pub parts: Vec<Line>,
    /// Their table.
    pub of_parts: Sheet,
    /// All units, or those below one.
    pub units: Vec<Line>,
    /// Their table.
    pub of_units: Sheet,
    /// The unit below which they are: its code and name.
    pub under: Option<(String, String)>,
    /// The address with all units.
    pub everywhere: String,
    /// What addresses of the units below one hold besides.
    path: (String, Parameters),
    /// Kinds of respondent, where anything is told of them.
    pub respondents: Vec<Line>,
    /// Channels, likewise.
    pub channels: Vec<Line>,
}

impl Groups {
    /// The groups as an address asks for them. `kept` is what addresses hold besides.
    pub fn of(language: Language, release: &Release, asked: &Asked, path: &str, kept: &Parameters) -> Self {
        let measure = names::aimed_at(release);
        let target = hundredths(&release.target.value);
        let whole = release.intervals.as_ref().map(|all| all.of.get(measure));
        let compared = compared(release);
        let is_part = |group: &&Group| matches!(group.who, Who::Unit { depth, .. } if Some(depth) == compared);
        let is_unit = |group: &&Group| matches!(group.who, Who::Unit { .. });
        let drawn = release.groups.iter().filter(|group| is_part(group) || !is_unit(group));
        let intervals = drawn.filter_map(|group| group.intervals.as_ref()).map(|all| all.get(measure));
        let axis = Axis::of(intervals.chain(whole), target);
        let line = |group: &Group| Line::of(language, group, measure, &axis);

        let under = asked.text("under").filter(|code| !code.is_empty()).unwrap_or_default();
        let above = above(release);
        let within = |group: &&Group| match &group.who {
            Who::Unit { unit, .. } => under.is_empty() || is_within(unit, under, &above),
            _ => false,
        };
        let name = release.groups.iter().find_map(|group| match &group.who {
            Who::Unit { unit, name, .. } if unit == under => Some((unit.clone(), name.clone())),
            _ => None,
        });
        let mut parts: Vec<Line> = release.groups.iter().filter(is_part).map(line).collect();
        let mut units: Vec<Line> = release.groups.iter().filter(within).map(line).collect();
        let table: &'static Table = if release.total.is_some() { &UNITS } else { &BARE };
        let (by_part, by_unit) = (PARTS.order(asked), table.order(asked));
        by_part.sort(&mut parts, |column, one, other| one.compare(other, column));
        by_unit.sort(&mut units, |column, one, other| one.compare(other, column));
        let (part_pages, unit_pages) = (PARTS.pages(asked, parts.len()), table.pages(asked, units.len()));
        let below: Parameters = name.iter().map(|(code, _)| ("under".to_owned(), code.clone())).collect();
        let of_parts = PARTS.parameters(by_part, &part_pages.asked());
        let of_units = table.parameters(by_unit, &unit_pages.asked());
        let keep = |one: &Parameters, other: &Parameters| -> Parameters {
            [kept, one, other].into_iter().flatten().cloned().collect()
        };
        let kind = |wanted: fn(&Who) -> bool| -> Vec<Line> {
            release.groups.iter().filter(|group| wanted(&group.who)).map(line).collect()
        };
        Self {
            whole: whole.map(|interval| all(language, release, interval, &axis)),
            target: target.map(|place| (axis.at(place), release.target.value.clone())),
            ticks: axis.ticks(),
            parts: part_pages.cut(parts),
            everywhere: address(path, &keep(&of_parts, &Vec::new()), "#units"),
            of_parts: sheet(&PARTS, by_part, part_pages, path, keep(&below, &of_units)),
            units: unit_pages.cut(units),
            of_units: sheet(table, by_unit, unit_pages, path, keep(&below, &of_parts)),
            path: (path.to_owned(), keep(&of_parts, &Vec::new())),
            under: name,
            respondents: kind(|who| matches!(who, Who::Respondent { .. })),
            channels: kind(|who| matches!(who, Who::Channel { .. })),
        }
    }
}

impl Groups {
    /// The address with the units below that of a line.
    pub fn below(&self, line: &Line) -> String {
        let (path, kept) = &self.path;
        let under = ("under".to_owned(), line.code.clone());
        address(path, &kept.iter().cloned().chain([under]).collect(), "#units")
    }

    /// The kinds of respondent and the channels.
    pub const fn kinds(&self) -> [&Vec<Line>; 2] {
        [&self.respondents, &self.channels]
    }

    /// Whether a line is that of all people together.
    pub fn is_whole(&self, line: &Line) -> bool {
        self.whole.as_ref().is_some_and(|whole| std::ptr::eq(whole, line))
    }
}

fn sheet(table: &'static Table, order: Order, pages: Pages, path: &str, kept: Parameters) -> Sheet {
    Sheet::new(table, order, pages, path.to_owned(), kept)
}

/// The line of all people together.
fn all(language: Language, release: &Release, interval: &Interval, axis: &Axis) -> Line {
    Line {
        name: language.say("results-everybody"),
        code: String::new(),
        depth: 0,
        hidden: false,
        voided: false,
        issued: release.issued,
        eligible: release.response_rates.eligible,
        returned: Some(release.returned),
        rate: percent(&release.response_rates.returned_percent),
        n: release.intervals.as_ref().map(|all| all.answered),
        measures: names::MEASURES.map(|measure| shown(release.measures.get(measure)).to_owned()),
        estimate: shown(&interval.estimate).to_owned(),
        interval: ends(language, interval),
        whisker: Some(axis.whisker(interval)),
    }
}

/// The uppermost level on which there are several units: these are compared.
fn compared(release: &Release) -> Option<usize> {
    let mut levels: BTreeMap<usize, usize> = BTreeMap::new();
    for group in &release.groups {
        if let Who::Unit { depth, .. } = group.who {
            *levels.entry(depth).or_default() += 1;
        }
    }
    levels.iter().find(|(_, units)| **units > 1).or_else(|| levels.last_key_value()).map(|(depth, _)| *depth)
}

/// The unit above each.
fn above(release: &Release) -> BTreeMap<&str, &str> {
    let pairs = release.groups.iter().filter_map(|group| match &group.who {
        Who::Unit { unit, parent: Some(parent), .. } => Some((unit.as_str(), parent.as_str())),
        _ => None,
    });
    pairs.collect()
}

/// Whether a unit is that one or below it. A tree that is a circle in a document ends too.
fn is_within(unit: &str, top: &str, above: &BTreeMap<&str, &str>) -> bool {
    let way = std::iter::successors(Some(unit), |unit| above.get(unit).copied());
    way.take(above.len() + 1).any(|unit| unit == top)
}
