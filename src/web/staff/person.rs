//! One person on the roster: what is known of them is corrected, or they are taken off it.

use super::auth::{Form, Links, Staff};
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::failed;
use super::roster::is_changeable;
use crate::domain::obstacle::Missing;
use crate::domain::roster::{LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE, LONGEST_REF, Recipient, is_email};
use crate::domain::unit::Unit;
use crate::error::Result;
use crate::store::people::{self, Hindrance};
use crate::store::{rosters, surveys, units};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/person.html")]
struct PersonPage {
    frame: Frame,
    place: Place,
    number: i32,
    typed: Recipient,
    unit_name: String,
    units: Vec<Unit>,
    has_link: bool,
    changeable: bool,
    /// The field to be mended, and how.
    wrong: Option<(&'static str, String)>,
    /// Why this person cannot be taken off.
    stays: Option<String>,
}

impl PersonPage {
    /// The fields of contact data: name, what it is called, what is in it, how long it may be.
    fn fields(&self) -> [(&'static str, &'static str, &str, usize); 4] {
        [
            ("ref", "person-ref", self.typed.reference.as_deref().unwrap_or_default(), LONGEST_REF),
            ("name", "person-name", self.typed.name.as_deref().unwrap_or_default(), LONGEST_NAME),
            ("phone", "person-phone", self.typed.phone.as_deref().unwrap_or_default(), LONGEST_PHONE),
            ("email", "person-email", self.typed.email.as_deref().unwrap_or_default(), LONGEST_EMAIL),
        ]
    }

    /// What is wrong with a field.
    fn advice(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(wrong, _)| *wrong == field).map(|(_, advice)| advice.as_str())
    }
}

/// The words for an obstacle, and the field it stands at.
fn words(language: Language, obstacle: Hindrance) -> (&'static str, String) {
    match obstacle {
        Hindrance::NoUnit => ("unit", language.say("person-no-unit")),
        Hindrance::HasLink => ("unit", language.say("person-has-link")),
        Hindrance::Drawn => ("unit", language.say("person-drawn")),
        Hindrance::Issuing => ("", language.say("person-issuing")),
        Hindrance::RefTaken => ("ref", language.say("person-ref-taken")),
    }
}

/// Why somebody is not taken off.
fn why_stays(language: Language, obstacle: Hindrance) -> String {
    match obstacle {
        Hindrance::HasLink => language.say("person-stays-link"),
        Hindrance::Drawn => language.say("person-stays-drawn"),
        other => words(language, other).1,
    }
}

/// `GET /staff/surveys/{id}/roster/people/{place}`
pub async fn show(app: Data<App>, staff: Staff<Links>, path: Path<(Uuid, String)>) -> HttpResponse {
    let (id, place) = path.into_inner();
    reply(&app, &staff, id, &place, None, None).await
}

/// The page; with what was typed, where that has to be mended.
async fn reply(
    app: &App,
    staff: &Staff<Links>,
    id: Uuid,
    place: &str,
    typed: Option<Recipient>,
    wrong: Option<(&'static str, String)>,
) -> HttpResponse {
    match view(app, staff, id, place, typed, wrong).await {
        Ok(view) => {
            let status = if view.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            page(status, &view)
        }
        Err(error) => failed(staff, &error),
    }
}

async fn view(
    app: &App,
    staff: &Staff<Links>,
    id: Uuid,
    place: &str,
    typed: Option<Recipient>,
    wrong: Option<(&'static str, String)>,
) -> Result<PersonPage> {
    let language = staff.language;
    let number: i32 = place.parse().map_err(|_| Missing::Place)?;
    let found = app.read(move |conn| {
        let (stored, line) = (surveys::get(conn, id)?, rosters::at(conn, id, number)?);
        let stays = match &line {
            Some(line) => people::why_stays(conn, id, line)?,
            None => None,
        };
        Ok((stored, line, stays, units::tree(conn)?))
    });
    let (stored, line, stays, tree) = found.await?;
    let line = line.ok_or(Missing::Place)?;
    let frame = Frame::of(staff, "menu-surveys", language.with("person", &[("number", number)]));
    let frame = match &wrong {
        Some((_, advice)) => frame.alert(advice.clone()),
        None => frame,
    };
    Ok(PersonPage {
        frame,
        place: Place::of(language, &stored, "step-roster"),
        number,
        unit_name: tree.get(&line.recipient.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        units: tree.in_order().into_iter().map(|(_, unit)| unit.clone()).collect(),
        has_link: line.serial.is_some(),
        changeable: is_changeable(&stored),
        typed: typed.unwrap_or(line.recipient),
        wrong,
        stays: stays.map(|obstacle| why_stays(language, obstacle)),
    })
}

/// `POST /staff/surveys/{id}/roster/people/{place}`: writes the corrected person down.
pub async fn save(app: Data<App>, staff: Staff<Links>, path: Path<(Uuid, String)>, form: Form) -> HttpResponse {
    let ((id, place), language) = (path.into_inner(), staff.language);
    let Ok(number) = place.parse() else {
        return failed(&staff, &Missing::Place.into());
    };
    let given = |field: &str| Some(form.text(field).to_owned()).filter(|text| !text.is_empty());
    let to = Recipient {
        unit: form.text("unit").to_owned(),
        reference: given("ref"),
        name: given("name"),
        phone: given("phone"),
        email: given("email"),
    };
    let fields = [
        ("ref", &to.reference, LONGEST_REF),
        ("name", &to.name, LONGEST_NAME),
        ("phone", &to.phone, LONGEST_PHONE),
        ("email", &to.email, LONGEST_EMAIL),
    ];
    let is_wrong = |text: &Option<String>, most: usize| {
        text.as_ref().is_some_and(|text| text.chars().count() > most || text.chars().any(char::is_control))
    };
    let wrong = fields.into_iter().find(|(_, text, most)| is_wrong(text, *most));
    if let Some((field, _, most)) = wrong {
        let wrong = (field, language.with("person-long", &[("most", most)]));
        return reply(&app, &staff, id, &place, Some(to), Some(wrong)).await;
    }
    if to.email.as_deref().is_some_and(|email| !is_email(email)) {
        let wrong = ("email", language.say("fault-no-email"));
        return reply(&app, &staff, id, &place, Some(to), Some(wrong)).await;
    }
    let wanted = to.clone();
    let done = app.write("correct person", Some(staff.person.id), move |conn, actor| {
        people::correct(conn, actor, id, number, &wanted)
    });
    match done.await {
        Ok(Ok(())) => see(&format!("/staff/surveys/{id}/roster?done=corrected")),
        Ok(Err(obstacle)) => reply(&app, &staff, id, &place, Some(to), Some(words(language, obstacle))).await,
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/surveys/{id}/roster/people/{place}/remove`
pub async fn remove(app: Data<App>, staff: Staff<Links>, path: Path<(Uuid, String)>, _form: Form) -> HttpResponse {
    let ((id, place), language) = (path.into_inner(), staff.language);
    let Ok(number) = place.parse() else {
        return failed(&staff, &Missing::Place.into());
    };
    let done =
        app.write("remove person", Some(staff.person.id), move |conn, actor| people::remove(conn, actor, id, number));
    match done.await {
        Ok(Ok(())) => see(&format!("/staff/surveys/{id}/roster?done=removed")),
        // The page says why, where the button was.
        Ok(Err(obstacle)) => {
            let wrong = ("", why_stays(language, obstacle));
            reply(&app, &staff, id, &place, None, Some(wrong)).await
        }
        Err(error) => failed(&staff, &error),
    }
}
