//! What every test starts from: a fresh database on either engine, the program, phones.

mod api;
mod database;
mod desk;
mod http;
mod made;
mod program;
mod receiver;
mod robot;
mod scene;
mod stream;

pub use api::{Api, Sent};
pub use database::{Database, Engine};
pub use desk::{Desk, PASSWORD, digits};
pub use http::{Phone, Reply};
pub use made::made;
pub use program::{Done, Program, Server};
pub use receiver::{Answer, MailServer, Receiver, Request, webhook_secret};
pub use robot::{Robot, expect};
pub use scene::{FORMS, SURVEY, Scene, UNITS, codes, form, sheet};
pub use stream::Stream;

/// Defines a test that runs once on each engine, with a fresh database of its own.
macro_rules! on_both_engines {
    ($(#[$doc:meta])* $name:ident, $body:expr) => {
        $(#[$doc])*
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                let body: fn($crate::harness::Database) = $body;
                body($crate::harness::Database::fresh($crate::harness::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                let body: fn($crate::harness::Database) = $body;
                body($crate::harness::Database::fresh($crate::harness::Engine::Postgres));
            }
        }
    };
}

pub(crate) use on_both_engines;
