//! Rosters and links through the interface for programs.

use crate::harness::{
    Database, Engine, PASSWORD, Phone, Program, Reply, SURVEY, Scene, Server, UNITS, form, on_both_engines, sheet,
};
use serde_json::{Value, json};
use std::io::Read;

/// A draft survey without a roster, a server, and an evaluator with keys.
struct Room<'a> {
    program: Program<'a>,
    server: Server,
    survey: String,
}

/// A program with a key.
struct Caller {
    agent: ureq::Agent,
    base: String,
    token: String,
}

impl<'a> Room<'a> {
    fn new(database: &'a Database) -> Self {
        let program = Program::new(database);
        let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        program.run_with(&["staff", "add", "wang", "--role", "evaluator"], PASSWORD);
        let server = program.serve();
        Self { program, server, survey }
    }

    fn caller(&self, name: &str, scopes: &str, unit: Option<&str>) -> Caller {
        let mut arguments = vec!["key", "add", name, "--for", "wang", "--scope", scopes];
        arguments.extend(unit.iter().flat_map(|unit| ["--unit", unit]));
        let token = self.program.run(&arguments);
        Caller::new(&self.server, &token)
    }

    /// A program that may do everything with rosters and links.
    fn pusher(&self) -> Caller {
        self.caller("pusher", "rosters:write,links:issue,links:read", None)
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/surveys/{}{rest}", self.survey)
    }

    fn id_of(&self, name: &str) -> String {
        let list = self.program.run(&["key", "list"]);
        let line = list.lines().find(|line| line.contains(name)).unwrap();
        line.split('\t').next().unwrap().to_owned()
    }
}

impl Caller {
    fn new(server: &Server, token: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Self {
            agent: config.max_idle_connections(0).build().into(),
            base: format!("http://{}", server.address),
            token: format!("Bearer {token}"),
        }
    }

    fn get(&self, path: &str) -> Reply {
        read(self.agent.get(format!("{}{path}", self.base)).header("authorization", &self.token).call().unwrap())
    }

    fn send(&self, path: &str, kind: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("authorization", &self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !kind.is_empty() {
            request = request.content_type(kind);
        }
        read(request.send(body).unwrap())
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(path, "application/json", &body.to_string(), &[])
    }

    fn issue(&self, path: &str, key: &str, body: &str) -> Reply {
        self.send(path, if body.is_empty() { "" } else { "application/json" }, body, &[("idempotency-key", key)])
    }
}

fn read(mut reply: ureq::http::Response<ureq::Body>) -> Reply {
    let headers = reply.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let mut body = String::new();
    reply.body_mut().as_reader().read_to_string(&mut body).unwrap();
    Reply { status: reply.status().as_u16(), headers, body }
}

/// Status and code of a problem.
fn problem(reply: &Reply) -> (u16, String) {
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{} {}", reply.status, reply.body);
    let body = reply.json();
    assert_eq!(body["status"], reply.status);
    (reply.status, body["code"].as_str().unwrap().to_owned())
}

/// What is wrong with a list: row and field.
fn wrong(reply: &Reply) -> Vec<(u64, String)> {
    assert_eq!(problem(reply), (422, "invalid_input".to_owned()), "{}", reply.body);
    let errors = reply.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|one| (one["row"].as_u64().unwrap_or(0), one["field"].as_str().unwrap().to_owned())).collect()
}

fn people(count: usize) -> Value {
    let person = |number: usize| json!({ "unit": format!("I{}", number % 3 + 1), "ref": format!("R{number}") });
    json!({ "people": (0..count).map(person).collect::<Vec<_>>() })
}

