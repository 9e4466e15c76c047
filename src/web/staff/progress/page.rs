//! The page of a view.

use super::cells::{COLUMNS, cells, late, name};
use super::curve::Curve;
use super::{Asked, Sight, WHOLE, key};
use crate::domain::progress::{Order, Part};
use crate::domain::staff::Right;
use crate::domain::survey::SurveyState;
use crate::web::staff::page::{Frame, Kept, page};
use crate::web::staff::place::Place;
use crate::web::staff::sheets::{self, Column, Sheet, Table, Usual};
use crate::web::watch::Seen;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use std::sync::LazyLock;

/// The lines, who needs a call first where nothing else is asked for. The orders are links above the table, as its
/// heads are not shown on a phone.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "parts",
    usual: Usual::By(sheets::Order { by: Order::Call.name(), down: false }),
    columns: &[
        Column::text(Order::Call.name(), "order-call"),
        Column::text(Order::Code.name(), "order-code"),
        Column::text(Order::Issued.name(), "order-issued"),
        Column::text(Order::Today.name(), "order-today"),
        Column::text(Order::Rate.name(), "order-rate"),
    ],
};

#[derive(Template)]
#[template(path = "staff/progress.html")]
struct ProgressPage {
    frame: Frame,
    place: Place,
    /// The name of the unit.
    unit: String,
    /// The way down to it: names and addresses.
    way: Vec<(String, String)>,
    titles: Vec<(&'static str, String)>,
    whole: Row,
    rows: Vec<Row>,
    orders: Vec<Chosen>,
    sheet: Sheet,
    /// Whether this person may see what stands out.
    signals: bool,
    /// The address of the file.
    file: String,
    /// The address of the stream; none where the whole table is shown, to be printed, and where nothing changes any more.
    stream: Option<String>,
    /// Whether these are the last numbers.
    last: bool,
    at: String,
    curve: Option<Curve>,
    notes: Vec<String>,
}

/// One line of the table.
struct Row {
    key: String,
    name: String,
    /// The code of a unit.
    code: Option<String>,
    /// Where to see its parts.
    link: Option<String>,
    late: Option<String>,
    /// The name of the column, its title, and the figure.
    cells: Vec<(&'static str, String, String)>,
}

/// An order one may choose.
struct Chosen {
    title: String,
    address: String,
    here: bool,
}

/// `GET /staff/surveys/{id}/progress`
pub async fn show(sight: Sight) -> HttpResponse {
    let Sight { staff, asked, seen } = sight;
    let language = staff.language;
    let (lines, pages) = asked.lines(&seen);
    let base = format!("/staff/surveys/{}/progress", seen.about.id);
    let row = |key: &str, name: String, code: Option<&str>, standing| Row {
        key: key.to_owned(),
        name,
        code: code.map(str::to_owned),
        link: code.map(|code| address(&base, Some(code), asked.order(), None)),
        late: late(language, seen.plan, standing),
        cells: columns(language)
            .into_iter()
            .zip(cells(&seen, standing))
            .map(|((name, title), cell)| (name, title, cell))
            .collect(),
    };
    let rows: Vec<Row> = lines
        .iter()
        .map(|(line, named)| {
            let code = if let Part::Unit(code) = &line.part { Some(code.as_str()) } else { None };
            row(key(&line.part), name(language, &line.part, named.as_deref()), code, &line.standing)
        })
        .collect();
    let at = seen.path.last();
    let unit = at.map_or_else(|| language.say("units-together"), |unit| unit.name.clone());
    let here = at.map(|unit| unit.code.as_str());
    let way = seen.path.iter().rev().skip(1).rev();
    let way = way.map(|above| (above.name.clone(), address(&base, Some(&above.code), asked.order(), None))).collect();
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let order = sheets::Order { by: asked.order().name(), down: false };
    let kept = here.map(|unit| ("unit".to_owned(), unit.to_owned())).into_iter().collect();
    let stream = address(&format!("{base}/live"), here, asked.order(), Some((pages.number, &keys)));
    let last = seen.about.state == SurveyState::Sealed;
    let view = ProgressPage {
        frame: Frame::of(&staff, "menu-surveys", language.say("step-progress")),
        place: Place::watched(language, &seen.about, &staff.person),
        whole: row(WHOLE, unit.clone(), None, &seen.whole),
        way,
        titles: columns(language),
        orders: orders(language, &base, here, &asked),
        file: address(&format!("{base}.csv"), here, asked.order(), None),
        signals: staff.person.role.may(Right::Signals),
        stream: (!pages.whole && !last).then_some(stream),
        last,
        sheet: Sheet::new(&TABLE, order, pages, base.clone(), kept),
        at: seen.at.with_timezone(&seen.about.zone).format("%H:%M:%S").to_string(),
        curve: Curve::of(language, &seen),
        notes: notes(language, &seen, staff.person.role.is_bound()),
        unit,
        rows,
    };
    page(StatusCode::OK, &view)
}

fn columns(language: Language) -> Vec<(&'static str, String)> {
    COLUMNS.iter().map(|(name, title)| (*name, language.say(title))).collect()
}

fn address(base: &str, unit: Option<&str>, order: Order, shown: Option<(usize, &[&str])>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(unit) = unit {
        query.append_pair("unit", unit);
    }
    query.append_pair("sort", order.name());
    if let Some((number, keys)) = shown {
        query.append_pair("page", &number.to_string()).append_pair("rows", &keys.join(","));
    }
    format!("{base}?{}", query.finish())
}

fn orders(language: Language, base: &str, unit: Option<&str>, asked: &Asked) -> Vec<Chosen> {
    let title = |order: Order| match order {
        Order::Call => language.say("order-call"),
        Order::Code => language.say("order-code"),
        Order::Issued => language.say("order-issued"),
        Order::Today => language.say("order-today"),
        Order::Rate => language.say("order-rate"),
    };
    let chosen = |order: Order| Chosen {
        title: title(order),
        address: address(base, unit, order, None),
        here: order == asked.order(),
    };
    Order::ALL.into_iter().map(chosen).collect()
}

/// What the figures mean, in sentences.
fn notes(language: Language, seen: &Seen, bound: bool) -> Vec<String> {
    if seen.small {
        return vec![language.with("note-small", &[("floor", seen.about.floor)])];
    }
    let mut notes = Vec::new();
    if bound && !seen.lines.is_empty() {
        notes.push(language.with("note-joined", &[("floor", seen.about.floor)]));
    }
    if seen.empty > 0 {
        notes.push(language.with("note-empty", &[("count", seen.empty)]));
    }
    notes.push(match seen.plan {
        Some(_) => language.say("note-late"),
        None => language.say("note-no-plan"),
    });
    notes.push(language.say("note-rate"));
    notes.push(if seen.about.all_required { language.say("note-rr") } else { language.say("note-rr-optional") });
    notes.push(language.say("note-privacy"));
    notes
}

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("progress.css", "text/css; charset=utf-8", include_str!("../../../../frontend/static/progress.css"))
});
static SCRIPT: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new("progress.js", "text/javascript; charset=utf-8", include_str!("../../../../frontend/static/progress.js"))
});

/// Where the style of the page is.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// Where the script of the page is.
pub fn script_address() -> &'static str {
    SCRIPT.address()
}

/// `GET /staff/progress.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// `GET /staff/progress.js`
pub async fn script() -> HttpResponse {
    SCRIPT.send()
}
