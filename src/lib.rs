//! Fivepoint: one link a recipient, one anonymous five-point answer a link, one exact score.
//!
//! The layers import only leftwards: [`domain`] ← [`store`], [`export`] ← [`web`], [`cli`] ← `main`.
//! [`config`], [`error`] and [`mod@file`] belong to all but the domain.

pub mod cli;
pub mod config;
pub mod domain;
pub mod error;
pub mod export;
pub mod file;
pub mod store;
pub mod web;
