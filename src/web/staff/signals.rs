//! What stands out, for the evaluator alone: signs from the days of answering and, after the close, from the
//! forms. Nothing here excludes anybody; a person decides and says why.

use super::auth::{Form, Signals, Staff};
use super::handout::is_reason;
use super::page::{Frame, page, see};
use super::place::Place;
use super::refuse::failed;
use super::sheets::{Asked, Column, Order, Sheet, Table, Usual};
use crate::domain::obstacle::Missing;
use crate::domain::pace::Kind;
use crate::domain::quality::{Forms, Share, Sign};
use crate::domain::release::Voided;
use crate::domain::survey::SurveyState;
use crate::domain::unit::Tree;
use crate::error::{Error, Result};
use crate::store::links::LONGEST_REASON;
use crate::store::signals::Largest;
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, releases, responses, signals, units, voids};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The largest numbers, by unit where nothing else is asked for.
const DAYS: Table = Table {
    prefix: "days-",
    anchor: "#days",
    title: "signals-days",
    usual: Usual::By(Order { by: "unit", down: false }),
    columns: &[
        Column::text("unit", "unit"),
        Column::number("busiest", "signal-busiest"),
        Column::number("phone", "signal-phone"),
    ],
};

/// The forms of the units, those first where most stands out.
const FORMS: Table = Table {
    prefix: "",
    anchor: "#forms",
    title: "signals-forms",
    usual: Usual::By(Order { by: "signs", down: true }),
    columns: &[
        Column::text("unit", "unit"),
        Column::number("all", "sign-forms"),
        Column::number("identical", "sign-identical-share"),
        Column::number("straight", "sign-straight-share"),
        Column::number("helped", "sign-helped-share"),
        Column::text("signs", "sign-stands-out"),
    ],
};

#[derive(Template)]
#[template(path = "staff/signals.html")]
struct SignalsPage {
    frame: Frame,
    place: Place,
    /// The sealed stay as they are.
    changeable: bool,
    closed: bool,
    floor: u32,
    days: Vec<DayLine>,
    of_days: Sheet,
    everybody: FormsLine,
    lines: Vec<FormsLine>,
    of_forms: Sheet,
    hidden: usize,
    voided: Vec<(Voided, i64)>,
    units: Vec<(String, String, i64)>,
}

/// The largest numbers of a unit.
struct DayLine {
    unit: String,
    code: String,
    busiest: Option<(u32, NaiveDate)>,
    phone: Option<(u32, NaiveDate)>,
}

/// The forms of a unit.
#[derive(Default)]
struct FormsLine {
    unit: String,
    code: String,
    all: u64,
    identical: Option<Share>,
    straight: Option<Share>,
    helped: Option<Share>,
    /// What stands out, in words.
    signs: Vec<String>,
}

impl DayLine {
    /// The numbers in the order of the columns, each with its day.
    fn numbers(&self, language: Language) -> [Option<(u32, String)>; 2] {
        [self.busiest, self.phone].map(|number| number.map(|(count, day)| (count, language.date(day))))
    }
}

impl FormsLine {
    /// The shares in the order of the columns, as printed.
    fn shares(&self) -> [String; 3] {
        [self.identical, self.straight, self.helped]
            .map(|share| share.map_or_else(|| "—".to_owned(), |one| one.to_string()))
    }
}

/// `GET /staff/surveys/{id}/signals`
pub async fn show(app: Data<App>, staff: Staff<Signals>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let (language, id) = (staff.language, *id);
    let one = match app.permit(&app.exporting).await {
        Ok(permit) => permit,
        Err(error) => return failed(&staff, &error),
    };
    let found = app.read(move |conn| {
        let _one = one;
        Found::read(conn, id)
    });
    let found = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let done = match asked.text("done") {
        Some("voided") => Some(language.say("void-done")),
        Some("restored") => Some(language.say("restore-done")),
        _ => None,
    };
    let frame = Frame::of(&staff, "menu-surveys", language.say("signals")).done(done);
    let frame = if found.too_small { frame.alert(found.too_small(language)) } else { frame };
    page(StatusCode::OK, &found.page(frame, language, &asked))
}

/// What the page is made from.
struct Found {
    stored: Stored,
    tree: Tree,
    largest: Largest,
    /// Of units that may be shown, without voided forms.
    forms: BTreeMap<String, Forms>,
    /// How many units may not.
    hidden: usize,
    everybody: Forms,
    counts: BTreeMap<String, i64>,
    voided: Vec<Voided>,
    too_small: bool,
}

