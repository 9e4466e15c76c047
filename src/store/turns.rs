//! Who of this program's threads writes an SQLite file next.
//!
//! SQLite lets one connection write at a time and keeps no queue: who finds the file taken looks again in up to a tenth
//! of a second. The recorder, which takes its next batch as soon as one is on disk, would keep everybody else from
//! writing for seconds. Other programs that write the same file still have to find it free by themselves.

use super::connect::SQLITE_PATIENCE;
use crate::error::{Error, Result};
use parking_lot::{FairMutex, FairMutexGuard};
use std::sync::Arc;

/// The queue in front of an SQLite file; on PostgreSQL nobody waits in it.
#[derive(Clone)]
pub(super) struct Turns(Option<Arc<FairMutex<()>>>);

/// Held for one transaction.
pub(super) type Turn<'a> = Option<FairMutexGuard<'a, ()>>;

impl Turns {
    pub(super) fn new(is_postgres: bool) -> Self {
        Self((!is_postgres).then(Arc::default))
    }

    /// Waits in the order of arrival, as long as for the file itself.
    pub(super) fn next(&self) -> Result<Turn<'_>> {
        self.0.as_ref().map(|queue| queue.try_lock_for(SQLITE_PATIENCE).ok_or(Error::Busy)).transpose()
    }
}
