//! A plain HTTP client: one keep-alive connection, and every failure told apart from every reply.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the phones knock: the address of a server or of what stands before several. A server that comes back at
/// another address is put here.
#[derive(Clone, Default)]
pub struct Door(Arc<Mutex<String>>);

impl Door {
    /// The address.
    pub fn address(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// Another address from now on.
    pub fn lead_to(&self, address: &str) {
        address.clone_into(&mut self.0.lock().unwrap());
    }
}

/// What came back.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// All header lines, in lower case.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

/// A connection, made anew after every failure.
pub struct Client {
    door: Door,
    patience: Duration,
    stream: Option<(String, TcpStream)>,
}

impl Client {
    /// Who waits that long for each read.
    pub const fn new(door: Door, patience: Duration) -> Self {
        Self { door, patience, stream: None }
    }

    /// `GET`.
    pub fn get(&mut self, path: &str, headers: &str) -> Result<Reply> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: survey.example\r\n{headers}\r\n"))
    }

    /// `POST` with a key.
    pub fn post_as(&mut self, token: &str, path: &str, media_type: &str, body: &str) -> Result<Reply> {
        let length = body.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: survey.example\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// `POST`.
    pub fn post(&mut self, path: &str, media_type: &str, body: &str) -> Result<Reply> {
        let length = body.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: survey.example\r\nContent-Type: {media_type}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
    }

    fn send(&mut self, request: &str) -> Result<Reply> {
        let address = self.door.address();
        let mut stream = match self.stream.take() {
            Some((open, stream)) if open == address => stream,
            _ => self.connect(&address)?,
        };
        stream.write_all(request.as_bytes())?;
        let (reply, keep) = receive(&mut stream)?;
        if keep {
            self.stream = Some((address, stream));
        }
        Ok(reply)
    }

    fn connect(&self, address: &str) -> Result<TcpStream> {
        let address = address.to_socket_addrs()?.next().ok_or(ErrorKind::AddrNotAvailable)?;
        let stream = TcpStream::connect_timeout(&address, self.patience)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(self.patience))?;
        stream.set_write_timeout(Some(self.patience))?;
        Ok(stream)
    }
}

/// Reads a reply; tells whether the connection can be used again.
fn receive(stream: &mut TcpStream) -> Result<(Reply, bool)> {
    let cut = || Error::new(ErrorKind::UnexpectedEof, "the reply was cut off");
    let mut bytes = Vec::new();
    let mut buffer = [0; 16_384];
    let mut more = |bytes: &mut Vec<u8>| match stream.read(&mut buffer)? {
        0 => Err(cut()),
        read => {
            bytes.extend_from_slice(&buffer[..read]);
            Ok(())
        }
    };
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        more(&mut bytes)?;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
    let status = head.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        more(&mut bytes)?;
    }
    let keep = header("connection") != Some("close");
    let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
    Ok((Reply { status, head, body }, keep))
}
