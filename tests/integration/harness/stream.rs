//! A page that stays open: server-sent events, read as they come.

use super::Desk;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open stream.
pub struct Stream {
    reader: BufReader<TcpStream>,
    pub status: u16,
    /// Every byte that has come, the head among them.
    pub bytes: String,
    /// The lines as they were told last: submitted first, then as the columns of the page.
    pub rows: BTreeMap<String, Vec<String>>,
}

impl Stream {
    /// Opens a stream and reads the head of the reply.
    pub fn open(desk: &Desk, address: &str, path: &str) -> Self {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let cookie = desk.cookie().unwrap_or_default();
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n").unwrap();
        let mut stream =
            Self { reader: BufReader::new(socket), status: 0, bytes: String::new(), rows: BTreeMap::new() };
        let head = stream.line().expect("a reply");
        stream.status = head[9..12].parse().unwrap();
        while stream.line().is_some_and(|line| line != "\r\n") {}
        stream
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).expect("news in time");
        self.bytes.push_str(&line);
        (read > 0 && line != "0\r\n").then_some(line)
    }

    /// The next event; nothing when the stream has ended.
    pub fn event(&mut self) -> Option<Value> {
        loop {
            let line = self.line()?;
            if line.starts_with("event: end") {
                continue;
            }
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let event: Value = serde_json::from_str(data).unwrap();
            for (key, row) in event["rows"].as_object().into_iter().flatten() {
                let cells = row["cells"].as_array().unwrap().iter();
                self.rows.insert(key.clone(), cells.map(|cell| cell.as_str().unwrap().to_owned()).collect());
            }
            return Some(event);
        }
    }

    /// Reads until a line has so many answers.
    pub fn until(&mut self, key: &str, submitted: &str) {
        while self.rows.get(key).is_none_or(|row| row[0] != submitted) {
            self.event().expect("the stream goes on");
        }
    }

    /// Reads to the end.
    pub fn drain(mut self) {
        while self.event().is_some() {}
    }
}
