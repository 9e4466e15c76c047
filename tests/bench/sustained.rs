//! Answering for long at full speed, while pages are fetched and monitors watch: does memory stay, do answers wait,
//! and does anybody hear anything worse than “try again”?

use crate::Arguments;
use crate::answers::{Forms, Sender};
use crate::database::Engine;
use crate::latency::Latencies;
use crate::load::{Round, round};
use crate::looks::{Looker, Pages};
use crate::process::Server;
use crate::scene::Scene;
use crate::table::{Table, median, whole};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Numbers of connections that answer, unless others are asked for.
const CONNECTIONS: [usize; 3] = [8, 64, 256];

/// Connections that fetch pages beside them, as fast as they get them.
const LOOKERS: usize = 4;

/// Links whose pages are fetched; nobody answers them.
const LOOKED_AT: usize = 50_000;

/// Open progress pages that are renewed by the server.
const VIEWERS: usize = 20;

/// Time between two fetches of the whole progress page.
const PROGRESS: Duration = Duration::from_millis(500);

/// The longest slice of time that is a row of the table.
const SLICE: f64 = 60.0;

/// Measures and prints.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    for engine in engines {
        for connections in arguments.connections_or(&CONNECTIONS) {
            measure_engine(*engine, connections, arguments);
        }
    }
}

fn measure_engine(engine: Engine, connections: usize, arguments: &Arguments) {
    eprintln!("sustained, {engine:?}, {connections} connections: preparing");
    let scene = Scene::new(engine, arguments.units);
    let looked_at = scene.issue(LOOKED_AT);
    let server = Server::start(&scene.database);
    let cookie = scene.sign_in(&server.address);
    let path = format!("/staff/surveys/{}/progress", scene.survey);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut sender = Sender::new(scene.questions);
    let issue = |sender: &mut Sender, links: usize| {
        if sender.left() < links {
            sender.take(scene.issue(links - sender.left()));
        }
    };
    // A first slice without witnesses warms up and shows how many links the others need.
    issue(&mut sender, 200_000);
    let trial = Duration::from_secs_f64((arguments.seconds / 4.0).min(3.0));
    let (warm, back) = runtime.block_on(round(&server.address, connections, Forms(sender), trial));
    sender = back.0;
    let mut recorded = warm.latencies.len();
    let mut doubtful = warm.busy;
    let slices = (arguments.seconds / SLICE).ceil().max(1.0);
    let slice = arguments.seconds / slices;

    let beside = Beside::start(&server.address, &path, &cookie);
    let head = [
        "from second",
        "answers/s",
        "answer p50 / p99 ms",
        "pages/s",
        "page p50 / p99 ms",
        "progress p50 / p99 ms",
        "events/s",
        "503",
        "other errors",
        "MiB now",
    ];
    let title = format!(
        "Sustained, {engine:?}, {connections} connections answer, {LOOKERS} fetch pages, {VIEWERS} progress pages open"
    );
    let mut table = Table::new(title, &head);
    let (mut all, mut resident, mut other) = (Latencies::default(), Vec::new(), 0);
    for number in 0..slices as usize {
        // Issued between the slices: the list of all would need more memory than what is measured.
        issue(&mut sender, (warm.rate * slice * 2.0) as usize + connections);
        let time = Duration::from_secs_f64(slice);
        let looker = look(&server.address, &looked_at, time);
        let before = beside.seen();
        let (mut answers, back) = runtime.block_on(round(&server.address, connections, Forms(sender), time));
        sender = back.0;
        let after = beside.seen();
        let mut pages = looker.join().unwrap();
        recorded += answers.latencies.len();
        doubtful += answers.busy;
        let busy = answers.busy + pages.busy;
        let wrong = answers.wrong + pages.wrong - busy;
        other += wrong;
        let mebibytes = server.resident();
        resident.push(mebibytes);
        table.row([
            format!("{:.0}", number as f64 * slice),
            whole(answers.rate),
            answers.latencies.describe(),
            whole(pages.rate),
            pages.latencies.describe(),
            beside.progress(),
            format!("{:.1}", (after - before) as f64 / slice),
            busy.to_string(),
            wrong.to_string(),
            format!("{mebibytes:.0}"),
        ]);
        all.append(answers.latencies);
    }
    table.print();
    println!("{} answers in {:.0} s, p50 / p99 {} ms", whole(all.len() as f64), arguments.seconds, all.describe());
    let (early, late) = resident.split_at(resident.len().div_ceil(2));
    if !late.is_empty() {
        let (early, late) = (median(early.to_vec()), median(late.to_vec()));
        println!("memory of the second half ÷ that of the first: {:.2} ({early:.0} → {late:.0} MiB)", late / early);
    }
    println!("server's memory at its highest: {:.0} MiB (budget ≤ 100)", server.mebibytes());
    beside.stop();
    server.stop();

    assert_eq!(other, 0, "every error is a 503 that says when to try again");
    let stored = usize::try_from(scene.database.count("SELECT COUNT(*) FROM response")).unwrap();
    assert!(stored >= recorded, "{recorded} answers were acknowledged and {stored} are stored");
    assert!(stored <= recorded + doubtful, "{stored} answers are stored, {recorded} and perhaps {doubtful} were sent");
    scene.reconcile();
    println!("{} answers acknowledged, all stored, all counts agree", whole(recorded as f64));
}

