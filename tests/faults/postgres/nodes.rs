//! Several nodes on one database, and one of them is killed or frozen.

use super::cluster::Cluster;
use super::front::{Front, is_ready};
use super::{PATIENCE, no_deadlock, scene, wait_until};
use crate::Run;
use crate::client::{Client, Door, Reply};
use crate::ledger::{Sure, options};
use crate::node::Node;
use crate::report::Rounds;
use crate::scene::Scene;
use crate::shim::{DAY, Shim, YEARS};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Links that are answered on two nodes in the same moment, in each round.
const RACES: usize = 8;

/// Three nodes behind a proxy; one after the other is killed under load and started again.
pub fn killed(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::start_new("");
    let mut scene = scene(&cluster, &run.chance);
    let mut nodes: Vec<Node> = (0..3).map(|_| scene.setting.serve()).collect();
    let front = Front::before(nodes.iter().map(|node| node.address.as_str()));
    scene.door.lead_to(&front.address);
    for _ in 0..rounds.count {
        scene.load(50);
        race(&scene, &nodes);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        let chosen = usize::try_from(run.chance.below(3)).unwrap();
        nodes[chosen].kill();
        let recovery = scene.recovered(Instant::now());
        front.remove(&nodes[chosen].address);
        nodes[chosen] = scene.setting.serve();
        front.add(&nodes[chosen].address);
        rounds.note(recovery, &scene.check());
        shown_everywhere(&scene, &nodes);
    }
    live_everywhere(&scene, &nodes);
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    nodes.into_iter().for_each(Node::stop);
}

/// One of two nodes stands still, as a virtual machine does while it is moved: what it holds in the database holds
/// the other up no longer than a person waits.
pub fn frozen(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::start_new("");
    let mut scene = scene(&cluster, &run.chance);
    let nodes: Vec<Node> = (0..2).map(|_| scene.setting.serve()).collect();
    let front = Front::before(nodes.iter().map(|node| node.address.as_str()));
    scene.door.lead_to(&front.address);
    for round in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        let frozen = &nodes[round % 2];
        frozen.signal("-STOP");
        let began = Instant::now();
        // Every unit is answered again: what is locked, a unit's counter, would show.
        let longest = all_units_answered(&scene, &nodes[(round + 1) % 2], began);
        std::thread::sleep(Duration::from_secs(3));
        frozen.signal("-CONT");
        scene.recovered(Instant::now());
        wait_until("the node is ready again", || is_ready(&frozen.address));
        rounds.note(longest, &scene.check());
        shown_everywhere(&scene, &nodes);
    }
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    nodes.into_iter().for_each(Node::stop);
}

/// The clock of one of two nodes jumps a day and ten years, forth and back: both go on, and it closes no survey before
/// its time.
pub fn clock_moved(run: &mut Run, rounds: &mut Rounds<'_>) {
    let cluster = Cluster::start_new("");
    let mut scene = scene(&cluster, &run.chance);
    scene.closes_in(&scene.survey, DAY / 2);
    let shim = Shim::new(&scene.setting.folder);
    let mut wrong = scene.setting.clone();
    shim.preload(&mut wrong, &scene.setting.folder.join("no-database"), false);
    let nodes = [scene.setting.serve(), wrong.serve()];
    let front = Front::before(nodes.iter().map(|node| node.address.as_str()));
    scene.door.lead_to(&front.address);
    for jump in [DAY, -DAY, YEARS, -YEARS].into_iter().cycle().take(rounds.count) {
        scene.load(20);
        shim.move_clock(jump);
        let recovery = all_units_answered(&scene, &nodes[1], Instant::now());
        scene.load(40);
        race(&scene, &nodes);
        scene.phones.pause();
        // Longer than between two looks of the node at what is due.
        std::thread::sleep(Duration::from_secs(11));
        shim.move_clock(0);
        scene.recovered(Instant::now());
        rounds.note(recovery, &scene.check());
        shown_everywhere(&scene, &nodes);
    }
    live_everywhere(&scene, &nodes);
    rounds.conclude(&scene.finish());
    no_deadlock(&[&cluster]);
    nodes.into_iter().for_each(Node::stop);
}

/// Answers a link of each unit on that node; gives how long that took.
fn all_units_answered(scene: &Scene, node: &Node, began: Instant) -> Duration {
    let mut units = std::collections::BTreeSet::new();
    let mut client = client(&node.address);
    while units.len() < 5 {
        let number = scene.ledger.take().expect("links are left");
        let unit = scene.ledger.with(number, |entry| entry.unit.clone());
        let until = Instant::now() + PATIENCE;
        while post(scene, &mut client, number) != Some(201) {
            assert!(Instant::now() < until, "nothing of unit {unit} can be recorded beside a frozen node");
            std::thread::sleep(Duration::from_millis(50));
            if scene.ledger.with(number, |entry| entry.submitted) == Sure::Yes {
                break;
            }
        }
        units.insert(unit);
    }
    began.elapsed()
}

