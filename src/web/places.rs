//! Something that few may do at once, and nobody alone: of all places one holder gets half, so that whoever has one key
//! or one sign-in cannot keep everybody else waiting.

use crate::error::{Error, Result};
use actix_web::rt::time::timeout;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many places there are.
const ALL: usize = 4;

/// How many of them one holder gets.
const OF_ONE: usize = 2;

/// The places, and who holds some.
#[derive(Debug)]
pub struct Places {
    all: Arc<Semaphore>,
    holders: Mutex<HashMap<Vec<u8>, Arc<Semaphore>>>,
}

/// A place, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_one: OwnedSemaphorePermit,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALL)), holders: Mutex::default() }
    }
}

impl Places {
    /// A place for that holder, within a while.
    pub async fn take(&self, holder: &[u8], patience: Duration) -> Result<Place> {
        let own = self.own(holder);
        let both = async {
            // One's own first: whoever waits for that holds nothing of the others.
            let of_one = own.acquire_owned().await.map_err(|_| Error::Busy)?;
            let of_all = Arc::clone(&self.all).acquire_owned().await.map_err(|_| Error::Busy)?;
            Ok(Place { _of_all: of_all, _of_one: of_one })
        };
        timeout(patience, both).await.map_err(|_| Error::Busy)?
    }

    fn own(&self, holder: &[u8]) -> Arc<Semaphore> {
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        // Who neither holds nor waits is forgotten.
        holders.retain(|_, own| Arc::strong_count(own) > 1);
        Arc::clone(holders.entry(holder.to_vec()).or_insert_with(|| Arc::new(Semaphore::new(OF_ONE))))
    }
}
