//! The numbers of this process, for Prometheus: `GET /metrics` at an address of its own, so that no proxy in front of
//! the recipients' pages can reach it.
//!
//! What may be counted is decided in decision 33: nothing about a survey, a unit or a link, and nothing of which a
//! single act of a recipient could be read. `docs/watching.md` has every name.

mod process;
mod traffic;

pub use traffic::{Route, Traffic};

use super::health::Vitals;
use super::watch::Watch;
use crate::domain::message::Channel;
use crate::domain::progress::Counts;
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::census::Census;
use crate::store::meters::{Labels, Rough};
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::rt::task::JoinHandle;
use actix_web::web::{Data, get};
use actix_web::{App as Actix, HttpResponse, HttpServer};
use chrono::{DateTime, Utc};
use process::Process;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// The type of the text (OpenMetrics 1.0).
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Sizes of files are told in whole steps of this: a single commit does not show.
const MEBIBYTE: u64 = 1 << 20;

/// What the threads that look after things count.
#[derive(Clone, Default)]
pub struct Rounds {
    rounds: Counter,
    last: Gauge,
    failures: Family<Labels<1>, Counter>,
    /// Messages by channel and what became of them.
    messages: Family<Labels<2>, Counter>,
    surveys: Family<Labels<1>, Gauge>,
    links: Family<Labels<1>, Gauge>,
    waiting: Gauge,
    roughly: Arc<[Rough; 7]>,
}

impl Rounds {
    /// The keeper has been everywhere.
    pub fn done(&self, now: DateTime<Utc>) {
        self.rounds.inc();
        self.last.set(now.timestamp());
    }

    /// Something that is due is about to be done.
    pub fn begin(&self, duty: &'static str) {
        // A rate needs a number to begin with.
        drop(self.failures.get_or_create(&[("duty", duty)]));
    }

    /// Something that is due could not be done.
    pub fn failed(&self, duty: &'static str) {
        self.failures.get_or_create(&[("duty", duty)]).inc();
    }

    /// A message was tried to be sent.
    pub fn sent(&self, channel: &'static str, outcome: &'static str) {
        self.messages.get_or_create(&[("channel", channel), ("outcome", outcome)]).inc();
    }

    /// Sets how much there is of everything.
    pub fn counted(&self, census: &Census) {
        for state in ["draft", "open", "closed", "sealed"] {
            let found = census.surveys.iter().find(|(known, _)| known.name() == state);
            self.surveys.get_or_create(&[("state", state)]).set(found.map_or(0, |(_, count)| *count));
        }
        let Counts { issued, waiting, started, submitted, declined, revoked, expired: _ } = census.links;
        let [of_issued, of_waiting, of_started, of_submitted, of_declined, of_revoked, of_messages] = &*self.roughly;
        for (state, rough, count) in [
            ("issued", of_issued, issued),
            ("waiting", of_waiting, waiting),
            ("started", of_started, started),
            ("submitted", of_submitted, submitted),
            ("declined", of_declined, declined),
            ("revoked", of_revoked, revoked),
        ] {
            self.links.get_or_create(&[("state", state)]).set(rough.of(count));
        }
        self.waiting.set(of_messages.of(census.messages));
    }

    fn register(&self, registry: &mut Registry) {
        for channel in Channel::ALL {
            for outcome in ["arrived", "undeliverable", "failed", "refused"] {
                drop(self.messages.get_or_create(&[("channel", channel.name()), ("outcome", outcome)]));
            }
        }
        registry.register("keeper_rounds", "Rounds of the thread that does what is due", self.rounds.clone());
        registry.register(
            "keeper_last_round_timestamp_seconds",
            "When the last of them ended, in seconds since 1970",
            self.last.clone(),
        );
        registry.register("keeper_failures", "Things that were due and could not be done", self.failures.clone());
        registry.register("messages", "Messages by way and what became of them", self.messages.clone());
        registry.register("messages_waiting", "Messages that wait to be sent, told in tens", self.waiting.clone());
        registry.register("surveys", "Surveys in each state", self.surveys.clone());
        registry.register("links", "Links of all open surveys together, by state, told in tens", self.links.clone());
    }
}

