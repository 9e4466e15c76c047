//! The desk: everything staff do in a browser.
//!
//! [`ROUTES`] is the list of its addresses with the right each needs, and the router is made from the same
//! list; a test walks it with every role.

mod account;
mod accounts;
mod audit;
mod auth;
mod draw;
mod forms;
mod handout;
mod home;
mod importing;
mod intake;
mod issuing;
mod keys;
mod links;
mod one_link;
mod page;
mod paper;
mod person;
mod place;
mod plan;
mod progress;
mod refuse;
mod reminders;
mod results;
mod roster;
mod rows;
mod scorecards;
mod sheets;
mod sign_in;
mod signals;
mod slips;
pub mod surveys;
mod units;
mod upload;

pub use refuse::nowhere;

use crate::domain::staff::Right;
use crate::web::metrics::Route as Known;
use actix_web::web::{ServiceConfig, resource};
pub(super) use handout::is_reason;
pub(super) use importing::{Importing, MOST as MOST_OF_A_ROSTER};
pub(super) use issuing::{End, Issuing, Job, Whom, invited, start_for};
use surveys::{dates, edit, list, new, overview, preview, sealing, states};

/// An address of the desk.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path, with its places in braces.
    pub path: &'static str,
    /// What somebody needs to be let in; nothing where no sign-in is asked for.
    pub right: Option<Right>,
}

