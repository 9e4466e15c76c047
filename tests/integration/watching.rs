//! How the program is watched: numbers, the log, and whether it is ready. None of it tells about a person.

use crate::harness::{
    Answer, Api, Database, Desk, Engine, PASSWORD, Phone, Program, Receiver, Scene, Server, form, on_both_engines,
    sheet, webhook_secret,
};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use fivepoint::store::Db;
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A server that tells its numbers, and where.
fn told(program: &mut Program<'_>) -> (Server, Phone) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    program.env.push(("FIVEPOINT_METRICS_LISTEN", free.clone()));
    (program.serve(), Phone::new(&free))
}

/// The samples of the numbers, with their labels.
fn numbers(watcher: &Phone) -> BTreeMap<String, f64> {
    let reply = watcher.get("/metrics");
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").unwrap().starts_with("application/openmetrics-text; version=1.0.0"));
    assert!(reply.body.ends_with("# EOF\n"), "{}", reply.body);
    let samples = reply.body.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

fn sum(numbers: &BTreeMap<String, f64>, name: &str) -> f64 {
    numbers.iter().filter(|(sample, _)| sample.starts_with(name)).map(|(_, value)| value).sum()
}

on_both_engines!(answers_are_told_in_tens, |database| {
    let mut scene = Scene::open(&database, 33);
    let (server, watcher) = told(&mut scene.program);
    let phone = Phone::new(&server.address);
    let person = "{route=\"/api/v1/links/{code}\"";
    let (mut before, mut steps) = ([0.0; 3], [0; 3]);
    for code in &scene.codes {
        assert_eq!(phone.json(code, &sheet("B")).status, 201);
        let now = numbers(&watcher);
        let found = [
            sum(&now, "fivepoint_recorder_acts_total"),
            sum(&now, &format!("fivepoint_http_requests_total{person}")),
            sum(&now, "fivepoint_recorder_batch_acts_count"),
        ];
        assert_eq!(sum(&now, &format!("fivepoint_http_request_seconds_count{person}")), found[1]);
        for ((was, is), steps) in before.iter().zip(found).zip(&mut steps) {
            let step = is - was;
            assert!(step == 0.0 || step == 10.0 || (*steps == 0 && step < 10.0), "{step}");
            *steps += u32::from(step > 0.0);
        }
        before = found;
    }
    assert!(steps.iter().all(|steps| (3..=4).contains(steps)), "{steps:?}");
    assert!(before.iter().all(|told| *told > 23.0), "{before:?}");
    let now = numbers(&watcher);
    assert_eq!(now["fivepoint_surveys{state=\"open\"}"], 1.0);
    let links = now["fivepoint_links{state=\"issued\"}"];
    assert!(links == 30.0 || links == 40.0, "{links}");
    assert!(now["fivepoint_ready"] == 1.0 && now["fivepoint_process_memory_bytes"] > 1e6);
    assert_eq!(watcher.get("/s").status, 404, "nothing else is there");
    assert_eq!(phone.get("/metrics").status, 404, "and the numbers are nowhere else");
});

/// The address of a link that is nobody's.
const NOBODY: &str = "/s/0000-1111-2222-3333-4444";

/// What no line of the log and no number may hold.
struct Forbidden(Vec<String>);

impl Forbidden {
    fn check(&self, what: &str, text: &str) {
        for word in &self.0 {
            assert!(!text.contains(word.as_str()), "{what} holds “{word}”: {text}");
        }
    }
}

on_both_engines!(a_whole_life_leaves_nobody_in_the_log_or_the_numbers, |database| {
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    let mut scene = Scene::open(&database, 12);
    for (name, value) in [
        ("FIVEPOINT_LOG", "json".to_owned()),
        ("FIVEPOINT_LOG_LEVEL", "debug".to_owned()),
        ("FIVEPOINT_TRUSTED_PROXY", "127.0.0.1".to_owned()),
        ("FIVEPOINT_WEBHOOK_URL", receiver.url()),
        ("FIVEPOINT_WEBHOOK_SECRET", webhook_secret()),
    ] {
        scene.program.env.push((name, value));
    }
    let (server, watcher) = told(&mut scene.program);
    let (program, survey) = (&scene.program, &scene.survey);
    let desk = Desk::sign_in(program, &server, "王小明", "evaluator", None);
    let cookie = desk.cookie().unwrap().split('=').nth(1).unwrap().to_owned();
    assert!(Desk::new(&server).enter("王小明", "wrong password", "").status >= 400);
    let api = Api::with_key(program, &server, "王小明", &["links:read", "progress:read", "surveys:read"], &[]);
    let phone = Phone::new(&server.address);
    let receipt = phone.json(&scene.codes[0], &sheet("D")).json()["receipt"].as_str().unwrap().to_owned();
    phone.json(&scene.codes[0], &sheet("D"));
    phone.form(&scene.codes[1], &form(2));
    phone.form(&scene.codes[2], "q1=A");
    phone.act(&scene.codes[3], "decline");
    let query = "a-secret-of-the-query";
    for code in &scene.codes {
        phone.get(&format!("/s/{code}?x={query}"));
    }
    phone.get(NOBODY);
    for path in [String::new(), "/surveys".to_owned(), format!("/surveys/{survey}"), "/nowhere/13800001111".to_owned()]
    {
        desk.get(&format!("/staff{path}"));
    }
    assert_eq!(api.from("203.0.113.77".to_owned()).get(&format!("/api/v1/surveys/{survey}/progress")).status, 200);
    assert_eq!(Api::new(&server, Some("fpk_nobody_has_this_key")).get("/api/v1/surveys").status, 401);
    let header = ("user-agent", "Lynx of somebody");
    desk.send("/staff/sign-out", &[("token", &desk.token())], &[header]);
    // A fault of ours, with a number for whoever has to tell it.
    database.execute("DROP TABLE replaced_link");
    let broken = phone.get(NOBODY);
    assert_eq!(broken.status, 503);
    let number = broken.header("x-request-id").unwrap().to_owned();
    assert!(broken.body.contains(&number) && number.len() == 11, "{}", broken.body);
    let numbers = watcher.get("/metrics").body;

    let (status, log) = server.stop();
    assert_eq!(status, Some(0));
    let words =
        ["王小明", "wrong password", PASSWORD, "nobody_has_this_key", "Lynx", query, "13800001111", "203.0.113.77"];
    let words = words.into_iter().map(str::to_owned);
    let hooks = [receiver.url(), webhook_secret(), receipt, api.token().to_owned(), program.secret.to_owned()];
    let codes = scene.codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]);
    let forbidden = Forbidden(words.chain(hooks).chain(codes).chain([cookie]).collect());
    forbidden.check("the log", &log);
    forbidden.check("the numbers", &numbers);
    for word in [survey.as_str(), "I1", "一院", "满意度调查"] {
        assert!(!numbers.contains(word), "{word}");
    }
    // Nothing is said of people who answered, at any level.
    let rest = log.replace("\"route\":\"/s/{code}\"", "");
    assert!(!rest.contains("/s/") && !rest.contains("/api/v1/links"), "{log}");
    assert_eq!(log.matches("/s/{code}").count(), 1, "{log}");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of = |message: &str| lines.iter().filter(|line| line["message"] == message).collect::<Vec<_>>();
    assert!(
        of("a request").iter().any(|line| line["route"] == "/staff/surveys/{id}" && line["status"] == 200),
        "{log}"
    );
    let failed = of("a request was put off");
    assert_eq!((failed.len(), failed[0]["request"].as_str()), (1, Some(number.as_str())), "{log}");
    assert_eq!(failed[0]["route"], "/s/{code}");
});

