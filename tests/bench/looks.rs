//! Questionnaires fetched per second, beside the same server's empty route.

use crate::Arguments;
use crate::chance::Chance;
use crate::database::Engine;
use crate::latency::Latencies;
use crate::load::{Round, Source, round};
use crate::process::Server;
use crate::scene::Scene;
use crate::table::{Table, median, whole};
use std::io::Write;
use std::time::Duration;

/// Links issued, none of them answered; a look changes nothing, so when all have been fetched they come again.
const LINKS: usize = 400_000;

/// Numbers of connections, unless others are asked for.
const CONNECTIONS: [usize; 2] = [64, 256];

/// Measures and prints.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in engines {
        runtime.block_on(measure_engine(*engine, arguments));
    }
}

async fn measure_engine(engine: Engine, arguments: &Arguments) {
    eprintln!("looks, {engine:?}: preparing");
    let scene = Scene::new(engine, arguments.units);
    let mut links = scene.issue(LINKS);
    Chance::new().shuffle(&mut links);
    let mut looker = Looker::new(links);
    let server = Server::start(&scene.database);
    let time = Duration::from_secs_f64(arguments.seconds);

    let head = ["connections", "empty/s", "page/s", "page ÷ empty", "state ÷ empty", "page p50 / p99 ms", "errors"];
    let mut table = Table::new(format!("Looks, {engine:?}, {} units", arguments.units), &head);
    for count in arguments.connections_or(&CONNECTIONS) {
        let address = server.address.as_str();
        let mut all = Seen::default();
        // The first round warms up.
        let (_, back) = round(address, count, Pages(looker), time / 4).await;
        looker = back.0;
        for _ in 0..arguments.rounds {
            let (empty, back) = round(address, count, Empty(looker), time).await;
            let (page, back) = round(address, count, Pages(back.0), time).await;
            let (state, back) = round(address, count, States(back.0), time).await;
            looker = back.0;
            all.add(empty, page, state);
        }
        table.row(all.describe(count));
    }
    println!();
    table.print();
    println!("server's memory: {:.0} MiB (budget ≤ 100)", server.mebibytes());
    server.stop();
    let touched = scene.database.count("SELECT COUNT(*) FROM link WHERE state <> 'waiting'");
    assert_eq!(touched, 0, "a look changes nothing");
}

/// The rounds of one number of connections.
#[derive(Default)]
struct Seen {
    empty: Vec<f64>,
    page: Vec<f64>,
    page_ratio: Vec<f64>,
    state_ratio: Vec<f64>,
    latencies: Latencies,
    wrong: usize,
}

impl Seen {
    fn add(&mut self, empty: Round, page: Round, state: Round) {
        self.empty.push(empty.rate);
        self.page.push(page.rate);
        self.page_ratio.push(page.rate / empty.rate);
        self.state_ratio.push(state.rate / empty.rate);
        self.latencies.append(page.latencies);
        self.wrong += empty.wrong + page.wrong + state.wrong;
    }

    fn describe(mut self, count: usize) -> [String; 7] {
        [
            count.to_string(),
            whole(median(self.empty)),
            whole(median(self.page)),
            format!("{:.2}", median(self.page_ratio)),
            format!("{:.2}", median(self.state_ratio)),
            self.latencies.describe(),
            self.wrong.to_string(),
        ]
    }
}

/// Makes requests, of one link after the other.
pub struct Looker {
    links: Vec<String>,
    next: usize,
}

impl Looker {
    /// At these links, around and around.
    pub const fn new(links: Vec<String>) -> Self {
        Self { links, next: 0 }
    }

    /// Asks as a browser does, for a compressed page.
    fn get(out: &mut Vec<u8>, path: std::fmt::Arguments<'_>, more: &str) {
        write!(out, "GET {path} HTTP/1.1\r\nHost: survey.example\r\nAccept-Encoding: gzip\r\n{more}\r\n").unwrap();
    }

    fn link(&mut self) -> &str {
        let place = self.next % self.links.len();
        self.next += 1;
        &self.links[place]
    }
}

/// The yardstick: a request as long to a route that does nothing.
struct Empty(Looker);

impl Source for Empty {
    const STATUS: u16 = 204;

    fn next(&mut self, out: &mut Vec<u8>) {
        let code = self.0.link();
        Looker::get(out, format_args!("/health/empty?{code}"), "");
    }
}

/// The page of a link that waits for its answer.
pub struct Pages(pub Looker);

impl Source for Pages {
    const STATUS: u16 = 200;

    fn next(&mut self, out: &mut Vec<u8>) {
        let code = self.0.link();
        Looker::get(out, format_args!("/s/{code}"), "");
    }
}

/// The same look without a page: what is left is the way to the database and back.
struct States(Looker);

impl Source for States {
    const STATUS: u16 = 200;

    fn next(&mut self, out: &mut Vec<u8>) {
        let code = self.0.link();
        Looker::get(out, format_args!("/api/v1/links/{code}"), "Prefer: return=minimal\r\n");
    }
}