macro_rules! desk {
    ($($path:literal $(up to $bytes:path)? { $($method:ident $handler:path: $right:expr),+ })+) => {
        /// Every address of the desk.
        pub const ROUTES: &[Route] = &[$($(
            Route { method: desk!(@name $method), path: $path, right: $right },
        )+)+];

        /// Adds the addresses of the desk to the server's.
        pub(super) fn configure(config: &mut ServiceConfig) {
            config$(.service(
                resource($path)
                    .app_data(Known($path))
                    $(.app_data(actix_web::web::PayloadConfig::new($bytes)))?
                    $(.route(actix_web::web::$method().to($handler)))+
            ))+;
        }
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
}

const ANYBODY: Option<Right> = None;
const OWN: Option<Right> = Some(Right::OwnAccount);
const ACCOUNTS: Option<Right> = Some(Right::Accounts);
const UNITS: Option<Right> = Some(Right::Units);
const SURVEYS: Option<Right> = Some(Right::Surveys);
const LINKS: Option<Right> = Some(Right::Links);
const SIGNALS: Option<Right> = Some(Right::Signals);
const RESULTS: Option<Right> = Some(Right::Results);
const PAPER: Option<Right> = Some(Right::Paper);
const AUDIT: Option<Right> = Some(Right::Audit);
const PROGRESS: Option<Right> = Some(Right::Progress);
const KEYS: Option<Right> = Some(Right::Keys);
const OWN_KEYS: Option<Right> = Some(Right::OwnKeys);
const SCORECARDS: Option<Right> = Some(Right::Scorecards);

desk! {
    "/staff" { get home::show: OWN }
    "/staff/style.css" { get page::style: ANYBODY }
    "/staff/staff.js" { get page::script: ANYBODY }
    "/staff/slips.css" { get slips::style: ANYBODY }
    "/staff/forms.css" { get forms::style: ANYBODY }
    "/staff/progress.css" { get progress::style: ANYBODY }
    "/staff/progress.js" { get progress::script: ANYBODY }
    "/staff/results.css" { get results::style: ANYBODY }
    "/staff/language/{tag}" { get home::language: ANYBODY }
    "/staff/sign-in" { get sign_in::show: ANYBODY, post sign_in::enter: ANYBODY }
    "/staff/sign-out" { post sign_in::leave: OWN }
    "/staff/account" { get account::show: OWN }
    "/staff/account/password" { post account::change_password: OWN }
    "/staff/account/second-factor" { get account::factor: OWN, post account::set_factor: OWN }
    "/staff/account/no-second-factor" { post account::remove_factor: OWN }
    "/staff/account/end-sessions" { post account::end_sessions: OWN }
    "/staff/accounts" { get accounts::show: ACCOUNTS, post accounts::add: ACCOUNTS }
    "/staff/accounts/{id}" { get accounts::one: ACCOUNTS }
    "/staff/accounts/{id}/disable" { post accounts::disable: ACCOUNTS }
    "/staff/accounts/{id}/enable" { post accounts::enable: ACCOUNTS }
    "/staff/accounts/{id}/password" { post accounts::reset: ACCOUNTS }
    "/staff/surveys" { get list::show: SURVEYS }
    "/staff/surveys/example.toml" { get new::example: SURVEYS }
    "/staff/surveys/new" up to new::LARGEST { get new::show: SURVEYS, post new::create: SURVEYS }
    "/staff/surveys/{id}" { get overview::show: SURVEYS }
    "/staff/surveys/{id}/copy" { post new::copy: SURVEYS }
    "/staff/surveys/{id}/edit" up to edit::LARGEST { get edit::show: SURVEYS, post edit::save: SURVEYS }
    "/staff/surveys/{id}/weights" { get states::weights: SURVEYS, post states::confirm: SURVEYS }
    "/staff/surveys/{id}/preview" { get preview::show: SURVEYS }
    "/staff/surveys/{id}/dates" { get dates::show: SURVEYS, post dates::save: SURVEYS }
    "/staff/surveys/{id}/open" { get states::opening: SURVEYS, post states::open: SURVEYS }
    "/staff/surveys/{id}/close" { get states::closing: SURVEYS, post states::close: SURVEYS }
    "/staff/units" { get units::show: UNITS }
    "/staff/units/template.csv" { get units::template: UNITS }
    "/staff/units/upload" { post units::upload: UNITS }
    "/staff/units/import" { post units::import: UNITS }
    "/staff/surveys/{id}/roster" { get roster::show: LINKS }
    "/staff/surveys/{id}/roster/template.csv" { get roster::template: LINKS }
    "/staff/surveys/{id}/roster/upload" { get intake::reading: LINKS, post intake::upload: LINKS }
    "/staff/surveys/{id}/roster/import" { get intake::progress: LINKS, post intake::import: LINKS }
    "/staff/surveys/{id}/roster/cancel" { post intake::cancel: LINKS }
    "/staff/surveys/{id}/roster/mark" { post roster::mark: LINKS }
    "/staff/surveys/{id}/roster/people/{place}" { get person::show: LINKS, post person::save: LINKS }
    "/staff/surveys/{id}/roster/people/{place}/remove" { post person::remove: LINKS }
    "/staff/surveys/{id}/links" { get links::show: LINKS }
    "/staff/surveys/{id}/links/progress" { get links::progress: LINKS }
    "/staff/surveys/{id}/links/draw" { get draw::show: LINKS, post draw::draw: LINKS }
    "/staff/surveys/{id}/links/issue" { post issuing::begin: LINKS }
    "/staff/surveys/{id}/links/cancel" { post issuing::cancel: LINKS }
    "/staff/surveys/{id}/links/export" { post handout::export: LINKS }
    "/staff/surveys/{id}/links/one" { post one_link::find: LINKS }
    "/staff/surveys/{id}/links/roster/{place}" { get one_link::show: LINKS }
    "/staff/surveys/{id}/links/reissue" { post one_link::reissue: LINKS }
    "/staff/surveys/{id}/links/revoke" { post one_link::revoke: LINKS }
    "/staff/surveys/{id}/reminders" { get reminders::show: LINKS }
    "/staff/surveys/{id}/reminders/progress" { get reminders::progress: LINKS }
    "/staff/surveys/{id}/reminders/send/{kind}" { get reminders::confirm: LINKS, post reminders::begin: LINKS }
    "/staff/surveys/{id}/reminders/steer" { post reminders::steer: LINKS }
    "/staff/surveys/{id}/slips" { post slips::print: LINKS }
    "/staff/surveys/{id}/signals" { get signals::show: SIGNALS }
    "/staff/surveys/{id}/void" { get signals::asking: SIGNALS, post signals::void: SIGNALS }
    "/staff/surveys/{id}/restore" { post signals::restore: SIGNALS }
    "/staff/paper" { get paper::show: PAPER }
    "/staff/paper.css" { get paper::style: ANYBODY }
    "/staff/paper.js" { get paper::script: ANYBODY }
    "/staff/surveys/{id}/paper" { get paper::enter::show: PAPER, post paper::enter::key: PAPER }
    "/staff/surveys/{id}/paper/settle" { post paper::differ::settle: PAPER }
    "/staff/surveys/{id}/paper/replace" { post paper::differ::replace: PAPER }
    "/staff/surveys/{id}/paper/refuse" { post paper::differ::refuse: PAPER }
    "/staff/surveys/{id}/progress" { get progress::show: PROGRESS }
    "/staff/surveys/{id}/progress.csv" { get progress::csv: PROGRESS }
    "/staff/surveys/{id}/progress/live" { get progress::live: PROGRESS }
    "/staff/surveys/{id}/results" { get results::show: RESULTS, post results::make: RESULTS }
    "/staff/surveys/{id}/results/compare" { get results::compare: RESULTS }
    "/staff/surveys/{id}/rows" { get rows::show: RESULTS, post rows::export: RESULTS }
    "/staff/surveys/{id}/results.docx" { get results::docx: RESULTS }
    "/staff/surveys/{id}/results.xlsx" { get results::xlsx: RESULTS }
    "/staff/surveys/{id}/results.csv" { get results::csv: RESULTS }
    "/staff/surveys/{id}/results.json" { get results::json: RESULTS }
    "/staff/audit" { get audit::show: AUDIT }
    "/staff/keys" { get keys::show: KEYS }
    "/staff/keys/new" { get keys::form: OWN_KEYS, post keys::make: OWN_KEYS }
    "/staff/keys/{id}" { get keys::one: KEYS }
    "/staff/keys/{id}/revoke" { post keys::revoke: KEYS }
    "/staff/surveys/{id}/seal" { get sealing::show: SURVEYS, post sealing::act: SURVEYS }
    "/staff/scorecard.css" { get scorecards::style: ANYBODY }
    "/staff/scorecards" { get scorecards::list::show: SCORECARDS }
    "/staff/scorecards/new" { get scorecards::new::show: SCORECARDS }
    "/staff/scorecards/template.csv" { get scorecards::new::template: SCORECARDS }
    "/staff/scorecards/example.toml" { get scorecards::files::example: SCORECARDS }
    "/staff/scorecards/example.xlsx" { get scorecards::files::example_book: SCORECARDS }
    "/staff/scorecards/upload" { post scorecards::new::upload: SCORECARDS }
    "/staff/scorecards/import" { post scorecards::new::import: SCORECARDS }
    "/staff/scorecards/{id}" { get scorecards::show::show: SCORECARDS }
    "/staff/scorecards/{id}/head" { get scorecards::head::show: SCORECARDS, post scorecards::head::save: SCORECARDS }
    "/staff/scorecards/{id}/file" { get scorecards::replace::show: SCORECARDS, post scorecards::replace::upload: SCORECARDS }
    "/staff/scorecards/{id}/import" { post scorecards::replace::import: SCORECARDS }
    "/staff/scorecards/{id}/scorecard.docx" { get scorecards::files::docx: SCORECARDS }
    "/staff/scorecards/{id}/scorecard.xlsx" { get scorecards::files::xlsx: SCORECARDS }
    "/staff/scorecards/{id}/scorecard.csv" { get scorecards::files::csv: SCORECARDS }
    "/staff/scorecards/{id}/scorecard.json" { get scorecards::files::json: SCORECARDS }
    "/staff/scorecards/{id}/versions" { get scorecards::versions::list: SCORECARDS }
    "/staff/scorecards/{id}/versions/{number}" { get scorecards::versions::show: SCORECARDS }
    "/staff/scorecards/{id}/indicators/{code}" {
        get scorecards::indicator::show: SCORECARDS, post scorecards::indicator::save: SCORECARDS
    }
}
