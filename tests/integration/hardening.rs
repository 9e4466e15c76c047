//! Attacks from outside: slow and odd requests, floods of the desk, replies that tell browsers too little; and whether
//! `docs/security.md` names tests that exist.

use crate::harness::{Api, Database, Desk, Engine, Phone, Program, Scene, form, on_both_engines};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use fivepoint::domain::key::Token;
use fivepoint::web::{api, staff};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const NONE: &str = "00000000-0000-4000-8000-000000000000";

/// A path with something in its places that names nothing.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{tag}" => "en",
        "{place}" => "1",
        part if part.starts_with('{') => NONE,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is missing in the head of a reply.
fn missing(headers: &[(String, String)]) -> Vec<&'static str> {
    let value = |name: &str| headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let kept = value("cache-control");
    let is_kept = ["public, max-age=31536000, immutable", "public, max-age=86400", "private, no-cache", "no-store"];
    let policy = value("content-security-policy");
    let checks = [
        ("nosniff", value("x-content-type-options") == "nosniff"),
        ("frames", value("x-frame-options") == "DENY" && policy.contains("frame-ancestors 'none'")),
        ("policy", policy.starts_with("default-src 'none'") && policy.contains("base-uri 'none'")),
        ("referrer", ["no-referrer", "same-origin"].contains(&value("referrer-policy"))),
        ("permissions", value("permissions-policy").contains("geolocation=()")),
        ("opener", value("cross-origin-opener-policy") == "same-origin"),
        ("resource", value("cross-origin-resource-policy") == "same-origin"),
        ("https", value("strict-transport-security") == "max-age=31536000"),
        ("kept", is_kept.contains(&kept)),
        ("server", value("server").is_empty() && value("x-powered-by").is_empty()),
    ];
    checks.into_iter().filter(|(_, fine)| !fine).map(|(name, _)| name).collect()
}

#[test]
fn every_reply_has_the_headers_of_safety() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 2);
    let desk = Desk::sign_in(&scene.program, &scene.server, "admin", "evaluator", None);
    let program = Api::with_key(&scene.program, &scene.server, "admin", &["surveys:read", "links:read"], &[]);
    let (anybody, code) = (Api::new(&scene.server, None), &scene.codes[0]);
    let mut seen = HashSet::new();
    let mut look = |what: String, status: u16, headers: &[(String, String)]| {
        seen.insert(status);
        assert_eq!(missing(headers), [""; 0], "{what}: {status} {headers:?}");
        // What holds a code, or what was done with one, is kept by nobody.
        let private = ["/s/", "/api/v1/links/", "/staff/surveys", "/staff/account"].iter().any(|at| what.contains(at));
        let value = headers.iter().find(|(name, _)| name == "cache-control").map(|(_, value)| value.as_str());
        assert!(!private || value == Some("no-store"), "{what}: {value:?}");
    };
    for route in staff::ROUTES.iter().filter(|route| route.path != "/staff/sign-out") {
        let path = filled(route.path);
        let known = path.replace(NONE, &scene.survey);
        if route.method == "GET" {
            for path in [&path, &known].into_iter().filter(|path| !path.ends_with("/live")) {
                let (reply, _) = desk.file(path);
                look(format!("GET {path}"), reply.status, &reply.headers);
            }
        } else {
            for reply in [desk.send(&path, &[], &[]), desk.post(&path, &[])] {
                look(format!("POST {path}"), reply.status, &reply.headers);
            }
        }
        let other = anybody.send("DELETE", &path, &[], None);
        look(format!("DELETE {path}"), other.status, &other.headers);
    }
    for route in api::ROUTES {
        let path = filled(route.path);
        for caller in [&program, &anybody] {
            let body = (route.method != "GET").then_some(b"{}".as_slice());
            let kind = [("content-type", "application/json")];
            let sent = caller.send(route.method, &path, if body.is_some() { &kind } else { &[] }, body);
            look(format!("{} {path}", route.method), sent.status, &sent.headers);
        }
        let head = anybody.send("HEAD", &path, &[], None);
        look(format!("HEAD {path}"), head.status, &head.headers);
    }
    let link = format!("/api/v1/links/{code}");
    let page = format!("/s/{code}");
    let (large, text) = (vec![b'a'; 40_000], ("content-type", "text/plain"));
    let page_form = ("content-type", "application/x-www-form-urlencoded");
    for (method, path, headers, body) in [
        ("GET", "/", [].as_slice(), None),
        ("GET", "/s", &[], None),
        ("GET", "/s?code=no", &[], None),
        ("GET", &page, &[], None),
        ("HEAD", &page, &[], None),
        ("PUT", &page, &[], None),
        ("GET", "/s/0000-0000-0000-0000-0000", &[], None),
        ("POST", &page, &[text], Some(b"q1=A".as_slice())),
        ("POST", &page, &[page_form], Some(&large)),
        ("POST", &page, &[page_form], Some(b"q1=A")),
        ("POST", &page, &[page_form], Some(b"action=decline")),
        ("GET", &link, &[], None),
        ("POST", &link, &[text], Some(b"")),
        ("POST", &link, &[("content-type", "application/json")], Some(b"{")),
        ("GET", "/receipts/x", &[], None),
        ("GET", "/receipts/x.txt", &[], None),
        ("GET", "/health/live", &[], None),
        ("GET", "/health/ready", &[], None),
        ("GET", "/health/empty", &[], None),
        ("GET", "/openapi.json", &[], None),
        ("GET", "/docs", &[], None),
        ("GET", "/nowhere", &[], None),
        ("GET", "/api/nowhere", &[], None),
        ("GET", "/staff/nowhere", &[], None),
        ("GET", "//s//x", &[], None),
        ("OPTIONS", "/s", &[], None),
    ] {
        let sent = anybody.send(method, path, headers, body);
        look(format!("{method} {path}"), sent.status, &sent.headers);
    }
    for status in [200, 204, 303, 400, 401, 403, 404, 405, 413, 415, 422] {
        assert!(seen.contains(&status), "no reply was a {status}");
    }
    assert!(!seen.contains(&500), "{seen:?}");
}

