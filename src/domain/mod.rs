//! What Fivepoint knows about its field, and nothing about where it runs.
//!
//! Everything here is pure: no database, no HTTP, no clock, no randomness. Times, random bytes and
//! the server secret are passed in, so that every rule of a survey can be read and tested by itself.

pub mod audit;
pub mod comparison;
pub mod credential;
pub mod disclosure;
pub mod exact;
pub mod fault;
pub mod key;
pub mod link;
pub mod message;
pub mod obstacle;
pub mod pace;
pub mod paper;
pub mod progress;
pub mod quality;
pub mod release;
pub mod response;
pub mod roster;
pub mod sample;
pub mod scorecard;
pub mod seal;
pub mod seen;
pub mod sheet;
pub mod staff;
pub mod statistics;
pub mod steady;
pub mod survey;
pub mod tally;
pub mod token;
pub mod unit;
pub mod workbook;