on_both_engines!(a_roster_is_taken_in_wholly_or_not_at_all, |database| {
    let room = Room::new(&database);
    let (pusher, path) = (room.pusher(), room.path("/roster"));
    let list = json!({ "people": [
        { "unit": "I1", "ref": "1", "name": "=张三", "phone": "+86 138" },
        { "unit": "I2", "ref": "2", "name": "李四", "email": "li@example.org" },
        { "unit": "I3" },
    ] });
    let reply = pusher.post(&path, &list);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.json(), json!({ "added": 3, "known": 0, "corrected": 0, "moved": 0, "fixed": 0 }));
    let kept = database.lines("SELECT name || phone AS line FROM roster_line WHERE reference = '1'");
    assert_eq!(kept, ["=张三+86 138"], "to the letter");

    // The same again, with a newer phone and somebody who has moved; nobody's phone changes unasked.
    let csv = "unit,ref,name,phone\nI1,1,=张三,139\nI3,2,李四,\n";
    let send = |query: &str| pusher.send(&format!("{path}{query}"), "text/csv; charset=utf-8", csv, &[]).json();
    let outcome = |added, known, corrected, moved| json!({ "added": added, "known": known, "corrected": corrected, "moved": moved, "fixed": 0 });
    assert_eq!(send("?moved=keep"), outcome(1, 1, 0, 0), "somebody else of that ref");
    database.execute("DELETE FROM roster_line WHERE reference = '2' AND unit = 'I3'");
    assert_eq!(send(""), outcome(0, 1, 0, 1));
    assert_eq!(send("?contacts=update"), outcome(0, 2, 1, 0));
    let phone = database.lines("SELECT phone AS line FROM roster_line WHERE reference = '1'");
    assert_eq!(phone, ["139"]);
    assert_eq!(pusher.get(&path).json(), json!({ "people": 3, "with_link": 0, "out_of_base": 0, "not_reached": 0 }));

    // Mistakes: all of them, by their place, and nothing is changed.
    let before = database.count("SELECT count(*) FROM roster_line");
    let bad = json!({ "people": [
        { "unit": "I1", "ref": "9" },
        { "unit": "I9" },
        { "unit": " ", "email": "nowhere" },
        { "unit": "I1", "ref": "9", "name": "x\ny" },
        { "unit": "I1", "ref": "x".repeat(65) },
    ] });
    let expected = [(2, "unit"), (3, "unit"), (3, "email"), (4, "name"), (4, "ref"), (5, "ref")];
    let found = wrong(&pusher.post(&path, &bad));
    assert_eq!(found, expected.map(|(row, field)| (row, field.to_owned())));
    let found = wrong(&pusher.send(&path, "text/csv", "unit,ref\nI1,9\nI9,10\n", &[]));
    assert_eq!(found, [(3, "unit".to_owned())]);
    assert_eq!(wrong(&pusher.post(&path, &json!({ "people": [] }))).len(), 1);
    assert_eq!(wrong(&pusher.post(&path, &json!({ "people": [], "more": 1 }))).len(), 1);
    for (kind, body, query, status) in [
        ("text/plain", "unit\nI1\n", "", 415),
        ("application/json", "{", "", 400),
        ("text/csv", "unit\nI1\n", "?moved=perhaps", 400),
        ("text/csv", "unit\nI1\n", "?wish=1", 400),
    ] {
        let reply = pusher.send(&format!("{path}{query}"), kind, body, &[]);
        assert_eq!(problem(&reply).0, status, "{kind} {body} {query}");
    }
    let large = format!("unit\n{}", "I1\n".repeat(6_000_000));
    assert_eq!(problem(&pusher.send(&path, "text/csv", &large, &[])).1, "body_too_large");
    assert_eq!(database.count("SELECT count(*) FROM roster_line"), before);
    let unknown = "/api/v1/surveys/00000000-0000-4000-8000-000000000000/roster";
    assert_eq!(problem(&pusher.post(unknown, &list)), (404, "survey_not_found".to_owned()));

    let by = database.lines(match database.engine {
        Engine::Sqlite => "SELECT DISTINCT lower(hex(staff)) AS line FROM audit WHERE act = 'roster-imported'",
        Engine::Postgres => "SELECT DISTINCT encode(staff, 'hex') AS line FROM audit WHERE act = 'roster-imported'",
    });
    assert_eq!(by, [room.id_of("pusher").replace('-', "")], "the log names the key");
    room.program.run(&["survey", "open", &room.survey]);
    room.program.run(&["survey", "close", &room.survey]);
    assert_eq!(problem(&pusher.post(&path, &list)), (409, "roster_frozen".to_owned()));
});

