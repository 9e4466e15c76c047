//! Invitations and reminders: real receivers that are killed, slow, or answer wrongly get every message at least
//! once, under one key; who declined or answered gets none.

use crate::harness::{
    Answer, Database, Desk, Engine, MailServer, Phone, Program, Receiver, Request, SURVEY, Server, UNITS, codes, form,
    on_both_engines, webhook_secret,
};
use chrono::{TimeDelta, Timelike};
use fivepoint::config::Clock;
use fivepoint::config::sending::{Hook, Sending};
use fivepoint::domain::message::{Hours, Rules};
use fivepoint::domain::token::Secret;
use fivepoint::store::Db;
use fivepoint::web::postman::{Office, Postman};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// An open survey whose people can be reached.
struct Room<'a> {
    database: &'a Database,
    program: Program<'a>,
    survey: String,
    codes: Vec<String>,
}

impl<'a> Room<'a> {
    /// Everybody has a phone.
    fn phones(database: &'a Database, people: usize) -> Self {
        Self::new(database, people, |number| (format!("1380000{number:04}"), String::new()))
    }

    fn new(database: &'a Database, people: usize, contact: impl Fn(usize) -> (String, String)) -> Self {
        let program = Program::new(database);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        let mut room = Self { database, program, survey: String::new(), codes: Vec::new() };
        (room.survey, room.codes) = room.survey(SURVEY, people, contact);
        room
    }

    /// Another open survey with people of its own, and their codes.
    fn survey(&self, text: &str, people: usize, contact: impl Fn(usize) -> (String, String)) -> (String, Vec<String>) {
        let survey = self.program.run(&["survey", "import", &self.program.file("survey.toml", text)]);
        let codes = self.issue(&survey, 0..people, contact);
        self.program.run(&["survey", "open", &survey]);
        (survey, codes)
    }

    /// Issues links to further people, and gives the codes of all.
    fn issue(
        &self,
        survey: &str,
        people: std::ops::Range<usize>,
        contact: impl Fn(usize) -> (String, String),
    ) -> Vec<String> {
        let rows: String = people
            .map(|number| {
                let (phone, email) = contact(number);
                format!("I{},R{number},张{number},{phone},{email}\n", number % 3 + 1)
            })
            .collect();
        let roster = self.program.file("roster.csv", format!("unit,ref,name,phone,email\n{rows}"));
        let list = self.program.path("links.csv");
        self.program.run(&["link", "issue", survey, "--roster", &roster, "--out", &list, "--force"]);
        codes(&list)
    }

    /// A server that sends to that receiver at any hour, fast, and tries again after a second.
    fn serve(&self, receiver: &Receiver, more: &[&str]) -> Server {
        let (url, secret) = (receiver.url(), webhook_secret());
        self.serve_with(&[&["--webhook-url", &url, "--webhook-secret", &secret], more].concat())
    }

