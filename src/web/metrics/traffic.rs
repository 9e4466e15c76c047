//! What is counted of requests, and the lines of the log about them.
//!
//! A request is known by the pattern of its address, never by the address. Of recipients' requests nothing is written
//! down unless they fail, and they are counted ten at a time, each route, method and class by itself ([`Held`]).

use crate::store::meters::{Held, Labels, Times, seconds};
use crate::web::request_id::{REQUEST_ID, RequestId};
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The pattern of an address, as data of its resource.
#[derive(Clone, Copy, Debug)]
pub struct Route(pub &'static str);

/// Where nothing is.
const NOWHERE: Route = Route("none");

impl Route {
    /// Whether recipients come here, or their paper forms are keyed. Whoever knows that somebody sat over a link must
    /// not find the moment here.
    fn is_of_recipients(self) -> bool {
        let path = self.0;
        path == "/s" || path.starts_with("/s/") || path.starts_with("/api/v1/links/") || path.contains("/paper")
    }

    /// How it is told. An answer is not told from a refusal, so what is sent to a link is one.
    fn label(self) -> &'static str {
        self.0.strip_suffix("{code}/response").map_or(self.0, |_| "/api/v1/links/{code}")
    }

    /// Whether machines ask here, again and again.
    fn is_health(self) -> bool {
        self.0.starts_with("/health/")
    }
}

/// How long a request of the desk or of a program may take before it is worth a line.
const SLOW: Duration = Duration::from_secs(2);

/// All requests of this process.
pub struct Traffic {
    requests: Family<Labels<3>, Counter>,
    times: Times<1>,
    held: Held<[&'static str; 3], Seen>,
    lines: Mutex<Lines>,
}

/// A request that was answered.
struct Seen {
    route: &'static str,
    method: &'static str,
    class: &'static str,
    time: Duration,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            times: Times::new_with_constructor(seconds),
            held: Held::default(),
            lines: Mutex::default(),
        }
    }
}

impl Traffic {
    /// Notes a reply, and gives it a number where it tells of a fault of ours.
    pub fn note<B>(&self, reply: &mut ServiceResponse<B>, time: Duration) {
        let route = reply.request().app_data::<Route>().copied().unwrap_or(NOWHERE);
        let (method, status) = (method(reply.request().method()), reply.status());
        let seen = Seen { route: route.label(), method, class: class(status), time };
        if route.is_of_recipients() && !status.is_server_error() {
            self.held.add([seen.route, seen.method, seen.class], 1, seen).iter().for_each(|seen| self.count(seen));
            return;
        }
        self.count(&seen);
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (route, status) = (seen.route, status.as_u16());
        if reply.status().is_server_error() && !Route(route).is_health() {
            let request = named(reply);
            let Some(left_out) = self.lines.lock().unwrap_or_else(PoisonError::into_inner).next() else { return };
            let busy = reply.status() == StatusCode::SERVICE_UNAVAILABLE;
            if busy {
                tracing::warn!(request, route, method, status, ms, left_out, "a request was put off");
            } else {
                tracing::error!(request, route, method, status, ms, left_out, "a request was not done");
            }
        } else if time >= SLOW {
            tracing::info!(route, method, status, ms, "a request was slow");
        } else {
            tracing::debug!(route, method, status, ms, "a request");
        }
    }

    fn count(&self, seen: &Seen) {
        let labels = [("route", seen.route), ("method", seen.method), ("status", seen.class)];
        self.requests.get_or_create(&labels).inc();
        self.times.get_or_create(&[("route", seen.route)]).observe(seen.time.as_secs_f64());
    }

    /// Adds everything to what is told.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests, by the pattern of their address; those of recipients are told in tens",
            self.requests.clone(),
        );
        registry.register("http_request_seconds", "Time until the reply begins", self.times.clone());
    }
}

/// The number of a reply, given to it now if nobody has shown one to the person before.
fn named<B>(reply: &mut ServiceResponse<B>) -> String {
    if let Some(known) = reply.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()) {
        return known.to_owned();
    }
    let id = RequestId::new();
    let (name, value) = id.header();
    reply.headers_mut().insert(name, value);
    id.to_string()
}

fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// The class of a status. A server that is busy is no server that fails.
fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        503 => "503",
        _ => "5xx",
    }
}

/// Lines about requests that failed: when everything fails, a few of them tell as much as all.
struct Lines {
    since: Instant,
    written: u32,
    left_out: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { since: Instant::now(), written: 0, left_out: 0 }
    }
}

impl Lines {
    /// Most lines of a second.
    const MOST: u32 = 10;

    /// Whether there is room for one more; gives how many there was none for before.
    fn next(&mut self) -> Option<u64> {
        if self.since.elapsed() >= Duration::from_secs(1) {
            (self.since, self.written) = (Instant::now(), 0);
        }
        if self.written >= Self::MOST {
            self.left_out += 1;
            return None;
        }
        self.written += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}