fn client(address: &str) -> Client {
    let door = Door::default();
    door.lead_to(address);
    Client::new(door, Duration::from_secs(20))
}

/// Answers a link as its phone would; gives the status, if there was a reply.
fn post(scene: &Scene, client: &mut Client, number: usize) -> Option<u16> {
    send(scene, client, number).map(|reply| heed(scene, number, &reply))
}

fn send(scene: &Scene, client: &mut Client, number: usize) -> Option<Reply> {
    let code = scene.ledger.with(number, |entry| {
        if entry.submitted == Sure::No {
            entry.submitted = Sure::Perhaps;
        }
        entry.code.clone()
    });
    let letter = |option: usize| ["A", "B", "C", "D", "E"][option];
    let answers: serde_json::Map<_, _> = options(number)
        .into_iter()
        .enumerate()
        .map(|(place, option)| ((place + 1).to_string(), letter(option).into()))
        .collect();
    let body = serde_json::json!({ "answers": answers, "respondent": "self" }).to_string();
    client.post(&format!("/api/v1/links/{code}/response"), "application/json", &body).ok()
}

/// Notes what a reply means; gives its status.
fn heed(scene: &Scene, number: usize, reply: &Reply) -> u16 {
    match reply.status {
        200 | 201 => {
            let receipt = reply.json()["receipt"].as_str().map(str::to_owned);
            scene.ledger.acknowledge(number, receipt.as_deref(), reply.status == 201);
        }
        503 => scene.ledger.note_busy(),
        status => scene.ledger.complain(format!("link {number}: {status}: {}", reply.body)),
    }
    reply.status
}

/// The same answer on two nodes in the same moment: one records it, the other finds it.
fn race(scene: &Scene, nodes: &[Node]) {
    for _ in 0..RACES {
        let number = scene.ledger.take().expect("links are left");
        let mut replies: Vec<Reply> = std::thread::scope(|scope| {
            let both: Vec<_> =
                nodes[..2].iter().map(|node| scope.spawn(|| send(scene, &mut client(&node.address), number))).collect();
            both.into_iter().filter_map(|one| one.join().unwrap()).collect()
        });
        // Either may come back first; the one that was new is noted first.
        replies.sort_unstable_by_key(|reply| std::cmp::Reverse(reply.status));
        let statuses: Vec<u16> = replies.iter().map(|reply| heed(scene, number, reply)).collect();
        assert_eq!(statuses, [201, 200], "link {number} on two nodes at once");
    }
}

/// Every node tells the same of the progress, which is what the tables hold.
pub fn shown_everywhere(scene: &Scene, nodes: &[Node]) {
    let stored = scene.database.count("SELECT count(*) FROM response");
    let headers = format!("Authorization: Bearer {}\r\n", scene.token);
    let path = format!("/api/v1/surveys/{}/progress", scene.survey);
    for node in nodes {
        wait_until("a node shows all answers", || {
            let reply = client(&node.address).get(&path, &headers);
            reply.is_ok_and(|reply| reply.status == 200 && reply.json()["total"]["submitted"] == stored)
        });
    }
}

/// The page about the progress, open at each node while answers come, shows the last of them without being asked.
fn live_everywhere(scene: &Scene, nodes: &[Node]) {
    let streams: Vec<_> = nodes.iter().map(|node| open_live(scene, node)).collect();
    scene.load(100);
    scene.phones.pause();
    let stored = scene.database.count("SELECT count(*) FROM response").to_string();
    for stream in streams {
        let mut lines = stream.lines().map(Result::unwrap);
        let shown = |line: &str| {
            let data: serde_json::Value = serde_json::from_str(line).unwrap();
            data["rows"]["~whole"]["cells"][0].as_str().is_some_and(|cell| digits(cell) == stored)
        };
        let found = lines.find(|line| line.strip_prefix("data: ").is_some_and(shown));
        assert!(found.is_some(), "a live page never shows {stored} answers");
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Signs in and opens the live page.
fn open_live(scene: &Scene, node: &Node) -> BufReader<TcpStream> {
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    let form = agent.post(format!("http://{}/staff/sign-in", node.address));
    let form = form.content_type("application/x-www-form-urlencoded");
    let reply = form.send("name=watcher&password=a+long+pass+phrase+1").unwrap();
    let cookie = reply.headers().get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&node.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let path = format!("/staff/surveys/{}/progress/live", scene.survey);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", node.address).unwrap();
    BufReader::new(stream)
}
