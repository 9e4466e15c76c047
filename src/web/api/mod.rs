//! The interface for other programs, under `/api/v1`.
//!
//! [`ROUTES`] is the list of its addresses with the scope each needs; the router and the OpenAPI document are made from
//! the same list, and a test asks each with every kind of key. The conventions are in `docs/api.md`.

mod answers;
mod audit;
mod body;
mod caller;
mod document;
mod fault;
mod issuing;
mod links;
mod list;
mod long;
mod pace;
mod progress;
mod reply;
mod rosters;
mod scorecard_files;
mod scorecards;
mod seal;
mod surface;
mod surveys;
mod units;

pub use document::{ROUTES, Route, openapi};
pub(super) use document::{configure, nowhere};
pub(super) use pace::Minute;