on_both_engines!(a_key_of_a_unit_knows_of_nobody_elsewhere, |database| {
    let room = Room::new(&database);
    let path = room.path("/roster");
    let (pusher, bound) = (room.pusher(), room.caller("county", "rosters:write", Some("D1")));
    let all = json!({ "people": [
        { "unit": "I1", "ref": "1", "name": "张三" },
        { "unit": "I3", "ref": "3", "name": "李四" },
        { "unit": "I3", "ref": "4", "name": "王五" },
    ] });
    assert_eq!(pusher.post(&path, &all).status, 200);
    assert_eq!(bound.get(&path).json()["people"], 1);

    // A unit that is not theirs is like one that is not there.
    let of = |unit: &str| bound.post(&path, &json!({ "people": [{ "unit": unit, "ref": "5" }] }));
    let (foreign, unknown) = (of("I3"), of("I9"));
    assert_eq!((foreign.status, foreign.body.replace("I3", "I9")), (422, unknown.body.clone()));
    assert_eq!(of("C").body.replace("“C”", "“I9”"), unknown.body, "nor the unit above");
    let csv = |unit: &str| bound.send(&path, "text/csv", &format!("unit,ref\n{unit},5\n"), &[]).body;
    assert_eq!(csv("I3").replace("I3", "I9"), csv("I9"));

    // Nobody is moved out of a foreign unit, and it is not told that the ref is there: both are simply new.
    let reply = bound.post(
        &path,
        &json!({ "people": [
        { "unit": "I1", "ref": "3", "name": "李四" },
        { "unit": "I2", "ref": "77", "name": "赵六" },
    ] }),
    );
    assert_eq!(reply.json(), json!({ "added": 2, "known": 0, "corrected": 0, "moved": 0, "fixed": 0 }));
    let there = database.lines("SELECT unit AS line FROM roster_line WHERE reference = '3' ORDER BY unit");
    assert_eq!(there, ["I1", "I3"]);
    // Within the county people move.
    let moved = bound.post(&path, &json!({ "people": [{ "unit": "I2", "ref": "1", "name": "张三" }] }));
    assert_eq!(moved.json()["moved"], 1);
    assert_eq!(bound.get(&path).json()["people"], 3);

    // Without the scope nothing is told, not even whether there is such a survey.
    let other = room.caller("other", "links:read", None);
    let nowhere = "/api/v1/surveys/00000000-0000-4000-8000-000000000000";
    for (rest, body) in [("/roster", "{"), ("/links", "{"), ("/links/reissue", "{"), ("/links/revoke", "{")] {
        for path in [room.path(rest), format!("{nowhere}{rest}")] {
            let reply = other.send(&path, "application/json", body, &[]);
            assert_eq!(problem(&reply), (403, "missing_scope".to_owned()), "{path}");
        }
    }
    for path in [room.path("/links"), room.path("/links/export"), format!("{nowhere}/links/export")] {
        let reply = bound.send(&path, "application/json", "{}", &[("idempotency-key", "1")]);
        assert_eq!(problem(&reply), (403, "missing_scope".to_owned()), "{path}");
    }
});

