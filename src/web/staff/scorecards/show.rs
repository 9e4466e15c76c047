//! A scorecard: the report's table, and the tree that its points come from.

use super::super::auth::{Scorecards, Staff};
use super::super::page::{Frame, written};
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::rows::{Row, folded, rows};
use super::{Place, frame, saved_by, who};
use crate::domain::obstacle::Missing;
use crate::domain::scorecard::{Line, Scored};
use crate::error::Result;
use crate::store::scorecards::{self, Kept, Version};
use crate::store::{Conn, scorecards as store};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "staff/scorecard.html")]
struct ScorecardPage {
    frame: Frame,
    place: Place,
    scored: Scored,
    rows: Vec<Row>,
    /// Whether only what is not filled in is shown.
    lacking_only: bool,
    /// The level below which rows are folded away at first.
    folded: Option<usize>,
    /// The latest version, where this is an older one.
    latest: Option<i32>,
    /// When it was saved, and by whom.
    saved: String,
    by: String,
    /// How many indicators have a newer release.
    newer: usize,
    /// The files: key of the name, address.
    files: Vec<(&'static str, String)>,
}

impl ScorecardPage {
    /// The indicators of the report's table.
    fn top(&self) -> impl Iterator<Item = &Line> {
        self.scored.indicators.iter().filter(|line| line.level == 1)
    }

    /// The beginning of the digest.
    fn digest(&self) -> &str {
        self.scored.sha256.get(..12).unwrap_or_default()
    }

    /// The first indicator that is not filled in, of the latest version.
    fn first(&self) -> Option<&str> {
        self.scored.missing.first().filter(|_| self.latest.is_none()).map(|lack| lack.code.as_str())
    }
}

/// What the page is made from.
struct Found {
    scored: Scored,
    version: Version,
    latest: i32,
    newer: BTreeMap<String, i32>,
    names: HashMap<Uuid, String>,
    kept: Kept,
}

/// The version of a scorecard that an address asks for; the latest where it asks for none.
pub fn asked_for(conn: &mut Conn, id: Uuid, number: Option<&str>) -> Result<Kept> {
    let Some(number) = number.filter(|number| !number.is_empty()) else { return scorecards::get(conn, id) };
    scorecards::version(conn, id, number.parse().map_err(|_| Missing::ScorecardVersion)?)
}

fn find(conn: &mut Conn, language: Language, id: Uuid, number: Option<&str>) -> Result<Found> {
    let versions = store::versions(conn, id)?;
    let kept = asked_for(conn, id, number)?;
    let latest = versions.first().map_or(kept.version, |version| version.number);
    let version = versions.into_iter().find(|version| version.number == kept.version);
    let scored = kept.scored()?;
    let newer = if latest == kept.version { store::newer_releases(conn, &scored)? } else { BTreeMap::new() };
    let version = version.ok_or(Missing::ScorecardVersion)?;
    Ok(Found { scored, version, latest, newer, names: who(conn, language, id)?, kept })
}

/// `GET /staff/scorecards/{id}`: the latest version, or the one of that `version`.
pub async fn show(app: Data<App>, staff: Staff<Scorecards>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let (id, language) = (*id, staff.language);
    let frame = frame(&staff, language.say("card-points")).done(done(language, asked.text("done")));
    // A long tree takes its time to write: not on a thread that answers phones.
    let page = app.read(move |conn| {
        let found = find(conn, language, id, asked.text("version"))?;
        Ok(view(frame, found, asked.text("show") == Some("lacking")).render())
    });
    match page.await {
        Ok(page) => written(StatusCode::OK, page),
        Err(error) => failed(&staff, &error),
    }
}

fn done(language: Language, done: Option<&str>) -> Option<String> {
    match done {
        Some("made") => Some(language.say("card-made")),
        Some("saved") => Some(language.say("card-saved")),
        Some("same") => Some(language.say("card-same")),
        _ => None,
    }
}

fn view(frame: Frame, found: Found, lacking_only: bool) -> ScorecardPage {
    let Found { scored, version, latest, newer, names, kept } = found;
    let language = frame.language;
    let rows = rows(language, &scored, &newer, lacking_only);
    ScorecardPage {
        place: Place::of(language, &scored, "card-points"),
        latest: (latest != version.number).then_some(latest),
        saved: language.moment(kept.made_at),
        by: saved_by(language, &version, &names),
        newer: newer.len(),
        files: super::files::addresses(scored.id, (latest != version.number).then_some(version.number)),
        folded: folded(rows.len()),
        frame,
        rows,
        lacking_only,
        scored,
    }
}
