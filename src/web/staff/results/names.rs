//! What the names in a release are called on pages.

use crate::domain::release::{OptionLine, Release};
use crate::domain::survey::Measure;
use crate::web::words::Language;

/// What stands where there is no figure.
const NOTHING: &str = "—";

/// A figure as it is shown.
pub fn shown(figure: &Option<String>) -> &str {
    figure.as_deref().unwrap_or(NOTHING)
}

/// A share as it is shown, with its sign.
pub fn percent(figure: &Option<String>) -> String {
    figure.as_ref().map_or_else(|| NOTHING.to_owned(), |figure| format!("{figure}%"))
}

/// The measure that the target is about.
pub fn aimed_at(release: &Release) -> Measure {
    Measure::from_name(&release.target.measure).unwrap_or(Measure::WeightedScore)
}

/// The measures in the order in which they are shown.
pub const MEASURES: [Measure; 3] = [Measure::WeightedScore, Measure::Top2, Measure::Top1];

/// A measure; the shares are named after the options of the scale.
pub fn measure(language: Language, measure: Measure, scale: &[OptionLine]) -> String {
    let label = |place: usize| scale.get(place).map(|option| option.label.clone()).unwrap_or_default();
    match measure {
        Measure::WeightedScore => language.say("measure-score"),
        Measure::Top2 => language.with("results-top2", &[("first", label(0)), ("second", label(1))]),
        Measure::Top1 => language.with("results-top1", &[("first", label(0))]),
    }
}

/// The sign after figures of a measure.
pub const fn sign(measure: Measure) -> &'static str {
    match measure {
        Measure::WeightedScore => "",
        Measure::Top2 | Measure::Top1 => "%",
    }
}

/// Who filled in a form.
pub fn respondent(language: Language, kind: &str) -> String {
    match kind {
        "self" => language.say("results-by-self"),
        "helped_by_family" => language.say("results-by-family"),
        "helped_by_staff" => language.say("results-by-staff"),
        "guardian" => language.say("results-by-guardian"),
        other => other.to_owned(),
    }
}

/// How a form came.
pub fn channel(language: Language, kind: &str) -> String {
    match kind {
        "web" => language.say("results-web"),
        "paper" => language.say("results-paper"),
        other => other.to_owned(),
    }
}

/// Who was asked.
pub fn design(language: Language, name: &str) -> String {
    match name {
        "everyone" => language.say("design-everyone"),
        "strata" => language.say("design-strata"),
        "clusters" => language.say("design-clusters"),
        other => other.to_owned(),
    }
}

/// Why there is no interval.
pub fn not_estimable(language: Language, reason: &str) -> String {
    match reason {
        "lonely_stratum" => language.say("results-lonely"),
        "one_county" => language.say("results-one-county"),
        "no_degrees_of_freedom" => language.say("results-no-freedom"),
        "spans_strata" => language.say("results-spans"),
        "inconsistent" => language.say("results-inconsistent"),
        other => other.to_owned(),
    }
}

/// Other weights of the options.
pub fn weights(language: Language, name: &str) -> String {
    match name {
        "fifths" => language.say("results-fifths"),
        "quarters" => language.say("results-quarters"),
        "lowest" => language.say("results-lowest"),
        "highest" => language.say("results-highest"),
        other => other.to_owned(),
    }
}
