//! The same figures as a file.

use super::Sight;
use super::cells::{COLUMNS, cells, late, name};
use crate::domain::progress::{Part, Standing};
use crate::export;
use crate::web::staff::refuse::failed;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

/// `GET /staff/surveys/{id}/progress.csv`: every line of a view, not only those of a page.
pub async fn csv(sight: Sight) -> HttpResponse {
    let Sight { staff, asked, seen } = sight;
    let language = staff.language;
    let titles = COLUMNS.iter().map(|(_, title)| language.say(title));
    let head: Vec<String> = [language.say("unit-code"), language.say("unit")]
        .into_iter()
        .chain(titles)
        .chain([language.say("late")])
        .collect();
    let row = |code: &str, name: String, standing: &Standing| -> Vec<String> {
        let late = late(language, seen.plan, standing).unwrap_or_default();
        [code.to_owned(), name].into_iter().chain(cells(&seen, standing)).chain([late]).collect()
    };
    let mut lines: Vec<_> = seen.lines.iter().collect();
    asked.order().sort(&mut lines, |(line, _)| line, seen.plan);
    let mut rows: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(line, named)| {
            let code = if let Part::Unit(code) = &line.part { code } else { "" };
            row(code, name(language, &line.part, named.as_deref()), &line.standing)
        })
        .collect();
    let at = seen.path.last();
    let whole = at.map_or_else(|| language.say("total"), |unit| format!("{} {}", unit.name, language.say("total")));
    rows.push(row(at.map_or("", |unit| &unit.code), whole, &seen.whole));
    match export::csv::sheet(&head, &rows) {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"progress-{}.csv\"", seen.today)))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(text),
        Err(error) => failed(&staff, &error.into()),
    }
}
