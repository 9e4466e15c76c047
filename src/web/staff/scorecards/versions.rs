//! The history of a scorecard: who changed what, and when.

use super::super::auth::{Scorecards, Staff};
use super::super::page::{Frame, written};
use super::super::refuse::failed;
use super::super::sheets::{Asked, Column, Order, Sheet, Table, Usual};
use super::words::{self, Changed};
use super::{Place, frame, saved_by, who};
use crate::domain::obstacle::Missing;
use crate::store::scorecards::{self, Version};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use uuid::Uuid;

/// The versions, the latest first.
const TABLE: Table = Table {
    prefix: "",
    anchor: "",
    title: "card-versions",
    usual: Usual::By(Order { by: "version", down: true }),
    columns: &[
        Column::number("version", "card-version-no"),
        Column::text("", "when"),
        Column::text("", "whom"),
        Column::text("", "act"),
        Column::text("", "card-indicator"),
    ],
};

#[derive(Template)]
#[template(path = "staff/scorecard_versions.html")]
struct ListPage {
    frame: Frame,
    place: Place,
    lines: Vec<Line>,
    sheet: Sheet,
}

struct Line {
    number: i32,
    at: String,
    who: String,
    change: String,
    code: Option<String>,
}

/// `GET /staff/scorecards/{id}/versions`
pub async fn list(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let (id, language) = (*id, staff.language);
    let found = app.read(move |conn| {
        Ok((scorecards::get(conn, id)?.scored()?, scorecards::versions(conn, id)?, who(conn, language, id)?))
    });
    let (scored, versions, names) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&staff, &error),
    };
    let line = |version: Version| Line {
        number: version.number,
        at: language.moment(version.made_at),
        who: saved_by(language, &version, &names),
        change: words::change(language, version.change),
        code: version.code,
    };
    let order = TABLE.order(&asked);
    let mut lines: Vec<Line> = versions.into_iter().map(line).collect();
    order.sort(&mut lines, |_, one, other| one.number.cmp(&other.number));
    let pages = TABLE.pages(&asked, lines.len());
    let view = ListPage {
        frame: frame(&staff, language.say("card-versions")),
        place: Place::of(language, &scored, "card-versions"),
        sheet: Sheet::new(&TABLE, order, pages, format!("/staff/scorecards/{id}/versions"), Vec::new()),
        lines: pages.cut(lines),
    };
    written(StatusCode::OK, view.render())
}

#[derive(Template)]
#[template(path = "staff/scorecard_version.html")]
struct VersionPage {
    frame: Frame,
    place: Place,
    version: Version,
    at: String,
    who: String,
    change: String,
    changes: Vec<Changed>,
    files: Vec<(&'static str, String)>,
}

/// `GET /staff/scorecards/{id}/versions/{number}`
pub async fn show(app: Data<App>, staff: Staff<Scorecards>, path: Path<(Uuid, String)>) -> HttpResponse {
    let ((id, number), language) = (path.into_inner(), staff.language);
    let frame = frame(&staff, String::new());
    // Two long trees to compare: not on a thread that answers phones.
    let page = app.read(move |conn| {
        let number: i32 = number.parse().map_err(|_| Missing::ScorecardVersion)?;
        let versions = scorecards::versions(conn, id)?;
        let version = versions.into_iter().find(|version| version.number == number);
        let version = version.ok_or(Missing::ScorecardVersion)?;
        let latest = scorecards::get(conn, id)?.scored()?;
        let before = number.saturating_sub(1);
        let changes = if before > 0 { scorecards::differences(conn, id, before, number)? } else { Vec::new() };
        let view = VersionPage {
            frame: Frame { title: language.with("card-version", &[("number", number)]), ..frame },
            place: Place::of(language, &latest, "card-versions"),
            at: language.moment(version.made_at),
            who: saved_by(language, &version, &who(conn, language, id)?),
            change: words::change(language, version.change),
            changes: changes.into_iter().map(|one| Changed::of(language, one)).collect(),
            files: super::files::addresses(id, Some(number)),
            version,
        };
        Ok(view.render())
    });
    match page.await {
        Ok(page) => written(StatusCode::OK, page),
        Err(error) => failed(&staff, &error),
    }
}
