//! Files between their upload and their import. They lie in temporary files without a name, which nobody
//! else can open and which are gone with the process, and never in the database.
//!
//! A file is kept on the node that took it. Where a later request reaches another node, the file is not
//! there, and the page asks for it again.

use super::places::Places;
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Minutes for which a file is kept.
pub const KEPT: TimeDelta = TimeDelta::minutes(60);

/// Most files that are kept at once; the oldest makes room.
const MOST: usize = 32;

/// What a file was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Units.
    Units,
    /// The roster of a survey.
    Roster(Uuid),
    /// A new scorecard.
    NewScorecard,
    /// A scorecard, in place of what it is.
    Scorecard(Uuid),
}

/// A file and whose it is.
struct Kept {
    file: File,
    session: Vec<u8>,
    purpose: Purpose,
    at: DateTime<Utc>,
}

/// The files of this process.
pub struct Shelf {
    files: Mutex<HashMap<String, Kept>>,
    /// Held while a file is read, as that takes memory: one at a time.
    pub reading: Arc<Semaphore>,
    /// Held from the first byte of a file until it is read: more than a few are not taken at once.
    pub receiving: Places,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { files: Mutex::default(), reading: Arc::new(Semaphore::new(1)), receiving: Places::default() }
    }
}

impl Shelf {
    /// Keeps a file for that session instead of any that it sent before. Returns the name to ask for it by.
    pub fn put(&self, session: &[u8], purpose: Purpose, file: File, now: DateTime<Utc>) -> Result<String> {
        let mut name = [0_u8; 16];
        getrandom::fill(&mut name).map_err(|_| Error::Busy)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let mut files = self.files();
        files.retain(|_, kept| kept.session != session && is_fresh(kept, now));
        if files.len() >= MOST
            && let Some(oldest) = files.iter().min_by_key(|(_, kept)| kept.at).map(|(name, _)| name.clone())
        {
            files.remove(&oldest);
        }
        files.insert(name.clone(), Kept { file, session: session.to_vec(), purpose, at: now });
        Ok(name)
    }

    /// Takes the file of that name away, if this session sent it for this purpose within the hour.
    pub fn take(&self, name: &str, session: &[u8], purpose: Purpose, now: DateTime<Utc>) -> Option<File> {
        let mut files = self.files();
        files.get(name).filter(|kept| kept.session == session && kept.purpose == purpose && is_fresh(kept, now))?;
        files.remove(name).map(|kept| kept.file)
    }

    /// Lets go of the files whose time is over.
    pub fn sweep(&self, now: DateTime<Utc>) {
        self.files().retain(|_, kept| is_fresh(kept, now));
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(kept: &Kept, now: DateTime<Utc>) -> bool {
    now - kept.at < KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_for_its_session_its_purpose_and_its_hour() {
        let (shelf, now) = (Shelf::default(), DateTime::UNIX_EPOCH);
        let file = || tempfile::tempfile().unwrap();
        let survey = Purpose::Roster(Uuid::nil());
        let name = shelf.put(b"a", survey, file(), now).unwrap();
        assert!(shelf.take(&name, b"b", survey, now).is_none(), "another session");
        assert!(shelf.take(&name, b"a", Purpose::Units, now).is_none(), "another purpose");
        assert!(shelf.take(&name, b"a", Purpose::Roster(Uuid::max()), now).is_none(), "another survey");
        assert!(shelf.take(&name, b"a", survey, now + KEPT).is_none(), "too late");
        assert!(shelf.take(&name, b"a", survey, now).is_some());
        assert!(shelf.take(&name, b"a", survey, now).is_none(), "taken");
        let (first, second) = (shelf.put(b"a", survey, file(), now), shelf.put(b"a", Purpose::Units, file(), now));
        assert!(shelf.take(&first.unwrap(), b"a", survey, now).is_none(), "the next upload takes its place");
        shelf.sweep(now + KEPT);
        assert!(shelf.take(&second.unwrap(), b"a", Purpose::Units, now).is_none(), "swept away");
        for number in 0..=MOST {
            shelf.put(&number.to_be_bytes(), survey, file(), now).unwrap();
        }
        assert_eq!(shelf.files().len(), MOST);
    }
}