#[test]
fn a_flood_of_faults_is_a_few_lines() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 1);
    database.execute("DROP TABLE replaced_link");
    let phone = scene.phone();
    let numbers: BTreeSet<_> = (0..200).map(|_| phone.get(NOBODY).header("x-request-id").unwrap().to_owned()).collect();
    assert_eq!(numbers.len(), 200, "each has a number of its own");
    let seconds = Instant::now();
    let (_, log) = scene.server.stop();
    let lines = log.lines().filter(|line| line.contains("put off")).count() as u64;
    assert!(lines >= 10 && lines <= 10 * (seconds.elapsed().as_secs() + 15), "{lines}");
}

/// Asks until the server says so; gives what it said and how long an asking took at most.
fn until(phone: &Phone, status: u16) -> (String, Duration) {
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    loop {
        let asked = Instant::now();
        let reply = phone.get("/health/ready");
        longest = longest.max(asked.elapsed());
        if reply.status == status {
            return (reply.body, longest);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", reply.body);
        std::thread::yield_now();
    }
}

/// Somebody who reads an SQLite file and does not stop.
fn reader(database: &Database) -> SqliteConnection {
    let mut reader = SqliteConnection::establish(database.url.strip_prefix("sqlite:").unwrap()).unwrap();
    reader.batch_execute("BEGIN; SELECT count(*) FROM link").unwrap();
    reader
}

#[test]
fn answers_go_on_while_the_log_of_a_file_that_is_read_cannot_be_emptied() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 2_000);
    let (db, _reader) = (Db::open(&database.url.parse().unwrap()).unwrap(), reader(&database));
    let phone = scene.phone();
    assert_eq!(phone.json(&scene.codes[0], &sheet("A")).status, 201);
    let answered = std::thread::scope(|scope| {
        let emptying = scope.spawn(|| db.settle().unwrap());
        let meanwhile = scene.codes[1..].iter().take_while(|_| !emptying.is_finished());
        let answered = meanwhile.filter(|code| phone.json(code, &sheet("A")).status == 201).count();
        assert!(!emptying.join().unwrap(), "somebody reads it");
        answered
    });
    assert!(answered > 10, "{answered} answers while the log was to be emptied");
}