/// Sends bytes as they are and gives all that comes back within a while.
fn raw(address: &str, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // It may be refused before all of it is sent.
    let _ = socket.write_all(bytes);
    let _ = socket.shutdown(std::net::Shutdown::Write);
    let mut reply = Vec::new();
    let _ = socket.read_to_end(&mut reply);
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn odd_requests_are_refused_and_leave_nothing_in_the_log() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 3);
    let (address, codes) = (&scene.server.address, &scene.codes);
    let hidden =
        format!("POST /s/{} HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\n", codes[1]);
    let hidden = format!("{hidden}content-length: 14\r\n\r\naction=decline");
    let head = |line: &str, headers: &str| format!("{line}\r\nhost: a\r\n{headers}\r\n").into_bytes();
    let post = |headers: &str, body: &str| {
        let line = format!("POST /s/{} HTTP/1.1\r\nhost: a\r\n", codes[0]);
        format!("{line}content-type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}").into_bytes()
    };
    let get = |path: &str| head(&format!("GET {path} HTTP/1.1"), "");
    let mut odd: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"GET /s/mark-in-the-log\r\n\r\n".to_vec(),
        b"GET /s/mark-in-the-log HTTP/1.0\r\n\r\n".to_vec(),
        b"GET /s/mark-in-the-log HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /s/mark\0in-the-log HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
        b"GET /s/mark\xff\xfein-the-log HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
        b"GET /s/mark-in-the-log HTTP/1.1\nhost: a\n\n".to_vec(),
        b"GET /s HTTP/1.1\r\nhost: a\r\n folded: mark-in-the-log\r\n\r\n".to_vec(),
        b"GET /s HTTP/1.1\r\nhost : a\r\n\r\n".to_vec(),
        b"GET /s HTTP/1.1\r\nhost: a\r\nhost: mark-in-the-log\r\n\r\n".to_vec(),
        b"GET /s HTTP/1.1\r\nx: \0mark-in-the-log\r\nhost: a\r\n\r\n".to_vec(),
        head("OPTIONS * HTTP/1.1", ""),
        head("CONNECT mark-in-the-log:443 HTTP/1.1", ""),
        head("TRACE /s HTTP/1.1", "x: mark-in-the-log\r\n"),
        head("MARK-IN-THE-LOG /s HTTP/1.1", ""),
        head("GET http://mark-in-the-log.example/s/x HTTP/1.1", ""),
        head("GET mark-in-the-log HTTP/1.1", ""),
        head("GET /s HTTP/1.1", &"x: mark-in-the-log\r\n".repeat(2_000)),
        head("GET /s HTTP/1.1", &format!("x: {}\r\n", "mark".repeat(60_000))),
        head("GET /s HTTP/1.1", "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMA\r\n"),
        head("GET /s HTTP/1.1", "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"),
        head("GET /staff HTTP/1.1", "cookie: fivepoint_staff=\"mark-in-the-log; a=%00; ;;==\r\n"),
        head("GET /s HTTP/1.1", "accept-language: ;q=9,,*;q=nan\r\naccept-encoding: gzip;q=9, \"\r\n"),
        head("GET /api/v1/surveys HTTP/1.1", "authorization: Bearer mark-in-the-log\r\nauthorization: Bearer x\r\n"),
        post("content-length: 5\r\ncontent-length: 6\r\n", "q1=A&mark-in-the-log"),
        post("content-length: -5\r\n", "q1=A"),
        post("content-length: +5\r\n", "q1=A&"),
        post("content-length: 99999999999999999999\r\n", "q1=A"),
        post("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n", "0\r\n\r\n"),
        post("transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        post("transfer-encoding: chunked\r\n", "zz\r\nmark-in-the-log\r\n0\r\n\r\n"),
        post("transfer-encoding: chunked\r\n", "ffffffffffffffff\r\nmark-in-the-log\r\n"),
        post("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\nmark-in-the-log\r\n"),
        post("transfer-encoding: chunked\r\n", &format!("1;{}\r\na\r\n0\r\n\r\n", "mark".repeat(20_000))),
        post("transfer-encoding: chunked\r\n", &format!("0\r\n{}\r\n", "x: mark-in-the-log\r\n".repeat(5_000))),
        // A second request, for whoever reads the other length.
        post(
            &format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", hidden.len() + 5),
            &format!("0\r\n\r\n{hidden}"),
        ),
        post("content-length: 4\r\ntransfer-encoding:\x0bchunked\r\n", &format!("0\r\n\r\n{hidden}")),
    ];
    let slashes =
        ["//s//mark-in-the-log", "/s/%00mark", "/s/..%2f..%2fetc%2fpasswd", "/s/%ff%fe", "/s%2fx", "/./s/../staff"];
    odd.extend(slashes.iter().map(|path| get(path)));
    odd.push(get(&format!("/s/{}", "mark-in-the-log".repeat(4_000))));
    odd.push(get(&format!("/staff/surveys?{}", "a=mark&".repeat(8_000))));
    let replies: Vec<String> = thread::scope(|scope| {
        let sent: Vec<_> = odd.iter().map(|bytes| scope.spawn(|| raw(address, bytes))).collect();
        sent.into_iter().map(|reply| reply.join().unwrap()).collect()
    });
    for (bytes, reply) in odd.iter().zip(&replies) {
        let what = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let fine =
            reply.is_empty() || ["2", "3", "4"].iter().any(|class| reply.starts_with(&format!("HTTP/1.1 {class}")));
        assert!(fine || reply.starts_with("HTTP/1.0 "), "{what:?}: {}", reply.lines().next().unwrap_or_default());
        assert!(!reply.contains("HTTP/1.1 5") && !reply.contains("HTTP/1.0 5"), "{what:?}");
    }
    // What was hidden in another request's body was not done.
    let states = |state: &str| database.count(&format!("SELECT count(*) FROM link WHERE state = '{state}'"));
    assert_eq!((states("declined"), states("waiting")), (0, 3));

    // In one go; of very many the server may leave off and close, as it does with whoever is idle.
    for (count, fewest) in [(1_000, 1_000), (10_000, 1_000)] {
        let last = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let all = "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n".repeat(count - 1) + last;
        let mut socket = TcpStream::connect(address).unwrap();
        let mut writer = socket.try_clone().unwrap();
        let writing = thread::spawn(move || drop(writer.write_all(all.as_bytes())));
        let mut replies = Vec::new();
        let _ = socket.read_to_end(&mut replies);
        writing.join().unwrap();
        let replies = String::from_utf8(replies).unwrap();
        let good = replies.matches("HTTP/1.1 200 OK").count();
        assert!(good >= fewest && good == replies.matches("HTTP/1.1 ").count(), "{good} of {count}");
    }

    assert_eq!(scene.phone().form(&codes[2], &form(1)).status, 303, "and it goes on");
    let (status, log) = scene.server.stop();
    assert_eq!(status, Some(0));
    assert!(!log.to_lowercase().contains("mark") && !log.contains("panick") && !log.contains("/s/"), "{log}");
}