on_both_engines!(links_are_issued_once_for_a_key_of_ones_own, |database| {
    let room = Room::new(&database);
    let (pusher, path) = (room.pusher(), room.path("/links"));
    let body = json!({ "people": [
        { "unit": "I1", "ref": "1", "name": "张三", "phone": "138" },
        { "unit": "I2", "name": "李四" },
    ] })
    .to_string();
    let links = || database.count("SELECT count(*) FROM link");
    for (key, code) in [(None, "idempotency_key_missing"), (Some(""), "idempotency_key_malformed")] {
        let headers: Vec<_> = key.iter().map(|key| ("idempotency-key", *key)).collect();
        let reply = pusher.send(&path, "application/json", &body, &headers);
        assert_eq!(problem(&reply), (400, code.to_owned()));
    }
    for key in ["a b", &"x".repeat(129)] {
        assert_eq!(problem(&pusher.issue(&path, key, &body)).1, "idempotency_key_malformed");
    }
    assert_eq!(links(), 0);

    let first = pusher.issue(&path, "one", &body);
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None), "{}", first.body);
    let told = first.json();
    assert_eq!((&told["issued"], &told["known"]), (&json!(2), &json!(0)));
    assert_eq!(told["links"][0]["ref"], "1");
    let code = told["links"][1]["code"].as_str().unwrap().to_owned();
    assert_eq!(told["links"][1]["link"], format!("https://survey.example/s/{code}"));
    let again = pusher.issue(&path, "one", &body);
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!((&again.body, links()), (&first.body, 2));

    // Whatever has become of the links, the reply is the same.
    let old = told["links"][0]["code"].as_str().unwrap();
    let new = pusher.post(&room.path("/links/reissue"), &json!({ "code": old }));
    assert_eq!(new.status, 200, "{}", new.body);
    assert_eq!(
        pusher.post(&room.path("/links/revoke"), &json!({ "code": code })).json(),
        json!({ "state": "revoked" })
    );
    assert_eq!(pusher.issue(&path, "one", &body).body, first.body);

    // The key with anything else is refused; another program's same key is another one.
    for other in ["", "{}", "{\"people\":[]}"] {
        assert_eq!(problem(&pusher.issue(&path, "one", other)), (422, "idempotency_key_reused".to_owned()), "{other}");
    }
    let nobody = pusher.issue(&path, "two", "{}");
    assert_eq!(problem(&nobody), (409, "nobody_to_issue".to_owned()));
    let second = room.caller("second", "links:issue", None).issue(&path, "one", &body).json();
    assert_eq!((&second["issued"], &second["known"], links()), (&json!(1), &json!(1), 3), "a ref has one link");

    // What failed has not used its key up.
    let bad = json!({ "people": [{ "unit": "I9" }] }).to_string();
    assert_eq!(wrong(&pusher.issue(&path, "two", &bad)), [(1, "unit".to_owned())]);
    let many = people(1001).to_string();
    assert_eq!(problem(&pusher.issue(&path, "two", &many)).0, 422);
    assert_eq!(pusher.issue(&path, "two", &people(1000).to_string()).json()["links"].as_array().unwrap().len(), 1000);

    // Everybody else on the roster; nothing and an empty object are the same request.
    let more: Vec<Value> = (0..1002).map(|number| json!({ "unit": "I1", "ref": format!("M{number}") })).collect();
    assert_eq!(pusher.post(&room.path("/roster"), &json!({ "people": more })).json()["added"], 1002);
    let all = pusher.issue(&path, "three", "");
    assert_eq!(all.status, 201, "{}", all.body);
    assert_eq!((&all.json()["issued"], &all.json()["links"]), (&json!(1002), &Value::Null));
    assert_eq!(all.json()["export"], room.path("/links/export"));
    let again = pusher.issue(&path, "three", "{}");
    assert_eq!((again.header("idempotency-replayed"), &again.body), (Some("true"), &all.body));

    // What is stored of it tells nothing of anybody, and is gone after a day.
    let dump = database.dump();
    let rows: Vec<_> = dump.iter().filter(|row| row.starts_with("idempotency:")).collect();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| !row.contains("one") && !row.contains("张") && !row.contains(&code)), "{rows:?}");
    room.program.run(&["survey", "open", &room.survey]);
    room.program.run(&["survey", "close", &room.survey]);
    assert_eq!(pusher.issue(&path, "one", &body).body, first.body);
    assert_eq!(problem(&pusher.issue(&path, "four", "{}")), (409, "issue_closed".to_owned()));
    let (status, _) = room.server.stop();
    assert_eq!(status, Some(0));
    database.execute("UPDATE idempotency SET held_at = '2020-01-01 00:00:00'");
    let server = room.program.serve();
    assert_eq!(Phone::new(&server.address).get("/health/ready").status, 200);
    let (status, _) = server.stop();
    assert_eq!((status, database.count("SELECT count(*) FROM idempotency")), (Some(0), 0));
    let printed = room.program.run(&["verify", &room.survey]);
    assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
});

