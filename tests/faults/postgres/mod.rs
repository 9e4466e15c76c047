//! Faults of PostgreSQL, of the way to it, and of one node among several.

mod cluster;
mod disk;
mod front;
mod network;
mod nodes;
mod server;
mod standby;
mod upgrade;
mod way;
mod wire;

use crate::Kind;
use crate::chance::Chance;
use crate::database::Engine::Postgres;
use crate::need::Need;
use crate::scene::{Scene, Size};
use cluster::Cluster;
use std::time::{Duration, Instant};

/// All kinds, in the order in which they are tried.
pub const KINDS: &[Kind] = &[
    Kind { name: "pg-restart", engine: Postgres, rounds: 3, needs: &[], run: server::restarted },
    Kind { name: "pg-immediate", engine: Postgres, rounds: 3, needs: &[], run: server::stopped_at_once },
    Kind { name: "pg-kill", engine: Postgres, rounds: 4, needs: &[], run: server::killed },
    Kind { name: "pg-kill-session", engine: Postgres, rounds: 6, needs: &[], run: server::session_killed },
    Kind { name: "pg-end-sessions", engine: Postgres, rounds: 5, needs: &[], run: server::sessions_ended },
    Kind { name: "pg-read-only", engine: Postgres, rounds: 3, needs: &[], run: server::read_only },
    Kind { name: "pg-no-slots", engine: Postgres, rounds: 2, needs: &[], run: server::no_slots },
    Kind { name: "pg-locked", engine: Postgres, rounds: 2, needs: &[], run: server::locked },
    Kind { name: "pg-slow", engine: Postgres, rounds: 2, needs: &[], run: way::slow },
    Kind { name: "pg-silent", engine: Postgres, rounds: 2, needs: &[], run: way::silent },
    Kind { name: "pg-lost-commit", engine: Postgres, rounds: 10, needs: &[], run: way::lost_commit },
    Kind { name: "network-cut", engine: Postgres, rounds: 2, needs: &[Need::Namespaces], run: network::cut },
    Kind { name: "pg-disk-full", engine: Postgres, rounds: 2, needs: &[Need::Mount], run: disk::full },
    Kind { name: "node-kill", engine: Postgres, rounds: 15, needs: &[], run: nodes::killed },
    Kind { name: "node-frozen", engine: Postgres, rounds: 2, needs: &[], run: nodes::frozen },
    Kind { name: "node-clock", engine: Postgres, rounds: 4, needs: &[Need::Compiler], run: nodes::clock_moved },
    Kind { name: "node-upgrade", engine: Postgres, rounds: 3, needs: &[], run: upgrade::beside },
    Kind { name: "failover", engine: Postgres, rounds: 4, needs: &[], run: standby::failover },
    Kind { name: "unreplicated", engine: Postgres, rounds: 2, needs: &[], run: standby::unreplicated },
];

/// A server is waited for longer here than a disk, and fewer links are answered.
const SIZE: Size = Size { links: 30_000, ..Size::usual() };

/// A survey on a cluster.
fn scene(cluster: &Cluster, chance: &Chance) -> Scene {
    Scene::open_on(cluster.database(), SIZE, chance)
}

/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something holds; tells in its panic what did not.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// No two transactions may wait for each other, whatever is done to them.
fn no_deadlock(clusters: &[&Cluster]) {
    let deadlocks: usize = clusters.iter().map(|cluster| cluster.deadlocks()).sum();
    println!("           deadlocks: {deadlocks}");
    assert_eq!(deadlocks, 0, "deadlocks");
}
