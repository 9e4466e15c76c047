//! The disk of the database's log is full: the server falls, and comes back when there is room.

use super::cluster::Cluster;
use super::front::is_ready;
use super::{no_deadlock, scene, wait_until};
use crate::Run;
use crate::report::Rounds;
use std::time::Instant;

/// MiB of the log's file system.
const ROOM: usize = 160;

/// Fills it under load; then makes room, and starts the server as a supervisor would.
pub fn full(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::with_small_log("max_wal_size = 64MB\nmin_wal_size = 32MB", ROOM);
    let mut scene = scene(&cluster, &run.chance);
    let node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50);
        cluster.fill_log_disk();
        // What is left of the part of the log that is being written is used up at once.
        cluster.use_up_log();
        wait_until("the server falls", || !is_ready(&node.address));
        wait_until("the server ends", || !cluster.runs());
        cluster.clear_log_disk();
        cluster.start();
        let over = Instant::now();
        let recovery = scene.recovered(over);
        wait_until("the node is ready again", || is_ready(&node.address));
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    node.stop();
}