on_both_engines!(two_at_once_issue_once, |database| {
    let room = Room::new(&database);
    let (pusher, path) = (room.pusher(), room.path("/links"));
    // A second node where the engine can have one.
    let node = room.program.serve();
    let other = Caller::new(&node, pusher.token.strip_prefix("Bearer ").unwrap());
    for round in 0..4 {
        let nameless = json!({ "people": vec![json!({ "unit": "I1" }); 300] }).to_string();
        let key = format!("round {round}").replace(' ', "-");
        let callers = [&pusher, &pusher, &other, &other];
        let replies = std::thread::scope(|scope| {
            let all = callers.map(|caller| scope.spawn(|| caller.issue(&path, &key, &nameless)));
            all.map(|one| one.join().unwrap())
        });
        for reply in &replies {
            let code = if reply.status == 201 { String::new() } else { problem(reply).1 };
            let fine = ["", "idempotency_key_in_use", "busy"].contains(&code.as_str());
            assert!(fine, "{} {}", reply.status, reply.body);
        }
        // Whoever was told to wait asks again, and all are told of the same links.
        let told = pusher.issue(&path, &key, &nameless);
        assert_eq!(told.status, 201, "{}", told.body);
        for reply in replies.iter().filter(|reply| reply.status == 201) {
            assert_eq!(reply.body, told.body);
        }
        assert_eq!(database.count("SELECT count(*) FROM link"), 300 * (round + 1), "nobody has two links");
    }
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'links-issued'"), 4);
});

on_both_engines!(a_run_that_was_killed_is_done_once_when_asked_for_again, |database| {
    let mut room = Room::new(&database);
    let (pusher, path) = (room.pusher(), room.path("/links"));
    let many = format!("unit\n{}", "I1\n".repeat(60_000));
    assert_eq!(pusher.send(&room.path("/roster"), "text/csv", &many, &[]).json()["added"], 60_000);
    let token = pusher.token.strip_prefix("Bearer ").unwrap().to_owned();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let request = pusher.agent.post(format!("{}{path}", pusher.base)).header("authorization", &pusher.token);
            request.header("idempotency-key", "all").send("").map(|reply| reply.status().as_u16())
        });
        // As soon as a chunk is written, the same and another are told to wait, and then the server dies.
        while database.count("SELECT count(*) FROM link") == 0 {
            assert!(!asked.is_finished(), "{:?}", asked.join());
        }
        assert_eq!(problem(&pusher.issue(&path, "all", "{}")), (409, "idempotency_key_in_use".to_owned()));
        assert_eq!(problem(&pusher.issue(&path, "other", "{}")), (409, "issuing_running".to_owned()));
        let run = pusher.get(&path).json()["run"].clone();
        assert_eq!((&run["going"], &run["total"]), (&json!(true), &json!(60_000)));
        room.server.kill();
        assert!(asked.join().unwrap().is_err());
    });
    assert_eq!(database.count("SELECT count(*) FROM idempotency WHERE last IS NULL"), 1);
    room.server = room.program.serve();
    let pusher = Caller::new(&room.server, &token);
    assert_eq!(pusher.get(&path).json()["issued"], 0, "nothing of it is seen");
    // For half a minute another node might still be at it.
    let early = pusher.issue(&path, "all", "");
    assert_eq!(problem(&early), (409, "idempotency_key_in_use".to_owned()));
    assert!(early.header("retry-after").is_some());
    database.execute("UPDATE idempotency SET held_at = '2026-01-01 00:00:00'");
    assert_eq!(pusher.get(&path).json()["run"]["going"], false);
    let reply = loop {
        let reply = pusher.issue(&path, "all", "");
        match reply.status {
            201 => break reply,
            202 => assert_eq!(reply.header("location"), Some(path.as_str())),
            _ => assert_eq!(problem(&reply), (409, "idempotency_key_in_use".to_owned())),
        }
    };
    assert_eq!(reply.json()["issued"], 60_000);
    assert_eq!(database.count("SELECT count(*) FROM link"), 60_000);
    assert_eq!(pusher.get(&path).json()["run"], Value::Null);
    let printed = room.program.run(&["verify", &room.survey]);
    assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
});

