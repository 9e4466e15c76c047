//! Bodies on their way: whoever sends one has to keep up a pace, so that nobody holds a place by sending a byte now
//! and then. Only the time in which the server waits for the sender counts.

use super::connections::{Crowd, LOOK};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::web::Bytes;
use futures_util::Stream;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// How long the server waits for a sender in all, beside what the pace allows. A packet that is lost three times on
/// its way arrives in this time.
const GRACE: Duration = Duration::from_secs(10);

/// The same while most connections are taken.
const CROWDED: Duration = Duration::from_secs(5);

/// How long a body that nobody asked for meanwhile is given to go on, once: its sender was not to blame.
const AGAIN: Duration = Duration::from_secs(1);

/// The slowest that something may be sent.
#[derive(Clone, Copy, Debug)]
pub enum Slowest {
    /// A form or a short document, from a telephone in a valley: a KiB a second.
    Form,
    /// A file: 64 KiB a second, which is an uplink of half a megabit.
    File,
}

impl Slowest {
    /// Bytes a second.
    const fn pace(self) -> u32 {
        match self {
            Self::Form => 1024,
            Self::File => 64 * 1024,
        }
    }
}

/// The body of a request, which ends in an error once its sender is too slow.
pub fn paced(request: &HttpRequest, payload: &mut Payload, slowest: Slowest) -> Payload {
    let (arrived, waited) = (0, Duration::ZERO);
    match payload.take() {
        Payload::None => Payload::None,
        body => {
            let crowd = Crowd::of(request);
            let paced = Paced { body, slowest, crowd, arrived, waited, waiting: None, again: false };
            Payload::Stream { payload: Box::pin(paced) }
        }
    }
}

/// Whether a body could not be read because its sender was too slow.
pub fn was_slow(error: &actix_web::Error) -> bool {
    matches!(error.as_error::<PayloadError>(), Some(PayloadError::Io(error)) if error.kind() == io::ErrorKind::TimedOut)
}

struct Paced {
    body: Payload,
    slowest: Slowest,
    crowd: Crowd,
    /// Bytes that have come.
    arrived: u32,
    /// How long the sender has been waited for.
    waited: Duration,
    waiting: Option<Waiting>,
    /// Whether it was given some time more. Whoever reads it may have waited for something else, such as a place among
    /// those who send files, with the body standing still.
    again: bool,
}

/// The sender is waited for.
struct Waiting {
    since: Instant,
    /// When it is looked at again whether that may go on.
    look: Pin<Box<Sleep>>,
    /// Whether it may not then, whatever is seen.
    last: bool,
}

impl Paced {
    /// How long a sender may still be waited for that is waited for since then.
    fn left(&self, since: Instant) -> Duration {
        let earned = Duration::from_secs(self.arrived.into()) / self.slowest.pace();
        let grace = if self.crowd.is_there() { CROWDED } else { GRACE };
        (grace + earned).saturating_sub(self.waited + since.elapsed())
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Poll::Ready(item) = Pin::new(&mut this.body).poll_next(context) {
            if let Some(Waiting { since, .. }) = this.waiting.take() {
                this.waited += since.elapsed();
            }
            if let Some(Ok(bytes)) = &item {
                this.arrived = this.arrived.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            }
            return Poll::Ready(item);
        }
        if let Some(waiting) = &mut this.waiting
            && waiting.look.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        let (since, last) =
            this.waiting.as_ref().map_or_else(|| (Instant::now(), false), |waiting| (waiting.since, waiting.last));
        let left = this.left(since);
        let (since, pause, last) = match last {
            false if !left.is_zero() => (since, left.min(LOOK), false),
            false if !this.again => (Instant::now(), AGAIN, true),
            _ => return Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())))),
        };
        this.again |= last;
        let mut look = Box::pin(sleep(pause));
        if look.as_mut().poll(context).is_ready() {
            context.waker().wake_by_ref();
        }
        this.waiting = Some(Waiting { since, look, last });
        Poll::Pending
    }
}
