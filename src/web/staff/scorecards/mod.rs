//! Scorecards of evaluations: filled in indicator by indicator or from a file, with every version of them.
//!
//! Pages lay the document of a version out and compute no figure.

mod field;
pub mod files;
pub mod head;
pub mod indicator;
pub mod list;
pub mod new;
mod reading;
pub mod replace;
mod rows;
pub mod show;
mod typed;
pub mod versions;
mod words;

use super::auth::{Scorecards, Staff};
use super::page::{Frame, Kept};
use crate::domain::scorecard::Scored;
use crate::store::scorecards::{self, Version};
use crate::store::{Conn, keys, staff};
use crate::web::words::Language;
use actix_web::HttpResponse;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;

static STYLE: LazyLock<Kept> = LazyLock::new(|| {
    let text = include_str!("../../../../frontend/static/scorecard.css");
    Kept::new("scorecard.css", "text/css; charset=utf-8", text)
});

/// `GET /staff/scorecard.css`
pub async fn style() -> HttpResponse {
    STYLE.send()
}

/// The style of these pages, under an address that changes with it.
pub fn style_address() -> &'static str {
    STYLE.address()
}

/// What stands above every page of a scorecard.
pub struct Place {
    id: Uuid,
    title: String,
    state: String,
    complete: bool,
    here: &'static str,
}

impl Place {
    fn of(language: Language, scored: &Scored, here: &'static str) -> Self {
        let (state, complete) = words::state(language, scored.missing.len());
        Self { id: scored.id, title: scored.title.clone(), state, complete, here }
    }

    /// Its pages: the key of the name and the address.
    fn steps(&self) -> [(&'static str, String); 4] {
        [("card-points", ""), ("card-versions", "/versions"), ("card-file", "/file"), ("card-head", "/head")]
            .map(|(key, rest)| (key, format!("/staff/scorecards/{}{rest}", self.id)))
    }
}

/// The frame of a page about scorecards.
fn frame(staff: &Staff<Scorecards>, title: String) -> Frame {
    Frame::of(staff, "menu-scorecards", title)
}

/// What those who saved the versions of a scorecard are called: accounts, and keys of programs.
fn who(conn: &mut Conn, language: Language, card: Uuid) -> crate::error::Result<HashMap<Uuid, String>> {
    let savers: Vec<Uuid> = scorecards::versions(conn, card)?.into_iter().filter_map(|version| version.staff).collect();
    let accounts = staff::list(conn)?.into_iter().map(|account| (account.staff.id, account.staff.name.to_string()));
    let keys = keys::names(conn, &savers)?.into_iter().map(|(id, called)| {
        (id, language.with("audit-key", &[("name", called.name.as_str()), ("account", &called.account)]))
    });
    Ok(accounts.chain(keys).collect())
}

/// Whoever saved a version, by name.
fn saved_by(language: Language, version: &Version, names: &HashMap<Uuid, String>) -> String {
    match version.staff {
        Some(id) => names.get(&id).cloned().unwrap_or_else(|| id.to_string()),
        None => language.say("command-line"),
    }
}