/// A server that may have few files open: 64 connections.
struct Small {
    child: Child,
    address: String,
}

impl Small {
    fn start(database: &Database) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -n 384; exec \"$0\" serve --listen 127.0.0.1:0", env!("CARGO_BIN_EXE_fivepoint")])
            .env_clear()
            .env("FIVEPOINT_DATABASE_URL", &database.url)
            .env("FIVEPOINT_SECRET", Program::new(database).secret)
            .env("FIVEPOINT_BASE_URL", "https://survey.example")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().strip_prefix("Serving on http://").unwrap().to_owned() }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a byte now and then until the server has enough of it; gives what it said and after how long.
fn dribble(address: &str, head: &str, bytes: &[u8]) -> (String, Duration) {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    let begun = Instant::now();
    socket.write_all(head.as_bytes()).unwrap();
    let (mut said, mut piece) = (Vec::new(), [0; 4096]);
    while begun.elapsed() < Duration::from_secs(40) {
        match socket.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => said.extend_from_slice(&piece[..length]),
            Err(error) if [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut].contains(&error.kind()) => {
                let _ = socket.write_all(bytes);
            }
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&said).into_owned(), begun.elapsed())
}

/// Takes 10 seconds, of which it sleeps all: that is how long the server waits for a body.
#[test]
fn who_sends_a_byte_now_and_then_holds_no_place() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 2);
    let server = Small::start(&database);
    let (address, code) = (server.address.as_str(), &scene.codes[0]);
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let live = "GET /health/live HTTP/1.1\r\nhost: a\r\n";
    let forms = [format!("/s/{code}"), "/health/empty".to_owned(), "/staff/sign-in".to_owned()];
    let forms = forms.map(|path| format!("POST {path} HTTP/1.1\r\nhost: a\r\n{kind}content-length: 900\r\n\r\nq1"));
    let unread = "POST /nowhere HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    let halves = format!("{live}\r\n{live}");
    let limit = Duration::from_secs(25);
    thread::scope(|scope| {
        // Most places are taken, by bodies and second heads that come byte by byte.
        let bodies: Vec<_> =
            forms.iter().cycle().take(24).map(|head| scope.spawn(|| dribble(address, head, b"&"))).collect();
        let unread = scope.spawn(|| dribble(address, &unread, b"1\r\n&\r\n"));
        let heads: Vec<_> = (0..32).map(|_| scope.spawn(|| dribble(address, &halves, b"x"))).collect();
        let phone = Phone::new(address);
        assert_eq!(phone.form(&scene.codes[1], &form(1)).status, 303, "meanwhile an answer gets through");
        let bodies: Vec<_> = bodies.into_iter().map(|body| body.join().unwrap()).collect();
        let first = bodies.iter().map(|(_, took)| *took).min().unwrap();
        assert!(first < Duration::from_secs(9), "{first:?}: in a crowd nobody is waited for so long");
        for (said, took) in bodies {
            let refused = said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.1 204");
            assert!(refused && took < limit, "{took:?}: {said}");
        }
        for head in heads.into_iter().chain([unread]) {
            let (said, took) = head.join().unwrap();
            assert!(said.matches("HTTP/1.1").count() == 1 && took < limit, "{took:?}: {said}");
        }
    });
    assert_eq!(database.count("SELECT count(*) FROM response"), 1);
}

