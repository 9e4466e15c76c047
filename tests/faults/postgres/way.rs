//! The way to the database is slow, silent, or cut just as it says that something is done.

use super::cluster::Cluster;
use super::front::is_ready;
use super::wire::Wire;
use super::{SIZE, no_deadlock, wait_until};
use crate::Run;
use crate::report::Rounds;
use crate::scene::Scene;
use std::time::{Duration, Instant};

/// So many rounds of one fault of the way, each at some moment under load.
fn rounds(run: &mut Run, rounds: &mut Rounds<'_>, fault: fn(&Wire, &Scene, &str) -> Instant) {
    let cluster = Cluster::start_new("");
    let wire = Wire::to(cluster.port());
    let database = cluster.database();
    let name = database.url.rsplit_once('/').unwrap().1.to_owned();
    let direct = database.url.clone();
    let mut scene = Scene::open_as(database, cluster.url_at("127.0.0.1", wire.port, &name), SIZE, &run.chance);
    let node = scene.serve();
    // Commands go the straight way.
    scene.setting.url = direct;
    for _ in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        let over = fault(&wire, &scene, &node.address);
        let recovery = scene.recovered(over);
        wait_until("the node is ready again", || is_ready(&node.address));
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    node.stop();
}

/// Every message takes its time; answers go on.
pub fn slow(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, |wire, scene, _| {
        let before = scene.ledger.acknowledged();
        wire.slow_down(Duration::from_millis(100));
        wait_until("answers on a slow way", || scene.ledger.acknowledged() > before + 40);
        wire.slow_down(Duration::ZERO);
        Instant::now()
    });
}

/// The other side is reached and says nothing: nobody waits for it longer than is bearable.
pub fn silent(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, |wire, scene, address| {
        let (busy, _) = scene.ledger.refusals();
        wire.die();
        wait_until("the node says that it is not ready", || !is_ready(address));
        wait_until("who waits is told to come back", || scene.ledger.refusals().0 > busy);
        wire.revive();
        Instant::now()
    });
}

/// The database commits, and the reply is lost: sent again, the answer has to be found and not recorded twice.
pub fn lost_commit(run: &mut Run, given: &mut Rounds<'_>) {
    rounds(run, given, |wire, _, _| {
        let before = wire.swallowed();
        // One is found by the recorder itself; of three in a row the phones hear.
        wire.swallow(1 + before % 3);
        wait_until("a reply is lost", || wire.swallowed() > before);
        Instant::now()
    });
}
