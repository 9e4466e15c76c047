//! Slips for recipients, to be printed, cut and folded: what is inside nobody sees outside. What is printed for an
//! institution begins here, paper questionnaires too.

use super::auth::{Form, Links, Staff};
use super::forms::forms;
use super::handout::is_reason;
use super::links::again;
use super::page::{Frame, Kept, page};
use super::refuse::failed;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::roster::Recipient;
use crate::error::{Error, Result};
use crate::export::qr;
use crate::store::links::{self, Issued};
use crate::store::surveys::{self, Stored};
use crate::store::units;
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// Links read from the database at a time.
const PAGE: i64 = 2_000;

/// Slips on a sheet.
const ON_SHEET: usize = 4;

/// Width and height of the dark part of a QR code on paper, in micrometres: 35 mm.
const CODE: usize = 35_000;

#[derive(Template)]
#[template(path = "staff/slips.html")]
struct SlipsPage {
    frame: Frame,
    /// The language of the slips: that of the recipients, whatever the desk speaks.
    reader: Language,
    back: String,
    lead: String,
    title: String,
    help: String,
    typing: String,
    sheets: Vec<Vec<Slip>>,
}

/// Most slips or forms printed at once; whoever has more people prints from the list.
const MOST: i64 = 2_000;

struct Slip {
    name: Option<String>,
    reference: Option<String>,
    code: String,
    picture: Picture,
}

/// A QR code, to be drawn on paper.
pub struct Picture {
    /// Width and height with the quiet zone, in modules.
    pub size: usize,
    /// The same in millimetres.
    pub width: String,
    /// The dark modules.
    pub path: String,
}

/// What is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Slips with the way to the answer page.
    Slips,
    /// Questionnaires to be answered with a pen.
    Forms,
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("slips.css", "text/css; charset=utf-8", include_str!("../../../frontend/static/slips.css"))
});

/// Where the style of the slips is.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// `GET /staff/slips.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// `POST /staff/surveys/{id}/slips`: the slips, or the paper questionnaires, of one institution.
pub async fn print(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let kind = if form.text("print") == "forms" { Kind::Forms } else { Kind::Slips };
    let (unit, reason) = (form.text("unit").to_owned(), form.text("reason").to_owned());
    if unit.is_empty() {
        return again(&app, &staff, *id, staff.language.say("slips-unit-missing")).await;
    }
    if !is_reason(&reason) {
        return again(&app, &staff, *id, staff.language.say("reason-missing")).await;
    }
    match try_print(&app, &staff, *id, kind, unit, reason).await {
        Ok(reply) => reply,
        Err(error) => failed(&staff, &error),
    }
}

async fn try_print(
    app: &App,
    staff: &Staff<Links>,
    id: Uuid,
    kind: Kind,
    unit: String,
    reason: String,
) -> Result<HttpResponse> {
    let (language, noted) = (staff.language, unit.clone());
    app.write("print slips", Some(staff.person.id), move |conn, actor| {
        if links::count(conn, id, Some(&noted))? > MOST {
            return Err(Obstacle::TooManySlips { most: MOST }.into());
        }
        if units::tree(conn)?.get(&noted).is_none() {
            return Err(Missing::Unit { code: noted.clone() }.into());
        }
        match kind {
            Kind::Slips => links::exported(conn, actor, id, Some(&noted), &reason),
            Kind::Forms => links::forms_printed(conn, actor, id, &noted, &reason),
        }
    })
    .await?;
    let secret = app.secret.clone();
    let one_at_a_time = app.permit(&app.printing).await?;
    let found = app.read(move |conn| {
        let _one = one_at_a_time;
        let stored = surveys::get(conn, id)?;
        let name = units::tree(conn)?.get(&unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let (page, last) = links::page(conn, &stored, &secret, Some(&unit), after, PAGE)?;
            let Some(last) = last else { break };
            all.extend(page);
            after = last;
        }
        Ok((stored, name, all))
    });
    let (stored, name, all) = found.await?;
    if kind == Kind::Forms {
        return forms(app, staff, &stored, name, all).await;
    }
    let lead = language.with("slips-lead", &[("count", all.len()), ("sheets", all.len().div_ceil(ON_SHEET))]);
    slips(app, staff, &stored, name, lead, all).await
}

/// A page of slips to be printed.
pub async fn slips(
    app: &App,
    staff: &Staff<Links>,
    stored: &Stored,
    title: String,
    lead: String,
    all: Vec<Issued>,
) -> Result<HttpResponse> {
    // Thousands of codes take a while to draw.
    let base = Arc::clone(&app.base_url);
    let one_at_a_time = app.permit(&app.printing).await?;
    let drawn = app.wait(move |_| {
        let _one = one_at_a_time;
        sheets(&base, &all)
    });
    let sheets = drawn.await?;
    let reader = Language::default();
    let address = app.base_url.split_once("://").map_or(&*app.base_url, |(_, address)| address);
    let view = SlipsPage {
        frame: Frame::of(staff, "menu-surveys", title),
        reader,
        back: format!("/staff/surveys/{}/links", stored.id),
        lead,
        title: stored.survey.title.clone(),
        help: reader.with("slip-help", &[("contact", stored.survey.contact.as_str())]),
        typing: reader.with("slip-typing", &[("address", format!("{address}/s").as_str())]),
        sheets,
    };
    Ok(page(StatusCode::OK, &view))
}

fn sheets(base: &str, all: &[Issued]) -> Result<Vec<Vec<Slip>>> {
    let sheet = |sheet: &[Issued]| sheet.iter().map(|one| slip(base, &one.recipient, &one.code.to_string())).collect();
    all.chunks(ON_SHEET).map(sheet).collect()
}

fn slip(base: &str, recipient: &Recipient, code: &str) -> Result<Slip> {
    Ok(Slip {
        name: recipient.name.clone(),
        reference: recipient.reference.clone(),
        code: code.to_owned(),
        picture: picture(base, code, CODE)?,
    })
}

/// The QR code of a link, its dark part that many micrometres wide.
pub fn picture(base: &str, code: &str, dark: usize) -> Result<Picture> {
    let long = || Error::Setup("the base URL is too long for a QR code".to_owned());
    let drawn = qr::picture(&format!("{base}/s/{code}")).ok_or_else(long)?;
    let width = dark * drawn.size / drawn.inner;
    Ok(Picture { size: drawn.size, width: format!("{}.{:03}", width / 1000, width % 1000), path: drawn.path })
}
