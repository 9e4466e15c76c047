//! How far a survey is: for an evaluator everywhere, for a monitor in its unit and below.
//!
//! Handlers here take a [`Sight`], which holds what its owner may see and nothing else; there is no other way to
//! the figures.

mod cells;
mod curve;
mod live;
mod page;
mod table;

pub use cells::figures;
pub use live::live;
pub use page::{script, script_address, show, style, style_address};
pub use table::csv;

use super::auth::{Progress, Refused, Staff, refuse};
use super::refuse::failed;
use super::sheets::Pages;
use crate::domain::obstacle::Missing;
use crate::domain::progress::{Line, Order, Part};
use crate::domain::staff::Scope;
use crate::error::{Error, Result};
use crate::web::App;
use crate::web::watch::Seen;
use actix_web::dev::Payload;
use actix_web::web::{Data, Path, Query};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use std::pin::Pin;
use std::sync::Arc;
use uuid::Uuid;

/// What the address of a view asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    unit: Option<String>,
    sort: Option<String>,
    page: Option<String>,
    /// The lines that a page shows already, by their keys.
    rows: Option<String>,
}

impl Asked {
    /// The unit; without one, the top of what the person may see.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref().filter(|unit| !unit.is_empty())
    }

    /// The order of the lines.
    pub fn order(&self) -> Order {
        self.sort.as_deref().and_then(Order::from_name).unwrap_or_default()
    }

    /// The lines of the page that is asked for, in its order, and which page it is.
    pub fn lines<'a>(&self, seen: &'a Seen) -> (Vec<&'a (Line, Option<String>)>, Pages) {
        let mut lines: Vec<&(Line, Option<String>)> = seen.lines.iter().collect();
        self.order().sort(&mut lines, |(line, _)| line, seen.plan);
        let pages = Pages::of(self.page.as_deref().unwrap_or_default(), lines.len());
        (pages.cut(lines), pages)
    }
}

/// What somebody may see of a survey and the unit that the address names.
pub struct Sight {
    /// Who looks.
    pub staff: Staff<Progress>,
    /// What they asked for.
    pub asked: Asked,
    /// What they may see of it.
    pub seen: Arc<Seen>,
}

impl FromRequest for Sight {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let staff = Staff::<Progress>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let staff = staff.await?;
            let found = async {
                let (app, survey, asked) = target(&request).await?;
                let seen = app.watch.look(survey, &scope(&staff), asked.unit()).await?;
                Ok((asked, seen))
            };
            match found.await {
                Ok((asked, seen)) => Ok(Self { staff, asked, seen }),
                Err(error) => Err(refuse(failed(&staff, &error))),
            }
        })
    }
}

/// The survey and the view that an address names.
async fn target(request: &HttpRequest) -> Result<(Data<App>, Uuid, Asked)> {
    let app = request.app_data::<Data<App>>().cloned().ok_or(Error::Busy)?;
    let nothing = |_| Missing::Progress;
    let id = Path::<Uuid>::extract(request).await.map_err(nothing)?;
    let asked = Query::<Asked>::extract(request).await.map_err(nothing)?;
    Ok((app, *id, asked.into_inner()))
}

/// The units somebody may know of.
fn scope<R>(staff: &Staff<R>) -> Scope {
    staff.person.scope()
}

/// What a line is called in addresses and on the page; no code of a unit begins like the two that are none.
pub fn key(part: &Part) -> &str {
    match part {
        Part::Unit(code) => code,
        Part::Own => "~own",
        Part::Joined(_) => "~joined",
    }
}

/// The key of the unit itself, with everything below it.
pub const WHOLE: &str = "~whole";
