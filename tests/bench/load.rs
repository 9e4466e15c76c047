//! The load generator: plain keep-alive connections that send one request after the other.
//!
//! It shares the machine with what it measures, so it does no more than it has to: a request is one
//! write, a reply is read up to its length, and one thread does it all.

use crate::latency::Latencies;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What is sent, and the status that is right.
pub trait Source {
    /// The status of a good reply.
    const STATUS: u16;

    /// Whether the first reply of another status is worth being shown.
    const SHOWN: bool = true;

    /// Writes the next request behind what is in `out`.
    fn next(&mut self, out: &mut Vec<u8>);
}

/// What a round has shown.
#[derive(Default)]
pub struct Round {
    /// Latencies of the good replies.
    pub latencies: Latencies,
    /// Replies with another status.
    pub wrong: usize,
    /// Those of them that say “try again” and when: 503 with `Retry-After`.
    pub busy: usize,
    /// Good replies a second.
    pub rate: f64,
}

/// A connection that is kept from request to request.
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    reply: Vec<u8>,
}

/// That many connections send for that long; what is on its way then is waited for. The time does not
/// include opening them.
pub async fn round<S: Source + 'static>(address: &str, count: usize, source: S, time: Duration) -> (Round, S) {
    let mut connections = Vec::new();
    for _ in 0..count {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        connections.push(Connection { stream, request: Vec::new(), reply: Vec::new() });
    }
    let shared = Rc::new(RefCell::new((source, Round::default())));
    let local = LocalSet::new();
    let began = Instant::now();
    let send = |connection: Connection| local.spawn_local(connection.send(Rc::clone(&shared), began + time));
    let tasks: Vec<_> = connections.into_iter().map(send).collect();
    local.await;
    let elapsed = began.elapsed().as_secs_f64();
    for task in tasks {
        task.await.unwrap();
    }
    let Ok(inner) = Rc::try_unwrap(shared) else { panic!("every task has ended") };
    let (source, mut round) = inner.into_inner();
    round.rate = round.latencies.len() as f64 / elapsed;
    (round, source)
}

impl Connection {
    async fn send<S: Source>(mut self, shared: Rc<RefCell<(S, Round)>>, until: Instant) {
        let mut began = Instant::now();
        while began < until {
            self.request.clear();
            shared.borrow_mut().0.next(&mut self.request);
            self.stream.write_all(&self.request).await.unwrap();
            let status = self.status().await;
            let now = Instant::now();
            let round = &mut shared.borrow_mut().1;
            if status == S::STATUS {
                round.latencies.add(now - began);
            } else {
                let busy = status == 503 && contains(&self.reply, b"\r\nretry-after: ");
                round.busy += usize::from(busy);
                if S::SHOWN && round.wrong == 0 {
                    eprintln!("status {status}, not {}: {}", S::STATUS, String::from_utf8_lossy(&self.reply));
                }
                round.wrong += 1;
            }
            began = now;
        }
    }

    /// Reads a reply to its end.
    async fn status(&mut self) -> u16 {
        self.reply.clear();
        loop {
            let read = self.stream.read_buf(&mut self.reply).await.unwrap();
            assert_ne!(read, 0, "the server keeps the connection");
            if let Some(end) = self.reply.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.reply[..end]).unwrap();
                let status = head[9..12].parse().unwrap();
                let length = length(head);
                while self.reply.len() < end + 4 + length {
                    assert_ne!(self.stream.read_buf(&mut self.reply).await.unwrap(), 0, "a whole reply");
                }
                return status;
            }
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

fn length(head: &str) -> usize {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.map_or(0, |(_, value)| value.parse().unwrap())
}
