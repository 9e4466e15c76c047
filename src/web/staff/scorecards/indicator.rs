//! The form of one indicator.

use super::super::auth::{Form, Scorecards, Staff};
use super::super::page::{Frame, page, see};
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::field::{Field, Input, Wrong, errors};
use super::rows::Row;
use super::typed::{Typed, chosen};
use super::words::{self, Changed};
use super::{Place, frame, saved_by, who};
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::scorecard::{LONGEST_MEASURE, LONGEST_TEXT, Line, Scored};
use crate::domain::survey::Measure;
use crate::error::{Error, Result};
use crate::store::{Conn, released, releases, scorecards};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/scorecard_indicator.html")]
struct IndicatorPage {
    frame: Frame,
    place: Place,
    row: Row,
    /// The indicators above it, from the top: code and name.
    above: Vec<String>,
    /// The version that the form was made from.
    seen: i32,
    fields: Vec<Field>,
    /// Whether somebody was faster.
    overtaken: bool,
    /// What somebody else has saved for it since, and who.
    meanwhile: Vec<Changed>,
    by: String,
    /// A newer release: its number, its figure and how a form names it.
    newer: Option<(i32, Option<String>, String)>,
    /// Whether others are not filled in either.
    more: bool,
    /// Fields to be mended: name, label and words.
    errors: Vec<(&'static str, String, String)>,
}

impl IndicatorPage {
    /// The kind of the indicator.
    fn kind(&self) -> String {
        words::kind(self.frame.language, &self.row.line.kind)
    }
}

/// What a form is made from.
struct Found {
    scored: Scored,
    line: Line,
    newer: Option<(i32, Option<String>)>,
    /// Releases that can be chosen: value and words.
    releases: Vec<(String, String)>,
    /// What was saved for it since the version that was seen, and by whom.
    since: Vec<Changed>,
    by: String,
}

fn find(conn: &mut Conn, language: Language, id: Uuid, code: &str, seen: Option<i32>) -> Result<Found> {
    let scored = scorecards::get(conn, id)?.scored()?;
    let line = scored.indicators.iter().find(|line| line.code == code).cloned();
    let line = line.ok_or_else(|| Missing::Indicator { code: code.to_owned() })?;
    let is_asked = line.kind == "satisfaction";
    let (mut since, mut by) = (Vec::new(), String::new());
    if let Some(seen) = seen {
        let own = scorecards::differences(conn, id, seen, scored.version)?;
        let own = own.into_iter().filter(|one| one.code.as_deref() == Some(code));
        since = own.map(|one| Changed::of(language, one)).collect();
        let (versions, names) = (scorecards::versions(conn, id)?, who(conn, language, id)?);
        by = versions.first().map(|version| saved_by(language, version, &names)).unwrap_or_default();
    }
    let newer = if is_asked { newer(conn, &scored, &line)? } else { None };
    let releases = if is_asked { choices(conn, language, &line)? } else { Vec::new() };
    Ok(Found { newer, releases, scored, line, since, by })
}

/// A newer release than the one an indicator is bound to, with its figure.
fn newer(conn: &mut Conn, scored: &Scored, line: &Line) -> Result<Option<(i32, Option<String>)>> {
    let Some(number) = scorecards::newer_releases(conn, scored)?.get(&line.code).copied() else { return Ok(None) };
    let Some(bound) = &line.release else { return Ok(None) };
    let release = releases::get(conn, bound.survey, Some(number))?.map(|kept| kept.release()).transpose()?;
    let measure = line.measure.as_deref().and_then(Measure::from_name);
    let value = release.zip(measure).and_then(|(release, measure)| release.measures.get(measure).clone());
    Ok(Some((number, value)))
}

/// The releases that can be chosen, those of the newest survey first.
fn choices(conn: &mut Conn, language: Language, line: &Line) -> Result<Vec<(String, String)>> {
    let words = |title: &str, number: i32| {
        language.with("card-release-of", &[("title", title.to_owned()), ("number", number.to_string())])
    };
    let mut choices = vec![(String::new(), language.say("card-release-none"))];
    for survey in released::surveys(conn)? {
        for (number, _) in released::numbers(conn, survey.id)? {
            choices.push((chosen(survey.id, number), words(&survey.title, number)));
        }
    }
    if let Some(bound) = &line.release {
        let own = chosen(bound.survey, bound.number);
        if !choices.iter().any(|(value, _)| *value == own) {
            choices.push((own, words(&bound.title, bound.number)));
        }
    }
    Ok(choices)
}

fn fields(language: Language, found: &Found, typed: &Typed, wrong: &Wrong) -> Vec<Field> {
    let (line, say) = (&found.line, |key: &str| language.say(key));
    let field = |name, label: &str, value: &str, help: String, input| {
        Field::new(name, language.say(label), value, help, input, wrong)
    };
    let number = |name, label: &str, value: &str, help: String| field(name, label, value, help, Input::Number);
    let mut fields = match line.kind.as_str() {
        "quantitative" => {
            let lower = line.direction.as_deref() == Some("lower");
            let direction = if lower { "card-lower-help" } else { "card-higher-help" };
            vec![
                number("actual", "card-actual", &typed.actual, say("card-actual-help")),
                number("target", "card-target", &typed.target, say(direction)),
                field(
                    "measured_in",
                    "card-measured-in",
                    &typed.measured_in,
                    say("card-measured-in-help"),
                    Input::Text(LONGEST_MEASURE),
                ),
            ]
        }
        "qualitative" => {
            let help = language.with("card-by-hand-help", &[("weight", line.weight.clone())]);
            vec![number("score", "card-by-hand", &typed.score, help)]
        }
        "group" => return Vec::new(),
        _ => {
            let measures = ["weighted_score", "top2_percent", "top1_percent"];
            let measures = measures.map(|name| (name.to_owned(), words::measure(language, name))).to_vec();
            let releases = Input::Choice(found.releases.clone());
            vec![
                field("release", "card-release", &typed.release, say("card-release-help"), releases),
                field("measure", "card-measure", &typed.measure, String::new(), Input::Choice(measures)),
                number("target", "card-target", &typed.target, say("card-asked-target-help")),
            ]
        }
    };
    let reason = if line.kind == "qualitative" { "card-reason-help" } else { "card-reason-other-help" };
    fields.push(field("reason", "card-reason", &typed.reason, say(reason), Input::Lines(LONGEST_TEXT)));
    let evidence = say("card-evidence-help");
    fields.push(field("evidence", "card-evidence", &typed.evidence, evidence, Input::Lines(LONGEST_TEXT)));
    fields
}

/// `GET /staff/scorecards/{id}/indicators/{code}`
pub async fn show(
    app: Data<App>,
    staff: Staff<Scorecards>,
    path: Path<(Uuid, String)>,
    asked: Query<Asked>,
) -> HttpResponse {
    let ((id, code), language) = (path.into_inner(), staff.language);
    let done = (asked.text("done") == Some("saved")).then(|| language.say("card-saved-next"));
    let found = app.read(move |conn| find(conn, language, id, &code, None)).await;
    match found {
        Ok(found) => {
            let typed = Typed::of(&found.line);
            let view = view(&staff, found, &typed, &Wrong::new());
            page(StatusCode::OK, &IndicatorPage { frame: view.frame.done(done), ..view })
        }
        Err(error) => failed(&staff, &error),
    }
}

fn view(staff: &Staff<Scorecards>, found: Found, typed: &Typed, wrong: &Wrong) -> IndicatorPage {
    let language = staff.language;
    let fields = fields(language, &found, typed, wrong);
    let Found { scored, line, newer, since, by, .. } = found;
    let place = Place::of(language, &scored, "");
    let lack = scored.missing.iter().find(|lack| lack.code == line.code).map(|lack| lack.what.as_str());
    let mut above = Vec::new();
    let mut next = line.parent.clone();
    for one in scored.indicators.iter().rev() {
        if Some(&one.code) == next.as_ref() {
            above.push(format!("{} {}", one.code, one.name));
            next.clone_from(&one.parent);
        }
    }
    above.reverse();
    let newer = newer.zip(line.release.as_ref()).map(|((number, value), bound)| {
        let value = value
            .map(|value| if line.measure.as_deref() == Some("weighted_score") { value } else { format!("{value}%") });
        (number, value, chosen(bound.survey, number))
    });
    IndicatorPage {
        frame: frame(staff, format!("{} {}", line.code, line.name)),
        place,
        above,
        seen: scored.version,
        errors: errors(&fields),
        fields,
        overtaken: false,
        meanwhile: since,
        by,
        newer,
        more: scored.missing.iter().any(|lack| lack.code != line.code),
        row: Row::of(language, &line, lack, None),
    }
}

/// `POST /staff/scorecards/{id}/indicators/{code}`: enters what was typed, or shows it again with what is in the way.
pub async fn save(app: Data<App>, staff: Staff<Scorecards>, path: Path<(Uuid, String)>, form: Form) -> HttpResponse {
    let ((id, code), language) = (path.into_inner(), staff.language);
    let (typed, seen) = (Typed::from_form(&form), form.text("seen").parse::<i32>().unwrap_or_default());
    let card = app.read(move |conn| scorecards::get(conn, id)?.card()).await;
    let indicator =
        card.and_then(|card| card.get(&code).cloned().ok_or_else(|| Missing::Indicator { code: code.clone() }.into()));
    let given = match indicator {
        Ok(indicator) => typed.read(language, &indicator),
        Err(error) => return failed(&staff, &error),
    };
    let given = match given {
        Ok(given) => given,
        Err(wrong) => return again(&app, &staff, (id, code), &typed, &wrong, seen).await,
    };
    let own = code.clone();
    let saved = app.write("enter indicator", Some(staff.person.id), move |conn, actor| {
        given.clone().save(conn, actor, id, seen, &own)
    });
    match saved.await {
        Ok(saved) if form.text("do") == "next" => next(&app, &staff, (id, &code), saved).await,
        Ok(saved) => see(&format!("/staff/scorecards/{id}?done={}#{code}", word(saved))),
        Err(Error::Refused(Obstacle::ChangedMeanwhile)) => {
            again(&app, &staff, (id, code), &typed, &Wrong::new(), seen).await
        }
        Err(Error::Refused(Obstacle::NoFigure)) => {
            let wrong = vec![("release".to_owned(), language.say("refused-no-figure"))];
            again(&app, &staff, (id, code), &typed, &wrong, seen).await
        }
        Err(Error::NotFound(Missing::Release | Missing::Survey { .. })) => {
            let wrong = vec![("release".to_owned(), language.say("fault-no-release"))];
            again(&app, &staff, (id, code), &typed, &wrong, seen).await
        }
        Err(error) => failed(&staff, &error),
    }
}

const fn word(saved: bool) -> &'static str {
    if saved { "saved" } else { "same" }
}

