//! What the store counts about itself, for whoever watches the program: never about a survey, a unit, a link or a
//! person.
//!
//! Acts of recipients are told ten at a time ([`Held`]): who reads the numbers every few seconds does not see when
//! somebody answered.

mod held;
mod recorder;

pub use held::{Held, Rough};
pub(super) use recorder::Recorder;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// Labels that are known when the program is written.
pub type Labels<const N: usize> = [(&'static str, &'static str); N];

/// A histogram for each set of labels, made when it is needed.
pub type Times<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// Seconds that tell a quick answer of the database or of the program from a slow one.
pub fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

/// The numbers of one database.
pub struct Meters {
    /// About the recorder.
    pub(super) recorder: Recorder,
    /// Threads that wait for a connection.
    pub(super) waiting: Gauge,
    /// How often nobody got one in time.
    pub(super) exhausted: Counter,
    /// How often no connection could be made.
    pub(super) unreachable: Counter,
    writes: Times<1>,
    retries: Family<Labels<1>, Counter>,
    failures: Family<Labels<1>, Counter>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            recorder: Recorder::default(),
            waiting: Gauge::default(),
            exhausted: Counter::default(),
            unreachable: Counter::default(),
            writes: Family::new_with_constructor(seconds),
            retries: Family::default(),
            failures: Family::default(),
        }
    }
}

impl Meters {
    /// A named change was made, or failed for a reason that no rule gives.
    pub(super) fn wrote(&self, name: &'static str, time: Duration, failed: bool) {
        let labels = [("write", name)];
        self.writes.get_or_create(&labels).observe(time.as_secs_f64());
        // A rate needs a number to begin with.
        drop(self.retries.get_or_create(&labels));
        self.failures.get_or_create(&labels).inc_by(failed.into());
    }

    /// A named change collided with another and is tried again.
    pub(super) fn retried(&self, name: &'static str) {
        self.retries.get_or_create(&[("write", name)]).inc();
    }

    /// How many batches of answers have failed so far.
    pub fn failed_batches(&self) -> u64 {
        self.recorder.failures.get()
    }

    /// Threads of the recorder that are at work.
    pub fn recorders(&self) -> i64 {
        self.recorder.threads.get()
    }

    /// Adds everything to what is told.
    pub fn register(&self, registry: &mut Registry) {
        self.recorder.register(registry);
        registry.register("database_waiting", "Threads that wait for a database connection", self.waiting.clone());
        registry.register(
            "database_exhausted",
            "Times that no database connection became free in 5 s",
            self.exhausted.clone(),
        );
        registry.register(
            "database_unreachable",
            "Connections to the database that could not be made",
            self.unreachable.clone(),
        );
        registry.register(
            "write_seconds",
            "Time of each named change but the recorder's, until it is on disk",
            self.writes.clone(),
        );
        registry.register(
            "write_retries",
            "Changes that collided with another and were tried again",
            self.retries.clone(),
        );
        registry.register("write_failures", "Changes that the database did not make", self.failures.clone());
    }
}
