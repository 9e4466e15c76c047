//! The network between node and database is cut: nothing comes back, not even a refusal.

use super::cluster::Cluster;
use super::front::is_ready;
use super::{SIZE, no_deadlock, wait_until};
use crate::Run;
use crate::report::Rounds;
use crate::scene::Scene;
use std::process::Command;
use std::time::{Duration, Instant};

/// A network name space for one node, with one line to the phones and another to the database.
struct Elsewhere {
    name: String,
    /// Second and third byte of its addresses.
    net: String,
}

fn ip(line: &str) {
    let output = Command::new("ip").args(line.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "ip {line}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Elsewhere {
    fn new() -> Self {
        let [one, two, ..] = crate::database::random();
        let (name, net) = (format!("fp{one}-{two}"), format!("10.{one}.{two}"));
        ip(&format!("netns add {name}"));
        let elsewhere = Self { name, net };
        // .1 and .2 are the line to the phones, .5 and .6 that to the database.
        for (line, here, there) in [("p", 1, 2), ("d", 5, 6)] {
            let Self { name, net } = &elsewhere;
            let (near, far) = (elsewhere.end(line), format!("{line}far"));
            ip(&format!("link add {near} type veth peer name {far} netns {name}"));
            ip(&format!("address add {net}.{here}/30 dev {near}"));
            ip(&format!("link set {near} up"));
            ip(&format!("-n {name} address add {net}.{there}/30 dev {far}"));
            ip(&format!("-n {name} link set {far} up"));
        }
        ip(&format!("-n {} link set lo up", elsewhere.name));
        elsewhere
    }

    /// Our end of a line.
    fn end(&self, line: &str) -> String {
        format!("{line}{}", self.name)
    }

    fn cut(&self) {
        ip(&format!("link set {} down", self.end("d")));
    }

    fn mend(&self) {
        ip(&format!("link set {} up", self.end("d")));
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        // Its ends of the lines go with it, and ours with them.
        let _ = Command::new("ip").args(["netns", "delete", &self.name]).status();
    }
}

/// Cut under load: for a moment, and for longer than any connection lives through.
pub fn cut(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::start_new("");
    let elsewhere = Elsewhere::new();
    let database = cluster.database();
    let name = database.url.rsplit_once('/').unwrap().1.to_owned();
    let direct = database.url.clone();
    let mut scene = Scene::open_on(database, SIZE, &run.chance);
    scene.setting.url = cluster.url_at(&format!("{}.5", elsewhere.net), cluster.port(), &name);
    scene.setting.before = ["ip", "netns", "exec", &elsewhere.name].map(str::to_owned).to_vec();
    let node = scene.setting.serve_at(&format!("{}.2:0", elsewhere.net)).unwrap();
    scene.door.lead_to(&node.address);
    scene.setting.before.clear();
    scene.setting.url = direct;
    for round in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        elsewhere.cut();
        let began = Instant::now();
        wait_until("the node says that it is not ready", || !is_ready(&node.address));
        std::thread::sleep(Duration::from_secs(if round % 2 == 0 { 4 } else { 25 }).saturating_sub(began.elapsed()));
        elsewhere.mend();
        let over = Instant::now();
        let recovery = scene.recovered(over);
        wait_until("the node is ready again", || is_ready(&node.address));
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    node.stop();
}
