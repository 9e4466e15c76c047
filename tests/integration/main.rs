//! The integration suite: every test on SQLite and on a real PostgreSQL, through the program's public
//! surface: its HTTP port and its command line.
//!
//! `tests/run` starts the PostgreSQL and says where it is in `FIVEPOINT_TEST_POSTGRES`. A missing
//! server is a failure, never a silent skip.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod answering;
mod api;
mod api_docs;
mod api_life;
mod api_push;
mod attack;
mod audit;
mod closing;
mod copying;
mod docx;
mod edges;
mod exact;
mod files;
mod fuzzing;
mod golden;
mod hardening;
mod harness;
mod house;
mod intake;
mod issuing;
mod keys;
mod killing;
mod links;
mod messages;
mod monitoring;
mod moving;
mod page;
mod paper;
mod privacy;
mod recompute;
mod releasing;
mod relink;
mod reminders;
mod results;
mod roster;
mod rows;
mod scorecard_pages;
mod scorecards;
mod sealing;
mod secrets;
mod signals;
mod sorting;
mod staff;
mod starting;
mod statistics;
mod surveys;
mod table;
mod units;
mod watching;
mod words;
mod workbook;
