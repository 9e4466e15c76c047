//! A server's life: it answers, is told to end, finishes what was begun.

use super::connections::Connections;
use super::health::{Nurse, Vitals};
use super::keeper::Keeper;
use super::metrics::Teller;
use super::postman::Postman;
use super::watch::{Watch, Watcher};
#[cfg(unix)]
use crate::error::Error;
use crate::error::Result;
use crate::store::recorder::Threads;
use actix_web::dev::{Server, ServerHandle};
#[cfg(unix)]
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use actix_web::rt::time::timeout;
#[cfg(unix)]
use futures_util::future::{Either, select};
use std::net::SocketAddr;
#[cfg(unix)]
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A server that listens already and answers once it is [run](Running::run).
pub struct Running {
    pub(super) server: Server,
    pub(super) threads: Threads,
    pub(super) keeper: Keeper,
    pub(super) postman: Option<Postman>,
    pub(super) watcher: Watcher,
    pub(super) connections: Arc<Connections>,
    pub(super) nurse: Nurse,
    pub(super) vitals: Vitals,
    pub(super) teller: Option<Teller>,
    pub(super) address: SocketAddr,
    pub(super) signals: Signals,
    /// How long it goes on answering after SIGTERM, so that whoever sends it requests sees that it ends.
    pub(super) delay: Duration,
}

/// How the program is told to end.
enum Ending {
    /// SIGTERM: finish what was begun.
    Gently,
    /// Ctrl-C: at once.
    AtOnce,
}

impl Running {
    /// Where it really listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its numbers are told, where they are.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.teller.as_ref().map(Teller::address)
    }

    /// A handle to stop it with.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers requests until it is stopped or gets SIGTERM; then lets requests finish and writes down
    /// what was handed in.
    pub async fn run(self) -> Result<()> {
        let ending = end(self.signals, self.server.handle(), self.watcher.watch(), self.vitals, self.delay);
        let ending = actix_web::rt::spawn(ending);
        let teller = self.teller.map(Teller::start);
        let sweeping = actix_web::rt::spawn(async move { self.connections.watch().await });
        let served = self.server.await;
        ending.abort();
        sweeping.abort();
        if let Some((handle, told)) = teller {
            handle.stop(true).await;
            // Only what was spawned here ends with it.
            let _ = told.await;
        }
        // Nobody is served any more: waiting here holds nobody up.
        self.watcher.stop();
        served?;
        self.keeper.stop();
        if let Some(postman) = self.postman {
            postman.stop();
        }
        self.threads.join();
        self.nurse.stop();
        Ok(())
    }
}

/// Waits until the program is told to end, and ends the server. It waits until every request has been answered, and a
/// stream is a request without an end.
async fn end(mut signals: Signals, server: ServerHandle, watch: Watch, vitals: Vitals, delay: Duration) {
    match signals.told().await {
        Ending::Gently => {
            vitals.end();
            watch.end();
            if !delay.is_zero() {
                tracing::info!(seconds = delay.as_secs(), "not ready any more; the server ends soon");
                // Whoever says it twice does not want to wait.
                let _ = timeout(delay, signals.told()).await;
            }
            server.stop(true).await;
        }
        Ending::AtOnce => server.stop(false).await,
    }
}

/// What the program is told from outside. It is heard from here on, also before anybody asks.
#[cfg(unix)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    pub(super) fn listen() -> Result<Self> {
        let listen =
            |kind| signal(kind).map_err(|error| Error::Setup(format!("signals cannot be listened to: {error}")));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
        })
    }

    async fn told(&mut self) -> Ending {
        let (interrupted, stopped) = (pin!(self.interrupt.recv()), pin!(self.quit.recv()));
        match select(pin!(self.terminate.recv()), select(interrupted, stopped)).await {
            Either::Left(_) => Ending::Gently,
            Either::Right(_) => Ending::AtOnce,
        }
    }
}

/// There is no SIGTERM here.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) const fn listen() -> Result<Self> {
        Ok(Self)
    }

    async fn told(&mut self) -> Ending {
        match actix_web::rt::signal::ctrl_c().await {
            Ok(()) => Ending::AtOnce,
            Err(error) => {
                tracing::error!(%error, "Ctrl-C cannot be listened to");
                std::future::pending().await
            }
        }
    }
}