impl Found {
    fn read(conn: &mut Conn, id: Uuid) -> Result<Self> {
        let (stored, tree, largest) = (surveys::get(conn, id)?, units::tree(conn)?, signals::largest(conn, id)?);
        let none = Self {
            stored,
            tree,
            largest,
            forms: BTreeMap::new(),
            hidden: 0,
            everybody: Forms::default(),
            counts: BTreeMap::new(),
            voided: Vec::new(),
            too_small: false,
        };
        if !is_over(none.stored.state) {
            return Ok(none);
        }
        let (counts, voided) = (responses::by_unit(conn, id)?, voids::of(conn, id)?);
        let too_small = refusing(conn, id, &voided)?.is_some();
        let (frame, counted, hiding) = releases::look(conn, id, &voided)?;
        let shown = |code: &str| frame.tree.get(code).is_some() && !hiding.hides_unit(code);
        // What a unit shows in a release is of all below it; only where nobody is below, that is what is shown here.
        let own = counted.units.keys();
        let above: BTreeSet<&str> =
            own.flat_map(|code| frame.tree.up_from(code).skip(1)).map(|unit| &*unit.code).collect();
        let (forms, hidden): (BTreeMap<_, _>, BTreeMap<_, _>) =
            counted.units.into_iter().partition(|(code, _)| shown(code) && !above.contains(code.as_str()));
        let hidden = hidden.len();
        Ok(Self { forms, hidden, everybody: counted.everybody, counts, voided, too_small, ..none })
    }

    fn too_small(&self, language: Language) -> String {
        language.with("void-too-small", &[("least", self.stored.survey.disclosure_floor)])
    }

    fn page(self, frame: Frame, language: Language, asked: &Asked) -> SignalsPage {
        let name = |code: &str| self.tree.get(code).map_or_else(|| code.to_owned(), |unit| unit.name.clone());
        let mut days: BTreeMap<&str, DayLine> = BTreeMap::new();
        for ((unit, kind), (count, day)) in &self.largest {
            let line = days.entry(unit).or_insert_with(|| DayLine {
                unit: name(unit),
                code: unit.clone(),
                busiest: None,
                phone: None,
            });
            let number = Some((*count, *day));
            match kind {
                Kind::Busiest => line.busiest = number,
                Kind::Phone => line.phone = number,
            }
        }
        let floor = self.stored.survey.disclosure_floor;
        let mut lines = self.form_lines(language);
        let mut days = days.into_values().collect::<Vec<_>>();
        let (of_days, of_forms) = (DAYS.order(asked), FORMS.order(asked));
        of_days.sort(&mut days, |column, one, other| match column {
            "busiest" => one.busiest.cmp(&other.busiest),
            "phone" => one.phone.cmp(&other.phone),
            _ => one.code.cmp(&other.code),
        });
        of_forms.sort(&mut lines, |column, one, other| match column {
            "all" => one.all.cmp(&other.all),
            "identical" => one.identical.cmp(&other.identical),
            "straight" => one.straight.cmp(&other.straight),
            "helped" => one.helped.cmp(&other.helped),
            "signs" => one.signs.len().cmp(&other.signs.len()),
            _ => one.code.cmp(&other.code),
        });
        let (day_pages, form_pages) = (DAYS.pages(asked, days.len()), FORMS.pages(asked, lines.len()));
        let path = || format!("/staff/surveys/{}/signals", self.stored.id);
        let (by_day, by_form) =
            (DAYS.parameters(of_days, &day_pages.asked()), FORMS.parameters(of_forms, &form_pages.asked()));
        let is_voided = |code: &str| self.voided.iter().any(|voided| voided.unit == code);
        let counted = |code: &str| self.counts.get(code).copied().unwrap_or(0);
        let with_forms = self.counts.iter().filter(|(code, count)| **count > 0 && !is_voided(code));
        SignalsPage {
            frame,
            place: Place::of(language, &self.stored, "step-progress"),
            changeable: self.stored.state == SurveyState::Closed && !self.stored.is_anonymous(),
            closed: is_over(self.stored.state),
            floor,
            days: day_pages.cut(days),
            of_days: Sheet::new(&DAYS, of_days, day_pages, path(), by_form),
            everybody: line(language, &self.everybody, &self.everybody),
            lines: form_pages.cut(lines),
            of_forms: Sheet::new(&FORMS, of_forms, form_pages, path(), by_day),
            hidden: self.hidden,
            units: with_forms.map(|(code, count)| (code.clone(), name(code), *count)).collect(),
            voided: self.voided.iter().map(|voided| (voided.clone(), counted(&voided.unit))).collect(),
        }
    }

    fn form_lines(&self, language: Language) -> Vec<FormsLine> {
        let line = |(code, forms): (&String, &Forms)| FormsLine {
            unit: self.tree.get(code).map_or_else(|| code.clone(), |unit| unit.name.clone()),
            code: code.clone(),
            ..line(language, forms, &self.everybody)
        };
        self.forms.iter().map(line).collect()
    }
}

fn is_over(state: SurveyState) -> bool {
    matches!(state, SurveyState::Closed | SurveyState::Sealed)
}