/// Everything that can be told.
pub struct Told {
    registry: Registry,
    db: Db,
    vitals: Vitals,
    watch: Watch,
    process: Process,
    ready: Gauge,
    streams: Gauge,
    connections: Family<Labels<1>, Gauge>,
    files: Family<Labels<1>, Gauge>,
}

impl Told {
    /// Tells of all these.
    pub fn new(db: Db, vitals: Vitals, watch: Watch, traffic: &Traffic, rounds: &Rounds) -> Self {
        let mut registry = Registry::with_prefix("fivepoint");
        let engine = if db.is_postgres() { "postgres" } else { "sqlite" };
        let build = Info::new([("version", env!("CARGO_PKG_VERSION")), ("engine", engine)]);
        registry.register("build", "Which program this is, and which engine it works with", build);
        let (process, ready, streams) = (Process::default(), Gauge::default(), Gauge::default());
        let (connections, files) = (Family::default(), Family::default());
        registry.register("ready", "Whether answers can be recorded: 1 or 0", Gauge::clone(&ready));
        traffic.register(&mut registry);
        db.meters().register(&mut registry);
        registry.register(
            "database_connections",
            "Connections for pages: how many there may be at most, and how many are busy and idle",
            Family::clone(&connections),
        );
        if !db.is_postgres() {
            registry.register(
                "sqlite_file_bytes",
                "Size of the database and of its log, in whole MiB",
                Family::clone(&files),
            );
        }
        registry.register("streams", "Pages of progress that are open", Gauge::clone(&streams));
        rounds.register(&mut registry);
        process.register(&mut registry);
        Self { registry, db, vitals, watch, process, ready, streams, connections, files }
    }

    /// How things are now.
    async fn text(&self) -> Result<String, std::fmt::Error> {
        self.ready.set(i64::from(self.vitals.check().await.is_ok()));
        self.streams.set(i64::try_from(self.watch.streams()).unwrap_or(i64::MAX));
        let (most, open, idle) = self.db.connections();
        for (state, count) in [("most", most), ("busy", open.saturating_sub(idle)), ("idle", idle)] {
            self.connections.get_or_create(&[("state", state)]).set(count.into());
        }
        if let Some((database, log)) = self.db.file_sizes() {
            for (file, bytes) in [("database", database), ("log", log)] {
                let whole = bytes.next_multiple_of(MEBIBYTE);
                self.files.get_or_create(&[("file", file)]).set(i64::try_from(whole).unwrap_or(i64::MAX));
            }
        }
        self.process.look();
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A server of its own for `/metrics`.
pub struct Teller {
    server: Server,
    address: SocketAddr,
}

impl Teller {
    /// Listens at an address.
    pub fn bind(listen: SocketAddr, told: Told) -> Result<Self> {
        let listener = TcpListener::bind(listen)
            .map_err(|error| Error::Setup(format!("cannot listen on {listen} for metrics: {error}")))?;
        let address = listener.local_addr()?;
        let told = Data::new(told);
        let server = HttpServer::new(move || Actix::new().app_data(told.clone()).route("/metrics", get().to(metrics)))
            .workers(1)
            .keep_alive(Duration::from_secs(75))
            .disable_signals()
            .listen(listener)?
            .run();
        Ok(Self { server, address })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers from now on, until it is stopped; gives how to stop it, and what to wait for then.
    pub fn start(self) -> (ServerHandle, JoinHandle<std::io::Result<()>>) {
        (self.server.handle(), actix_web::rt::spawn(self.server))
    }
}

/// `GET /metrics`
async fn metrics(told: Data<Told>) -> HttpResponse {
    match told.text().await {
        Ok(text) => HttpResponse::Ok().insert_header((CONTENT_TYPE, OPEN_METRICS)).body(text),
        Err(error) => {
            tracing::error!(%error, "the numbers cannot be told");
            HttpResponse::InternalServerError().finish()
        }
    }
}
