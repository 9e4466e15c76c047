//! The database server is restarted, killed, made read-only, or has no place left.

use super::cluster::{Cluster, Stop};
use super::front::is_ready;
use super::{no_deadlock, scene, wait_until};
use crate::Run;
use crate::report::Rounds;
use crate::scene::Scene;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::time::{Duration, Instant};

/// One fault: what is done, and when it is over.
type Fault = fn(&Cluster, &Scene, &str) -> Instant;

/// So many rounds of one fault, each at some moment under load.
fn rounds(run: &mut Run, rounds: &mut Rounds<'_>, settings: &str, fault: Fault) {
    let cluster = Cluster::start_new(settings);
    let mut scene = scene(&cluster, &run.chance);
    let node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        let over = fault(&cluster, &scene, &node.address);
        let recovery = scene.recovered(over);
        wait_until("the node is ready again", || is_ready(&node.address));
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    node.stop();
}

/// The node says that it is not ready, and goes on saying it.
fn not_ready(address: &str) {
    wait_until("the node says that it is not ready", || !is_ready(address));
    std::thread::sleep(Duration::from_millis(500));
    assert!(!is_ready(address), "the node is ready while the database is not");
}

/// A restart as an upgrade of the server does it.
pub fn restarted(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, _, address| {
        cluster.stop(Stop::Fast);
        not_ready(address);
        cluster.start();
        Instant::now()
    });
}

/// A stop without a checkpoint: the server recovers from its log.
pub fn stopped_at_once(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, _, _| {
        cluster.stop(Stop::Immediate);
        cluster.start();
        Instant::now()
    });
}

/// SIGKILL to all of the server, or to its first process alone.
pub fn killed(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, scene, _| {
        if scene.ledger.acknowledged() % 2 == 0 {
            cluster.kill()
        } else {
            cluster.kill_postmaster()
        }
        cluster.start();
        Instant::now()
    });
}

/// SIGKILL to one session: the server ends all others, recovers, and nobody starts it.
pub fn session_killed(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, _, _| {
        let before = cluster.crashes();
        cluster.kill_backend();
        wait_until("the server begins anew", || cluster.crashes() > before);
        let over = Instant::now();
        // The checks have connections of their own, which it takes again when it has recovered.
        drop(cluster.connect());
        over
    });
}

/// All sessions of the program are ended.
pub fn sessions_ended(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, _, _| {
        cluster.end_sessions();
        Instant::now()
    });
}

/// Nothing can be written: a full disk noticed in time, a primary that has been demoted.
pub fn read_only(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, scene, address| {
        let (busy, _) = scene.ledger.refusals();
        cluster.set("default_transaction_read_only = on");
        not_ready(address);
        wait_until("answers are refused", || scene.ledger.refusals().0 > busy + 20);
        cluster.set("default_transaction_read_only = off");
        Instant::now()
    });
}

/// Somebody else takes every place, and the node has to come back into the server.
pub fn no_slots(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "max_connections = 24", |cluster, scene, address| {
        cluster.end_sessions();
        let mut taken = Vec::new();
        // Once nobody gets in any more, neither does the node.
        while let Ok(conn) = PgConnection::establish(&scene.setting.url) {
            taken.push(conn);
        }
        cluster.end_others(&mut taken);
        while let Ok(conn) = PgConnection::establish(&scene.setting.url) {
            taken.push(conn);
        }
        not_ready(address);
        drop(taken);
        Instant::now()
    });
}

/// Somebody holds the survey's row, as a long change does: at first shorter and then longer than anybody waits.
pub fn locked(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, "", |cluster, scene, _| {
        let seconds = if scene.looked.is_empty() { 3 } else { 13 };
        let mut conn = cluster.connect_to(&scene.database.url);
        conn.batch_execute("BEGIN; SELECT 1 FROM survey FOR UPDATE").unwrap();
        std::thread::sleep(Duration::from_secs(seconds));
        conn.batch_execute("COMMIT").unwrap();
        Instant::now()
    });
}
