//! When the program refuses to start, and how it stops.

use crate::harness::{Api, Database, Engine, PASSWORD, Phone, Program, Scene, UNITS, form, on_both_engines, sheet};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::process::Command;

on_both_engines!(a_node_with_another_secret_refuses_to_start, |database| {
    let scene = Scene::open(&database, 1);
    let mut stranger = Program::new(&database);
    stranger.secret = "another secret, also long enough for the program";
    for command in [
        vec!["serve", "--listen", "127.0.0.1:0"],
        vec!["link", "export", &scene.survey, "--reason", "test", "--out", "/dev/null"],
    ] {
        let done = stranger.try_run(&command);
        assert!(!done.ok && done.err.contains("not the secret that the database belongs to"), "{}", done.err);
    }
    stranger.secret = "short";
    let done = stranger.try_run(&["serve"]);
    assert!(!done.ok && done.err.contains("at least 32 characters"), "{}", done.err);
});

on_both_engines!(of_nodes_started_at_once_with_different_secrets_one_is_accepted, |database| {
    let secrets: Vec<String> =
        (0..6).map(|number| format!("secret number {number}, long enough for the program")).collect();
    let done: Vec<String> = std::thread::scope(|scope| {
        let nodes: Vec<_> = secrets
            .iter()
            .map(|secret| {
                let mut program = Program::new(&database);
                program.secret = secret;
                // The first thing each does is to make the tables and to claim the database.
                scope.spawn(move || program.try_run(&["link", "revoke", "0000-0000-0000-0000-0000"]).err)
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    let accepted = done.iter().filter(|error| error.contains("there is no such link")).count();
    let refused = done.iter().filter(|error| error.contains("not the secret")).count();
    assert_eq!((accepted, refused), (1, 5), "{done:?}");
});

#[test]
fn an_unknown_database_scheme_is_refused() {
    let mut database = Database::fresh(Engine::Sqlite);
    database.url = "mysql://root:hunter2@db/x".to_owned();
    let done = Program::new(&database).try_run(&["serve"]);
    assert!(!done.ok && done.err.contains("unknown database scheme") && !done.err.contains("hunter2"), "{}", done.err);
}

#[test]
fn no_error_repeats_a_password_or_makes_a_database_of_a_typing_mistake() {
    let mut database = Database::fresh(Engine::Sqlite);
    for address in [
        "postgres://u:hun%ter2@127.0.0.1:1/x",
        "postgres://u:hun ter2@127.0.0.1:1/x",
        "postgres://u:hun/ter2@127.0.0.1:1/x",
        "postgres://u:hun@ter2@127.0.0.1:1/x",
        "postgres://u:hunter2@127.0.0.1:1/x",
        "mysql//hunter2:x",
    ] {
        database.url = address.to_owned();
        let error = Program::new(&database).try_run(&["serve"]).err;
        assert!(!error.contains("hun") && !error.contains("ter2"), "{address}: {error}");
    }
    let typo = database.folder.path().join("typo.db");
    database.url = format!("sqlite:{}", typo.display());
    let mut program = Program::new(&database);
    program.secret = "";
    for command in [
        &["survey", "list"][..],
        &["staff", "list"],
        &["staff", "enable", "wang"],
        &["audit", "verify"],
        &["secret", "list"],
        &["verify", "00000000-0000-4000-8000-000000000000"],
    ] {
        let done = program.try_run(command);
        assert!(!done.ok && done.err.contains("there is no database"), "{}", done.err);
    }
    assert_eq!(database.folder.path().read_dir().unwrap().count(), 0, "nothing was made");
}

#[test]
fn an_sqlite_file_is_its_owners_alone() {
    let database = Database::fresh(Engine::Sqlite);
    let _scene = Scene::open(&database, 1);
    for name in ["fivepoint.db", "fivepoint.db-wal", "fivepoint.db-shm"] {
        let file = std::fs::metadata(database.folder.path().join(name)).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.permissions());
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

on_both_engines!(a_base_url_that_leads_nowhere_is_refused, |database| {
    let scene = Scene::open(&database, 1);
    let list = scene.program.path("more.csv");
    for url in ["https://x?y=1", "https://x#y", "https://x/path", "ftp://x", "https://", "https://a\",b", "x.example"] {
        let command = ["link", "export", &scene.survey, "--reason", "test", "--out", &list, "--base-url", url];
        let done = scene.program.try_run(&command);
        assert!(!done.ok && done.err.contains("this base URL is none"), "{url}: {}", done.err);
    }
});

on_both_engines!(a_database_of_a_newer_version_is_refused, |database| {
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99999999999999')");
    let done = program.try_run(&["serve"]);
    assert!(!done.ok && done.err.contains("newer version"), "{}", done.err);
});

on_both_engines!(sigterm_finishes_what_was_begun_and_exits_0, |database| {
    let links = 600;
    let mut scene = Scene::open(&database, links);
    let phone = scene.phone();
    let recorded: usize = std::thread::scope(|scope| {
        let phones: Vec<_> = scene
            .codes
            .chunks(links / 20)
            .map(|codes| {
                let phone = phone.clone();
                scope.spawn(move || {
                    let body = sheet("A").to_string();
                    let mut recorded = 0;
                    for code in codes {
                        match phone.try_post(&format!("/api/v1/links/{code}/response"), "application/json", &body) {
                            Ok(reply) if reply.status == 201 => recorded += 1,
                            Ok(reply) => panic!("{}", reply.status),
                            Err(_) => break,
                        }
                    }
                    recorded
                })
            })
            .collect();
        while database.count("SELECT count(*) FROM response") == 0 {
            std::thread::yield_now();
        }
        let server = std::mem::replace(&mut scene.server, scene.program.serve());
        let (status, log) = server.stop();
        assert_eq!((status, log.as_str()), (Some(0), ""));
        phones.into_iter().map(|phone| phone.join().unwrap()).sum()
    });
    assert!(recorded > 0);
    assert_eq!(database.count("SELECT count(*) FROM response"), recorded as u64, "what was begun was finished");
    scene.verify();
});

#[test]
fn sigterm_ends_a_server_gently_that_has_not_said_yet_that_it_serves() {
    let database = Database::fresh(Engine::Sqlite);
    // Full, and read by nobody: the server stands still where it says that it serves.
    let (mut reader, mut writer) = pipe().unwrap();
    writer.write_all(&[b'\n'; 65_536]).unwrap();
    let listen = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];
    let mut child = Program::new(&database).start_into(&listen, writer);
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("/metrics"), "{said}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let mut out = Vec::new();
    reader.read_to_end(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", String::from_utf8_lossy(&out).trim());
}

on_both_engines!(weights_nobody_confirmed_block_the_opening, |database| {
    let program = Program::new(&database);
    let file = include_str!("../../src/cli/demo/kunming-2022.toml");
    let survey = program.run(&["survey", "import", &program.file("k.toml", file)]);
    let done = program.try_run(&["survey", "open", &survey]);
    assert!(!done.ok && done.err.contains("D 不满意 (600 ‰), E 很不满意 (0 ‰)"), "{}", done.err);
    assert!(program.run(&["survey", "list"]).contains("\tdraft\t2022\t"));
    program.run(&["survey", "open", &survey, "--confirm-weights"]);
    assert!(program.run(&["survey", "list"]).contains("\topen\t"));
    assert!(!program.try_run(&["survey", "open", &survey, "--confirm-weights"]).ok, "only a draft can be opened");
});

on_both_engines!(health_says_what_is_true, |database| {
    let program = Program::new(&database);
    let mut server = program.serve();
    let phone = Phone::new(&server.address);
    assert_eq!(phone.get("/health/live").status, 200);
    assert_eq!(phone.get("/health/ready").status, 200);
    assert_eq!(phone.post("/health/empty", "text/plain", &form(0)).status, 204);
    assert_eq!(program.run(&["healthcheck", "--listen", &server.address]), "ready");
    let address = server.address.clone();
    server.kill();
    let gone = program.try_run(&["healthcheck", "--listen", &address]);
    assert!(!gone.ok && gone.err.contains("is not ready"), "{}", gone.err);
});

#[test]
fn a_secret_is_made_beside_a_new_sqlite_file_and_kept() {
    let database = Database::fresh(Engine::Sqlite);
    let path = database.folder.path().join("fivepoint.db");
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_fivepoint"))
            .args(["link", "revoke", "0000-0000-0000-0000-0000"])
            .env_clear()
            .env("FIVEPOINT_DATABASE_URL", &database.url)
            .output()
            .unwrap()
    };
    run();
    let secret = database.folder.path().join("fivepoint.db.secret");
    let made = std::fs::read_to_string(&secret).unwrap();
    assert_eq!(made.trim().len(), 64);
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&secret).unwrap().permissions()) & 0o777,
        0o600
    );
    run();
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), made);
    assert!(path.exists());
}

#[test]
fn connections_that_began_read_only_are_not_kept() {
    let database = Database::fresh(Engine::Postgres);
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    program.run_with(&["staff", "add", "evaluator", "--role", "evaluator"], PASSWORD);
    let key = program.run(&["key", "add", "units", "--for", "evaluator", "--scope", "units:write"]);
    // From elsewhere: a connection to the database itself could only read, too.
    let elsewhere = Database::fresh(Engine::Postgres);
    let name = database.url.rsplit_once('/').unwrap().1.to_owned();
    let read_only =
        |on: &str| elsewhere.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}"));
    let server = program.serve();
    let api = Api::new(&server, Some(&key));
    let unit =
        || api.post("/api/v1/units", Some(json!({"units": [{"code": "N", "name": "新", "level": "city"}]}))).status;
    read_only("on");
    // All connections from here on are new, and can only read.
    let ended = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    elsewhere.execute(&ended);
    assert!(unit() >= 500);
    read_only("off");
    // Each that was opened meanwhile fails once at most.
    assert!((0..=8).any(|_| unit() == 200), "no connection ever writes again");
}
