//! Backups written while answering goes on, and everything moved to the other engine.

use crate::harness::{
    Database, Desk, Engine, FORMS, PASSWORD, Phone, Program, Reply, Scene, codes, on_both_engines, sheet,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const NEW_SECRET: &str = "a new secret for tests, long enough for the program";

fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}

fn answer(phone: &Phone, code: &str, number: usize) -> Option<Reply> {
    let body = sheet(["A", "B", "C", "D", "E"][number % FORMS]).to_string();
    phone.try_post(&format!("/api/v1/links/{code}/response"), "application/json", &body).ok()
}

/// Phones that answer one link after the other until they are told to stop, or are refused; every answer that was
/// acknowledged, with its receipt.
fn answering<T>(scene: &Scene, meanwhile: impl FnOnce(&AtomicUsize) -> T) -> (BTreeMap<String, String>, T) {
    let (next, acknowledged, stop) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let phones: Vec<_> = (0..6)
            .map(|_| {
                let (phone, next, acknowledged, stop) = (scene.phone(), &next, &acknowledged, &stop);
                scope.spawn(move || {
                    let mut done = Vec::new();
                    while !stop.load(Ordering::SeqCst) {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        let Some(code) = scene.codes.get(number) else { break };
                        let reply = answer(&phone, code, number).unwrap();
                        match reply.status {
                            201 => done.push((code.clone(), reply.json()["receipt"].as_str().unwrap().to_owned())),
                            503 => assert!(reply.header("retry-after").is_some()),
                            status => panic!("{status}: {}", reply.body),
                        }
                        acknowledged.fetch_add(usize::from(reply.status == 201), Ordering::SeqCst);
                    }
                    done
                })
            })
            .collect();
        let told = meanwhile(&acknowledged);
        stop.store(true, Ordering::SeqCst);
        (phones.into_iter().flat_map(|phone| phone.join().unwrap()).collect(), told)
    })
}

fn wait_for(count: &AtomicUsize, least: usize) {
    while count.load(Ordering::SeqCst) < least {
        std::thread::yield_now();
    }
}

on_both_engines!(what_is_acknowledged_while_everything_moves_is_at_the_target, |database| {
    let scene = Scene::open(&database, 3_000);
    let target = Database::fresh(other(database.engine));
    let (acknowledged, printed) = answering(&scene, |count| {
        wait_for(count, 50);
        scene.program.run(&["copy", "--to", &target.url])
    });
    assert!(acknowledged.len() < scene.codes.len(), "the source was moved in the middle of the answers");
    assert!(printed.contains("verified") && printed.contains("audit log: whole"), "{printed}");

    // The old server takes nothing any more and says so; none starts there again.
    let phone = scene.phone();
    let free = scene.codes.iter().find(|code| !acknowledged.contains_key(*code)).unwrap();
    assert_eq!(answer(&phone, free, 0).unwrap().status, 503);
    assert_eq!(phone.get("/health/ready").status, 503);
    let refused = scene.program.try_run(&["serve"]);
    assert!(
        !refused.ok && refused.err.contains("was moved to") && !refused.err.contains("fivepoint@"),
        "{}",
        refused.err
    );
    let again = scene.program.try_run(&["copy", "--to", &Database::fresh(Engine::Sqlite).url]);
    assert!(!again.ok && again.err.contains("was moved to"), "{}", again.err);

    // The new one goes on: every acknowledged answer once, under its receipt.
    let program = Program::new(&target);
    let server = program.serve();
    let phone = Phone::new(&server.address);
    for (code, receipt) in &acknowledged {
        let again = phone.json(code, &sheet("A"));
        assert_eq!((again.status, again.json()["receipt"].as_str()), (200, Some(receipt.as_str())));
    }
    assert_eq!(answer(&phone, free, 0).unwrap().status, 201);
    assert_eq!(target.count("SELECT count(*) FROM response"), acknowledged.len() as u64 + 1);
    program.run(&["verify", &scene.survey]);
    program.run(&["audit", "verify"]);
    assert_eq!(target.count("SELECT count(*) FROM audit WHERE act = 'database-moved'"), 1);

    // The old one is a copy of what a seal takes away.
    program.run(&["survey", "close", &scene.survey]);
    program.run(&["survey", "release", &scene.survey]);
    let asked = program.try_run(&["survey", "seal", &scene.survey, "--yes"]);
    assert!(asked.ok && asked.err.contains("the old database, before it was moved: "), "{}", asked.err);

    // Given up, it is in service as it was.
    let undone = scene.program.try_run(&["copy", "--undo"]);
    assert!(!undone.ok && undone.err.contains("will be lost"), "{}", undone.err);
    scene.program.run(&["copy", "--undo", "--yes"]);
    assert_eq!(answer(&scene.phone(), free, 0).unwrap().status, 201);
    scene.program.run(&["audit", "verify"]);
    scene.verify();
});

