//! What the operating system says of this process. Linux tells it in files; elsewhere nothing is told.

use crate::store::meters::Rough;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

type Figure = Gauge<f64, AtomicU64>;

/// Ticks of a second in what Linux tells programs, on every machine it runs on.
const TICKS: f64 = 100.0;

/// The figures.
#[derive(Default)]
pub struct Process {
    memory: Figure,
    cpu: Counter<f64, AtomicU64>,
    files: Figure,
    most_files: Figure,
    started: Figure,
    /// Each connection is a file: exactly told, they would tell of each visit.
    rough: Rough,
}

impl Process {
    /// Adds everything to what is told.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("process_memory_bytes", "Memory that is held (resident)", self.memory.clone());
        registry.register(
            "process_cpu_seconds",
            "Processor time used since the start, in whole seconds",
            self.cpu.clone(),
        );
        registry.register("process_open_files", "Open files and connections, told in tens", self.files.clone());
        registry.register("process_most_files", "Files and connections that may be open", self.most_files.clone());
        registry.register(
            "process_start_timestamp_seconds",
            "When the process was started, in seconds since 1970",
            self.started.clone(),
        );
    }

    /// Looks again; what cannot be read stays as it was.
    pub fn look(&self) {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
        set(&self.memory, line(&read("status"), "VmRSS:").map(|kilobytes| kilobytes * 1024.0));
        set(&self.most_files, line(&read("limits"), "Max open files"));
        let files = std::fs::read_dir("/proc/self/fd").ok().and_then(|files| u32::try_from(files.count()).ok());
        let rough = files.and_then(|files| u32::try_from(self.rough.of(files.into())).ok());
        set(&self.files, rough.map(f64::from));
        // The name of the program stands in parentheses and may hold anything.
        let stat = read("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok());
        if let Some((own, kernel)) = ticks(11).zip(ticks(12)) {
            self.cpu.inc_by(((own + kernel) / TICKS).floor() - self.cpu.get());
        }
        let boot = line(&std::fs::read_to_string("/proc/stat").unwrap_or_default(), "btime");
        set(&self.started, boot.zip(ticks(19)).map(|(boot, after)| boot + after / TICKS));
    }
}

fn set(figure: &Figure, value: Option<f64>) {
    if let Some(value) = value {
        figure.set(value);
    }
}

/// The first number of the line that begins so.
fn line(text: &str, begins: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(begins))?;
    rest.split_whitespace().next()?.parse().ok()
}