#[test]
fn what_was_deleted_leaves_the_log_once_nobody_reads_it() {
    let database = Database::fresh(Engine::Sqlite);
    let mut scene = Scene::open(&database, 3);
    scene.server.kill();
    let (server, watcher) = told(&mut scene.program);
    let until = |what: &str, holds: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let rounds = || sum(&numbers(&watcher), "fivepoint_keeper_rounds_total");
    let log = || std::fs::metadata(scene.program.path("fivepoint.db-wal")).unwrap().len();
    until("a first round", &|| rounds() > 0.0);

    // A paper form is keyed twice, and nothing of it waits any more, while somebody reads.
    let reader = reader(&database);
    for clerk in ["one", "two"] {
        let desk = Desk::sign_in(&scene.program, &server, clerk, "clerk", Some("D1"));
        let fields = [("code", scene.codes[0].as_str()), ("respondent", "self"), ("q1", "A"), ("q2", "B"), ("q3", "C")];
        assert_eq!(desk.post(&format!("/staff/surveys/{}/paper", scene.survey), &fields).status, 303);
    }
    assert_eq!(database.count("SELECT count(*) FROM response"), 1);
    let before = rounds();
    until("a round while somebody reads", &|| rounds() > before);
    assert!(log() > 0, "it cannot be emptied while somebody reads");
    drop(reader);
    until("the log is emptied", &|| log() == 0);
}

#[test]
fn a_file_that_was_moved_away_is_told() {
    let database = Database::fresh(Engine::Sqlite);
    let program = Program::new(&database);
    let server = program.serve();
    let phone = Phone::new(&server.address);
    let (here, there) = (database.folder.path().join("fivepoint.db"), database.folder.path().join("elsewhere"));
    assert_eq!(until(&phone, 200).0, "ready\n");
    std::fs::rename(&here, &there).unwrap();
    let reason = "the file of the database is gone or another lies in its place";
    assert_eq!(until(&phone, 503).0, format!("{reason}\n"));
    let asked = program.try_run(&["healthcheck", "--listen", &server.address]);
    assert!(!asked.ok && asked.err.contains(reason), "{}", asked.err);
    std::fs::rename(&there, &here).unwrap();
    until(&phone, 200);
}