/// A row in every table that the scene leaves empty, with what is awkward to copy.
fn fill(database: &Database, survey: &str) {
    let blob = |hex: &str| match database.engine {
        Engine::Sqlite => format!("x'{hex}'"),
        Engine::Postgres => format!("'\\x{hex}'::bytea"),
    };
    let (s, id, any) = (blob(&survey.replace('-', "")), blob(&"ab".repeat(16)), blob("00ff27"));
    let (at, day) = ("'2026-02-28 23:59:59.123456'", "'1969-12-31'");
    let text = "'it''s \"quoted\" \\ 您\u{1f600}\n,\t{}'";
    for row in [
        format!("question VALUES ({s}, 99, '', NULL, 1, FALSE)"),
        format!("session VALUES ({any}, (SELECT id FROM staff LIMIT 1), {at}, '1999-12-31 23:59:59', NULL)"),
        format!("draw VALUES ({s}, {text}, '', 'x', 2147483647)"),
        format!("replaced_link VALUES ({any}, {s})"),
        format!("rewriting VALUES ({s}, {id}, 'I1', 'self', 'web', {text})"),
        format!("signal VALUES ({s}, 'I1', {day}, 'busiest', 2147483647)"),
        format!("void VALUES ({s}, 'I2', '', {text})"),
        format!("paper_entry VALUES ({s}, {any}, {id}, 'guardian', '')"),
        format!("paper_day VALUES ({id}, {s}, '2026-12-31', 9223372036854775807, -9223372036854775807, 0, 1)"),
        format!("sending VALUES ({s}, 1, 'reminder', 'ended', {at}, NULL, 0, 1, 1, 1, 1, 0, {text})"),
        format!("outbox VALUES ({s}, 1, 1, 'email', {at}, 32767)"),
        format!("seal VALUES ({s}, 'asked', {at}, NULL, NULL, NULL, NULL, NULL)"),
        format!("fold VALUES ({s}, 'I1', 'D1')"),
        format!("receipt VALUES ({s}, 'ABC')"),
        format!("scorecard VALUES ({id}, {text}, '', 2026, 'C', 1, {at}, 0, -1, NULL, '优')"),
        format!("scorecard_version VALUES ({id}, 1, {at}, NULL, 'added', NULL, '', {text})"),
        format!("api_key VALUES ({id}, {any}, {text}, (SELECT id FROM staff LIMIT 1), '', 'C', {day}, NULL, TRUE)"),
        format!("idempotency VALUES ({id}, {any}, {s}, {any}, {any}, {at}, NULL, NULL, 7)"),
        format!("release VALUES ({s}, 77, {at}, '', {text})"),
    ] {
        database.execute(&format!("INSERT INTO {row}"));
    }
}

/// What is in a database, but for what a copy adds, and for parts of a microsecond, which PostgreSQL does not have.
fn content(database: &Database) -> Vec<String> {
    let own = ["audit: ", "audit_head: ", "backup: ", "moved: ", "node: "];
    let lines = database.dump().into_iter().filter(|line| !own.iter().any(|table| line.starts_with(table)));
    let short = |line: String| {
        let mut shown = String::new();
        let mut digits = None;
        for c in line.chars() {
            digits = match (c, digits) {
                ('.', _) => Some(0),
                ('0'..='9', Some(before)) => Some(before + 1),
                _ => None,
            };
            if digits.is_none_or(|digits| digits <= 6) {
                shown.push(c);
            }
        }
        shown
    };
    lines.map(short).collect()
}