on_both_engines!(a_list_of_links_is_noted_once_and_tells_nothing_of_answers, |database| {
    let scene = Scene::open(&database, 25);
    scene.program.run_with(&["staff", "add", "wang", "--role", "evaluator"], PASSWORD);
    let room = Room { program: scene.program, server: scene.server, survey: scene.survey };
    let (reader, path) = (room.caller("reader", "links:read", None), room.path("/links/export"));
    let noted = || database.lines("SELECT reason || ' ' || amount AS line FROM audit WHERE act = 'links-exported'");
    let before = noted().len();
    for reason in [Value::Null, json!(" "), json!("长".repeat(201)), json!("a\nb")] {
        let reply = reader.post(&path, &json!({ "reason": reason }));
        assert_eq!(wrong(&reply), [(0, "reason".to_owned())], "{reason}");
    }
    assert_eq!(noted().len(), before);

    let all = |limit: usize, unit: Value| {
        let mut body = json!({ "reason": "交给短信平台", "limit": limit, "unit": unit });
        let (mut items, mut parts) = (Vec::new(), 0);
        loop {
            let reply = reader.post(&path, &body);
            assert_eq!(reply.status, 200, "{}", reply.body);
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            items.extend(reply.json()["items"].as_array().unwrap().clone());
            parts += 1;
            match &reply.json()["next"] {
                Value::Null => return (items, parts),
                next => body = json!({ "limit": limit, "unit": unit, "cursor": next }),
            }
        }
    };
    let (first, parts) = all(10, Value::Null);
    assert_eq!((first.len(), parts, noted().len() - before), (25, 3, 1));
    assert_eq!(noted().last().unwrap(), "交给短信平台 25");
    let codes: Vec<_> = first.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, scene.codes);
    assert_eq!(all(5, json!("I2")).0.len(), 8);
    assert_eq!(noted().last().unwrap(), "交给短信平台 8");
    assert_eq!(
        problem(&reader.post(&path, &json!({ "reason": "x", "unit": "I9" }))),
        (404, "unit_not_found".to_owned())
    );

    // Half of them answer or decline, and the list is the same.
    let phone = Phone::new(&room.server.address);
    for (number, code) in codes.iter().enumerate().take(12) {
        match number % 2 {
            0 => assert_eq!(phone.form(code, &form(number)).status, 303),
            _ => assert_eq!(phone.act(code, "decline").status, 200),
        }
    }
    assert_eq!(all(1000, Value::Null).0, first);
    let totals = room.caller("totals", "links:read", None).get(&room.path("/links")).json();
    assert_eq!((&totals["issued"], &totals["submitted"], &totals["declined"]), (&json!(25), &json!(6), &json!(6)));

    // A cursor leads nowhere but on, for whoever began.
    let begun = reader.post(&path, &json!({ "reason": "x", "limit": 1 })).json()["next"].as_str().unwrap().to_owned();
    let rest = begun.split_once('.').unwrap().1;
    let amount = noted().len();
    for (cursor, unit) in
        [(format!("0.{rest}"), Value::Null), (begun.clone(), json!("I1")), ("MA".to_owned(), Value::Null)]
    {
        let reply = reader.post(&path, &json!({ "cursor": cursor, "unit": unit }));
        assert_eq!(wrong(&reply), [(0, "cursor".to_owned())], "{cursor}");
    }
    let stranger = room.caller("stranger", "links:read", None);
    assert_eq!(wrong(&stranger.post(&path, &json!({ "cursor": begun }))), [(0, "cursor".to_owned())]);
    assert_eq!(noted().len(), amount);
    assert_eq!(reader.post(&path, &json!({ "cursor": begun })).json()["items"].as_array().unwrap().len(), 24);
});

