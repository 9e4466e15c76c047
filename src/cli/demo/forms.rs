//! 49 forms with the margins of the report.

use super::report::Printed;
use crate::domain::response::Respondent;
use crate::domain::survey::Survey;
use anyhow::{Result, ensure};

/// One form as a phone sends it.
#[derive(Clone)]
pub(super) struct Form {
    /// Option codes, one a question.
    pub(super) answers: Vec<String>,
    pub(super) respondent: Respondent,
}

/// Forms whose counts are exactly those of the report. The report tells only the counts: who chose what
/// is made up here, each question's answers being shifted by some people against the question before.
pub(super) fn of(printed: &Printed, survey: &Survey) -> Result<Vec<Form>> {
    let mut columns: Vec<Vec<&str>> = Vec::new();
    for number in 1..=survey.questions.len() {
        let mut column = Vec::new();
        for (option, count) in survey.scale.options.iter().zip(printed.counts(number)?) {
            column.extend(std::iter::repeat_n(option.code.as_str(), count));
        }
        let people = column.len().max(1);
        column.rotate_left(number * 3 % people);
        columns.push(column);
    }
    let people = columns.first().map_or(0, Vec::len);
    ensure!(columns.iter().all(|column| column.len() == people), "the report's questions differ in their base");
    let respondents = Respondent::ALL.into_iter().cycle();
    Ok((0..people)
        .zip(respondents)
        .map(|(person, respondent)| Form {
            answers: columns.iter().filter_map(|column| column.get(person)).map(|code| (*code).to_owned()).collect(),
            respondent,
        })
        .collect())
}