on_both_engines!(every_table_comes_back_as_it_went, |database| {
    let mut scene = Scene::open(&database, 30);
    scene.program.run_with(&["staff", "add", "zhang", "--role", "evaluator"], PASSWORD);
    for (number, code) in scene.codes.iter().enumerate().take(12) {
        assert_eq!(answer(&scene.phone(), code, number).unwrap().status, 201);
    }
    scene.close();
    scene.release();
    scene.program.run(&["survey", "import", &scene.program.file("second.toml", crate::harness::SURVEY)]);
    // A server would tidy up what is too old.
    scene.server.kill();
    database.execute("DELETE FROM node");
    let secrets = format!("{}\n{NEW_SECRET}", scene.program.secret);
    let program = |database| {
        let mut program = Program::new(database);
        program.secret = &secrets;
        program
    };
    program(&database).run(&["secret", "rotate"]);
    fill(&database, &scene.survey);
    // The tables are full of what no survey could verify; they are the same on both sides all the same.
    let there = Database::fresh(other(database.engine));
    program(&database).run(&["copy", "--keep", "--to", &there.url]);
    for (table, _) in there.tables() {
        let empty = there.count(&format!("SELECT count(*) FROM \"{table}\"")) == 0;
        let apart = matches!(table.as_str(), "moved" | "node");
        assert_eq!(empty, apart, "{table}: every table of the program is in this test");
    }
    let back = Database::fresh(database.engine);
    program(&there).run(&["copy", "--to", &back.url]);
    assert_eq!(content(&back), content(&database));
    // It is of the same secret and of no other.
    let mut stranger = Program::new(&back);
    stranger.secret = "another secret, also long enough for the program";
    assert!(stranger.try_run(&["serve"]).err.contains("not the secret"));
    program(&back).run(&["audit", "verify"]);
});

#[test]
fn of_two_copies_at_once_one_is_in_service() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 30);
    let targets = [Database::fresh(Engine::Sqlite), Database::fresh(Engine::Sqlite)];
    let children = targets.each_ref().map(|target| scene.program.start(&["copy", "--to", &target.url]));
    let done = children.map(|mut child| child.wait().unwrap().success());
    assert!(done == [true, false] || done == [false, true], "{done:?}");
    for (target, whole) in targets.iter().zip(done) {
        let links = if target.tables().is_empty() { 0 } else { target.count("SELECT count(*) FROM link") };
        assert_eq!(links, if whole { 30 } else { 0 });
    }
}