/// On to the next indicator that is not filled in; to the scorecard where there is none.
async fn next(app: &App, staff: &Staff<Scorecards>, (id, code): (Uuid, &str), saved: bool) -> HttpResponse {
    let scored = match app.read(move |conn| scorecards::get(conn, id)?.scored()).await {
        Ok(scored) => scored,
        Err(error) => return failed(staff, &error),
    };
    let place = |code: &str| scored.indicators.iter().position(|line| line.code == code);
    let behind = scored.missing.iter().find(|lack| place(&lack.code) > place(code));
    let before = scored.missing.iter().find(|lack| lack.code != code);
    match behind.or(before) {
        Some(lack) => see(&format!("/staff/scorecards/{id}/indicators/{}?done=saved", lack.code)),
        None => see(&format!("/staff/scorecards/{id}?done={}#{code}", word(saved))),
    }
}

/// The form again with what was typed, and with what is wrong or what others have saved since `seen`.
async fn again(
    app: &App,
    staff: &Staff<Scorecards>,
    (id, code): (Uuid, String),
    typed: &Typed,
    wrong: &Wrong,
    seen: i32,
) -> HttpResponse {
    let language = staff.language;
    let since = wrong.is_empty().then_some(seen);
    match app.read(move |conn| find(conn, language, id, &code, since)).await {
        Ok(found) => {
            let status = if wrong.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let view = view(staff, found, typed, wrong);
            // Who mends a field has not seen what others have saved meanwhile.
            let overtaken = wrong.is_empty();
            let seen = if overtaken { view.seen } else { seen };
            page(status, &IndicatorPage { seen, overtaken, ..view })
        }
        Err(error) => failed(staff, &error),
    }
}
