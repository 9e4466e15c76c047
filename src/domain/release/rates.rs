//! How many of those asked answered, and what the forms look like.

use super::document::{Figure, Group, Quality, ResponseRates, Who};
use super::figures::Print;
use super::{Error, Sources};
use crate::domain::exact::Fraction;
use crate::domain::quality::Forms;
use std::collections::BTreeSet;

fn percent(print: &Print<'_>, part: u64, whole: u64) -> Result<Figure, Error> {
    Ok(print.figure(Fraction::new(u128::from(part) * 100, u128::from(whole)))?)
}

/// The response rates. RR1 counts forms that answer 80 per cent of the questions, RR2 all that were accepted
/// (AAPOR, Standard Definitions).
pub(super) fn response(print: &Print<'_>, sources: &Sources<'_>) -> Result<ResponseRates, Error> {
    let (asked, counted) = (&sources.frame.asked, sources.counted);
    let eligible = asked.eligible();
    let complete = asked.returned.saturating_sub(counted.partial);
    Ok(ResponseRates {
        issued: asked.issued,
        ineligible: asked.ineligible,
        non_contact: asked.non_contact,
        declined: asked.declined,
        revoked: asked.revoked,
        expired: asked.expired,
        returned: asked.returned,
        partial: counted.partial,
        eligible,
        returned_percent: percent(print, asked.returned, asked.issued)?,
        valid_percent: percent(print, counted.valid.forms, asked.returned)?,
        rr1: percent(print, complete, eligible)?,
        rr2: percent(print, asked.returned, eligible)?,
        partial_possible: sources.survey.questions.iter().any(|question| !question.required),
    })
}

/// What the valid forms look like. Only units without others below them are looked at, and only those that may be
/// shown: who stands out is not told, and cannot be told from a unit that was folded into the one above it.
pub(super) fn quality(print: &Print<'_>, sources: &Sources<'_>, groups: &[Group]) -> Result<Quality, Error> {
    let counted = sources.counted;
    let all = counted.everybody.all;
    let parents: BTreeSet<&str> = groups.iter().filter_map(parent).collect();
    // A unit of which nobody is in the base is not hidden, and its few forms may say "don't know" throughout.
    let in_base = groups.iter().filter(|group| group.n.is_some_and(|n| n > 0));
    let shown = in_base.filter_map(code).filter(|code| !parents.contains(code));
    let examined: Vec<&Forms> = shown.filter_map(|code| counted.units.get(code)).collect();
    let flagged = examined.iter().filter(|forms| !forms.signs(&counted.everybody).is_empty()).count();
    // Of a few complete forms it would tell of these few.
    let enough = counted.alpha.forms() >= u64::from(print.survey.disclosure_floor);
    let alpha = counted
        .alpha
        .value()
        .filter(|_| enough)
        .map(|alpha| alpha.round(print.places, print.survey.rounding))
        .transpose()?;
    let alpha = alpha.map(|alpha| alpha.to_string());
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Quality {
        alpha,
        complete_forms: counted.alpha.forms(),
        straight_percent: percent(print, counted.everybody.straight, all)?,
        identical_percent: percent(print, counted.everybody.commonest, all)?,
        units_examined: number(examined.len()),
        units_flagged: number(flagged),
    })
}

fn code(group: &Group) -> Option<&str> {
    match &group.who {
        Who::Unit { unit, .. } => Some(unit),
        Who::Respondent { .. } | Who::Channel { .. } => None,
    }
}

fn parent(group: &Group) -> Option<&str> {
    match &group.who {
        Who::Unit { parent, .. } => parent.as_deref(),
        Who::Respondent { .. } | Who::Channel { .. } => None,
    }
}