on_both_engines!(single_links_are_replaced_and_taken_back_within_their_survey, |database| {
    let scene = Scene::open(&database, 4);
    scene.program.run_with(&["staff", "add", "wang", "--role", "evaluator"], PASSWORD);
    let other = scene.program.run(&["survey", "import", &scene.program.file("other.toml", SURVEY)]);
    let phone = scene.phone();
    let room = Room { program: scene.program, server: scene.server, survey: scene.survey };
    let (pusher, codes) = (room.pusher(), &scene.codes);
    let send = |survey: &str, what: &str, code: &str| {
        pusher.post(&format!("/api/v1/surveys/{survey}/links/{what}"), &json!({ "code": code }))
    };
    for what in ["reissue", "revoke"] {
        assert_eq!(problem(&send(&other, what, &codes[0])), (404, "link_not_found".to_owned()));
        let unknown = "0000-0000-0000-0000-0000";
        assert_eq!(problem(&send(&room.survey, what, unknown)), (404, "link_not_found".to_owned()));
        assert_eq!(wrong(&send(&room.survey, what, "code")), [(0, "code".to_owned())]);
    }
    let new = send(&room.survey, "reissue", &format!("https://survey.example/s/{}", codes[0])).json();
    assert_eq!(phone.get(&format!("/s/{}", codes[0])).status, 410);
    assert_eq!(phone.form(new["code"].as_str().unwrap(), &form(0)).status, 303);
    assert_eq!(problem(&send(&room.survey, "reissue", &codes[0])), (404, "link_not_found".to_owned()));
    assert_eq!(
        problem(&send(&room.survey, "revoke", new["code"].as_str().unwrap())),
        (409, "link_answered".to_owned())
    );
    assert_eq!(send(&room.survey, "revoke", &codes[1]).status, 200);
    assert_eq!(problem(&send(&room.survey, "reissue", &codes[1])), (409, "link_revoked".to_owned()));
    assert_eq!(phone.get(&format!("/s/{}", codes[1])).status, 410);
    let printed = room.program.run(&["verify", &room.survey]);
    assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
});

on_both_engines!(the_document_tells_of_links_with_a_key_and_without, |database| {
    let scene = Scene::open(&database, 3);
    let phone = scene.phone();
    let document = phone.get("/openapi.json").json();
    let text = document.to_string();
    for name in text.split("\"#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is nowhere");
    }
    let operation = |path: &str, method: &str| document["paths"][path][method].clone();
    for (path, scope) in [("", "links:issue"), ("/export", "links:read"), ("/reissue", "links:issue")] {
        let found = operation(&format!("/api/v1/surveys/{{survey}}/links{path}"), "post");
        assert_eq!(found["security"][0]["key"][0], scope, "{path}");
    }
    let header = operation("/api/v1/surveys/{survey}/links", "post")["parameters"][1].clone();
    assert_eq!((&header["name"], &header["required"]), (&json!("Idempotency-Key"), &json!(true)));

    // Whatever a recipient is answered with is told, with its status and its members.
    let told = |path: &str, method: &str, reply: &Reply| {
        let found = operation(path, method);
        assert_eq!(found.get("security"), None, "{path}");
        let kind = reply.header("content-type").unwrap();
        let schema = &found["responses"][reply.status.to_string()]["content"][kind]["schema"]["$ref"];
        let name =
            schema.as_str().unwrap_or_else(|| panic!("{path} {} {kind}", reply.status)).rsplit('/').next().unwrap();
        let known = &document["components"]["schemas"][name]["properties"];
        for member in reply.json().as_object().unwrap().keys() {
            assert!(known.get(member).is_some(), "{path} {}: {member}", reply.status);
        }
    };
    let (link, response) = ("/api/v1/links/{code}", "/api/v1/links/{code}/response");
    let at = |code: &str| format!("/api/v1/links/{code}");
    let [one, two, three] = [0, 1, 2].map(|number| scene.codes[number].as_str());
    told(link, "get", &phone.get(&at(one)));
    told(link, "get", &phone.get(&at("nothing")));
    told(link, "post", &phone.act(one, "start"));
    told(link, "post", &phone.act(one, "dance"));
    told(link, "post", &phone.post(&at(one), "text/plain", "start"));
    told(response, "post", &phone.json(one, &json!({ "answers": { "1": "Q" } })));
    for status in [201, 200] {
        let reply = phone.json(one, &sheet("A"));
        assert_eq!(reply.status, status);
        told(response, "post", &reply);
    }
    told(link, "get", &phone.get(&at(one)));
    told(link, "post", &phone.act(one, "decline"));
    told(link, "post", &phone.act(two, "decline"));
    told(response, "post", &phone.json(two, &sheet("A")));
    let large = format!("{{\"answers\":{{\"1\":\"{}\"}}}}", "A".repeat(40_000));
    let reply = phone.post(&format!("{}/response", at(three)), "application/json", &large);
    assert_eq!(reply.status, 413);
    told(response, "post", &reply);
    scene.close();
    told(link, "get", &phone.get(&at(three)));
});