    fn serve_with(&self, more: &[&str]) -> Server {
        let quick = [("--send-hours", "00:00-24:00"), ("--sends-per-minute", "60000"), ("--retry-seconds", "1")];
        let quick = quick.iter().filter(|(name, _)| !more.contains(name)).flat_map(|(name, value)| [*name, *value]);
        self.program.serve_with(&quick.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    fn evaluator(&self, server: &Server) -> Desk {
        Desk::sign_in(&self.program, server, "zhang", "evaluator", None)
    }

    fn path(&self, rest: &str) -> String {
        format!("/staff/surveys/{}/reminders{rest}", self.survey)
    }

    fn begin(&self, desk: &Desk, kind: &str) {
        let reply = desk.post(&self.path(&format!("/send/{kind}")), &[]);
        assert_eq!(reply.status, 303, "{}", reply.body);
    }

    fn steer(&self, desk: &Desk, number: &str, what: &str) -> u16 {
        desk.post(&self.path("/steer"), &[("number", number), ("do", what)]).status
    }

    /// The state of each sending, in order, with its numbers.
    fn sendings(&self) -> Vec<String> {
        let numbers = "CAST(planned AS TEXT) || ' ' || CAST(sent AS TEXT) || ' ' || CAST(refused AS TEXT)";
        self.database
            .lines(&format!("SELECT kind || ' ' || state || ' ' || {numbers} AS line FROM sending ORDER BY number"))
    }

    /// Waits until the database says so.
    fn wait_for(&self, what: &str, query: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.database.count(query) == 0 {
            assert!(Instant::now() < deadline, "waited in vain for {what}: {:?}", self.sendings());
            std::thread::yield_now();
        }
    }

    fn wait_for_end(&self) {
        let over = "SELECT count(*) FROM sending HAVING min(CASE WHEN state = 'ended' THEN 1 ELSE 0 END) = 1";
        self.wait_for("the end", &format!("SELECT count(*) FROM ({over}) AS over"));
        assert_eq!(self.database.count("SELECT count(*) FROM outbox"), 0, "nobody is left behind by name");
    }

    /// The last message was so many days earlier than it was.
    fn days_pass(&self, days: i64) {
        let back = (Clock::system().now() - TimeDelta::days(days)).format("%Y-%m-%d %H:%M:%S");
        self.database.execute(&format!("UPDATE sending SET sent_at = '{back}' WHERE sent_at IS NOT NULL"));
    }
}

/// How often each code came, with the keys it came under.
fn by_code(seen: &[Request]) -> BTreeMap<String, (usize, BTreeSet<String>)> {
    let mut codes = BTreeMap::<String, (usize, BTreeSet<String>)>::new();
    for request in seen {
        assert!(request.is_signed(), "{request:?}");
        let code = codes.entry(request.code()).or_default();
        code.0 += 1;
        code.1.insert(request.id.clone());
    }
    codes
}

fn set(codes: &[String]) -> BTreeSet<String> {
    codes.iter().cloned().collect()
}

on_both_engines!(a_receiver_that_breaks_in_every_way_gets_each_message_under_one_key, |database| {
    let room = Room::phones(&database, 12);
    // Each message meets another fault, some meet two, before it is taken.
    let mut met = BTreeMap::<String, (usize, usize)>::new();
    let faults = move |request: &Request| {
        let next = met.len();
        let (number, tries) = met.entry(request.id.clone()).or_insert((next, 0));
        *tries += 1;
        match (*number % 4, *tries) {
            (0, 1) => Answer::Status(500, 0),
            (0, 2) | (1, 1) => Answer::Break,
            (2, 1) if *number < 4 => Answer::Silence,
            (3, 1) => Answer::Status(503, 1),
            _ => Answer::Status(200, 0),
        }
    };
    let mut receiver = Receiver::start(faults);
    let server = room.serve(&receiver, &["--send-timeout-seconds", "1"]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    receiver.wait("some messages", |seen| seen.len() >= 4);
    receiver.go_away();
    room.wait_for("a try that finds nobody", "SELECT count(*) FROM sending WHERE trouble = 'unreachable'");
    let page = desk.get(&room.path("")).body;
    assert!(page.contains("连不上对方"), "{page}");
    receiver.come_back();
    room.wait_for_end();
    let seen = receiver.seen();
    let codes = by_code(&seen);
    assert_eq!(codes.keys().cloned().collect::<BTreeSet<_>>(), set(&room.codes), "everybody got it");
    let keys: BTreeSet<_> = codes.values().flat_map(|(_, keys)| keys).collect();
    assert!(codes.values().all(|(_, keys)| keys.len() == 1) && keys.len() == 12, "a key for each message: {codes:?}");
    assert!(seen.len() >= 12 + 3 + 3 + 3 + 1 + 3, "faults came: {}", seen.len());
    assert_eq!(room.sendings(), ["invitation ended 12 12 0"]);

    // A message says what it should and nothing else.
    let body = seen[0].json();
    let code = body["code"].as_str().unwrap();
    assert_eq!(body["link"], format!("https://survey.example/s/{code}"));
    assert_eq!((&body["kind"], &body["id"]), (&"invitation".into(), &seen[0].id.clone().into()));
    assert_eq!(body["survey"]["id"], room.survey);
    assert_eq!(body["survey"]["organiser"], "残联");
    assert!(body["recipient"]["phone"].as_str().unwrap().starts_with("1380000"));
    assert!(body["text"].as_str().unwrap().contains("我不参加") && !body["text"].as_str().unwrap().contains('张'));
    let age = Clock::system().now().timestamp() - seen[0].timestamp.parse::<i64>().unwrap();
    assert!((0..120).contains(&age), "{age}");

    let reasons = "SELECT act || ' ' || coalesce(CAST(amount AS TEXT), '') || ' ' || reason AS line FROM audit WHERE act LIKE 'sending%'";
    assert_eq!(database.lines(reasons), ["sending-begun 12 invitation"]);
    let page = desk.get("/staff/audit").body;
    assert!(page.contains(">邀请</td>") && !page.contains("invitation"), "{page}");
    let (status, log) = server.stop();
    assert_eq!(status, Some(0));
    assert!(!log.contains("1380000") && !log.contains(code) && !log.contains("127.0.0.1"), "{log}");
});

on_both_engines!(a_clock_that_was_wrong_for_a_moment_holds_no_message_back, |database| {
    let room = Room::phones(&database, 3);
    let mut tries = 0;
    let receiver = Receiver::start(move |_| {
        tries += 1;
        if tries == 1 { Answer::Status(500, 0) } else { Answer::Status(200, 0) }
    });
    let server = room.serve(&receiver, &["--retry-seconds", "600"]);
    room.begin(&room.evaluator(&server), "invitation");
    room.wait_for("all but one", "SELECT count(*) FROM sending WHERE sent = 2");
    // As a node leaves it behind whose clock was years ahead.
    database
        .execute("UPDATE outbox SET due_at = '2061-01-01 00:00:00'; UPDATE pace SET next_at = '2061-01-01 00:00:00'");
    room.wait_for_end();
    assert_eq!(room.sendings(), ["invitation ended 3 3 0"]);
    assert_eq!(server.stop().0, Some(0));
});

on_both_engines!(a_proxy_of_the_environment_reads_no_name, |database| {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut room = Room::phones(&database, 2);
    let address = format!("http://{}", proxy.local_addr().unwrap());
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        room.program.env.push((name, address.clone()));
    }
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    let server = room.serve(&receiver, &[]);
    room.begin(&room.evaluator(&server), "invitation");
    room.wait_for_end();
    assert_eq!(room.sendings(), ["invitation ended 2 2 0"]);
    proxy.set_nonblocking(true).unwrap();
    assert!(proxy.accept().is_err(), "nobody came");
});

on_both_engines!(who_declined_or_answered_before_the_try_gets_no_message, |database| {
    let room = Room::phones(&database, 10);
    let receiver = Receiver::start(|_| Answer::Gate(500));
    let server = room.serve(&receiver, &["--send-timeout-seconds", "60"]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "reminder");
    // One message is on its way and holds the others up.
    let first = receiver.wait("the first message", |seen| !seen.is_empty())[0].code();
    let rest: Vec<_> = room.codes.iter().filter(|code| **code != first).cloned().collect();
    let phone = Phone::new(&server.address);
    assert_eq!(phone.act(&rest[0], "decline").status, 200);
    assert_eq!(phone.form(&rest[1], &form(0)).status, 303);
    room.program.run(&["link", "revoke", &rest[2]]);
    let new = room.program.run(&["link", "reissue", &rest[3]]);
    assert_eq!(phone.act(&rest[4], "start").status, 200);
    assert_eq!(phone.act(&rest[5], "decline").status, 200);
    assert_eq!(phone.act(&rest[5], "resume").status, 200);
    // Even the message that is on its way is not repeated.
    assert_eq!(phone.act(&first, "decline").status, 200);
    receiver.act(|_| Answer::Status(200, 0));
    receiver.open_gate();
    room.wait_for_end();
    let seen = by_code(&receiver.seen());
    let new = new.rsplit('/').next().unwrap().to_owned();
    let expected: BTreeSet<_> = [first, new].into_iter().chain(rest[4..].iter().cloned()).collect();
    assert_eq!(seen.keys().cloned().collect::<BTreeSet<_>>(), expected);
    assert!(seen.values().all(|(times, _)| *times == 1), "{seen:?}");
    assert_eq!(room.sendings(), ["reminder ended 10 6 0"]);

    // The next reminder: neither those who declined or answered, nor anybody twice.
    room.days_pass(4);
    room.begin(&desk, "reminder");
    room.wait_for_end();
    let again = by_code(&receiver.seen()[7..]);
    assert!(again.keys().all(|code| expected.contains(code)) && again.len() == 6, "{again:?}");
    let both: BTreeSet<_> = seen.values().chain(again.values()).flat_map(|(_, keys)| keys).collect();
    assert_eq!(both.len(), 13, "another reminder is another message");
});

on_both_engines!(a_survey_that_closes_stops_its_messages, |database| {
    let room = Room::phones(&database, 5);
    let receiver = Receiver::start(|_| Answer::Gate(500));
    let server = room.serve(&receiver, &["--send-timeout-seconds", "60"]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "reminder");
    receiver.wait("the first message", |seen| !seen.is_empty());
    room.program.run(&["survey", "close", &room.survey]);
    receiver.open_gate();
    room.wait_for_end();
    assert_eq!(receiver.seen().len(), 1);
    assert_eq!(desk.post(&room.path("/send/reminder"), &[]).status, 409);
});

on_both_engines!(a_killed_node_forgets_no_message, |database| {
    let room = Room::phones(&database, 40);
    let mut count = 0;
    let receiver = Receiver::start(move |_| {
        count += 1;
        if count > 10 { Answer::Gate(200) } else { Answer::Status(200, 0) }
    });
    // What a dead node had taken is another's after ten times as long as a try may take.
    let quick = ["--send-timeout-seconds", "1"];
    let mut dying = room.serve(&receiver, &quick);
    let desk = room.evaluator(&dying);
    let both = database.engine == crate::harness::Engine::Postgres;
    let mut other = both.then(|| room.serve(&receiver, &quick));
    room.begin(&desk, "invitation");
    receiver.wait("the gate", |seen| seen.len() > 10);
    dying.kill();
    if !both {
        other = Some(room.serve(&receiver, &quick));
    }
    receiver.open_gate();
    room.wait_for_end();
    drop(other);
    let codes = by_code(&receiver.seen());
    assert_eq!(codes.keys().cloned().collect::<BTreeSet<_>>(), set(&room.codes), "everybody got it");
    assert!(codes.values().all(|(_, keys)| keys.len() == 1), "{codes:?}");
    assert!(both || codes.values().any(|(times, _)| *times == 2), "the message it died over came again");
    assert_eq!(room.sendings(), ["invitation ended 40 40 0"]);
});

#[test]
fn nothing_is_sent_while_the_clock_is_wrong() {
    let database = Database::fresh(Engine::Sqlite);
    let room = Room::phones(&database, 3);
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    // At the desk the sending begins; whoever sends runs beside it.
    let there = Clock::system().now().with_timezone(&chrono_tz::Asia::Shanghai);
    let hours = if there.hour() < 12 { "23:00-23:01" } else { "08:00-08:01" };
    let server = room.serve(&receiver, &["--send-hours", hours]);
    let desk = room.evaluator(&server);
    let wrong = Arc::new(AtomicBool::new(false));
    let (look, looks) = channel();
    let clock = Clock::new({
        let wrong = Arc::clone(&wrong);
        move || {
            let hours = if wrong.load(Ordering::SeqCst) { 3 } else { 0 };
            let _ = look.send(());
            Clock::system().now() + TimeDelta::hours(hours)
        }
    });
    let wait_for_looks = |more: usize| {
        looks.try_iter().for_each(drop);
        (0..more).for_each(|_| looks.recv_timeout(Duration::from_secs(30)).unwrap());
    };
    let rules = Rules {
        hours: Hours::ALWAYS,
        interval: TimeDelta::milliseconds(1),
        first_retry: TimeDelta::seconds(1),
        patience: TimeDelta::seconds(10),
        days_apart: 3,
        most_reminders: 3,
    };
    let webhook = Some(Hook::new(&receiver.url(), &webhook_secret(), false).unwrap());
    let office = Office {
        db: Db::open(&database.url.parse().unwrap()).unwrap(),
        secret: Secret::new(room.program.secret).unwrap(),
        clock,
        base_url: "https://survey.example".into(),
        sending: Arc::new(Sending { webhook, email: None, rules }),
        rounds: Default::default(),
    };
    let postman = Postman::start(&office).unwrap();
    wait_for_looks(1);
    wrong.store(true, Ordering::SeqCst);
    room.begin(&desk, "invitation");
    let work = || {
        let of_it = |row: &String| ["outbox:", "pace:", "sending:"].iter().any(|table| row.starts_with(table));
        database.dump().into_iter().filter(of_it).collect::<Vec<_>>()
    };
    let before = work();
    // Whoever sends does something between two looks at the clock.
    wait_for_looks(3);
    assert_eq!((work(), receiver.seen().len()), (before, 0));
    wrong.store(false, Ordering::SeqCst);
    room.wait_for_end();
    assert_eq!(receiver.seen().len(), 3);
    postman.stop();
}

on_both_engines!(messages_go_out_at_decent_hours_of_the_survey, |database| {
    // A zone in which it is past noon, for an hour at most, and the one on the other side of the world.
    let east = 12 - i32::try_from(Clock::system().now().hour()).unwrap();
    let west = if east > 0 { east - 12 } else { east + 12 };
    // Such a zone is named by the hours that it is behind.
    let zoned =
        |east: i32| SURVEY.replace("retention_days", &format!("time_zone = \"Etc/GMT{:+}\"\nretention_days", -east));
    let contact = |number: usize| (format!("1380000{number:04}"), String::new());
    let mut room = Room::new(&database, 3, contact);
    let (day, awake) = room.survey(&zoned(east), 3, contact);
    let (night, asleep) = room.survey(&zoned(west), 3, contact);
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    let server = room.serve(&receiver, &["--send-hours", "10:00-15:00"]);
    let desk = room.evaluator(&server);
    room.survey = night;
    room.begin(&desk, "invitation");
    assert!(desk.get(&room.path("")).body.contains("现在不是发消息的时间"));
    room.survey = day;
    room.begin(&desk, "invitation");
    assert!(!desk.get(&room.path("")).body.contains("现在不是发消息的时间"));
    room.wait_for("the end of the day's", "SELECT count(*) FROM sending WHERE state = 'ended'");
    let codes = by_code(&receiver.seen());
    assert_eq!(codes.keys().cloned().collect::<BTreeSet<_>>(), set(&awake));
    assert!(asleep.iter().all(|code| !codes.contains_key(code)));
    assert_eq!(room.database.count("SELECT count(*) FROM sending WHERE state = 'running' AND sent = 0"), 1);
});

on_both_engines!(a_receiver_that_refuses_is_left_in_peace_until_somebody_mends_it, |database| {
    let room = Room::phones(&database, 4);
    let receiver = Receiver::start(|_| Answer::Status(401, 0));
    let server = room.serve(&receiver, &[]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    room.wait_for("a pause", "SELECT count(*) FROM sending WHERE state = 'paused'");
    assert_eq!(receiver.seen().len(), 1, "one refusal is enough");
    let page = desk.get(&room.path("")).body;
    assert!(page.contains("对方拒收") && page.contains("对方回答 401"), "{page}");
    assert_eq!(
        database.lines("SELECT act AS line FROM audit WHERE staff IS NULL AND act LIKE 'sending%'"),
        ["sending-paused"]
    );
    assert_eq!(desk.post(&room.path("/send/reminder"), &[]).status, 409, "one at a time");

    // A redirect leads nowhere: names and phones go where the settings say.
    receiver.act(|_| Answer::Status(302, 0));
    assert_eq!(room.steer(&desk, "1", "continue"), 303);
    receiver.wait("the next try", |seen| seen.len() == 2);
    room.wait_for("a pause", "SELECT count(*) FROM sending WHERE state = 'paused' AND trouble = '302'");

    // One number does not exist: that message is given up, the others arrive.
    let wrong = room.codes[2].clone();
    receiver.act(move |request| Answer::Status(if request.code() == wrong { 422 } else { 200 }, 0));
    assert_eq!(room.steer(&desk, "1", "continue"), 303);
    room.wait_for_end();
    assert_eq!(room.sendings(), ["invitation ended 4 3 1"]);
    assert_eq!(by_code(&receiver.seen()[2..]).len(), 4);
    assert_eq!(receiver.seen().len(), 6);
});

on_both_engines!(an_evaluator_pauses_and_ends_a_sending, |database| {
    let room = Room::phones(&database, 6);
    let receiver = Receiver::start(|_| Answer::Gate(200));
    let server = room.serve(&receiver, &["--send-timeout-seconds", "60"]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    receiver.wait("the first message", |seen| !seen.is_empty());
    assert_eq!(room.steer(&desk, "1", "pause"), 303);
    assert_eq!(room.steer(&desk, "1", "pause"), 409);
    receiver.open_gate();
    room.wait_for("the message on its way", "SELECT count(*) FROM sending WHERE sent = 1");
    assert_eq!(room.steer(&desk, "1", "stop"), 303);
    assert_eq!((receiver.seen().len(), database.count("SELECT count(*) FROM outbox")), (1, 0));
    assert_eq!(room.steer(&desk, "1", "continue"), 409);
    assert_eq!(room.sendings(), ["invitation stopped 6 1 0"]);
    let acts = database.lines("SELECT act AS line FROM audit WHERE act LIKE 'sending%' ORDER BY number");
    assert_eq!(acts, ["sending-begun", "sending-paused", "sending-stopped"]);
});

on_both_engines!(nobody_is_reminded_too_often, |database| {
    let contact = |number: usize| (format!("1380000{number:04}"), String::new());
    let room = Room::new(&database, 3, contact);
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    let server = room.serve(&receiver, &["--reminder-days", "5", "--most-reminders", "2"]);
    let desk = room.evaluator(&server);
    let refused = |kind: &str, words: &str| {
        assert_eq!(desk.post(&room.path(&format!("/send/{kind}")), &[]).status, 409);
        let page = desk.get(&room.path(&format!("/send/{kind}"))).body;
        assert!(page.contains(words), "{page}");
    };
    room.begin(&desk, "invitation");
    room.wait_for_end();
    refused("invitation", "没有要邀请的人");
    refused("reminder", "先不打扰");
    // Who joins later is invited, the others are not again.
    room.issue(&room.survey, 3..5, contact);
    room.begin(&desk, "invitation");
    room.wait_for_end();
    assert_eq!(receiver.seen().len(), 5);
    for _ in 0..2 {
        room.days_pass(4);
        refused("reminder", "先不打扰");
        room.days_pass(5);
        room.begin(&desk, "reminder");
        room.wait_for_end();
    }
    room.days_pass(50);
    refused("reminder", "已经提醒过 2 次");
    assert_eq!(by_code(&receiver.seen()).values().map(|(times, _)| *times).max(), Some(3));
});

on_both_engines!(who_has_only_an_email_address_gets_a_letter, |database| {
    let contact = |number: usize| match number {
        0 => ("13800000000".to_owned(), "zero@example.org".to_owned()),
        1 => (String::new(), "nobody@example.org".to_owned()),
        2 => (String::new(), String::new()),
        number => (String::new(), format!("r{number}@example.org")),
    };
    let room = Room::new(&database, 6, contact);
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    // The first letter is taken and the line breaks before the server says so; the second is put off.
    let mail = MailServer::start(|count| match count {
        1 => None,
        2 => Some("451 later"),
        _ => Some("250 taken"),
    });
    let mails = mail.url();
    let server = room.serve(&receiver, &["--smtp-url", &mails, "--smtp-from", "调查 <survey@example.org>"]);
    let desk = room.evaluator(&server);
    let page = desk.get(&room.path("/send/invitation")).body;
    assert!(page.contains("一共 5 人"), "who can be reached: {page}");
    room.begin(&desk, "invitation");
    let letters = mail.wait(5);
    room.wait_for_end();
    assert_eq!(room.sendings(), ["invitation ended 5 4 1"]);
    assert_eq!(receiver.seen().len(), 1, "who has a phone is reached there");
    let mut keys = BTreeMap::<String, BTreeSet<String>>::new();
    for letter in &letters {
        keys.entry(letter.to.clone()).or_default().insert(letter.header("Message-ID").to_owned());
    }
    assert_eq!(keys.len(), 3);
    assert!(keys.values().all(|ids| ids.len() == 1), "a repeat is the same message: {keys:?}");
    let letter = &letters[0];
    assert!(letter.header("Message-ID").starts_with("<msg_") && letter.header("Message-ID").ends_with("@example.org>"));
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    let subject = letter.header("Subject").strip_prefix("=?utf-8?b?").unwrap().strip_suffix("?=").unwrap();
    let subject = String::from_utf8(data_encoding::BASE64.decode(subject.as_bytes()).unwrap()).unwrap();
    assert_eq!(subject, "请您填一份问卷");
    let text = letter.text();
    let number: usize = letter.to.split(['r', '@']).nth(1).unwrap().parse().unwrap();
    assert!(text.contains(&format!("https://survey.example/s/{}", room.codes[number])), "{text}");
    for said in ["残联", "电话 0871", "我不参加"] {
        assert!(text.contains(said), "{text}");
    }
    assert!(!text.contains(&format!("张{number}")), "{text}");
});

on_both_engines!(those_who_have_not_answered_leave_only_with_a_reason, |database| {
    let room = Room::phones(&database, 6);
    let server = room.serve_with(&[]);
    let phone = Phone::new(&server.address);
    phone.act(&room.codes[0], "decline");
    phone.form(&room.codes[1], &form(0));
    phone.act(&room.codes[2], "start");
    room.program.run(&["link", "revoke", &room.codes[3]]);
    let desk = room.evaluator(&server);
    let path = format!("/staff/surveys/{}/links/export", room.survey);
    for reason in ["", " "] {
        assert_eq!(desk.post(&path, &[("who", "unanswered"), ("format", "csv"), ("reason", reason)]).status, 422);
    }
    let fields = |format| [("who", "unanswered"), ("format", format), ("reason", "打电话提醒")];
    let text = String::from_utf8(desk.download(&path, &fields("csv"))).unwrap();
    let list = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .records()
        .map(|row| row.unwrap()[5].to_owned())
        .collect::<Vec<_>>();
    assert_eq!(list, [&room.codes[2][..], &room.codes[4], &room.codes[5]]);
    let book = desk.download(&path, &fields("xlsx"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(sheet.contains(&room.codes[2]) && !sheet.contains(&room.codes[0]) && !sheet.contains(&room.codes[1]));
    let noted = "SELECT CAST(amount AS TEXT) || ' ' || reason AS line FROM audit WHERE act = 'unanswered-exported'";
    assert_eq!(database.lines(noted), ["3 打电话提醒", "3 打电话提醒"]);

    for (name, role, unit) in [("wang", "monitor", Some("C")), ("li", "clerk", Some("I1")), ("boss", "admin", None)] {
        let other = Desk::sign_in(&room.program, &server, name, role, unit);
        assert_eq!(other.post(&path, &fields("csv")).status, 403, "{role}");
    }
    room.program.run(&["survey", "close", &room.survey]);
    let late = desk.post(&path, &fields("csv"));
    assert!(late.status == 422 && late.body.contains("调查没有开放"), "{}", late.body);
    assert_eq!(database.lines(noted).len(), 2);
});

on_both_engines!(who_is_out_of_the_base_gets_nothing, |database| {
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
    let receiver = Receiver::start(|_| Answer::Status(200, 0));
    let room = Room { database: &database, program, survey, codes: Vec::new() };
    let server = room.serve(&receiver, &[]);
    let desk = room.evaluator(&server);
    let at = |rest: &str| format!("/staff/surveys/{}{rest}", room.survey);
    let people = "unit,ref,phone,email\nI1,1,13800000001,\nI1,2,13800000002,\nI2,3,13800000003,a@example.org\n";
    let checked = desk.upload(&at("/roster/upload"), people.as_bytes());
    let upload = checked.body.split("name=\"upload\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(desk.post(&at("/roster/import"), &[("upload", &upload)]).status, 303);
    assert_eq!(desk.post(&at("/links/issue"), &[]).status, 303);
    room.wait_for("the links", "SELECT count(*) / 3 FROM link");
    while desk.get(&at("/links/progress")).body.contains("data-poll") {}
    room.program.run(&["survey", "open", &room.survey]);
    let mark = [("number", "2"), ("unit", ""), ("page", "1"), ("known", "ineligible")];
    assert_eq!(desk.post(&at("/roster/mark"), &mark).status, 303);
    assert!(desk.get(&room.path("/send/reminder")).body.contains("一共 2 人"));
    room.begin(&desk, "reminder");
    room.wait_for_end();
    let phones: BTreeSet<_> =
        receiver.seen().iter().map(|request| request.json()["recipient"]["phone"].to_string()).collect();
    assert_eq!(phones.into_iter().collect::<Vec<_>>(), ["\"13800000001\"", "\"13800000003\""]);
    let list = desk.download(&at("/links/export"), &[("who", "unanswered"), ("format", "csv"), ("reason", "电话")]);
    let list = String::from_utf8(list).unwrap();
    assert!(list.contains("13800000001") && !list.contains("13800000002"), "{list}");
});

on_both_engines!(a_sending_that_rests_ends_with_its_survey, |database| {
    let room = Room::phones(&database, 3);
    let receiver = Receiver::start(|_| Answer::Status(404, 0));
    let server = room.serve(&receiver, &[]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    room.wait_for("a pause", "SELECT count(*) FROM sending WHERE state = 'paused'");
    assert_eq!(database.count("SELECT count(*) FROM outbox"), 3);
    room.program.run(&["survey", "close", &room.survey]);
    room.wait_for_end();
    assert_eq!(receiver.seen().len(), 1);
});

/// The sample receiver of the docs, or another in Python, running.
struct Sample {
    child: Child,
    url: String,
    out: BufReader<ChildStdout>,
}

impl Sample {
    fn start(keys: &str, port: &str) -> Self {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/receiver.py");
        let mut command = Command::new("python3");
        Self::run(command.args([file, keys]).env("WEBHOOK_SECRET", webhook_secret()).env("PORT", port))
    }

    /// A receiver that says first where it is.
    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("python3 runs the receiver");
        let (mut out, mut url) = (BufReader::new(child.stdout.take().unwrap()), String::new());
        out.read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned(), out }
    }

    fn port(&self) -> String {
        self.url.trim_end_matches('/').rsplit(':').next().unwrap().to_owned()
    }

    /// The next phone that a message went to.
    fn next(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        Self::phone(&line)
    }

    fn phone(line: &str) -> String {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        message["phone"].as_str().unwrap().to_owned()
    }

    /// SIGKILL; gives the phones that were not asked for yet.
    fn end(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest.lines().map(Self::phone).collect()
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

on_both_engines!(the_sample_receiver_of_the_docs_sends_each_message_once, |database| {
    let room = Room::phones(&database, 30);
    let keys = room.program.path("keys.db");
    let mut sample = Sample::start(&keys, "0");
    let (url, secret) = (sample.url.clone(), webhook_secret());
    let server = room.serve_with(&["--webhook-url", &url, "--webhook-secret", &secret, "--sends-per-minute", "1200"]);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    let mut phones: Vec<_> = (0..5).map(|_| sample.next()).collect();
    // SIGKILL in the middle; it comes back at the same address with the keys it has kept.
    let port = sample.port();
    phones.extend(sample.end());
    let again = Sample::start(&keys, &port);
    room.wait_for_end();
    phones.extend(again.end());
    // Only the message it was at when it was killed may have been sent twice.
    let distinct: BTreeSet<_> = phones.iter().cloned().collect();
    assert_eq!(distinct.len(), 30);
    assert!(phones.len() <= 31, "{phones:?}");
});

/// A receiver with a certificate that this machine trusts only when it is told to.
const ENCRYPTED: &str = r#"
import http.server, ssl, sys
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        print('{"phone": "' + self.headers["webhook-id"] + '"}', flush=True)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"https://localhost:{server.server_port}/", flush=True)
server.serve_forever()
"#;

#[test]
fn a_receiver_that_cannot_prove_who_it_is_gets_nothing() {
    let database = Database::fresh(crate::harness::Engine::Sqlite);
    let mut room = Room::phones(&database, 3);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/localhost.pem");
    let mut receiver = Sample::run(Command::new("python3").args(["-c", ENCRYPTED, file]));
    let (url, secret) = (receiver.url.clone(), webhook_secret());
    let settings = ["--webhook-url", &url, "--webhook-secret", &secret];
    let server = room.serve_with(&settings);
    let desk = room.evaluator(&server);
    room.begin(&desk, "invitation");
    room.wait_for("the tries", "SELECT count(*) / 3 FROM outbox WHERE tries > 0");
    room.wait_for("the reason", "SELECT count(*) FROM sending WHERE trouble = 'untrusted' AND sent = 0");
    assert!(desk.get(&room.path("")).body.contains("对方的证书不可信"));
    drop(server);
    room.program.env.push(("SSL_CERT_FILE", file.to_owned()));
    let _server = room.serve_with(&settings);
    let keys: BTreeSet<_> = (0..3).map(|_| receiver.next()).collect();
    room.wait_for_end();
    assert_eq!(keys.len(), 3);
    assert_eq!(room.sendings(), ["invitation ended 3 3 0"]);
}

#[test]
fn the_sample_receiver_refuses_what_is_not_genuine() {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = Sample::start(folder.path().join("keys.db").to_str().unwrap(), "0");
    let key = data_encoding::BASE64.decode(webhook_secret().strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let now = Clock::system().now().timestamp();
    let post = |id: &str, at: i64, body: &str, signature: String| {
        let request = agent.post(&sample.url).header("webhook-id", id).header("webhook-timestamp", at.to_string());
        request.header("webhook-signature", signature).send(body).unwrap().status().as_u16()
    };
    let sign = |id: &str, at: i64, body: &str| fivepoint::web::postman::webhook::sign(&key, id, &at.to_string(), body);
    let body = r#"{"recipient":{"phone":"13800000000"},"text":"x"}"#;
    assert_eq!(post("msg_1", now, body, sign("msg_1", now, body)), 200);
    assert_eq!(post("msg_1", now, body, sign("msg_1", now, body)), 200, "a repeat is taken");
    assert_eq!(post("msg_2", now, body, sign("msg_1", now, body)), 401, "another key");
    assert_eq!(post("msg_2", now, body, format!("v1,wrong {}", sign("msg_2", now, body))), 200, "one of several");
    assert_eq!(post("msg_3", now - 3_600, body, sign("msg_3", now - 3_600, body)), 401, "too old");
    let nobody = r#"{"recipient":{"phone":null},"text":"x"}"#;
    assert_eq!(post("msg_4", now, nobody, sign("msg_4", now, nobody)), 422);
    assert_eq!([sample.next(), sample.next()], ["13800000000", "13800000000"], "msg_1 once, msg_2 once");
}

#[test]
fn settings_that_would_send_in_the_open_are_refused() {
    let database = Database::fresh(crate::harness::Engine::Sqlite);
    let program = Program::new(&database);
    let secret = webhook_secret();
    let serve = |more: &[&str]| {
        let done = program.try_run(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        assert!(!done.ok);
        done.err
    };
    let open = ["--webhook-url", "http://sms.example.org/", "--webhook-secret", &secret];
    assert!(serve(&open).contains("FIVEPOINT_SEND_IN_THE_CLEAR"));
    assert!(serve(&["--webhook-url", "https://sms.example.org/"]).contains("openssl rand"));
    let mail = ["--smtp-url", "smtp://u:hunter2@mail.example.org", "--smtp-from", "a@example.org"];
    let said = serve(&mail);
    assert!(said.contains("FIVEPOINT_SEND_IN_THE_CLEAR") && !said.contains("hunter2"), "{said}");
    assert!(
        serve(&["--smtp-url", "smtps://mail.example.org", "--smtp-from", "nobody"]).contains("FIVEPOINT_SMTP_FROM")
    );
    assert!(serve(&["--send-hours", "20:00-09:00"]).contains("09:00-20:00"));
}
