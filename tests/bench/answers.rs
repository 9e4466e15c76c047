//! Recorded answers per second, beside the same server's empty route and beside pgbench.

use crate::Arguments;
use crate::chance::Chance;
use crate::database::Engine;
use crate::latency::Latencies;
use crate::load::{Round, Source, round};
use crate::pgbench::Pgbench;
use crate::process::Server;
use crate::scene::Scene;
use crate::spent::{Meter, Spent};
use crate::table::{Table, median, whole};
use std::io::Write;
use std::time::Duration;

/// Links issued before the first round; more follow where they do not last.
const LINKS: usize = 400_000;

/// Numbers of connections, unless others are asked for.
const CONNECTIONS: [usize; 4] = [1, 8, 64, 256];

/// Connections at which there is a budget, and the share of the empty route it asks for.
const BUDGETS: [(usize, f64); 2] = [(64, 0.35), (256, 0.5)];

/// The budget beside pgbench.
const PGBENCH: f64 = 4.0;

/// Measures and prints.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in engines {
        runtime.block_on(measure_engine(*engine, arguments));
    }
}

async fn measure_engine(engine: Engine, arguments: &Arguments) {
    eprintln!("answers, {engine:?}: preparing");
    let scene = Scene::new(engine, arguments.units);
    let mut sender = Sender::new(scene.questions);
    sender.take(scene.issue(LINKS));
    let pgbench = (engine == Engine::Postgres).then(|| Pgbench::prepare(LINKS, arguments.units));
    let server = Server::start(&scene.database);
    let time = Duration::from_secs_f64(arguments.seconds);

    let meter = Meter::new(&scene.database, &server);
    let head =
        ["connections", "empty/s", "form/s", "form ÷ empty", "JSON ÷ empty", "budget", "form p50 / p99 ms", "errors"];
    let mut table = Table::new(format!("Answers, {engine:?}, {} units", arguments.units), &head);
    let head = ["connections", "empty", "form", "JSON", "form ÷ empty, all three", "bytes written a form"];
    let title = format!("Processor time a request, {engine:?}, µs: server + PostgreSQL + load generator");
    let mut costs = Table::new(title, &head);
    let (mut recorded, mut beside) = (0, Vec::new());
    for count in &arguments.connections_or(&CONNECTIONS) {
        let address = server.address.as_str();
        let mut all = Seen::default();
        // The first round warms up and shows how many links the others need.
        let (warm, back) = round(address, *count, Forms(sender), time / 4).await;
        sender = back.0;
        recorded += warm.latencies.len();
        let needed = warm.rate * 3.0 * arguments.seconds * (arguments.rounds * 2) as f64;
        if sender.links.len() < needed as usize {
            sender.take(scene.issue(needed as usize - sender.links.len()));
        }
        for _ in 0..arguments.rounds {
            if arguments.forms {
                let (form, back) = round(address, *count, Forms(sender), time).await;
                (sender, recorded) = (back.0, recorded + form.latencies.len());
                continue;
            }
            let began = meter.spent();
            let (empty, back) = round(address, *count, Empty(sender), time).await;
            let (after_empty, bytes) = (meter.spent(), meter.written());
            let (form, back) = round(address, *count, Forms(back.0), time).await;
            let (after_form, bytes) = (meter.spent(), meter.written() - bytes);
            let (json, back) = round(address, *count, Json(back.0), time).await;
            sender = back.0;
            all.empty_cost.add(&empty, after_empty.since(began), 0);
            all.form_cost.add(&form, after_form.since(after_empty), bytes);
            all.json_cost.add(&json, meter.spent().since(after_form), 0);
            recorded += form.latencies.len() + json.latencies.len();
            if let Some(pgbench) = pgbench.as_ref().filter(|_| *count == 64) {
                beside.push((form.rate, pgbench.run(64, time)));
            }
            all.add(empty, form, json);
        }
        if !arguments.forms {
            costs.row(all.describe_costs(*count));
            table.row(all.describe(*count));
        }
    }
    println!();
    table.print();
    costs.print();
    if !beside.is_empty() {
        let ratio = median(beside.iter().map(|(form, tps)| form / tps).collect());
        let tps = whole(median(beside.into_iter().map(|(_, tps)| tps).collect()));
        println!("pgbench, 64 connections: {tps} tps; form ÷ pgbench = {ratio:.1} (budget ≥ {PGBENCH})");
    }
    println!("server's memory: {:.0} MiB (budget ≤ 100)", server.mebibytes());
    server.stop();
    let stored = scene.database.count("SELECT COUNT(*) FROM response");
    assert_eq!(stored, recorded as u64, "every answer that was acknowledged is stored");
    scene.reconcile();
    println!("{} answers acknowledged, all stored, all counts agree", whole(recorded as f64));
}

