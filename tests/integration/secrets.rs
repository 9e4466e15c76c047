//! The server secret: changed while surveys are answered, kept while something is bound to it, never printed.

use crate::harness::{
    Api, Database, Desk, Engine, PASSWORD, Phone, Program, SURVEY, Scene, Server, UNITS, codes, digits,
    on_both_engines, sheet,
};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use fivepoint::config::sending::{Hook, Mail};
use fivepoint::config::{DatabaseUrl, SecretSource};
use fivepoint::domain::key::Token;
use fivepoint::domain::token::{Code, Secret};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

const NEW: &str = "a new secret for tests, long enough for the program";

/// Sets up a second factor; gives what the telephone keeps.
fn set_up_factor(desk: &Desk) -> String {
    let page = desk.get("/staff/account/second-factor").body;
    let spelled = page.split_once("<code>").unwrap().1.split('<').next().unwrap().to_owned();
    let fields = [("code", &*digits(&spelled, 0)), ("old", PASSWORD)];
    assert_eq!(desk.post("/staff/account/second-factor", &fields).status, 303);
    spelled
}

fn receipt(server: &Server, code: &str) -> (u16, String) {
    let reply = Phone::new(&server.address).json(code, &sheet("B"));
    (reply.status, reply.json()["receipt"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned())
}

/// What one line of `secret list` says of each secret: its state, and what needs it.
fn listed(program: &Program<'_>) -> Vec<(String, String)> {
    let list = program.run(&["secret", "list"]);
    let field = |line: &str, place: usize| line.split('\t').nth(place).unwrap().to_owned();
    list.lines().map(|line| (field(line, 2), field(line, 4))).collect()
}

fn second_survey(program: &Program<'_>) -> (String, Vec<String>) {
    let text = SURVEY.replace("满意度调查", "第二次调查");
    let survey = program.run(&["survey", "import", &program.file("second.toml", text)]);
    let (roster, list) =
        (program.file("second.csv", "unit,ref\nI1,S1\nI2,S2\nI3,S3\n"), program.path("second-links.csv"));
    program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list]);
    program.run(&["survey", "open", &survey]);
    (survey, codes(&list))
}

on_both_engines!(a_secret_is_changed_while_surveys_are_answered, |database| {
    let old = Scene::open(&database, 6);
    let both = format!("{NEW}\n{}", old.program.secret);
    let (mut program, mut alone) = (Program::new(&database), Program::new(&database));
    (program.secret, alone.secret) = (&both, NEW);
    let wang = Desk::sign_in(&old.program, &old.server, "wang", "evaluator", None);
    let phone = set_up_factor(&wang);
    let mut receipts = vec![receipt(&old.server, &old.codes[0]).1];

    // The new one is given to one server after the other; nothing changes before it is said so.
    let (first, second) = (program.serve(), program.serve());
    assert_eq!(listed(&program).last().unwrap().0, "new");
    assert_eq!(receipt(&first, &old.codes[0]), (200, receipts[0].clone()));
    let early = program.try_run(&["secret", "rotate"]);
    assert!(!early.ok && early.err.contains("a server runs"), "{}", early.err);
    assert_eq!(old.server.stop().0, Some(0));
    let nothing = old.program.try_run(&["secret", "rotate"]);
    assert!(!nothing.ok && nothing.err.contains("there is no new secret"), "{}", nothing.err);
    program.run(&["secret", "rotate"]);
    let again = program.try_run(&["secret", "rotate"]);
    assert!(!again.ok && again.err.contains("known already"), "{}", again.err);
    let late = old.program.try_run(&["serve"]);
    assert!(!late.ok && late.err.contains("the secret was changed"), "{}", late.err);
    let needed = "needed for the survey “满意度调查”; the second factor of wang".to_owned();
    let states = [("former".to_owned(), needed), ("current".to_owned(), "needed for what is new".to_owned())];
    assert_eq!(listed(&program), states);

    // A survey of each secret, answered on both servers; codes and receipts stay.
    let (_, codes_of_second) = second_survey(&program);
    for server in [&first, &second] {
        assert_eq!(receipt(server, &old.codes[0]), (200, receipts[0].clone()));
        assert!(Phone::new(&server.address).get(&format!("/s/{}", old.codes[0])).body.contains(&receipts[0]));
    }
    receipts.push(receipt(&first, &old.codes[1]).1);
    receipts.push(receipt(&second, &old.codes[2]).1);
    let newer = receipt(&second, &codes_of_second[0]);
    assert_eq!((newer.0, receipt(&first, &codes_of_second[0])), (201, (200, newer.1.clone())));
    let list = program.path("again.csv");
    program.run(&["link", "export", &old.survey, "--reason", "test", "--out", &list]);
    assert_eq!(codes(&list), old.codes);
    let reissued = program.run(&["link", "reissue", &old.codes[5]]);
    let reissued = reissued.rsplit('/').next().unwrap();
    assert_eq!(Phone::new(&first.address).get(&format!("/s/{reissued}")).status, 200);

    // The second factor goes on, and asks to be renewed.
    let desk = Desk::new(&second);
    assert_eq!(desk.enter("wang", PASSWORD, &digits(&phone, 1)).status, 303);
    assert!(desk.get("/staff/account").body.contains("服务器换了密钥"));
    assert!(program.run(&["audit", "verify"]).starts_with("ok: "));

    // While something is bound to the old one, no server starts without it.
    let refused = alone.try_run(&["serve"]);
    for words in ["still needed", "“满意度调查”", "the second factor of wang"] {
        assert!(!refused.ok && refused.err.contains(words), "{}", refused.err);
    }
    program.run(&["survey", "close", &old.survey]);
    program.run(&["survey", "release", &old.survey]);
    assert_eq!(desk.post(&format!("/staff/surveys/{}/seal", old.survey), &[("act", "ask")]).status, 303);
    let li = Desk::sign_in(&program, &first, "li", "evaluator", None);
    assert_eq!(li.post(&format!("/staff/surveys/{}/seal", old.survey), &[("act", "consent")]).status, 303);
    program.run(&["survey", "seal", &old.survey]);
    receipts.sort();
    let published = Phone::new(&first.address).get(&format!("/receipts/{}.txt", old.survey)).body;
    assert_eq!(published.lines().collect::<Vec<_>>(), receipts);
    assert_eq!(listed(&program)[0].1, "needed for the second factor of wang");
    set_up_factor(&desk);
    assert!(!desk.get("/staff/account").body.contains("服务器换了密钥"));
    assert_eq!(listed(&program)[0].1, "may be destroyed");

    // From here on the new one is enough.
    let third = alone.serve();
    assert_eq!(receipt(&third, &codes_of_second[0]), (200, newer.1));
    assert!(alone.run(&["audit", "verify"]).starts_with("ok: "));
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'secret-rotated'"), 1);

    // Nothing of it all is in a log or in the database.
    let api = Api::with_key(&alone, &third, "wang", &["surveys:read"], &[]);
    assert_eq!(api.get("/api/v1/surveys").status, 200);
    let cookie = li.cookie().unwrap();
    let (cookie, token) = (cookie.split_once('=').unwrap().1, li.token());
    let logs = [first, second, third].map(|server| server.stop().1).concat();
    let all = database.dump().join("\n") + &logs;
    for word in [Program::new(&database).secret, NEW, PASSWORD, &phone, cookie, &token, api.token()] {
        assert!(!all.contains(word), "{word}");
    }
});

