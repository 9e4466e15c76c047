//! What stands before several nodes: every connection goes to the next node that is ready.

use crate::client::{Client, Door};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time between two looks at a node's health.
const ROUND: Duration = Duration::from_millis(200);

struct Behind {
    address: String,
    ready: bool,
}

#[derive(Default)]
struct State {
    nodes: Mutex<Vec<Behind>>,
    turn: AtomicUsize,
    over: AtomicBool,
}

/// A proxy for TCP connections.
pub struct Front {
    /// Where phones connect.
    pub address: String,
    state: Arc<State>,
}

impl Front {
    /// Before these nodes.
    pub fn before<'a>(nodes: impl IntoIterator<Item = &'a str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::<State>::default();
        let front = Self { address, state: Arc::clone(&state) };
        nodes.into_iter().for_each(|node| front.add(node));
        let looking = Arc::clone(&state);
        std::thread::spawn(move || look_after(&looking));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // Nobody there: the phone's connection ends without a word.
                if let Some(far) = state.connect() {
                    join(near, far);
                }
            }
        });
        front
    }

    /// Another node, which is ready.
    pub fn add(&self, address: &str) {
        self.state.nodes.lock().unwrap().push(Behind { address: address.to_owned(), ready: true });
    }

    /// A node that is there no longer.
    pub fn remove(&self, address: &str) {
        self.state.nodes.lock().unwrap().retain(|node| node.address != address);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::SeqCst);
    }
}

impl State {
    /// A connection to the next node that is ready; where one refuses, to the one after it.
    fn connect(&self) -> Option<TcpStream> {
        let ready = |node: &&Behind| node.ready;
        let nodes: Vec<String> =
            self.nodes.lock().unwrap().iter().filter(ready).map(|node| node.address.clone()).collect();
        let first = self.turn.fetch_add(1, Ordering::SeqCst);
        (0..nodes.len()).find_map(|step| TcpStream::connect(&nodes[(first + step) % nodes.len()]).ok())
    }
}

fn look_after(state: &State) {
    while !state.over.load(Ordering::SeqCst) {
        let addresses: Vec<String> = state.nodes.lock().unwrap().iter().map(|node| node.address.clone()).collect();
        for address in addresses {
            let ready = is_ready(&address);
            if let Some(node) = state.nodes.lock().unwrap().iter_mut().find(|node| node.address == address) {
                node.ready = ready;
            }
        }
        std::thread::sleep(ROUND);
    }
}

/// Whether a node says that it is ready, within a second.
pub fn is_ready(address: &str) -> bool {
    let door = Door::default();
    door.lead_to(address);
    Client::new(door, Duration::from_secs(1)).get("/health/ready", "").is_ok_and(|reply| reply.status == 200)
}

fn join(near: TcpStream, far: TcpStream) {
    let (near_again, far_again) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    std::thread::spawn(move || pass(near, far));
    std::thread::spawn(move || pass(far_again, near_again));
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    for stream in [from, to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
}