on_both_engines!(a_copy_that_is_cut_off_can_be_made_again, |database| {
    let scene = Scene::open(&database, 200);
    for (number, code) in scene.codes.iter().enumerate().take(5) {
        assert_eq!(answer(&scene.phone(), code, number).unwrap().status, 201);
    }
    let target = Database::fresh(Engine::Sqlite);
    let before = content(&database);
    let mut whole = false;
    for wait in [30, 80, 130, 180, 240, 300] {
        let mut child = scene.program.start(&["copy", "--to", &target.url]);
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let has_rows =
            target.tables().iter().any(|(table, _)| table == "link") && target.count("SELECT count(*) FROM link") > 0;
        if has_rows {
            whole = true;
            break;
        }
        // Nothing of it is there: the source goes on by itself, or was cut off between the two commits.
        assert_eq!(database.count("SELECT count(*) FROM moved WHERE done"), 0);
    }
    let done = scene.program.try_run(&["copy", "--to", &target.url]);
    // Where the kill came after everything was done, the copy says so.
    assert!(done.ok || (whole && done.err.contains("was moved to")), "{}", done.err);
    assert_eq!(content(&database), before);

    // Killed between the two commits: nothing is in service, and the next call goes on from there.
    database.execute("UPDATE moved SET done = FALSE");
    let cut = scene.program.try_run(&["survey", "list"]);
    assert!(!cut.ok && cut.err.contains("was cut off"), "{}", cut.err);
    scene.program.run(&["copy", "--to", &target.url]);
    database.execute("UPDATE moved SET done = FALSE");
    let empty = Database::fresh(Engine::Sqlite);
    // The first may be whole: to another place only once it is given up.
    let elsewhere = scene.program.try_run(&["copy", "--to", &empty.url]);
    assert!(!elsewhere.ok && elsewhere.err.contains("to the same place"), "{}", elsewhere.err);
    scene.program.run(&["copy", "--undo", "--yes"]);
    scene.program.run(&["copy", "--to", &empty.url]);
    assert_eq!(empty.count("SELECT count(*) FROM response"), 5);
    let full = Database::fresh(Engine::Sqlite);
    Program::new(&full).run(&["survey", "import", &scene.program.file("survey.toml", crate::harness::SURVEY)]);
    let refused = Program::new(&empty).try_run(&["copy", "--to", &full.url]);
    assert!(!refused.ok && refused.err.contains("not empty"), "{}", refused.err);
});

#[test]
fn what_the_other_engine_cannot_keep_is_said_and_nothing_is_copied() {
    let (database, target) = (Database::fresh(Engine::Sqlite), Database::fresh(Engine::Postgres));
    let scene = Scene::open(&database, 2);
    let refused = |what: &str| {
        let done = scene.program.try_run(&["copy", "--to", &target.url]);
        assert!(!done.ok && done.err.contains(what), "{}", done.err);
        assert_eq!(target.count("SELECT count(*) FROM survey"), 0);
        assert_eq!(database.count("SELECT count(*) FROM moved"), 0);
    };
    database.execute("UPDATE unit SET name = 'a' || char(0) WHERE code = 'I1'");
    refused("a row of unit.name holds what the other engine cannot keep");
    database.execute("UPDATE unit SET name = 'a' WHERE code = 'I1'; UPDATE survey SET year = 99999");
    refused("survey.year");
    database.execute("UPDATE survey SET year = 2022; CREATE TABLE more (x TEXT)");
    refused("a table more, which is not this program's");
    database.execute("DROP TABLE more");
    assert_eq!(answer(&scene.phone(), &scene.codes[0], 0).unwrap().status, 201);
    scene.program.run(&["copy", "--to", &target.url]);
}

