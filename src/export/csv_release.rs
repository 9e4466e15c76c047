//! A release as a long table for programs: one line a figure, with columns that say what it is of.
//!
//! The file begins with a byte order mark, without which Excel takes Chinese for another encoding. A figure that
//! does not exist is `—`; one of a hidden group is `hidden`.

use super::csv::{harmless, writer};
use super::{MEASURES, wording};
use crate::domain::release::{
    ByMeasure, ByOption, Figure, Group, Interval, Measures, QuestionBlock, Release, TotalBlock, Who,
};
use crate::domain::survey::Measure;
use std::io;

/// The columns. `section` is the part of the release; `kind` a kind of respondent, a channel or a set of weights.
pub const COLUMNS: [&str; 9] =
    ["section", "group_by", "unit", "kind", "question", "option", "measure", "figure", "value"];

/// What stands in place of a hidden group's figures.
pub const HIDDEN: &str = "hidden";

/// The whole release.
pub fn release(release: &Release) -> io::Result<String> {
    let mut lines = Vec::new();
    let mut out = Lines(&mut lines);
    out.heading(release);
    out.results(release);
    for group in &release.groups {
        out.group(group);
    }
    out.rates(release);
    out.method(release);
    let mut csv = writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(COLUMNS)?;
    for line in &lines {
        let Line { of, figure, value } = line;
        let Of { section, group_by, unit, kind, question, option, measure } = of;
        let cells = [section, group_by, unit, kind, question, option, measure, figure, value];
        csv.write_record(cells.map(|cell| harmless(cell).into_owned()))?;
    }
    let bytes = csv.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// What a figure is of; what does not apply is empty.
#[derive(Clone, Default)]
struct Of {
    section: String,
    group_by: String,
    unit: String,
    kind: String,
    question: String,
    option: String,
    measure: String,
}

impl Of {
    fn section(section: &str) -> Self {
        Self { section: section.to_owned(), ..Self::default() }
    }

    fn measure(&self, measure: Measure) -> Self {
        Self { measure: measure.name().to_owned(), ..self.clone() }
    }

    fn option(&self, option: &str) -> Self {
        Self { option: option.to_owned(), ..self.clone() }
    }
}

struct Line {
    of: Of,
    figure: String,
    value: String,
}

struct Lines<'a>(&'a mut Vec<Line>);

