//! What the recorder counts.

use super::{Held, Labels, seconds};
use crate::store::recorder::{Outcome, QUEUE};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::Duration;

/// What became of acts. Starting, declining and coming back are one, so that nobody sees who declines.
const OUTCOMES: [&str; 6] = ["recorded", "already_recorded", "moved", "invalid", "refused", "unknown"];

/// The numbers of the recorder.
pub struct Recorder {
    /// Acts that wait.
    pub queue: Gauge,
    /// Acts that were not taken because the queue was full.
    pub full: Counter,
    /// Acts whose people were told to try again because the database hung.
    pub late: Counter,
    /// Batches that failed.
    pub failures: Counter,
    /// Threads at work.
    pub threads: Gauge,
    acts: Family<Labels<1>, Counter>,
    sizes: Histogram,
    times: Histogram,
    held: Held<&'static str, u64>,
    batches: Held<(), Batch>,
}

/// A batch that is on disk.
struct Batch {
    size: u64,
    time: Duration,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            queue: Gauge::default(),
            full: Counter::default(),
            late: Counter::default(),
            failures: Counter::default(),
            threads: Gauge::default(),
            acts: Family::default(),
            sizes: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            times: seconds(),
            held: Held::default(),
            batches: Held::default(),
        }
    }
}

impl Recorder {
    /// A batch was taken and is on disk. Each outcome is told by itself, in tens; a batch with the answers it recorded,
    /// and one without any is not: what became of others would tell when an answer came.
    pub fn committed(&self, outcomes: &[Option<Outcome>], time: Duration) {
        let mut acts = [0_u64; OUTCOMES.len()];
        for outcome in outcomes.iter().flatten() {
            let [recorded, already, moved, invalid, refused, unknown] = &mut acts;
            *match outcome {
                Outcome::Recorded(_) => recorded,
                Outcome::AlreadyRecorded(_) => already,
                Outcome::Now(_) => moved,
                Outcome::Invalid { .. } => invalid,
                Outcome::Refused(..) | Outcome::Changed => refused,
                Outcome::Unknown => unknown,
            } += 1;
        }
        let [recorded, ..] = acts;
        let size = acts.iter().sum();
        for (outcome, acts) in OUTCOMES.into_iter().zip(acts).filter(|(_, acts)| *acts > 0) {
            let told: u64 = self.held.add(outcome, acts, acts).iter().sum();
            self.acts.get_or_create(&[("outcome", outcome)]).inc_by(told);
        }
        if recorded == 0 {
            return;
        }
        for Batch { size, time } in self.batches.add((), recorded, Batch { size, time }) {
            self.sizes.observe(u32::try_from(size).map_or(f64::MAX, f64::from));
            self.times.observe(time.as_secs_f64());
        }
    }

    /// Adds everything to what is told.
    pub fn register(&self, registry: &mut Registry) {
        // A rate needs a number to begin with.
        OUTCOMES.into_iter().for_each(|outcome| drop(self.acts.get_or_create(&[("outcome", outcome)])));
        let capacity = Gauge::<i64>::default();
        capacity.set(i64::try_from(QUEUE).unwrap_or(i64::MAX));
        registry.register(
            "recorder_acts",
            "Acts of people on links that were decided, told in tens",
            self.acts.clone(),
        );
        registry.register("recorder_queue", "Acts of people that wait to be recorded", self.queue.clone());
        registry.register("recorder_queue_capacity", "Acts that may wait at once", capacity);
        registry.register("recorder_full", "Acts that were put off because the queue was full", self.full.clone());
        registry.register("recorder_late", "Acts that waited 15 s in vain", self.late.clone());
        registry.register("recorder_failures", "Batches of which nothing was recorded", self.failures.clone());
        registry.register("recorder_threads", "Threads that record", self.threads.clone());
        registry.register("recorder_batch_acts", "Acts in a batch that recorded answers", self.sizes.clone());
        registry.register(
            "recorder_commit_seconds",
            "Time from taking a batch that recorded answers until it is on disk",
            self.times.clone(),
        );
    }
}