fn line(language: Language, forms: &Forms, everybody: &Forms) -> FormsLine {
    let word = |sign: Sign| match sign {
        Sign::Identical => language.say("sign-identical"),
        Sign::Straight => language.say("sign-straight"),
        Sign::Helped => language.say("sign-helped"),
    };
    FormsLine {
        all: forms.all,
        identical: forms.share(Sign::Identical),
        straight: forms.share(Sign::Straight),
        helped: forms.share(Sign::Helped),
        signs: forms.signs(everybody).into_iter().map(word).collect(),
        ..FormsLine::default()
    }
}

#[derive(Template)]
#[template(path = "staff/void.html")]
struct VoidPage {
    frame: Frame,
    place: Place,
    changeable: bool,
    unit: String,
    code: String,
    forms: i64,
    voided: bool,
    enough: bool,
    /// Why this unit by itself makes a further release impossible.
    alone: Option<String>,
    reason: String,
    bad: bool,
    longest: usize,
}

/// `GET /staff/surveys/{id}/void?unit=…`: what voiding a unit, or counting it again, will do.
pub async fn asking(app: Data<App>, staff: Staff<Signals>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let unit = asked.text("unit").unwrap_or_default().to_owned();
    ask(&app, &staff, *id, unit, None).await
}

/// The question, again where a reason was none.
async fn ask(app: &App, staff: &Staff<Signals>, id: Uuid, code: String, wrong: Option<String>) -> HttpResponse {
    let language = staff.language;
    let asked = code.clone();
    let found = app.read(move |conn| {
        let unit = units::tree(conn)?.get(&asked).map(|unit| unit.name.clone());
        let unit = unit.ok_or_else(|| Missing::Unit { code: asked.clone() })?;
        let before = voids::of(conn, id)?;
        let voided = before.iter().any(|voided| voided.unit == asked);
        let stored = surveys::get(conn, id)?;
        let forms = match is_over(stored.state) {
            true => responses::by_unit(conn, id)?.get(&asked).copied().unwrap_or(0),
            false => 0,
        };
        let closed = stored.state == SurveyState::Closed && !stored.is_anonymous() && forms > 0;
        let after = if closed { refusing(conn, id, &switched(before, &asked, &unit))? } else { None };
        Ok((stored, unit, forms, voided, after))
    });
    let (stored, unit, forms, voided, after) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(staff, &error),
    };
    let title = language.say(if voided { "restore" } else { "void" });
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = VoidPage {
        frame: Frame::of(staff, "menu-surveys", title),
        place: Place::of(language, &stored, "step-progress"),
        changeable: stored.state == SurveyState::Closed && !stored.is_anonymous() && forms > 0,
        unit,
        code,
        forms,
        voided,
        alone: after.map(|number| {
            let places = [("number", i64::from(number)), ("count", forms)];
            language.with(if voided { "restore-alone" } else { "void-alone" }, &places)
        }),
        enough: forms >= i64::from(stored.survey.disclosure_floor),
        bad: wrong.is_some(),
        reason: wrong.unwrap_or_default(),
        longest: LONGEST_REASON,
    };
    page(status, &view)
}

/// The voided units when this one is voided, or restored where it is.
fn switched(mut voided: Vec<Voided>, code: &str, name: &str) -> Vec<Voided> {
    let before = voided.len();
    voided.retain(|one| one.unit != code);
    if voided.len() == before {
        voided.push(Voided { unit: code.to_owned(), name: name.to_owned(), reason: String::new() });
    }
    voided
}

/// The number of the latest release, where no further one can be made that leaves these units out.
fn refusing(conn: &mut Conn, id: Uuid, voided: &[Voided]) -> Result<Option<i32>> {
    match releases::check(conn, id, voided) {
        Ok(()) => Ok(None),
        Err(Error::Refused(_)) => Ok(releases::latest(conn, id)?.map(|latest| latest.number)),
        Err(error) => Err(error),
    }
}

/// `POST /staff/surveys/{id}/void`
pub async fn void(app: Data<App>, staff: Staff<Signals>, id: Path<Uuid>, form: Form) -> HttpResponse {
    change(&app, &staff, *id, &form, true).await
}

/// `POST /staff/surveys/{id}/restore`
pub async fn restore(app: Data<App>, staff: Staff<Signals>, id: Path<Uuid>, form: Form) -> HttpResponse {
    change(&app, &staff, *id, &form, false).await
}

async fn change(app: &App, staff: &Staff<Signals>, id: Uuid, form: &Form, voids: bool) -> HttpResponse {
    let (unit, reason) = (form.text("unit").to_owned(), form.text("reason").trim().to_owned());
    if !is_reason(&reason) {
        return ask(app, staff, id, unit, Some(reason)).await;
    }
    let changed = app.write("void", Some(staff.person.id), move |conn, actor| match voids {
        true => voids::void(conn, actor, id, &unit, &reason),
        false => voids::restore(conn, actor, id, &unit, &reason),
    });
    match changed.await {
        Ok(()) => see(&format!("/staff/surveys/{id}/signals?done={}", if voids { "voided" } else { "restored" })),
        Err(error) => failed(staff, &error),
    }
}