#[test]
fn a_backup_is_written_while_phones_answer_and_a_server_goes_on_from_it() {
    let database = Database::fresh(Engine::Sqlite);
    let mut scene = Scene::open(&database, 3_000);
    let file = scene.program.path("backup.db");
    let (acknowledged, (least, printed)) = answering(&scene, |count| {
        wait_for(count, 100);
        let least = count.load(Ordering::SeqCst);
        let done = scene.program.try_run(&["backup", &file]);
        assert!(done.ok && done.err.contains("The server secret is not in it"), "{}", done.err);
        (least, done.out)
    });
    let mut backup = Database::fresh(Engine::Sqlite);
    backup.url = format!("sqlite:{file}");
    let kept = backup.count("SELECT count(*) FROM response");
    assert!(kept >= least as u64 && kept <= acknowledged.len() as u64, "{least} ≤ {kept} ≤ {}", acknowledged.len());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let sum = std::process::Command::new("sha256sum").arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(sum.stdout).unwrap(), printed, "as sha256sum prints it");
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(scene.program.secret.len()).any(|part| part == scene.program.secret.as_bytes()));

    // A name that is taken, and what must never be replaced.
    let refuse = |arguments: &[&str], words: &str| {
        let done = scene.program.try_run(&[&["backup"], arguments].concat());
        assert!(!done.ok && done.err.contains(words), "{}", done.err);
    };
    refuse(&[&file], "is there already");
    refuse(&[&scene.program.path("fivepoint.db"), "--force"], "is no earlier backup");
    refuse(&[&scene.program.file("letter.txt", "dear all"), "--force"], "is no earlier backup");
    refuse(&["/nowhere/at/all"], "cannot be written");
    let foreign = scene.program.path("foreign.db");
    std::fs::copy(&file, &foreign).unwrap();
    refuse(&[&foreign, "--force"], "is no earlier backup of this database");
    assert_eq!(database.count("SELECT count(*) FROM backup"), 1);

    // Links that are issued later are not in it.
    let (roster, list) = (scene.program.file("late.csv", "unit,ref\nI1,late\n"), scene.program.path("late-links.csv"));
    scene.program.run(&["link", "issue", &scene.survey, "--roster", &roster, "--out", &list]);
    let late = codes(&list).pop().unwrap();
    assert_eq!(scene.phone().get(&format!("/s/{late}")).status, 200);

    // The disk is lost: the backup takes the place of the file, and what SQLite kept beside that is removed.
    scene.server.kill();
    std::fs::copy(&file, scene.program.path("fivepoint.db")).unwrap();
    for beside in ["fivepoint.db-wal", "fivepoint.db-shm"] {
        let _ = std::fs::remove_file(scene.program.path(beside));
    }
    scene.server = scene.program.serve();
    let phone = scene.phone();
    assert_eq!(phone.get(&format!("/s/{late}")).status, 404);
    let mut again = 0;
    for (code, receipt) in &acknowledged {
        let reply = phone.json(code, &sheet("A"));
        assert_eq!(reply.json()["receipt"].as_str(), Some(receipt.as_str()), "answered again or not, one receipt");
        again += u64::from(reply.status == 200);
    }
    assert_eq!(again, kept, "the answers that were in the backup");
    scene.program.run(&["audit", "verify"]);
    scene.close();
    scene.release();
    scene.verify();

    // The page of the seal asks for what was made before it.
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let page = desk.get(&format!("/staff/surveys/{}/seal", scene.survey)).body;
    assert!(page.contains("也请您销毁") && page.contains(&file), "{page}");
    assert!(!desk.get("/staff/audit").body.contains("act-"));
}

#[test]
fn a_backup_is_asked_for_until_its_file_is_replaced() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 3);
    let path = |name: &str| scene.program.path(name);
    let backup = |arguments: &[&str]| scene.program.run(&[&["backup"], arguments].concat());
    let known = || database.count("SELECT count(*) FROM backup");
    backup(&[&path("today.db")]);
    std::fs::rename(path("today.db"), path("monday.db")).unwrap();
    backup(&[&path("today.db")]);
    assert_eq!(known(), 2, "the first one lies elsewhere now");
    assert_eq!(answer(&scene.phone(), &scene.codes[0], 0).unwrap().status, 201);
    let printed = backup(&["--force", &path("today.db")]);
    assert_eq!(known(), 2, "the second one is replaced");
    let digests = "SELECT coalesce(sha256, '') AS line FROM backup ORDER BY made_at";
    let (monday, today) = (digest_of(&path("monday.db")), printed.split(' ').next().unwrap().to_owned());
    assert_eq!(database.lines(digests), [monday, today]);

    // Several at once to one place: each is whole, the last lies there, and it is known.
    let name = path("today.db");
    let at_once: Vec<_> = (0..3).map(|_| scene.program.start(&["backup", "--force", &name])).collect();
    for mut one in at_once {
        assert!(one.wait().unwrap().success());
    }
    assert!(database.lines(digests).contains(&digest_of(&name)));
}

fn digest_of(file: &str) -> String {
    let sum = std::process::Command::new("sha256sum").arg(file).output().unwrap();
    String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn postgres_is_told_its_own_command() {
    let database = Database::fresh(Engine::Postgres);
    let done = Program::new(&database).try_run(&["backup", "x.dump"]);
    assert!(!done.ok && done.err.contains("pg_dump --format=custom --file=x.dump"), "{}", done.err);
}
