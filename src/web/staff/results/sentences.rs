//! What is said of a release in sentences.

use super::names::{self, shown};
use crate::domain::release::{Intervals, Release};
use crate::web::words::Language;
use fluent_bundle::FluentValue;

/// Why there are no results; none where there are.
pub fn below(language: Language, release: &Release) -> Option<String> {
    let Release { survey, valid, .. } = release;
    let least = survey.disclosure_floor;
    let why = match *valid {
        0 => language.say("results-none-valid"),
        few if few < u64::from(least) => language.with("results-below", &[("least", least)]),
        _ => language.with("results-below-base", &[("least", least)]),
    };
    release.total.is_none().then_some(why)
}

/// What the intervals are about.
pub fn sureness(language: Language, release: &Release) -> Vec<String> {
    let Some(all) = &release.intervals else { return Vec::new() };
    let places = [
        ("level", FluentValue::from(all.level.as_str())),
        ("people", all.people.into()),
        ("answered", all.answered.into()),
        ("design", names::design(language, &release.survey.design).into()),
    ];
    let mut told = vec![language.with("results-sure", &places)];
    told.extend(spread(language, release, all));
    if all.strata > 1 {
        told.push(language.with("results-strata", &[("strata", all.strata)]));
    }
    if let Some(coverage) = all.coverage_percent.as_ref().filter(|coverage| *coverage != "100.00") {
        told.push(language.with("results-coverage", &[("coverage", coverage.as_str())]));
    }
    let mut reasons: Vec<&String> =
        names::MEASURES.iter().filter_map(|measure| all.of.get(*measure).not_estimable.as_ref()).collect();
    reasons.dedup();
    let reason =
        |reason: &String| language.with("results-why-not", &[("reason", names::not_estimable(language, reason))]);
    told.extend(reasons.into_iter().map(reason));
    told.push(language.say("results-two-figures"));
    told
}

/// What the interval does not say, where everybody was asked.
pub fn spread(language: Language, release: &Release, all: &Intervals) -> Option<String> {
    let key = if all.people == all.answered { "results-census" } else { "results-lower-bound" };
    (release.survey.design == "everyone").then(|| language.say(key))
}

/// What the forms look like. With one question every form is of one option, so there is nothing to see.
pub fn quality(language: Language, release: &Release) -> Vec<String> {
    let Some(quality) = &release.quality else { return Vec::new() };
    let alpha = match &quality.alpha {
        Some(alpha) => {
            let places = [("alpha", FluentValue::from(alpha.as_str())), ("forms", quality.complete_forms.into())];
            language.with("results-alpha", &places)
        }
        None => language.say("results-no-alpha"),
    };
    let mut told = vec![alpha];
    if release.questions.len() > 1 {
        let share = |key: &str, figure: &Option<String>| language.with(key, &[("share", shown(figure).to_owned())]);
        told.push(share("results-straight", &quality.straight_percent));
        told.push(share("results-identical", &quality.identical_percent));
    }
    if quality.units_examined > 0 {
        let places = [("examined", quality.units_examined), ("flagged", quality.units_flagged)];
        told.push(language.with("results-flagged", &places));
    }
    told
}
