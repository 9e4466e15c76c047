//! Sends invitations and reminders: one thread for each way, on every node. The store says what is due, and
//! sees to it that several nodes together keep the rate and take no message twice at once.

pub mod email;
pub mod letter;
pub mod webhook;

use super::metrics::Rounds;
use crate::config::Clock;
use crate::config::sending::Sending;
use crate::domain::message::{Channel, Outcome};
use crate::domain::steady::Steady;
use crate::domain::token::{Code, Secret};
use crate::error::{Error, Result};
use crate::store::Db;
use crate::store::outbox::{self, Message, Work};
use chrono::{DateTime, TimeDelta, Utc};
use email::Mailer;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use webhook::Webhook;

/// Time between two looks while nothing is due.
const IDLE: Duration = Duration::from_secs(1);

/// The link that a message carries.
pub fn link(base_url: &str, code: &Code) -> String {
    format!("{base_url}/s/{code}")
}

/// The threads; each ends after the message it is at.
pub struct Postman(Vec<(Sender<()>, JoinHandle<()>)>);

/// What messages are made from.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub db: Db,
    /// The server secret.
    pub secret: Secret,
    /// The clock.
    pub clock: Clock,
    /// Where recipients reach the server.
    pub base_url: Arc<str>,
    /// The settings.
    pub sending: Arc<Sending>,
    /// What is counted of it.
    pub rounds: Rounds,
}

enum Carrier {
    Webhook(Webhook),
    Email(Mailer),
}

impl Postman {
    /// Starts a thread for each way that is set up.
    pub fn start(office: &Office) -> Result<Self> {
        let sending = &office.sending;
        let patience = sending.rules.patience.to_std().unwrap_or(IDLE);
        let webhook = sending.webhook.clone().map(|hook| Carrier::Webhook(Webhook::new(hook, patience)));
        let email = sending.email.as_ref().map(|mail| Mailer::new(mail, patience)).transpose()?.map(Carrier::Email);
        let mut threads = Vec::new();
        for carrier in [webhook, email].into_iter().flatten() {
            let (stop, stopped) = channel::<()>();
            let round =
                Round { office: office.clone(), carrier, turn: 0, began: Instant::now(), steady: Steady::default() };
            let thread = std::thread::Builder::new().name("postman".to_owned()).spawn(move || round.run(&stopped));
            threads.push((stop, thread.map_err(|error| Error::Setup(format!("no thread can be started: {error}")))?));
        }
        Ok(Self(threads))
    }

    /// Ends the threads and waits for the messages they are at.
    pub fn stop(self) {
        let (stops, threads): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        drop(stops);
        if threads.into_iter().any(|thread| thread.join().is_err()) {
            tracing::error!("a postman ended early");
        }
    }
}

struct Round {
    office: Office,
    carrier: Carrier,
    /// Surveys take turns.
    turn: usize,
    began: Instant,
    steady: Steady,
}

impl Round {
    fn run(mut self, stopped: &Receiver<()>) {
        loop {
            let pause = self.step().unwrap_or_else(|error| {
                tracing::error!(%error, "messages cannot be sent at the moment");
                IDLE
            });
            if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
    }

    fn work(&self, now: DateTime<Utc>) -> Work<'_> {
        let (secret, rules) = (&self.office.secret, &self.office.sending.rules);
        let channel = match self.carrier {
            Carrier::Webhook(_) => Channel::Webhook,
            Carrier::Email(_) => Channel::Email,
        };
        Work { secret, channel, channels: self.office.sending.channels(), rules, now }
    }

    /// Sends the next message, if one is due; gives how long to wait before the next look.
    fn step(&mut self) -> Result<Duration> {
        let db = self.office.db.clone();
        let now = self.office.clock.now();
        // A message that went at night, or days early, cannot be taken back.
        if !self.steady.believes(now, self.began.elapsed()) {
            return Ok(IDLE);
        }
        let look = db.read(|conn| outbox::look(conn, &self.work(now)))?;
        let wait = look.not_before - now;
        if wait > TimeDelta::zero() {
            return Ok(wait.to_std().unwrap_or(IDLE).min(IDLE));
        }
        self.turn = self.turn.wrapping_add(1);
        let Some(survey) = look.surveys.get(self.turn % look.surveys.len().max(1)) else { return Ok(IDLE) };
        let work = self.work(self.office.clock.now());
        if let Some(message) = db.write("take message", |conn| outbox::take(conn, &work, *survey))? {
            let outcome = self.deliver(&message);
            let became = match outcome {
                Outcome::Arrived => "arrived",
                Outcome::Undeliverable => "undeliverable",
                Outcome::Failed(..) => "failed",
                Outcome::Refused(_) => "refused",
            };
            self.office.rounds.sent(work.channel.name(), became);
            let work = self.work(self.office.clock.now());
            db.write("settle message", |conn| outbox::settle(conn, &work, &message, outcome))?;
        }
        Ok(Duration::ZERO)
    }

    fn deliver(&self, message: &Message) -> Outcome {
        let (base_url, now) = (&self.office.base_url, self.office.clock.now());
        match &self.carrier {
            Carrier::Webhook(webhook) => webhook.deliver(message, base_url, now),
            Carrier::Email(mailer) => mailer.deliver(message, base_url, now),
        }
    }
}
