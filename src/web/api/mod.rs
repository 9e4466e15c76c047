//! The interface for other programs, under `/api/v1`.
//!
//! [`ROUTES`] is the list of its addresses with the scope each needs; the router and the OpenAPI document are made from
//! the same list, and a test asks each with every kind of key. The conventions are in `docs/api.md`.

mod answers;
mod audit;
mod body;
mod caller;
mod docs;
mod document;
mod fault;
mod issuing;
mod links;
mod list;
mod long;
mod pace;
mod progress;
mod releases;
mod reply;
mod rosters;
mod scorecard_files;
mod scorecards;
mod seal;
mod surface;
mod surveys;
mod units;

pub(super) use document::nowhere;
pub use document::{ROUTES, Route};
pub use list::Part;
pub(super) use pace::Minute;
pub use surface::document;

use actix_web::web::ServiceConfig;

/// Adds the addresses to the server's.
pub(super) fn configure(config: &mut ServiceConfig) {
    document::configure(config);
    docs::configure(config);
}
