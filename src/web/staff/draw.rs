//! Drawing the sample: the formula with its numbers first, then one draw whose seed everybody can check.

use super::auth::{Form, Links, Staff};
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::failed;
use crate::domain::obstacle::Obstacle;
use crate::domain::sample::{self, Margin, Plan};
use crate::domain::survey::{Design, SurveyState};
use crate::error::Result;
use crate::store::{draws, surveys, units};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

/// The margin that stands in the form at first: 5 percentage points.
const USUAL: u32 = 50;

#[derive(Template)]
#[template(path = "staff/draw.html")]
struct DrawPage {
    frame: Frame,
    place: Place,
    /// The seed, once it was drawn.
    seed: Option<String>,
    everyone: bool,
    can_draw: bool,
    clusters: bool,
    counties: usize,
    fewest: usize,
    all_counties: usize,
    margin: String,
    /// Whether there is a size to be shown: what was typed can be counted with.
    counted: bool,
    /// Whether links are issued already.
    too_late: bool,
    unlimited: Option<String>,
    rows: Vec<Row>,
    people: u64,
    sample: u64,
}

struct Row {
    unit: String,
    name: String,
    people: u64,
    sample: u64,
}

/// What is asked for, as the form carries it. An empty margin is everybody.
#[derive(Clone, Default, Deserialize)]
pub struct Wish {
    margin: Option<String>,
    counties: Option<String>,
}

impl Wish {
    fn plan(&self, design: Design, all: usize) -> Option<Plan> {
        let fewest = sample::fewest_counties(all);
        let margin = match self.margin.as_deref().map(str::trim) {
            None => Margin::new(USUAL),
            Some("") if design == Design::Clusters => None,
            Some(text) => Some(Margin::parse(text)?),
        };
        let counties = match (design, self.counties.as_deref()) {
            (Design::Clusters, None) => Some(fewest),
            (Design::Clusters, Some(text)) => {
                Some(text.trim().parse().ok().filter(|wanted| (fewest..=all).contains(wanted))?)
            }
            _ => None,
        };
        Some(Plan { counties, margin })
    }
}

/// `GET /staff/surveys/{id}/links/draw`: what a draw would come to, or what the draw was.
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, wish: Query<Wish>) -> HttpResponse {
    match view(&app, &staff, *id, wish.into_inner()).await {
        Ok((status, view)) => page(status, &view),
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid, wish: Wish) -> Result<(StatusCode, DrawPage)> {
    let language = staff.language;
    let found = app.read(move |conn| {
        let (stored, drawn) = (surveys::get(conn, id)?, draws::get(conn, id)?);
        // Once it is drawn, the numbers of then count.
        let people = match &drawn {
            Some(drawn) => drawn.strata.iter().map(|stratum| (stratum.unit.clone(), stratum.people)).collect(),
            None => draws::people(&draws::frame(conn, id)?),
        };
        Ok((stored, drawn, people, units::tree(conn)?))
    });
    let (stored, drawn, people, tree) = found.await?;
    let mut frame = Frame::of(staff, "menu-surveys", language.say("draw"));
    let (design, all) = (stored.survey.design, people.len());
    let wished = match &drawn {
        Some(drawn) => Some(drawn.plan),
        None => wish.plan(design, all),
    };
    let mut status = StatusCode::OK;
    if wished.is_none() {
        frame = frame.alert(language.say("draw-wrong"));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let plan = wished.unwrap_or(Plan { counties: None, margin: Margin::new(USUAL) });
    let (sizes, wanted) = sample::sizes(plan, &people);
    let sizes = match &drawn {
        Some(drawn) => {
            drawn.strata.iter().map(|stratum| (stratum.unit.clone(), stratum.people, stratum.sample)).collect()
        }
        None => sizes,
    };
    let name = |code: &str| tree.get(code).map_or_else(String::new, |unit| unit.name.clone());
    let row = |(unit, people, sample): (String, u64, u64)| Row { name: name(&unit), unit, people, sample };
    let rows: Vec<Row> = sizes.into_iter().map(row).collect();
    let changeable = matches!(stored.state, SurveyState::Draft | SurveyState::Open);
    let view = DrawPage {
        place: Place::of(language, &stored, "step-links"),
        everyone: design == Design::Everyone,
        can_draw: wished.is_some() && drawn.is_none() && changeable && stored.visible_serial == 0 && all > 0,
        too_late: drawn.is_none() && stored.visible_serial > 0,
        counted: wished.is_some(),
        clusters: design == Design::Clusters,
        counties: wanted,
        fewest: sample::fewest_counties(all),
        all_counties: all,
        margin: match (&wish.margin, wished) {
            (Some(text), None) => text.clone(),
            _ => plan.margin.map(Margin::shown).unwrap_or_default(),
        },
        unlimited: plan.margin.map(Margin::unlimited),
        people: rows.iter().map(|row| row.people).sum(),
        sample: rows.iter().map(|row| row.sample).sum(),
        rows,
        seed: drawn.map(|drawn| drawn.seed),
        frame,
    };
    Ok((status, view))
}

/// `POST /staff/surveys/{id}/links/draw`: draws, once.
pub async fn draw(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let field = |name: &str| Some(form.text(name).to_owned());
    let wish = Wish { margin: field("margin"), counties: field("counties") };
    match try_draw(&app, &staff, *id, wish).await {
        Ok(()) => see(&format!("/staff/surveys/{id}/links/draw")),
        Err(error) => failed(&staff, &error),
    }
}

async fn try_draw(app: &App, staff: &Staff<Links>, id: Uuid, wish: Wish) -> Result<()> {
    let seed = super::accounts::fresh_id()?.simple().to_string();
    app.write("draw sample", Some(staff.person.id), move |conn, actor| {
        let design = surveys::get(conn, id)?.survey.design;
        if design == Design::Everyone {
            return Err(Obstacle::OtherDesign.into());
        }
        let all = draws::frame(conn, id)?.len();
        let plan = wish.plan(design, all).ok_or(Obstacle::DrawNumbers)?;
        draws::record(conn, actor, id, plan, &seed)
    })
    .await
}
