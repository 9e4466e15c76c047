//! A primary with a synchronous standby: the primary dies, the standby takes its place, the nodes follow.

use super::cluster::Cluster;
use super::front::{Front, is_ready};
use super::nodes::shown_everywhere;
use super::wire::Wire;
use super::{SIZE, scene};
use super::{no_deadlock, wait_until};
use crate::Run;
use crate::database::Database;
use crate::node::Node;
use crate::report::Rounds;
use crate::scene::Scene;
use std::time::{Duration, Instant};

/// The standby's name.
const NAME: &str = "second";

/// An address of both servers; the one that takes changes is found.
fn either(database: &Database, ports: [u16; 2]) -> String {
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let [one, two] = ports;
    format!("postgres://app@127.0.0.1:{one},127.0.0.1:{two}/{name}?target_session_attrs=read-write")
}

/// The primary is killed under load, again and again; the standby is promoted, and the dead one follows it anew.
pub fn failover(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut primary = Cluster::start_new("");
    let mut standby = primary.standby(NAME, primary.port(), None);
    primary.wait_for_standby(NAME);
    let database = primary.database();
    let url = either(&database, [primary.port(), standby.port()]);
    let mut scene = Scene::open_as(database, url, SIZE, &run.chance);
    let nodes: Vec<Node> = (0..2).map(|_| scene.setting.serve()).collect();
    let front = Front::before(nodes.iter().map(|node| node.address.as_str()));
    scene.door.lead_to(&front.address);
    for _ in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        primary.kill();
        standby.promote();
        let over = Instant::now();
        let recovery = scene.recovered(over);
        for node in &nodes {
            wait_until("a node is ready again", || is_ready(&node.address));
        }
        lead_checks(&mut scene, &standby);
        rounds.note(recovery, &scene.check());
        shown_everywhere(&scene, &nodes);
        no_deadlock(&[&primary, &standby]);
        let port = primary.port();
        drop(primary);
        primary = standby;
        standby = primary.standby(NAME, primary.port(), Some(port));
        primary.wait_for_standby(NAME);
    }
    rounds.conclude(&scene.finish());
    nodes.into_iter().for_each(Node::stop);
}

/// The standby is cut off, so that commits wait for it; the sessions that wait are ended, which leaves what they
/// committed on the primary alone. Whoever sends such an answer again must not be told that it is kept, because then
/// the primary dies. (That the recorder holds the survey's row writes to the log, so that a batch that only finds
/// answers waits for the standby like any other.)
pub fn unreplicated(run: &mut Run, rounds: &mut Rounds<'_>) {
    for _ in 0..rounds.count {
        let primary = Cluster::start_new("");
        let wire = Wire::to(primary.port());
        let standby = primary.standby(NAME, wire.port, None);
        primary.wait_for_standby(NAME);
        let mut scene = scene(&primary, &run.chance);
        scene.setting.url = either(&scene.database, [primary.port(), standby.port()]);
        let node = scene.serve();
        scene.load(50);
        wire.die();
        std::thread::sleep(Duration::from_secs(1));
        for _ in 0..3 {
            primary.end_sessions();
            std::thread::sleep(Duration::from_millis(500));
        }
        primary.kill();
        wire.revive();
        standby.promote();
        let over = Instant::now();
        let recovery = scene.recovered(over);
        wait_until("the node is ready again", || is_ready(&node.address));
        lead_checks(&mut scene, &standby);
        rounds.note(recovery, &scene.check());
        rounds.conclude(&scene.finish());
        no_deadlock(&[&primary, &standby]);
        node.stop();
    }
}

/// Checks look at this server from now on.
fn lead_checks(scene: &mut Scene, cluster: &Cluster) {
    let (_, name) = scene.database.url.rsplit_once('/').unwrap();
    scene.database.url = cluster.url_at("127.0.0.1", cluster.port(), name);
}
