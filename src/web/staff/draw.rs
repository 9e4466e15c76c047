//! Drawing the sample: the formula with its numbers first, then one draw whose seed everybody can check.

use super::auth::{Form, Links, Staff};
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::failed;
use super::sheets::{Asked, Column, Order, Parameters, Sheet, Table, Usual};
use crate::domain::obstacle::Obstacle;
use crate::domain::sample::{self, Margin, Plan};
use crate::domain::survey::{Design, SurveyState};
use crate::error::Result;
use crate::store::{draws, surveys, units};
use crate::web::{App, fresh};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use std::cmp::Ordering;
use uuid::Uuid;

/// The margin that stands in the form at first: 5 percentage points.
const USUAL: u32 = 50;

/// The strata, by code where nothing else is asked for, which is the order of the draw.
const TABLE: Table = Table {
    prefix: "",
    anchor: "#sizes",
    title: "draw-sizes",
    usual: Usual::By(Order { by: "unit", down: false }),
    columns: &[
        Column::text("unit", "draw-unit"),
        Column::number("people", "draw-people"),
        Column::number("sample", "draw-sample"),
    ],
};

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
    /// What was typed for the number of counties.
    typed_counties: String,
    /// What of what was typed cannot be counted with.
    wrong: Wrong,
    /// Whether links are issued already.
    too_late: bool,
    unlimited: Option<String>,
    rows: Vec<Row>,
    sheet: Sheet,
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
#[derive(Clone)]
struct Wish {
    margin: Option<String>,
    counties: Option<String>,
}

/// Which fields cannot be counted with.
#[derive(Clone, Copy, Default)]
struct Wrong {
    margin: bool,
    counties: bool,
}

impl Wrong {
    const fn any(self) -> bool {
        self.margin || self.counties
    }
}

impl Wish {
    fn of(asked: &Asked) -> Self {
        let text = |name: &str| asked.text(name).map(str::to_owned);
        Self { margin: text("margin"), counties: text("counties") }
    }

    fn plan(&self, design: Design, all: usize) -> std::result::Result<Plan, Wrong> {
        let fewest = sample::fewest_counties(all);
        let mut wrong = Wrong::default();
        let margin = match self.margin.as_deref().map(str::trim) {
            None => Margin::new(USUAL),
            Some("") if design == Design::Clusters => None,
            Some(text) => {
                let margin = Margin::parse(text);
                wrong.margin = margin.is_none();
                margin
            }
        };
        let counties = match (design, self.counties.as_deref()) {
            (Design::Clusters, None) => Some(fewest),
            (Design::Clusters, Some(text)) => {
                let counties = text.trim().parse().ok().filter(|wanted| (fewest..=all).contains(wanted));
                wrong.counties = counties.is_none();
                counties
            }
            _ => None,
        };
        if wrong.any() { Err(wrong) } else { Ok(Plan { counties, margin }) }
    }

    /// The same in the address of the page.
    fn parameters(&self) -> Parameters {
        let given = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
        [given("margin", &self.margin), given("counties", &self.counties)].into_iter().flatten().collect()
    }
}

/// `GET /staff/surveys/{id}/links/draw`: what a draw would come to, or what the draw was.
pub async fn show(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    match view(&app, &staff, *id, &asked).await {
        Ok((status, view)) => page(status, &view),
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<Links>, id: Uuid, asked: &Asked) -> Result<(StatusCode, DrawPage)> {
    let (language, wish) = (staff.language, Wish::of(asked));
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
        Some(drawn) => Ok(drawn.plan),
        None => wish.plan(design, all),
    };
    let wrong = wished.err().unwrap_or_default();
    let mut status = StatusCode::OK;
    if wrong.any() {
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
    let mut rows: Vec<Row> = sizes.into_iter().map(row).collect();
    let (people, sample) = (rows.iter().map(|row| row.people).sum(), rows.iter().map(|row| row.sample).sum());
    let (order, pages) = (TABLE.order(asked), TABLE.pages(asked, rows.len()));
    order.sort(&mut rows, |column, one, other| match column {
        "unit" => one.unit.cmp(&other.unit),
        "people" => one.people.cmp(&other.people),
        "sample" => one.sample.cmp(&other.sample),
        _ => Ordering::Equal,
    });
    let kept = if drawn.is_some() { Vec::new() } else { wish.parameters() };
    let changeable = matches!(stored.state, SurveyState::Draft | SurveyState::Open);
    let view = DrawPage {
        place: Place::of(language, &stored, "step-links"),
        everyone: design == Design::Everyone,
        can_draw: wished.is_ok() && drawn.is_none() && changeable && stored.visible_serial == 0 && all > 0,
        too_late: drawn.is_none() && stored.visible_serial > 0,
        wrong,
        typed_counties: match &wish.counties {
            Some(text) if wrong.any() => text.clone(),
            _ => wanted.to_string(),
        },
        clusters: design == Design::Clusters,
        counties: wanted,
        fewest: sample::fewest_counties(all),
        all_counties: all,
        margin: match (&wish.margin, wished) {
            (Some(text), Err(_)) => text.clone(),
            _ => plan.margin.map(Margin::shown).unwrap_or_default(),
        },
        unlimited: plan.margin.map(Margin::unlimited),
        people,
        sample,
        rows: pages.cut(rows),
        sheet: Sheet::new(&TABLE, order, pages, format!("/staff/surveys/{id}/links/draw"), kept),
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
    let seed = fresh::id()?.simple().to_string();
    app.write("draw sample", Some(staff.person.id), move |conn, actor| {
        let design = surveys::get(conn, id)?.survey.design;
        if design == Design::Everyone {
            return Err(Obstacle::OtherDesign.into());
        }
        let all = draws::frame(conn, id)?.len();
        let plan = wish.plan(design, all).map_err(|_| Obstacle::DrawNumbers)?;
        draws::record(conn, actor, id, plan, &seed)
    })
    .await
}