/// A database in which the desk has to wait; on PostgreSQL for its own tables, on SQLite for every change.
fn hold_up(database: &Database) -> Box<dyn std::any::Any> {
    match database.engine {
        Engine::Sqlite => {
            let mut conn = SqliteConnection::establish(database.url.strip_prefix("sqlite:").unwrap()).unwrap();
            conn.batch_execute("BEGIN IMMEDIATE").unwrap();
            Box::new(conn)
        }
        Engine::Postgres => {
            let mut conn = PgConnection::establish(&database.url).unwrap();
            conn.batch_execute("BEGIN; LOCK TABLE staff, session, api_key IN ACCESS EXCLUSIVE MODE").unwrap();
            Box::new(conn)
        }
    }
}

on_both_engines!(answers_are_taken_while_everything_else_is_held_up, |database| {
    let scene = Scene::open(&database, 4);
    let desk = Desk::sign_in(&scene.program, &scene.server, "admin", "admin", None);
    let (token, codes, phone) = (desk.token(), &scene.codes, scene.phone());
    let stranger = Api::new(&scene.server, Some(&Token::new([7; 20]).to_string()));
    thread::scope(|scope| {
        let held = hold_up(&database);
        for _ in 0..30 {
            scope.spawn(|| desk.send("/staff/account/end-sessions", &[("token", &token)], &[]));
            scope.spawn(|| stranger.get("/api/v1/surveys"));
            scope.spawn(|| Desk::new(&scene.server).enter("admin", "wrong", ""));
        }
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        let begun = Instant::now();
        while database.engine == Engine::Postgres && database.count(waiting) < 6 {
            assert!(begun.elapsed() < Duration::from_secs(30), "the desk waits");
        }
        for round in 0..20 {
            let begun = Instant::now();
            let page = phone.get(&format!("/s/{}", codes[round % 4]));
            assert_eq!((page.status, phone.get("/health/ready").status), (200, 200));
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        }
        if database.engine == Engine::Postgres {
            assert_eq!(phone.form(&codes[0], &form(1)).status, 303);
            assert_eq!(phone.act(&codes[1], "decline").status, 200);
            assert!(phone.get(&format!("/s/{}", codes[0])).body.contains("receipt"));
        }
        drop(held);
    });
    assert_eq!(phone.form(&codes[2], &form(1)).status, 303);
});

