//! The log, on standard error. It never holds a path, a code, an address, a name or an answer, at any level.

use clap::{Args, ValueEnum};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How the log is written.
#[derive(Args)]
pub(super) struct Log {
    /// How lines of the log are written: text, or a JSON object each
    #[arg(long = "log", env = "FIVEPOINT_LOG", value_enum, default_value_t, global = true)]
    form: Form,
    /// From which level on the program writes to the log
    #[arg(long = "log-level", env = "FIVEPOINT_LOG_LEVEL", value_enum, default_value_t, global = true)]
    level: Level,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Form {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Level {
    Error,
    Warn,
    #[default]
    Info,
    /// Adds a line for every request of the desk and of programs
    Debug,
}

impl Log {
    /// Starts it.
    pub(super) fn start(&self) {
        let level = match self.level {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        };
        // Libraries say less: what they would say may hold what a request holds.
        let levels = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("fivepoint", level);
        // What strangers send is not worth a line.
        let levels = levels.with_target("actix_http", LevelFilter::OFF);
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
        let lines = match self.form {
            Form::Text => lines.compact().boxed(),
            Form::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        };
        tracing_subscriber::registry().with(lines.with_filter(levels)).init();
    }
}
