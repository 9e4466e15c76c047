//! API keys: made by evaluators, shown once, kept as a hash, and never more than their maker.

use crate::harness::{Database, Desk, Engine, PASSWORD, Program, Reply, Scene, on_both_engines};
use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use fivepoint::config::Clock;
use fivepoint::domain::key::{Key, Scope, Token, Wish};
use fivepoint::domain::obstacle::Obstacle;
use fivepoint::domain::staff::Name;
use fivepoint::domain::token::Secret;
use fivepoint::error::Error;
use fivepoint::store::audit::Actor;
use fivepoint::store::keys::{self, NewKey};
use fivepoint::store::{Db, staff};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use uuid::Uuid;

fn today() -> NaiveDate {
    Clock::system().now().date_naive()
}

/// A key made by the command line.
fn added(program: &Program<'_>, arguments: &[&str]) -> String {
    let done = program.try_run(&[&["key", "add"], arguments].concat());
    assert!(done.ok, "{arguments:?}: {}", done.err);
    assert!(done.out.ends_with('\n') && done.out.lines().count() == 1, "the token alone: {}", done.out);
    assert!(!done.err.contains("fpk_"), "{}", done.err);
    done.out.trim().to_owned()
}

/// The lines of the list, in fields.
fn listed(program: &Program<'_>) -> Vec<Vec<String>> {
    program.run(&["key", "list"]).lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// The key of a token as the API finds it.
fn found(database: &Database, token: &str, now: DateTime<Utc>) -> Option<Key> {
    let hash = Token::read(token).unwrap().hash();
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    db.read(|conn| keys::find(conn, &hash, now)).unwrap()
}

/// Whether a text stands in any file of the database's folder, as it is on the disk.
fn on_disk(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut read = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).peekable();
    assert!(read.peek().is_some());
    read.any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// The token on a page.
fn shown(reply: &Reply) -> Option<String> {
    reply.body.split_once("<code id=\"key\">").map(|(_, rest)| rest.split('<').next().unwrap().to_owned())
}

on_both_engines!(a_key_of_the_command_line_works_until_it_is_taken_back, |database| {
    let scene = Scene::open(&database, 1);
    Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let token = added(&scene.program, &["考核系统", "--for", "wang", "--scope", "results:read,surveys:read"]);
    let bound = added(
        &scene.program,
        &[
            "feed",
            "--for",
            "wang",
            "--scope",
            "units:read",
            "--scope",
            "rosters:write",
            "--unit",
            "D1",
            "--expires",
            &today().to_string(),
        ],
    );
    assert!(token.len() == 36 && token.starts_with("fpk_") && token != bound);

    let year = today().checked_add_months(Months::new(12)).unwrap().to_string();
    let rows = listed(&scene.program);
    let fields = |row: usize| rows[row][1..].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(fields(0), ["feed", "wang", "units:read,rosters:write", "D1", &today().to_string(), "-", "works"]);
    assert_eq!(fields(1), ["考核系统", "wang", "surveys:read,results:read", "-", &year, "-", "works"]);

    let now = Clock::system().now();
    let key = found(&database, &token, now).unwrap();
    assert!(key.may(Scope::ResultsRead) && key.may(Scope::SurveysRead) && !key.may(Scope::ResultsRelease));
    assert_eq!(key.id.to_string(), rows[1][0]);
    assert_eq!(found(&database, &Token::new([1; 20]).to_string(), now), None);

    scene.program.run(&["key", "revoke", &rows[1][0]]);
    scene.program.run(&["key", "revoke", &rows[1][0]]);
    assert_eq!(found(&database, &token, now), None);
    assert_eq!(listed(&scene.program)[1][7], "revoked");
    assert!(found(&database, &bound, now).is_some(), "the other one is another");
    let unknown = scene.program.try_run(&["key", "revoke", "00000000-0000-4000-8000-000000000000"]);
    assert!(!unknown.ok && unknown.err.contains("no such key"), "{}", unknown.err);

    let log = database.lines(
        "SELECT act || '|' || coalesce(unit, '-') || '|' || coalesce(reason, '-') AS line FROM audit \
         WHERE act LIKE 'key-%' ORDER BY number",
    );
    let all = ["key-added|-|surveys:read results:read", "key-added|D1|units:read rosters:write", "key-revoked|-|-"];
    assert_eq!(log, all, "twice taken back is once");
    assert!(scene.program.run(&["audit", "verify"]).starts_with("ok"));
});

on_both_engines!(a_token_is_stored_and_logged_nowhere, |database| {
    let scene = Scene::open(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let of_command = added(&scene.program, &["feed", "--for", "wang", "--scope", "seal"]);
    let fields = [("name", "desk"), ("expires", &today().to_string()), ("seal", "1")];
    let of_desk = shown(&desk.post("/staff/keys/new", &fields)).unwrap();
    assert!(found(&database, &of_desk, Clock::system().now()).is_some());
    let dump = database.dump().join("\n");
    let folder = database.folder.path();
    if database.engine == Engine::Sqlite {
        assert!(on_disk(folder, "feed"), "what is stored is found in this way");
    }
    let (status, log) = scene.server.stop();
    assert_eq!(status, Some(0));
    for token in [&of_command, &of_desk] {
        for text in [&token[4..], &token[4..20], &token[20..]] {
            assert!(!dump.contains(text) && !log.contains(text), "{text}");
            assert!(database.engine != Engine::Sqlite || !on_disk(folder, text), "{text}");
        }
    }
});

on_both_engines!(what_a_key_cannot_be_is_refused, |database| {
    let scene = Scene::open(&database, 1);
    let desk = |name: &str, role: &str, unit| Desk::sign_in(&scene.program, &scene.server, name, role, unit);
    let wang = desk("wang", "evaluator", None);
    for (name, role, unit) in [("boss", "admin", None), ("wuhua", "monitor", Some("D1")), ("gone", "evaluator", None)] {
        desk(name, role, unit);
    }
    scene.program.run(&["staff", "disable", "gone"]);
    added(&scene.program, &["feed", "--for", "wang", "--scope", "seal"]);
    let dates = |days: u64| today().checked_add_days(Days::new(days)).unwrap().to_string();
    let (past, far) = (today().pred_opt().unwrap().to_string(), dates(732));
    let long = "x".repeat(65);
    for (arguments, words) in [
        (&["feed", "--for", "wang", "--scope", "seal"][..], "already"),
        (&["x", "--for", "wang", "--scope", "seal"], "2 to 64"),
        (&[&long, "--for", "wang", "--scope", "seal"], "2 to 64"),
        (&["a\tb", "--for", "wang", "--scope", "seal"], "2 to 64"),
        (&["other", "--for", "wang", "--scope", "results"], "results:read"),
        (&["other", "--for", "wang", "--scope", ","], "at least one"),
        (&["other", "--for", "wang"], "--scope"),
        (&["other", "--for", "nobody", "--scope", "seal"], "no account"),
        (&["other", "--for", "boss", "--scope", "seal"], "evaluators"),
        (&["other", "--for", "wuhua", "--scope", "progress:read"], "evaluators"),
        (&["other", "--for", "gone", "--scope", "seal"], "evaluators"),
        (&["other", "--for", "wang", "--scope", "seal,units:read", "--unit", "D1"], "cannot open seal"),
        (&["other", "--for", "wang", "--scope", "units:read", "--unit", "D9"], "no unit “D9”"),
        (&["other", "--for", "wang", "--scope", "seal", "--expires", &past], "today or later"),
        (&["other", "--for", "wang", "--scope", "seal", "--expires", &far], "two years"),
        (&["other", "--for", "wang", "--scope", "seal", "--expires", "soon"], "soon"),
    ] {
        let done = scene.program.try_run(&[&["key", "add"], arguments].concat());
        assert!(!done.ok && done.err.contains(words) && done.out.is_empty(), "{arguments:?}: {}{}", done.out, done.err);
    }
    let day = today().to_string();
    for (fields, field) in [
        (&[("name", "feed"), ("expires", day.as_str()), ("seal", "1")][..], "name"),
        (&[("name", " "), ("expires", &day), ("seal", "1")], "name"),
        (&[("name", "other"), ("expires", &day)], "scopes"),
        (&[("name", "other"), ("expires", &day), ("seal", "1"), ("unit", "D1")], "scopes"),
        (&[("name", "other"), ("expires", &day), ("units:read", "1"), ("unit", "D9")], "unit"),
        (&[("name", "other"), ("expires", &past), ("seal", "1")], "expires"),
        (&[("name", "other"), ("expires", ""), ("seal", "1")], "expires"),
    ] {
        let reply = wang.post("/staff/keys/new", fields);
        let marked = format!("class=\"bad\" id=\"{field}-e\"");
        assert!(reply.status == 422 && reply.body.contains(&marked), "{fields:?}: {} {}", reply.status, reply.body);
        let kept = fields.contains(&("seal", "1"));
        assert_eq!(reply.body.contains("name=\"seal\" value=\"1\" checked"), kept, "what was chosen stays chosen");
    }
    assert_eq!(database.count("SELECT count(*) FROM api_key"), 1);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'key-added'"), 1, "and the log has no other");

    let id = listed(&scene.program)[0][0].clone();
    scene.program.run(&["key", "revoke", &id]);
    added(&scene.program, &["feed", "--for", "wang", "--scope", "seal"]);
});

on_both_engines!(a_key_works_to_its_last_day_and_no_longer_than_its_account, |database| {
    let scene = Scene::open(&database, 1);
    let wang = Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let last = today().checked_add_days(Days::new(3)).unwrap();
    let arguments =
        ["feed", "--for", "wang", "--scope", "progress:read", "--unit", "I1", "--expires", &last.to_string()];
    let token = added(&scene.program, &arguments);
    let midnight = last.succ_opt().unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
    assert!(found(&database, &token, midnight - TimeDelta::seconds(1)).is_some());
    assert_eq!(found(&database, &token, midnight), None);

    let now = Clock::system().now();
    scene.program.run(&["staff", "disable", "wang"]);
    assert_eq!((found(&database, &token, now), listed(&scene.program)[0][7].as_str()), (None, "account disabled"));
    assert_eq!(wang.get("/staff/keys").status, 303);
    let boss = Desk::sign_in(&scene.program, &scene.server, "boss", "admin", None);
    assert!(boss.get("/staff/keys").body.contains("账号已停用"));
    database.execute("UPDATE staff SET disabled = FALSE WHERE name = 'wang'");
    assert!(found(&database, &token, now).is_some());
    database.execute("UPDATE staff SET role = 'admin' WHERE name = 'wang'");
    assert_eq!(found(&database, &token, now), None, "an admin sees no progress, so no key of theirs does");
    database.execute("UPDATE staff SET role = 'evaluator' WHERE name = 'wang'");

    database.execute("UPDATE api_key SET expires_on = '2020-01-01'");
    assert_eq!(listed(&scene.program)[0][7], "expired");
    assert!(boss.get("/staff/keys").body.contains("已过期"));
});

on_both_engines!(the_day_of_use_is_written_once_and_never_goes_back, |database| {
    let scene = Scene::open(&database, 1);
    Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let token = added(&scene.program, &["feed", "--for", "wang", "--scope", "seal"]);
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let id = found(&database, &token, Clock::system().now()).unwrap().id;
    let used = |day: NaiveDate| {
        db.write("key used", |conn| keys::used(conn, id, day)).unwrap();
        listed(&scene.program)[0][6].clone()
    };
    let day = today();
    assert_eq!(used(day), day.to_string());
    assert_eq!(used(day.pred_opt().unwrap()), day.to_string(), "a slow request of yesterday");
    assert_eq!(used(day.succ_opt().unwrap()), day.succ_opt().unwrap().to_string());
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act NOT LIKE 'key-%' AND subject IS NOT NULL"), 2);
});

on_both_engines!(no_more_than_a_hundred_keys_and_one_of_a_name_whoever_hurries, |database| {
    let program = Program::new(&database);
    let server = program.serve();
    Desk::sign_in(&program, &server, "wang", "evaluator", None);
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let secret = Secret::new(program.secret).unwrap();
    let wang = db.read(|conn| staff::by_name(conn, &Name::parse("wang").unwrap())).unwrap().unwrap().staff.id;
    let count = AtomicU8::new(0);
    let add = |name: String| {
        let wish = Wish { name, scopes: [Scope::Seal].into(), unit: None, expires_on: today() };
        let actor = Actor { secret: &secret, staff: Some(wang), now: Clock::system().now() };
        let number = count.fetch_add(1, Ordering::Relaxed);
        let (id, hash) = (Uuid::from_u128(number.into()), Token::new([number; 20]).hash());
        let new = NewKey { id, hash, staff: wang, wish };
        db.write("add key", |conn| keys::add(conn, &actor, new.clone()))
    };
    let at_once = |names: [&str; 4]| {
        std::thread::scope(|scope| {
            let all = names.map(|name| scope.spawn(|| add(name.to_owned())));
            all.map(|one| one.join().unwrap())
        })
    };
    let made = at_once(["same"; 4]);
    let taken = |result: &Result<Key, Error>| matches!(result, Err(Error::Refused(Obstacle::KeyNameTaken { .. })));
    assert_eq!(
        (made.iter().filter(|made| made.is_ok()).count(), made.iter().filter(|made| taken(made)).count()),
        (1, 3)
    );
    for number in 1..98 {
        add(format!("key {number}")).unwrap();
    }
    let made = at_once(["one", "two", "three", "four"]);
    let many = |result: &Result<Key, Error>| matches!(result, Err(Error::Refused(Obstacle::TooManyKeys { most: 100 })));
    assert_eq!(
        (made.iter().filter(|made| made.is_ok()).count(), made.iter().filter(|made| many(made)).count()),
        (2, 2)
    );
    let id = listed(&program)[0][0].clone();
    program.run(&["key", "revoke", &id]);
    added(&program, &["again", "--for", "wang", "--scope", "seal"]);
});

on_both_engines!(evaluators_make_keys_at_the_desk_and_admins_only_take_them_back, |database| {
    let scene = Scene::open(&database, 1);
    let desk = |name: &str, role: &str| Desk::sign_in(&scene.program, &scene.server, name, role, None);
    let (wang, zhao, boss) = (desk("wang", "evaluator"), desk("zhao", "evaluator"), desk("boss", "admin"));
    assert!(wang.get("/staff/keys").body.contains("还没有密钥。有程序要接入时"));
    let form = wang.get("/staff/keys/new").body;
    for scope in Scope::ALL {
        assert!(form.contains(&format!("name=\"{}\"", scope.name())), "{}", scope.name());
    }
    assert_eq!(form.matches("可限定单位</small>").count(), 3);

    let day = today().to_string();
    let fields = [("name", "<b>考核</b>"), ("expires", &day), ("surveys:read", "1"), ("results:read", "1")];
    let made = wang.post("/staff/keys/new", &fields);
    let token = shown(&made).unwrap();
    assert_eq!((made.status, made.header("cache-control"), made.header("location")), (200, Some("no-store"), None));
    let line = format!("curl -H &#34;Authorization: Bearer {token}&#34; https://survey.example/api/v1/surveys");
    assert!(made.body.contains(&line) && made.body.contains("只显示这一次"), "{}", made.body);
    assert!(made.body.contains("&#60;b&#62;考核") && !made.body.contains("<b>考核"), "{}", made.body);
    let again = wang.post("/staff/keys/new", &fields);
    assert!(again.status == 422 && !again.body.contains("fpk_"), "sent once more it shows nothing");
    for path in ["/staff/keys", "/staff/keys/new", "/staff/audit"] {
        assert!(!wang.get(path).body.contains("fpk_"), "{path}");
    }
    let bound =
        wang.post("/staff/keys/new", &[("name", "进度屏"), ("expires", &day), ("unit", "D1"), ("progress:read", "1")]);
    assert!(bound.body.contains("Authorization: Bearer fpk_") && !bound.body.contains("curl"), "{}", bound.body);

    let key = found(&database, &token, Clock::system().now()).unwrap();
    let (one, revoke) = (format!("/staff/keys/{}", key.id), format!("/staff/keys/{}/revoke", key.id));
    let button = "class=\"danger\"";
    for (person, may) in [(&wang, true), (&zhao, false), (&boss, true)] {
        let list = person.get("/staff/keys").body;
        assert!(list.contains("查看和下载结果") && list.contains(&one) && list.contains("可用"), "{list}");
        assert_eq!(person.get(&one).body.contains(button), may);
    }
    assert!(!boss.get("/staff/keys").body.contains("/staff/keys/new"));
    assert_eq!(boss.get("/staff/keys/new").status, 403);
    let of_admin = [("name", "boss"), ("expires", day.as_str()), ("results:read", "1")];
    assert_eq!(boss.post("/staff/keys/new", &of_admin).status, 403, "an admin sees no result");
    assert_eq!(zhao.post(&revoke, &[]).status, 409, "a key of somebody else");
    assert!(found(&database, &token, Clock::system().now()).is_some());
    let done = boss.post(&revoke, &[]);
    assert!(boss.get(done.header("location").unwrap()).body.contains("密钥已经撤销"));
    assert_eq!(found(&database, &token, Clock::system().now()), None);
    assert!(wang.get("/staff/keys").body.contains("已撤销") && !wang.get(&one).body.contains(button));
    let unknown = wang.get("/staff/keys/00000000-0000-4000-8000-000000000000");
    assert!(unknown.status == 404 && unknown.body.contains("href=\"/staff/keys\""), "{}", unknown.body);

    // What a program does with a key stands in the log under the key's id.
    let secret = Secret::new(scene.program.secret).unwrap();
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let actor = Actor { secret: &secret, staff: Some(key.id), now: Clock::system().now() };
    db.write("import units", |conn| fivepoint::store::units::import(conn, &actor, &[])).unwrap();
    let log = boss.get("/staff/audit").body;
    let rows: Vec<&str> = log.split("<tr>").collect();
    let row = |act: &str| rows.iter().find(|row| row.contains(act)).unwrap().to_string();
    let called = "接口密钥 &#60;b&#62;考核&#60;/b&#62;（wang）";
    assert!(row("导入单位").contains(called) && row("撤销接口密钥").contains(called), "{log}");
    assert!(row("撤销接口密钥").contains("boss"));
    assert!(log.contains("查看调查和问卷；查看和下载结果") && row("查看进度").contains("D1"), "{log}");
});

on_both_engines!(a_second_factor_that_is_asked_for_comes_before_keys, |database| {
    let program = Program::new(&database);
    let server = program.serve_with(&["--require-second-factor"]);
    let wang = Desk::sign_in(&program, &server, "wang", "evaluator", None);
    let fields = [("name", "feed"), ("expires", &*today().to_string()), ("seal", "1")];
    let turned = wang.post("/staff/keys/new", &fields);
    assert_eq!((turned.status, turned.header("location")), (303, Some("/staff/account")));
    assert_eq!(database.count("SELECT count(*) FROM api_key"), 0);
    assert_eq!(Desk::new(&server).enter("wang", PASSWORD, "").status, 303);
});