#[test]
fn a_database_that_takes_no_writes_or_hangs_is_told_in_time() {
    let database = Database::fresh(Engine::Postgres);
    let server = Program::new(&database).serve();
    let phone = Phone::new(&server.address);
    until(&phone, 200);

    let name = database.url.rsplit('/').next().unwrap();
    let mut other = PgConnection::establish(&std::env::var("FIVEPOINT_TEST_POSTGRES").unwrap()).unwrap();
    let mut set = |setting: &str| {
        other.batch_execute(&format!("ALTER DATABASE {name} {setting}")).unwrap();
        let of_it = format!("FROM pg_stat_activity WHERE datname = '{name}'");
        other.batch_execute(&format!("SELECT pg_terminate_backend(pid) {of_it}")).unwrap();
    };
    set("SET default_transaction_read_only = on");
    // Its connections are gone, and the new ones are not what they were.
    let begun = Instant::now();
    while until(&phone, 503).0 != "the database cannot be written\n" {
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
    set("RESET default_transaction_read_only");
    until(&phone, 200);

    // A second server has tried no write yet.
    let second = Program::new(&database).serve();
    let phone = Phone::new(&second.address);
    let mut holder = PgConnection::establish(&database.url).unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE __diesel_schema_migrations IN ACCESS EXCLUSIVE MODE").unwrap();
    let (words, time) = until(&phone, 503);
    assert_eq!(words, "the database is silent\n");
    assert!(time < Duration::from_secs(4), "{time:?}");
    holder.batch_execute("ROLLBACK").unwrap();
    until(&phone, 200);
}

#[test]
fn a_server_that_ends_says_so_first() {
    let database = Database::fresh(Engine::Sqlite);
    let mut program = Program::new(&database);
    program.env.push(("FIVEPOINT_SHUTDOWN_DELAY", "300".to_owned()));
    let server = program.serve();
    let phone = Phone::new(&server.address);
    until(&phone, 200);
    server.terminate();
    assert_eq!(until(&phone, 503).0, "the server is ending\n");
    assert_eq!(phone.get("/s").status, 200, "it still answers");
    // Whoever says it twice does not want to wait.
    assert_eq!(server.stop().0, Some(0));
}

/// Every name of a number in a text.
fn names(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let words = text.split(word).filter(|word| word.strip_prefix("fivepoint_").is_some_and(|rest| !rest.is_empty()));
    words.map(str::to_owned).collect()
}

#[test]
fn dashboard_alerts_and_manual_name_what_is_told() {
    let database = Database::fresh(Engine::Sqlite);
    let mut program = Program::new(&database);
    let (server, watcher) = told(&mut program);
    // Some numbers are there only once there was something to count.
    Phone::new(&server.address).get("/s");
    Phone::new(&server.address).get("/health/live");
    let text = watcher.get("/metrics").body;
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let samples: BTreeSet<&str> = samples.map(|line| line.split(['{', ' ']).next().unwrap()).collect();
    let read = |path: &str| std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();

    let dashboard: serde_json::Value = serde_json::from_str(&read("deploy/grafana-dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut asked = BTreeSet::new();
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        assert!(panel["title"].as_str().is_some_and(|title| !title.is_empty()), "{panel}");
        for target in panel["targets"].as_array().unwrap() {
            let found = names(target["expr"].as_str().unwrap());
            assert!(!found.is_empty(), "{target}");
            asked.extend(found);
        }
    }
    asked.extend(names(&read("deploy/alerts.yml")));
    assert!(asked.len() > 20, "{asked:?}");
    for name in &asked {
        assert!(samples.contains(name.as_str()), "{name} is asked for and told nowhere");
    }

    let manual = read("docs/watching.md");
    let families = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    for family in families {
        assert!(names(&manual).contains(family), "docs/watching.md does not explain {family}");
    }
    for alert in read("deploy/alerts.yml").lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(manual.contains(&format!("`{alert}`")), "docs/watching.md does not say what to do at {alert}");
    }
}