/// The rounds of one number of connections.
#[derive(Default)]
struct Seen {
    empty: Vec<f64>,
    form: Vec<f64>,
    form_ratio: Vec<f64>,
    json_ratio: Vec<f64>,
    latencies: Latencies,
    wrong: usize,
    empty_cost: Cost,
    form_cost: Cost,
    json_cost: Cost,
}

/// What rounds have cost.
#[derive(Default)]
struct Cost {
    requests: usize,
    spent: Spent,
    bytes: u64,
}

impl Cost {
    fn add(&mut self, round: &Round, spent: Spent, bytes: u64) {
        self.requests += round.latencies.len();
        self.spent.add(spent);
        self.bytes += bytes;
    }

    fn describe(&self) -> String {
        self.spent.describe(self.requests)
    }
}

impl Seen {
    fn add(&mut self, empty: Round, form: Round, json: Round) {
        self.empty.push(empty.rate);
        self.form.push(form.rate);
        self.form_ratio.push(form.rate / empty.rate);
        self.json_ratio.push(json.rate / empty.rate);
        self.latencies.append(form.latencies);
        self.wrong += empty.wrong + form.wrong + json.wrong;
    }

    fn describe_costs(&self, count: usize) -> [String; 6] {
        let all = |cost: &Cost| cost.spent.all(cost.requests);
        [
            count.to_string(),
            self.empty_cost.describe(),
            self.form_cost.describe(),
            self.json_cost.describe(),
            format!("{:.2}", all(&self.form_cost) / all(&self.empty_cost)),
            whole(self.form_cost.bytes as f64 / self.form_cost.requests.max(1) as f64),
        ]
    }

    fn describe(mut self, count: usize) -> [String; 8] {
        let budget = BUDGETS.iter().find(|(connections, _)| *connections == count);
        [
            count.to_string(),
            whole(median(self.empty)),
            whole(median(self.form)),
            format!("{:.2}", median(self.form_ratio)),
            format!("{:.2}", median(self.json_ratio)),
            budget.map_or_else(|| "–".to_owned(), |(_, share)| format!("≥ {share}")),
            self.latencies.describe(),
            self.wrong.to_string(),
        ]
    }
}

/// Makes requests; every link is used once.
pub struct Sender {
    links: Vec<String>,
    questions: usize,
    chance: Chance,
}

impl Sender {
    /// Without links yet.
    pub const fn new(questions: usize) -> Self {
        Self { links: Vec::new(), questions, chance: Chance::new() }
    }

    /// How many links are left.
    pub fn left(&self) -> usize {
        self.links.len()
    }

    /// Takes links in; people answer in any order, so it is drawn by chance.
    pub fn take(&mut self, links: Vec<String>) {
        self.links.extend(links);
        self.chance.shuffle(&mut self.links);
    }

    /// Answers with the option codes A to E, chosen by chance.
    fn answers(&mut self, mut each: impl FnMut(usize, char)) {
        let chance = self.chance.draw();
        for question in 0..self.questions {
            each(question + 1, ['A', 'A', 'A', 'B', 'B', 'B', 'C', 'D'][(chance >> (3 * question)) as usize % 8]);
        }
    }

    fn form(&mut self) -> String {
        let mut body = String::new();
        self.answers(|number, code| body.push_str(&format!("q{number}={code}&")));
        body + "respondent=self&action=submit"
    }

    fn json(&mut self) -> String {
        let mut body = String::from("{\"answers\":{");
        self.answers(|number, code| {
            body.push_str(&format!("{}\"{number}\":\"{code}\"", if number > 1 { "," } else { "" }))
        });
        body + "},\"respondent\":\"self\"}"
    }

    fn post(out: &mut Vec<u8>, path: std::fmt::Arguments<'_>, media_type: &str, body: &str) {
        let length = body.len();
        write!(out, "POST {path} HTTP/1.1\r\nHost: survey.example\r\nContent-Type: {media_type}\r\n").unwrap();
        write!(out, "Content-Length: {length}\r\n\r\n{body}").unwrap();
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The yardstick: the same body to a route that does nothing.
struct Empty(Sender);

impl Source for Empty {
    const STATUS: u16 = 204;

    fn next(&mut self, out: &mut Vec<u8>) {
        let body = self.0.form();
        Sender::post(out, format_args!("/health/empty"), FORM, &body);
    }
}

/// The answer page's form.
pub struct Forms(pub Sender);

impl Source for Forms {
    const STATUS: u16 = 303;

    fn next(&mut self, out: &mut Vec<u8>) {
        let body = self.0.form();
        let code = self.0.links.pop().expect("a link that was not used");
        Sender::post(out, format_args!("/s/{code}"), FORM, &body);
    }
}

/// Its twin for other front ends.
struct Json(Sender);

impl Source for Json {
    const STATUS: u16 = 201;

    fn next(&mut self, out: &mut Vec<u8>) {
        let body = self.0.json();
        let code = self.0.links.pop().expect("a link that was not used");
        Sender::post(out, format_args!("/api/v1/links/{code}/response"), "application/json", &body);
    }
}
