//! What can go wrong below the web. `web/error.rs` alone knows what it means in HTTP.

use crate::domain::fault::Faults;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::release;
use crate::domain::scorecard;
use crate::domain::sheet::Reading;

/// An error with a message for the person who can mend it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for is not there.
    #[error(transparent)]
    NotFound(Missing),
    /// A rule of the survey forbids it; the message says which.
    #[error(transparent)]
    Refused(Obstacle),
    /// A file that was given has mistakes; all of them are listed, nothing was imported.
    #[error("{0}")]
    Invalid(Faults),
    /// Too much to do at this moment; trying again helps.
    #[error("busy: please try again in a moment")]
    Busy,
    /// The program cannot work with the settings or the database it was given.
    #[error("{0}")]
    Setup(String),
    /// The database failed.
    #[error("database: {0}")]
    Database(diesel::result::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// What is stored is not what this program writes.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
}

/// The result of everything below the web.
pub type Result<T, E = Error> = std::result::Result<T, E>;

// By hand: as the source of this error it would be said a second time wherever causes are listed.
impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::NotFound(missing)
    }
}

impl From<Obstacle> for Error {
    fn from(obstacle: Obstacle) -> Self {
        Self::Refused(obstacle)
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<Reading> for Error {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Faults(faults) => Self::Invalid(faults),
            Reading::Io(error) => Self::Io(error),
        }
    }
}

impl From<release::Unfit> for Error {
    fn from(unfit: release::Unfit) -> Self {
        Self::Corrupt(unfit.to_string())
    }
}

impl From<release::Error> for Error {
    fn from(error: release::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<scorecard::Error> for Error {
    fn from(error: scorecard::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}
