//! Who is watching now: each open stream with the sign-in it was opened by. A stream lives as long as its
//! place here.

use crate::error::{Error, Result};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Most streams of a node. One costs a connection and a few kilobytes.
const MOST: usize = 2_000;

/// Most streams of one account on a node: nobody takes the places of all others.
const MOST_EACH: usize = 100;

/// The open streams of this process.
#[derive(Clone, Default)]
pub struct Viewers(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    streams: HashMap<u64, Stream>,
    last: u64,
    /// No more are let in: the server is ending.
    over: bool,
}

struct Stream {
    account: Uuid,
    session: Vec<u8>,
    /// Dropped, it ends the stream.
    _lives: oneshot::Sender<()>,
}

/// A place among the viewers, given back when it is dropped.
pub struct Place {
    viewers: Viewers,
    number: u64,
}

impl Viewers {
    /// Lets a stream in that was opened by that sign-in of an account; what comes back resolves when the stream has
    /// to end.
    pub fn enter(&self, account: Uuid, session: Vec<u8>) -> Result<(Place, oneshot::Receiver<()>)> {
        let mut open = self.open();
        let of_account = open.streams.values().filter(|stream| stream.account == account).count();
        if open.over || open.streams.len() >= MOST || of_account >= MOST_EACH {
            return Err(Error::Busy);
        }
        let (lives, ended) = oneshot::channel();
        open.last += 1;
        let number = open.last;
        open.streams.insert(number, Stream { account, session, _lives: lives });
        Ok((Place { viewers: self.clone(), number }, ended))
    }

    /// How many streams there are.
    pub fn count(&self) -> usize {
        self.open().streams.len()
    }

    /// The sign-ins of all streams.
    pub fn sessions(&self) -> Vec<Vec<u8>> {
        let open = self.open();
        let all: HashSet<&Vec<u8>> = open.streams.values().map(|stream| &stream.session).collect();
        all.into_iter().cloned().collect()
    }

    /// Ends the streams of the sign-ins among `asked` that do not hold any more.
    pub fn keep(&self, asked: &[Vec<u8>], holding: &HashSet<Vec<u8>>) {
        let gone: HashSet<&Vec<u8>> = asked.iter().filter(|session| !holding.contains(*session)).collect();
        self.open().streams.retain(|_, stream| !gone.contains(&stream.session));
    }

    /// Ends all streams and lets no more in.
    pub fn end(&self) {
        let mut open = self.open();
        open.over = true;
        open.streams.clear();
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.viewers.open().streams.remove(&self.number);
    }
}
