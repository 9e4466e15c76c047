//! A wire between the program and its database that can be slow, dead, or cut at the worst moment.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a message that ends a transaction holds, as the program sends it.
const COMMIT: &[u8] = b"COMMIT";

#[derive(Default)]
struct State {
    /// Milliseconds by which everything is late.
    late: AtomicU64,
    /// Whether nothing passes, and nobody is told.
    dead: AtomicBool,
    /// Replies to COMMIT still to be swallowed, with the connection cut.
    to_swallow: AtomicUsize,
    /// How many were.
    swallowed: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
}

/// The wire. Its threads end with the connections.
#[derive(Clone)]
pub struct Wire {
    /// Where the program connects.
    pub port: u16,
    state: Arc<State>,
}

impl Wire {
    /// A wire to a port of this machine.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let state = Arc::clone(&wire.state);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // A server that is away refuses: so does the wire.
                if let Ok(far) = TcpStream::connect(("127.0.0.1", port)) {
                    join(&state, near, far);
                }
            }
        });
        wire
    }

    /// Everything is late by that much from now on, each way.
    pub fn slow_down(&self, late: Duration) {
        self.state.late.store(u64::try_from(late.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Nothing passes from now on.
    pub fn die(&self) {
        self.state.dead.store(true, Ordering::SeqCst);
    }

    /// Everything passes again; what was held back meanwhile is gone, with its connection.
    pub fn revive(&self) {
        for stream in self.state.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.state.dead.store(false, Ordering::SeqCst);
    }

    /// The next replies to COMMIT, so many, do not arrive: the connection is cut instead.
    pub fn swallow(&self, replies: usize) {
        self.state.to_swallow.store(replies, Ordering::SeqCst);
    }

    /// Replies to COMMIT that did not arrive, so far.
    pub fn swallowed(&self) -> usize {
        self.state.swallowed.load(Ordering::SeqCst)
    }
}

fn join(state: &Arc<State>, near: TcpStream, far: TcpStream) {
    for stream in [&near, &far] {
        stream.set_nodelay(true).unwrap();
        state.open.lock().unwrap().push(stream.try_clone().unwrap());
    }
    let cut = Arc::<AtomicBool>::default();
    let (near_again, far_again) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let (one, other) = (Arc::clone(state), Arc::clone(state));
    let (asks, hears) = (Arc::clone(&cut), cut);
    std::thread::spawn(move || pass(&one, near, far, &asks, true));
    std::thread::spawn(move || pass(&other, far_again, near_again, &hears, false));
}

/// Passes on what comes from one side to the other, until either ends.
fn pass(state: &State, mut from: TcpStream, mut to: TcpStream, cut: &AtomicBool, asking: bool) {
    let mut buffer = [0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..read];
        std::thread::sleep(Duration::from_millis(state.late.load(Ordering::SeqCst)));
        if state.dead.load(Ordering::SeqCst) {
            continue;
        }
        if asking && bytes.windows(COMMIT.len()).any(|window| window == COMMIT) && take_one(&state.to_swallow) {
            cut.store(true, Ordering::SeqCst);
        }
        if !asking && cut.load(Ordering::SeqCst) {
            // The database has said that it is done, and nobody will hear of it.
            state.swallowed.fetch_add(1, Ordering::SeqCst);
            break;
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    for stream in [from, to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
