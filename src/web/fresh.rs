//! Random bytes for what is new.

use crate::error::{Error, Result};
use uuid::Uuid;

/// A random id.
pub fn id() -> Result<Uuid> {
    Ok(uuid::Builder::from_random_bytes(bytes()?).into_uuid())
}

/// Random bytes, such as the salt of a survey.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Busy)?;
    Ok(bytes)
}
