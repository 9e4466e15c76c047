//! The connections of the server: how many there may be, and the end of those on which nothing goes on.
//!
//! The HTTP library waits a while for the first head of a connection and for the next request; for a second head that
//! stops half-way, for a body nobody reads and for a reply that is not fetched it would wait for ever. So every
//! connection is known here, with the moment since which no request on it is worked at, and a look a second closes
//! those whose time is over. When most places are taken, that time is shorter.

use super::App;
use super::headers;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::interval;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpRequest};
use std::any::Any;
use std::collections::HashMap;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// Most connections of a process, where it may have as many open files as they take. One takes about 10 KB.
const MOST: usize = 8_192;

/// Fewest that make sense.
const FEWEST: usize = 64;

/// Files that are not connections: the database's, those on their way to an import, the program's own.
const OTHER_FILES: usize = 256;

/// Files of a connection: its socket, and the handle by which it is closed from here.
const FILES_OF_ONE: usize = 2;

/// How often they are looked at.
pub const LOOK: Duration = Duration::from_secs(1);

/// How long nothing may go on: a head on its way, a reply being fetched.
struct Limits {
    still: Duration,
    /// Bytes a second at which a reply has to be fetched beyond that.
    pace: u32,
}

/// How long a head may be on its way: it is one packet, which arrives in this time when it is lost three times.
pub const STILL: Duration = Duration::from_secs(15);

const CALM: Limits = Limits { still: STILL, pace: 8 * 1024 };
const CROWDED: Limits = Limits { still: Duration::from_secs(5), pace: 64 * 1024 };

/// What goes on on a connection.
#[derive(Clone, Copy, Debug)]
enum Now {
    /// A request is worked at, or its reply made.
    Busy,
    /// Since then nothing but so many bytes being fetched.
    Still(Instant, u32),
}

#[derive(Debug)]
struct Connection {
    socket: std::net::TcpStream,
    now: Mutex<Now>,
}

impl Connection {
    fn set(&self, now: Now) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn is_over(&self, limits: &Limits) -> bool {
        match *self.now.lock().unwrap_or_else(PoisonError::into_inner) {
            Now::Busy => false,
            Now::Still(since, bytes) => {
                since.elapsed() > limits.still + Duration::from_secs(bytes.into()) / limits.pace
            }
        }
    }
}

/// The connections of this process.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
}

impl Connections {
    /// None yet; as many as the process may have open files for.
    pub fn new() -> Arc<Self> {
        let room = files().saturating_sub(OTHER_FILES) / FILES_OF_ONE;
        Arc::new(Self { most: room.clamp(FEWEST, MOST), next: AtomicU64::new(0), open: Mutex::default() })
    }

    /// Most there may be at once.
    pub const fn most(&self) -> usize {
        self.most
    }

    /// Takes note of a connection; the note goes along with it and ends with it.
    pub fn note(self: &Arc<Self>, io: &dyn Any, extensions: &mut Extensions) {
        let Some(stream) = io.downcast_ref::<TcpStream>() else { return };
        match handle(stream) {
            Ok(socket) => {
                let now = Mutex::new(Now::Still(Instant::now(), 0));
                let connection = Arc::new(Connection { socket, now });
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                self.open().insert(number, Arc::clone(&connection));
                extensions.insert(Noted { number, connection, all: Arc::clone(self) });
            }
            // It is served all the same; what is open is bounded by the operating system.
            Err(error) => tracing::error!(%error, "a connection could not be noted"),
        }
    }

    /// Looks at them for ever.
    pub async fn watch(&self) {
        let mut again = interval(LOOK);
        loop {
            again.tick().await;
            self.sweep();
        }
    }

    /// Closes those whose time is over.
    fn sweep(&self) {
        let open: Vec<_> = self.open().values().cloned().collect();
        let limits = if self.is_crowded(open.len()) { &CROWDED } else { &CALM };
        for connection in open.iter().filter(|connection| connection.is_over(limits)) {
            // It may have gone by itself.
            let _ = connection.socket.shutdown(Shutdown::Both);
        }
    }

