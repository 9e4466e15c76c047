//! How long answers take while the rest of the server is flooded, beside the same server when it is quiet.

use crate::Arguments;
use crate::database::Engine;
use crate::load::{Source, round};
use crate::process::Server;
use crate::scene::Scene;
use crate::table::Table;
use std::io::Write;
use std::time::Duration;

/// Links that are issued; a round ends early on a machine that needs more.
const LINKS: usize = 300_000;

/// Connections on which people answer.
const PHONES: usize = 8;

/// Connections of a flood.
const FLOOD: usize = 200;

/// Measures and prints.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in engines {
        runtime.block_on(measure_engine(*engine, arguments));
    }
}

async fn measure_engine(engine: Engine, arguments: &Arguments) {
    eprintln!("floods, {engine:?}: preparing");
    let scene = Scene::new(engine, arguments.units);
    let mut phones = Phones { links: scene.issue(LINKS), questions: scene.questions };
    let server = Server::start(&scene.database);
    let (address, cookie) = (server.address.as_str(), scene.sign_in(&server.address));
    let time = Duration::from_secs_f64(arguments.seconds * arguments.rounds as f64);
    let page = format!("/staff/surveys/{}/progress?unit=530102", scene.survey);
    let floods = [
        ("nothing", None),
        ("long pages of the desk", Some(format!("GET {page} HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n"))),
        ("sign-ins", Some(sign_ins())),
        (
            "unknown keys",
            Some(request("GET /api/v1/surveys", &format!("Authorization: Bearer {}\r\n", "x".repeat(40)))),
        ),
        ("unknown sign-ins", Some(request("GET /staff", &format!("Cookie: fivepoint_staff={}\r\n", "0a".repeat(32))))),
        ("unknown codes", Some(request("GET /s/0000-0000-0000-0000-0000", ""))),
    ];
    let head = ["flood, 200 connections", "of it/s", "answers/s", "p50 / p99 ms", "p99 ÷ quiet p99", "answers lost"];
    let mut table = Table::new(format!("Answers on {PHONES} connections beside a flood, {engine:?}"), &head);
    let (mut recorded, mut quiet) = (0, None);
    for (name, flood) in floods {
        let (answers, other) = match flood {
            Some(bytes) => {
                let flood = round(address, FLOOD, Flood(bytes.into_bytes()), time);
                let (answers, (flood, _)) = tokio::join!(round(address, PHONES, phones, time), flood);
                (answers, (flood.wrong + flood.latencies.len()) as f64 / time.as_secs_f64())
            }
            None => (round(address, PHONES, phones, time).await, 0.0),
        };
        let (mut answers, back) = answers;
        phones = back;
        recorded += answers.latencies.len();
        let p99 = answers.latencies.at(0.99);
        let quiet = *quiet.get_or_insert(p99);
        table.row([
            name.to_owned(),
            format!("{other:.0}"),
            format!("{:.0}", answers.rate),
            answers.latencies.describe(),
            format!("{:.1}", p99 / quiet),
            answers.wrong.to_string(),
        ]);
    }
    println!();
    table.print();
    println!("server's memory: {:.0} MiB", server.mebibytes());
    server.stop();
    let stored = scene.database.count("SELECT COUNT(*) FROM response");
    assert_eq!(stored, recorded as u64, "every answer that was acknowledged is stored");
}

fn request(line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: a\r\n{headers}\r\n")
}

/// A wrong password, each time for the same account: it is looked at until its account has to wait.
fn sign_ins() -> String {
    let body = "name=zhang&password=wrong-wrong-wrong";
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let head = request("POST /staff/sign-in", &format!("{kind}Content-Length: {}\r\n", body.len()));
    head + body
}

/// People who answer, each with a link of their own.
struct Phones {
    links: Vec<String>,
    questions: usize,
}

impl Source for Phones {
    const STATUS: u16 = 303;

    fn next(&mut self, out: &mut Vec<u8>) {
        let answers: String = (1..=self.questions).map(|number| format!("q{number}=A&")).collect();
        let body = answers + "respondent=self&action=submit";
        let (code, length) = (self.links.pop().expect("a link that was not used"), body.len());
        write!(out, "POST /s/{code} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n")
            .unwrap();
        write!(out, "Content-Length: {length}\r\n\r\n{body}").unwrap();
    }
}

/// The same request over and over, whatever is said to it.
struct Flood(Vec<u8>);

impl Source for Flood {
    const STATUS: u16 = 200;
    const SHOWN: bool = false;

    fn next(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}