/// Changes a row of the log behind the program's back.
fn tamper(database: &Database, change: &str) {
    match database.engine {
        Engine::Sqlite => database.execute(&format!("DROP TRIGGER IF EXISTS audit_is_not_changed; {change}")),
        Engine::Postgres => database.execute(&format!("ALTER TABLE audit DISABLE TRIGGER ALL; {change}")),
    }
}

on_both_engines!(the_log_of_a_former_secret_is_bound_to_the_current_one, |database| {
    let mut program = Program::new(&database);
    let old = program.secret;
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let both = format!("{old}\n{NEW}");
    program.secret = &both;
    program.run(&["secret", "rotate"]);
    program.run(&["unit", "import", &program.file("units.csv", UNITS.replace("三院", "第三院"))]);
    assert_eq!(program.run(&["audit", "verify"]).split(',').next(), Some("ok: 3 rows"));
    program.secret = NEW;
    assert_eq!(program.run(&["audit", "verify"]).split(',').next(), Some("ok: 3 rows"));
    let broken = |program: &Program<'_>, words: &str| {
        let done = program.try_run(&["audit", "verify"]);
        assert!(!done.ok && done.out.starts_with("BROKEN: ") && done.out.contains(words), "{}{}", done.out, done.err);
    };
    tamper(&database, "UPDATE audit SET amount = 7 WHERE number = 1");
    broken(&program, "the rows up to 2");
    program.secret = &both;
    broken(&program, "row 1 ");
    tamper(&database, "UPDATE audit SET amount = 6 WHERE number = 1");
    assert_eq!(program.run(&["audit", "verify"]).split(',').next(), Some("ok: 3 rows"));
    // Without the change there is the old secret alone, under which the rows after it are none.
    program.secret = old;
    database.execute("DELETE FROM rotation");
    broken(&program, "row 3 ");
});

on_both_engines!(what_names_no_secret_is_under_the_first, |database| {
    let mut scene = Scene::open(&database, 2);
    // As a server of the version before leaves it.
    database.execute("UPDATE survey SET secret = NULL");
    let list = scene.program.path("again.csv");
    let receipt_before = receipt(&scene.server, &scene.codes[0]).1;
    drop(scene.server);
    database.execute("DELETE FROM node");
    let both = format!("{}\n{NEW}", scene.program.secret);
    scene.program.secret = &both;
    scene.program.run(&["secret", "rotate"]);
    scene.program.run(&["link", "export", &scene.survey, "--reason", "test", "--out", &list]);
    assert_eq!(codes(&list), scene.codes);
    assert_eq!(receipt(&scene.program.serve(), &scene.codes[0]), (200, receipt_before));
});