    /// Whether so many are most of those there may be.
    const fn is_crowded(&self, open: usize) -> bool {
        open > self.most / 4 * 3
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is noted.
struct Noted {
    number: u64,
    connection: Arc<Connection>,
    all: Arc<Connections>,
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.all.open().remove(&self.number);
    }
}

/// Whether most connections are taken, for whoever works at a request.
pub struct Crowd(Option<Arc<Connections>>);

impl Crowd {
    /// Among the connections that this one is of.
    pub fn of(request: &HttpRequest) -> Self {
        Self(request.conn_data::<Noted>().map(|noted| Arc::clone(&noted.all)))
    }

    /// Whether it is so now.
    pub fn is_there(&self) -> bool {
        self.0.as_ref().is_some_and(|all| all.is_crowded(all.open().len()))
    }
}

/// Around every request: tells its connection what goes on, and adds the headers that every reply has.
pub async fn around(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let connection = request.conn_data::<Noted>().map(|noted| Arc::clone(&noted.connection));
    let https = request.app_data::<Data<App>>().is_some_and(|app| app.https);
    if let Some(connection) = &connection {
        connection.set(Now::Busy);
    }
    let mut reply = next.call(request).await?;
    headers::complete(reply.headers_mut(), https);
    let Some(connection) = connection else { return Ok(reply) };
    Ok(match reply.response().body().size() {
        BodySize::Stream => reply.map_body(|_, body| BoxBody::new(Streamed { body, connection })),
        BodySize::Sized(bytes) => {
            connection.set(Now::Still(Instant::now(), u32::try_from(bytes).unwrap_or(u32::MAX)));
            reply
        }
        BodySize::None => {
            connection.set(Now::Still(Instant::now(), 0));
            reply
        }
    })
}

/// A body whose end nobody knows yet; its connection is busy while a piece of it is made.
struct Streamed {
    body: BoxBody,
    connection: Arc<Connection>,
}

impl MessageBody for Streamed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        // The next piece is asked for once there is room for it: until then the last one is being fetched.
        self.connection.set(match &next {
            Poll::Ready(Some(Ok(piece))) => Now::Still(Instant::now(), u32::try_from(piece.len()).unwrap_or(u32::MAX)),
            Poll::Ready(_) | Poll::Pending => Now::Busy,
        });
        next
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        self.connection.set(Now::Still(Instant::now(), 0));
    }
}

#[cfg(unix)]
fn handle(stream: &TcpStream) -> std::io::Result<std::net::TcpStream> {
    Ok(std::os::fd::AsFd::as_fd(stream).try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn handle(_: &TcpStream) -> std::io::Result<std::net::TcpStream> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// How many files this process may have open, after asking for as many as it is allowed to ask for.
#[cfg(unix)]
fn files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = current != maximum && setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let granted = if raised { maximum } else { current };
    granted.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
const fn files() -> usize {
    FILES_OF_ONE * MOST + OTHER_FILES
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::BodyStream;
    use futures_util::{StreamExt, stream};
    use std::net::{TcpListener, TcpStream};
    use std::task::Waker;

    #[test]
    fn a_piece_of_a_streamed_reply_has_to_be_fetched_and_may_be_long_in_the_making() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let connection = Arc::new(Connection { socket, now: Mutex::new(Now::Busy) });
        let is_over = || connection.is_over(&Limits { still: Duration::ZERO, pace: u32::MAX });
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"one"))]).chain(stream::pending());
        let body = BoxBody::new(BodyStream::new(pieces));
        let mut reply = Streamed { body, connection: Arc::clone(&connection) };
        let mut next = || Pin::new(&mut reply).poll_next(&mut Context::from_waker(Waker::noop()));
        assert!(!is_over());
        assert!(matches!(next(), Poll::Ready(Some(Ok(_)))));
        assert!(is_over(), "nobody fetches what there is");
        assert!(next().is_pending());
        assert!(!is_over(), "there is nothing to fetch");
        drop(reply);
        assert!(is_over(), "nothing goes on any more");
    }
}
