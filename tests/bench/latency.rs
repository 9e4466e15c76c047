//! How long requests took.

use std::time::Duration;

/// Latencies in microseconds.
#[derive(Default)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    /// Adds one.
    pub fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Takes over all of another.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The median and the 99th percentile in milliseconds, as text.
    pub fn describe(&mut self) -> String {
        format!("{:.1} / {:.1}", self.at(0.50), self.at(0.99))
    }

    /// The milliseconds within which that share of them were done.
    pub fn at(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let place = (self.0.len() as f64 * share) as usize;
        self.0.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}