impl Lines<'_> {
    fn add(&mut self, of: &Of, figure: &str, value: impl ToString) {
        self.0.push(Line { of: of.clone(), figure: figure.to_owned(), value: value.to_string() });
    }

    fn figure(&mut self, of: &Of, name: &str, figure: &Figure) {
        self.add(of, name, wording::figure(figure));
    }

    fn heading(&mut self, release: &Release) {
        let (of, survey) = (Of::section("survey"), &release.survey);
        self.add(&of, "id", survey.id);
        self.add(&of, "title", &survey.title);
        self.add(&of, "table_title", &survey.table_title);
        self.add(&of, "programme", &survey.programme);
        self.add(&of, "year", survey.year);
        self.add(&of, "organiser", &survey.organiser);
        self.add(&of, "time_zone", &survey.time_zone);
        self.add(&of, "design", &survey.design);
        self.add(&of, "rounding", &survey.rounding);
        self.add(&of, "disclosure_floor", survey.disclosure_floor);
        let of = Of::section("release");
        self.add(&of, "number", release.number);
        self.add(&of, "as_of", &release.as_of);
        self.add(&of, "sha256", &release.sha256);
        self.add(&of, "audit_length", release.audit.length);
        self.add(&of, "audit_head", &release.audit.head);
        let of = Of::section("forms");
        self.add(&of, "issued", release.issued);
        self.add(&of, "returned", release.returned);
        self.add(&of, "valid", release.valid);
        for option in &release.scale {
            let of = Of::section("scale").option(&option.code);
            self.add(&of, "label", &option.label);
            self.add(&of, "weight_per_mille", option.weight_per_mille);
        }
    }

    fn results(&mut self, release: &Release) {
        for block in &release.questions {
            self.question(block);
        }
        if let Some(total) = &release.total {
            self.total(total);
        }
        self.figure(&Of::section("total"), "final_score", &release.final_score);
        self.measures(&Of::section("measures"), &release.measures);
        let of = Of { measure: release.target.measure.clone(), ..Of::section("target") };
        self.add(&of, "target", &release.target.value);
        let met = release.target.met.map(|met| met.to_string());
        self.figure(&of, "met", &met);
        if let Some(intervals) = &release.intervals {
            let of = Of::section("intervals");
            self.add(&of, "level", &intervals.level);
            self.add(&of, "people", intervals.people);
            self.add(&of, "answered", intervals.answered);
            self.add(&of, "strata", intervals.strata);
            self.figure(&of, "coverage_percent", &intervals.coverage_percent);
            self.intervals(&of, &intervals.of);
        }
        for other in &release.other_weights {
            let of = Of { kind: other.name.clone(), ..Of::section("other_weights") };
            for (option, weight) in release.scale.iter().zip(&other.weights_per_mille) {
                self.add(&of.option(&option.code), "weight_per_mille", weight);
            }
            self.figure(&of.measure(Measure::WeightedScore), "value", &other.weighted_score);
        }
    }

    fn question(&mut self, block: &QuestionBlock) {
        let of = Of { question: block.no.to_string(), ..Of::section("question") };
        self.add(&of, "text", &block.text);
        self.add(&of, "weight", block.weight);
        self.add(&of, "n", block.n);
        self.add(&of, "dont_know", block.dont_know);
        self.add(&of, "skipped", block.skipped);
        self.by_option(&of, &block.counts, &block.percent, &block.score);
        self.figure(&of, "score_total", &block.score_total);
    }

    fn total(&mut self, block: &TotalBlock) {
        let of = Of::section("total");
        self.add(&of, "n", block.n);
        self.by_option(&of, &block.counts, &block.percent, &block.score);
        self.figure(&of, "score_total", &block.score_total);
        self.add(&of, "bases_differ", block.bases_differ);
        self.figure(&of, "sum_of_question_scores", &block.sum_of_question_scores);
    }

    fn by_option(&mut self, of: &Of, counts: &ByOption<u64>, percent: &ByOption<Figure>, score: &ByOption<Figure>) {
        for (code, count) in counts {
            self.add(&of.option(code), "count", count);
        }
        for (name, figures) in [("percent", percent), ("score", score)] {
            for (code, figure) in figures {
                self.figure(&of.option(code), name, figure);
            }
        }
    }

    fn measures(&mut self, of: &Of, measures: &Measures) {
        for measure in MEASURES {
            self.figure(&of.measure(measure), "value", measures.get(measure));
        }
    }

    fn intervals(&mut self, of: &Of, intervals: &ByMeasure<Interval>) {
        for measure in MEASURES {
            let (of, interval) = (of.measure(measure), intervals.get(measure));
            self.figure(&of, "estimate", &interval.estimate);
            self.figure(&of, "low", &interval.low);
            self.figure(&of, "high", &interval.high);
            if interval.standard_error.is_some() {
                self.figure(&of, "standard_error", &interval.standard_error);
            }
            if let Some(exact) = &interval.exact {
                self.add(&of, "exact_value", &exact.value);
                self.add(&of, "exact_variance", &exact.variance);
                self.add(&of, "exact_df", exact.df);
            }
            if let Some(reason) = &interval.not_estimable {
                self.add(&of, "not_estimable", reason);
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let of = Of::section("group");
        let of = match &group.who {
            Who::Unit { unit, .. } => Of { group_by: "unit".to_owned(), unit: unit.clone(), ..of },
            Who::Respondent { kind } => Of { group_by: "respondent".to_owned(), kind: kind.clone(), ..of },
            Who::Channel { kind } => Of { group_by: "channel".to_owned(), kind: kind.clone(), ..of },
        };
        if let Who::Unit { name, parent, level, depth, issued, eligible, returned, response_rate, voided, .. } =
            &group.who
        {
            self.add(&of, "name", name);
            self.figure(&of, "parent", parent);
            self.add(&of, "level", level);
            self.add(&of, "depth", depth);
            self.add(&of, "issued", issued);
            self.add(&of, "eligible", eligible);
            match returned {
                Some(returned) => {
                    self.add(&of, "returned", returned);
                    self.figure(&of, "response_rate", response_rate);
                }
                None => {
                    self.add(&of, "returned", HIDDEN);
                    self.add(&of, "response_rate", HIDDEN);
                }
            }
            self.add(&of, "voided", voided);
        }
        if group.hidden {
            self.add(&of, "n", HIDDEN);
            for measure in MEASURES {
                for name in ["value", "estimate", "low", "high"] {
                    self.add(&of.measure(measure), name, HIDDEN);
                }
            }
            return;
        }
        self.figure(&of, "n", &group.n.map(|n| n.to_string()));
        self.measures(&of, &group.measures.clone().unwrap_or_default());
        self.intervals(&of, &group.intervals.clone().unwrap_or_default());
    }

    fn rates(&mut self, release: &Release) {
        let (of, rates) = (Of::section("response_rates"), &release.response_rates);
        let counts = [
            ("issued", rates.issued),
            ("ineligible", rates.ineligible),
            ("non_contact", rates.non_contact),
            ("declined", rates.declined),
            ("revoked", rates.revoked),
            ("expired", rates.expired),
            ("returned", rates.returned),
            ("partial", rates.partial),
            ("eligible", rates.eligible),
        ];
        for (name, count) in counts {
            self.add(&of, name, count);
        }
        self.figure(&of, "returned_percent", &rates.returned_percent);
        self.figure(&of, "valid_percent", &rates.valid_percent);
        self.figure(&of, "rr1", &rates.rr1);
        self.figure(&of, "rr2", &rates.rr2);
        self.add(&of, "partial_possible", rates.partial_possible);
    }

    fn method(&mut self, release: &Release) {
        if let Some(quality) = &release.quality {
            let of = Of::section("quality");
            self.figure(&of, "alpha", &quality.alpha);
            self.add(&of, "complete_forms", quality.complete_forms);
            self.figure(&of, "straight_percent", &quality.straight_percent);
            self.figure(&of, "identical_percent", &quality.identical_percent);
            self.add(&of, "units_examined", quality.units_examined);
            self.add(&of, "units_flagged", quality.units_flagged);
        }
        for line in &release.strata {
            let of = Of { unit: line.unit.clone(), ..Of::section("stratum") };
            self.add(&of, "people", line.people);
            self.add(&of, "drawn", line.drawn);
        }
        for voided in &release.voided {
            let of = Of { unit: voided.unit.clone(), ..Of::section("voided") };
            self.add(&of, "name", &voided.name);
            self.add(&of, "reason", &voided.reason);
        }
        if let Some(measures) = &release.with_voided {
            self.measures(&Of::section("with_voided"), measures);
        }
        self.add(&Of::section("method"), "text", &release.method);
    }
}