/// Fetches pages from a thread of its own.
fn look(address: &str, links: &[String], time: Duration) -> JoinHandle<Round> {
    let (address, links) = (address.to_owned(), links.to_vec());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(round(&address, LOOKERS, Pages(Looker::new(links)), time)).0
    })
}

/// Monitors: open pages that are renewed, and one that is fetched again and again.
struct Beside {
    events: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
    fetched: Arc<std::sync::Mutex<Latencies>>,
    threads: Vec<JoinHandle<()>>,
}

impl Beside {
    fn start(address: &str, path: &str, cookie: &str) -> Self {
        let (events, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let fetched = Arc::<std::sync::Mutex<Latencies>>::default();
        let mut threads = Vec::new();
        for _ in 0..VIEWERS {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            write!(stream, "GET {path}/live HTTP/1.1\r\nHost: survey.example\r\nCookie: {cookie}\r\n\r\n").unwrap();
            let (events, ended) = (Arc::clone(&events), Arc::clone(&ended));
            threads.push(std::thread::spawn(move || view(stream, &events, &ended)));
        }
        let (url, cookie) = (format!("http://{address}{path}"), cookie.to_owned());
        let (seen, over) = (Arc::clone(&fetched), Arc::clone(&ended));
        threads.push(std::thread::spawn(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                let page = agent.get(&url).header("cookie", &cookie).call().expect("the progress page");
                page.into_body().read_to_vec().unwrap();
                seen.lock().unwrap().add(began.elapsed());
                std::thread::sleep(PROGRESS);
            }
        }));
        Self { events, ended, fetched, threads }
    }

    /// Events that all viewers together have got.
    fn seen(&self) -> usize {
        self.events.load(Ordering::Relaxed)
    }

    /// How long the page took since this was asked last.
    fn progress(&self) -> String {
        std::mem::take(&mut *self.fetched.lock().unwrap()).describe()
    }

    fn stop(self) {
        self.ended.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}

/// Counts the events of a stream until the end.
fn view(mut stream: TcpStream, events: &AtomicUsize, ended: &AtomicBool) {
    let mut bytes = [0; 65_536];
    while !ended.load(Ordering::Relaxed) {
        match stream.read(&mut bytes) {
            Ok(0) => panic!("the stream of a viewer ended"),
            Ok(read) => {
                let new = bytes[..read].windows(7).filter(|window| window == b"data: {").count();
                events.fetch_add(new, Ordering::Relaxed);
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(error) => panic!("a viewer lost its stream: {error}"),
        }
    }
}
