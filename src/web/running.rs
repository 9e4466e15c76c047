//! A server at work, and its end.

use super::connections::Connections;
use super::keeper::Keeper;
use super::postman::Postman;
use super::watch::Watcher;
use crate::error::Result;
use crate::store::recorder::Threads;
use actix_web::dev::{Server, ServerHandle};
use std::net::SocketAddr;
use std::sync::Arc;

/// A server that listens already and answers once it is [run](Running::run).
pub struct Running {
    pub(super) server: Server,
    pub(super) threads: Threads,
    pub(super) keeper: Keeper,
    pub(super) postman: Option<Postman>,
    pub(super) watcher: Watcher,
    pub(super) connections: Arc<Connections>,
    pub(super) address: SocketAddr,
}

impl Running {
    /// Where it really listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle to stop it with.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers requests until it is stopped or gets SIGTERM; then lets requests finish and writes down
    /// what was handed in.
    pub async fn run(self) -> Result<()> {
        let watch = self.watcher.watch();
        let ending = actix_web::rt::spawn(async move {
            terminated().await;
            watch.end();
        });
        let sweeping = actix_web::rt::spawn(async move { self.connections.watch().await });
        let served = self.server.await;
        ending.abort();
        sweeping.abort();
        // Nobody is served any more: waiting here holds nobody up.
        self.watcher.stop();
        served?;
        self.keeper.stop();
        if let Some(postman) = self.postman {
            postman.stop();
        }
        self.threads.join();
        Ok(())
    }
}

/// Waits for SIGTERM. The server waits then until every request has been answered, and a stream is a request
/// without an end.
#[cfg(unix)]
async fn terminated() {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(error) => {
            tracing::error!(%error, "streams will hold up the end of the server");
            std::future::pending().await
        }
    }
}

/// There is no SIGTERM here.
#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
