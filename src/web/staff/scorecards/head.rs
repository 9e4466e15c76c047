//! What a scorecard is of, and how it is graded.

use super::super::auth::{Fields, Form, Scorecards, Staff};
use super::super::page::{Frame, page, see};
use super::super::refuse::failed;
use super::super::sheets;
use super::field::{Field, Input, Wrong, errors};
use super::{Place, frame};
use crate::domain::fault::{Faults, Message};
use crate::domain::obstacle::Obstacle;
use crate::domain::scorecard::{Grade, Head, LONGEST_NAME, Mistake, POINT_PLACES, Scored, amount};
use crate::error::Error;
use crate::store::scorecards;
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

/// Characters of the grades at most: each of twenty has a line.
const LONGEST_GRADES: usize = 1_000;

/// A head as it was typed.
#[derive(Clone)]
pub struct TypedHead {
    title: String,
    programme: String,
    year: String,
    unit: String,
    grades: String,
}

impl TypedHead {
    /// What is stored.
    pub fn of(head: &Head) -> Self {
        let grade = |grade: &Grade| format!("{} {}", grade.name, grade.from.normalize());
        Self {
            title: head.title.clone(),
            programme: head.programme.clone(),
            year: head.year.to_string(),
            unit: head.unit.clone(),
            grades: head.grades.iter().map(grade).collect::<Vec<_>>().join("\n"),
        }
    }

    /// Nothing yet, with the usual grades.
    pub fn empty() -> Self {
        let head = Head::new(String::new(), String::new(), 0, String::new());
        Self { year: String::new(), ..Self::of(&head) }
    }

    /// What a form holds.
    pub fn from_form(form: &Fields) -> Self {
        let field = |name: &str| form.text(name).to_owned();
        let (title, programme, year) = (field("title"), field("programme"), field("year"));
        Self { title, programme, year, unit: field("unit"), grades: field("grades") }
    }

    /// The head, with what the form has no field for from `base`; each field that is wrong with how to mend it.
    pub fn read(&self, language: Language, base: Head) -> Result<Head, Wrong> {
        let mut wrong = Wrong::new();
        let mut fault = |field: &str, message: Message| {
            wrong.push((field.to_owned(), sheets::told(language, &message, |_| None)));
        };
        for (field, text) in [("title", &self.title), ("programme", &self.programme), ("unit", &self.unit)] {
            if text.is_empty() {
                fault(field, Message::Missing("it"));
            } else if text.chars().count() > LONGEST_NAME {
                fault(field, Message::Long(LONGEST_NAME));
            } else if text.chars().any(char::is_control) {
                fault(field, Mistake::OneLine.into());
            }
        }
        let year = self.year.parse().ok().filter(|year: &u16| (1990..=2200).contains(year));
        if year.is_none() {
            fault("year", Mistake::Year.into());
        }
        let grades: Option<Vec<Grade>> =
            self.grades.lines().map(str::trim).filter(|line| !line.is_empty()).map(grade).collect();
        if grades.is_none() {
            fault("grades", Mistake::Grades.into());
        }
        match (wrong.is_empty(), year, grades) {
            (true, Some(year), Some(grades)) => {
                let (title, programme, unit) = (self.title.clone(), self.programme.clone(), self.unit.clone());
                Ok(Head { title, programme, year, unit, grades, ..base })
            }
            _ => Err(wrong),
        }
    }

    /// Its fields.
    pub fn fields(&self, language: Language, wrong: &Wrong) -> Vec<Field> {
        let say = |key: &str| language.say(key);
        let line = || Input::Text(LONGEST_NAME);
        vec![
            Field::new("title", say("card-title"), &self.title, say("card-title-help"), line(), wrong),
            Field::new("programme", say("f-programme"), &self.programme, String::new(), line(), wrong),
            Field::new("year", say("f-year"), &self.year, String::new(), Input::Number, wrong),
            Field::new("unit", say("card-unit"), &self.unit, String::new(), line(), wrong),
            Field::new(
                "grades",
                say("card-grades"),
                &self.grades,
                say("card-grades-help"),
                Input::Lines(LONGEST_GRADES),
                wrong,
            ),
        ]
    }
}

/// A line of grades: its name, then where it begins.
fn grade(line: &str) -> Option<Grade> {
    let (name, from) = line.rsplit_once(char::is_whitespace)?;
    Some(Grade { name: name.trim().to_owned(), from: amount(from, POINT_PLACES).ok()? })
}

/// The faults of a head as fields of its form.
pub fn wrong(language: Language, faults: &Faults) -> Wrong {
    let told = |message: &Message| sheets::told(language, message, |_| None);
    faults.listed().iter().map(|fault| (fault.field.to_string(), told(&fault.message))).collect()
}

#[derive(Template)]
#[template(path = "staff/scorecard_head.html")]
struct HeadPage {
    frame: Frame,
    place: Place,
    seen: i32,
    fields: Vec<Field>,
    meanwhile: bool,
}

impl HeadPage {
    /// Fields to be mended.
    fn errors(&self) -> Vec<(&'static str, String, String)> {
        errors(&self.fields)
    }
}

/// `GET /staff/scorecards/{id}/head`
pub async fn show(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>) -> HttpResponse {
    answer(&app, &staff, *id, None, &Wrong::new(), None).await
}

/// The form; with what was typed, where that has to be mended or others were faster than `seen`.
async fn answer(
    app: &App,
    staff: &Staff<Scorecards>,
    id: Uuid,
    typed: Option<TypedHead>,
    wrong: &Wrong,
    seen: Option<i32>,
) -> HttpResponse {
    let language = staff.language;
    let found = app.read(move |conn| {
        let scored = scorecards::get(conn, id)?.scored()?;
        let head = scored.card()?.head;
        Ok((scored, head))
    });
    let (scored, head): (Scored, Head) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let meanwhile = typed.is_some() && wrong.is_empty();
    let status = match (meanwhile, wrong.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let typed = typed.unwrap_or_else(|| TypedHead::of(&head));
    let view = HeadPage {
        frame: frame(staff, language.say("card-head")),
        place: Place::of(language, &scored, "card-head"),
        seen: seen.filter(|_| !meanwhile).unwrap_or(scored.version),
        fields: typed.fields(language, wrong),
        meanwhile,
    };
    page(status, &view)
}

/// `POST /staff/scorecards/{id}/head`
pub async fn save(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let (id, language) = (*id, staff.language);
    let (typed, seen) = (TypedHead::from_form(&form), form.text("seen").parse::<i32>().unwrap_or_default());
    let base = match app.read(move |conn| Ok(scorecards::get(conn, id)?.card()?.head)).await {
        Ok(head) => head,
        Err(error) => return failed(&staff, &error),
    };
    let head = match typed.read(language, base.clone()) {
        Ok(head) if head == base => return see(&format!("/staff/scorecards/{id}?done=same")),
        Ok(head) => head,
        Err(wrong) => return answer(&app, &staff, id, Some(typed), &wrong, Some(seen)).await,
    };
    let saved = app.write("change scorecard", Some(staff.person.id), move |conn, actor| {
        scorecards::set_head(conn, actor, id, Some(seen), head.clone())
    });
    match saved.await {
        Ok(_) => see(&format!("/staff/scorecards/{id}?done=saved")),
        Err(Error::Invalid(faults)) => {
            answer(&app, &staff, id, Some(typed), &wrong(language, &faults), Some(seen)).await
        }
        Err(Error::Refused(Obstacle::ChangedMeanwhile)) => {
            answer(&app, &staff, id, Some(typed), &Wrong::new(), None).await
        }
        Err(error) => failed(&staff, &error),
    }
}