#[test]
fn one_key_does_not_take_the_places_of_all_for_large_bodies() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::draft(&database, 3);
    Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let key = || Api::with_key(&scene.program, &scene.server, "wang", &["rosters:write"], &[]);
    let (slow, other) = (key(), key());
    let path = format!("/api/v1/surveys/{}/roster", scene.survey);
    let head = format!("POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n", slow.token());
    let head = format!("{head}idempotency-key: slow\r\ncontent-type: text/csv\r\ncontent-length: 2000000\r\n\r\nunit");
    let held: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut socket = TcpStream::connect(&scene.server.address).unwrap();
            socket.write_all(head.as_bytes()).unwrap();
            socket
        })
        .collect();
    let large = [b"unit,ref\n".as_slice(), &vec![b'\n'; 1_100_000]].concat();
    let headers = [("content-type", "text/csv"), ("idempotency-key", "large")];
    for _ in 0..3 {
        let begun = Instant::now();
        let sent = other.send("POST", &path, &headers, Some(&large));
        assert!(sent.status != 503 && begun.elapsed() < Duration::from_secs(8), "{:?}: {sent:?}", begun.elapsed());
    }
    drop(held);
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named: HashSet<(&str, &str)> =
        text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect();
    assert!(named.len() > 50, "{}", named.len());
    for (file, name) in named {
        let source = std::fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("{file} is not there"));
        let found = source.contains(&format!("fn {name}("))
            || source.contains(&format!("on_both_engines!({name},"))
            || source.contains(&format!("    {name},\n"))
            || source.contains(&format!("test(\"{name}\""));
        assert!(found, "{file} has no test {name}");
    }
}

on_both_engines!(a_form_of_the_desk_has_no_more_fields_than_a_page_sends, |database| {
    let scene = Scene::draft(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let edit = format!("/staff/surveys/{}/edit", scene.survey);
    let fields = |count: usize| -> Vec<(&str, &str)> { std::iter::repeat_n(("a", "b"), count).collect() };
    assert_eq!(desk.post(&edit, &fields(1_900)).status, 422, "read, and no questionnaire");
    assert_eq!(desk.post(&edit, &fields(2_000)).status, 413);
});