#[test]
fn what_is_secret_is_not_printed_by_mistake() {
    let secret = Secret::new(NEW).unwrap();
    let key = secret.key(secret.fingerprints().next().unwrap()).unwrap();
    let code = key.code(b"salt", 1, 0);
    let (token, hook) = (Token::new([7; 20]), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    let source = SecretSource::choose(Some(NEW), None, &DatabaseUrl::Sqlite("x".into())).unwrap();
    let printed = [
        format!("{secret:?} {key:?} {code:?} {:?} {token:?} {source:?}", key.receipt(&code)),
        format!("{:?}", Hook::new("https://h.example/q7?k=q7", hook, false).unwrap()),
        format!("{:?}", Mail::new("smtps://u:q7@m.example", "a@b.example", false).unwrap()),
        format!("{:?}", "postgres://u:q7@h/x".parse::<DatabaseUrl>().unwrap()),
    ]
    .concat();
    let (code, receipt) = (code.to_string(), key.receipt(&code).to_string());
    for word in [NEW, &code, &receipt, &token.to_string(), &token.to_string()[4..], "MDEyMz", "q7", "[48", "0x"] {
        assert!(!printed.contains(word), "{printed}");
    }
    assert!(Code::parse(&code).is_some());
}

#[test]
fn a_secret_file_that_others_may_read_is_warned_of() {
    let database = Database::fresh(Engine::Sqlite);
    let mut program = Program::new(&database);
    program.secret = "";
    let path = program.file("secret.txt", format!("{NEW}\n"));
    program.env.push(("FIVEPOINT_SECRET_FILE", path.clone()));
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    for (mode, warned) in [(0o600, false), (0o644, true), (0o440, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let done = program.try_run(&["audit", "verify"]);
        assert!(done.ok && done.err.contains("can be read by others") == warned, "{mode:o}: {}", done.err);
        assert!(!done.err.contains(NEW));
    }
    std::fs::write(&path, format!("{NEW}\nshort\n")).unwrap();
    let done = program.try_run(&["audit", "verify"]);
    assert!(!done.ok && done.err.contains("each line is a secret") && !done.err.contains(NEW), "{}", done.err);
}

#[test]
fn a_database_that_has_lost_its_secret_gets_no_other() {
    let database = Database::fresh(Engine::Sqlite);
    let mut program = Program::new(&database);
    program.secret = "";
    let (units, path) = (program.file("units.csv", UNITS), program.path("fivepoint.db.secret"));
    program.run(&["unit", "import", &units]);
    let made = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["unit", "import", &units],
        &["audit", "verify"],
        &["secret", "list"],
        &["backup", &program.path("backup.db")],
    ] {
        let done = program.try_run(command);
        let words = format!("there is no secret file {path}: bring back the copy");
        assert!(!done.ok && done.err.contains(&words), "{command:?}: {}", done.err);
        assert!(!std::path::Path::new(&path).exists(), "{command:?}");
    }
    assert!(program.run(&["unit", "list"]).contains("三院"), "what needs no secret goes on");
    assert_eq!(program.run(&["staff", "list"]), "");
    std::fs::write(&path, made).unwrap();
    assert!(program.run(&["audit", "verify"]).starts_with("ok: 1 rows"));
}

#[test]
fn a_server_that_starts_during_a_change_is_seen_or_sees_it() {
    let database = Database::fresh(Engine::Postgres);
    let (old, mut program) = (Program::new(&database), Program::new(&database));
    old.run(&["unit", "import", &old.file("units.csv", UNITS)]);
    let both = format!("{}\n{NEW}", old.secret);
    program.secret = &both;
    // The change has looked for servers and stands still at its last step.
    let mut holder = PgConnection::establish(&database.url).unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE rotation IN SHARE MODE").unwrap();
    let waiting = |most: u64| {
        let deadline = Instant::now() + Duration::from_secs(8);
        let query = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database \
            WHERE NOT granted AND datname = current_database()";
        while database.count(query) < most && Instant::now() < deadline {
            std::thread::yield_now();
        }
        database.count(query)
    };
    let mut change = program.start(&["secret", "rotate"]);
    assert_eq!(waiting(1), 1);
    let mut late = old.start(&["serve", "--listen", "127.0.0.1:0"]);
    let seen = waiting(2);
    holder.batch_execute("ROLLBACK").unwrap();
    assert!(change.wait().unwrap().success());
    let deadline = Instant::now() + Duration::from_secs(20);
    while late.try_wait().unwrap().is_none() && Instant::now() < deadline {
        std::thread::yield_now();
    }
    // It may serve without the secret that is current.
    let _ = late.kill();
    assert_eq!((seen, late.wait().unwrap().code()), (2, Some(1)));
    assert_eq!(database.count("SELECT count(*) FROM node"), 0);
}
