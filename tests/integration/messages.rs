//! What the program says when it cannot work: once, about what, and what to do.

use crate::harness::{Database, Done, Engine, Program, UNITS};
use fivepoint::config::DatabaseUrl;
use std::process::Command;

/// That a command failed for a reason of the database: its place, what it said, once, and a next step.
fn says(database: &Database, done: &Done, said: &str, step: &str) {
    let place = database.url.parse::<DatabaseUrl>().unwrap().place();
    let begin = format!("fivepoint: the database {place}: ");
    assert!(!done.ok && done.err.starts_with(&begin), "{}", done.err);
    assert_eq!((done.err.matches(said).count(), done.err.contains(step)), (1, true), "{}", done.err);
}

#[test]
fn a_file_that_is_no_database_or_damaged_is_told_with_a_next_step() {
    let database = Database::fresh(Engine::Sqlite);
    let program = Program::new(&database);
    let path = program.file("fivepoint.db", "x".repeat(8192));
    says(&database, &program.try_run(&["survey", "list"]), "file is not a database", "restore the last backup");
    std::fs::remove_file(&path).unwrap();
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let mut bytes = std::fs::read(&path).unwrap();
    // Every page but the first.
    bytes[4096..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    says(&database, &program.try_run(&["survey", "list"]), "image is malformed", "restore the last backup");

    let below = Database::existing(Engine::Sqlite, format!("sqlite:{path}/fivepoint.db"));
    let done = Program::new(&below).try_run(&["survey", "list"]);
    assert!(done.err.contains("cannot be looked for by this user: Not a directory"), "{}", done.err);
}

#[test]
fn a_backup_that_does_not_fit_names_its_own_place() {
    let database = Database::fresh(Engine::Sqlite);
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let place = program.path("backup.db");
    let line = "trap '' XFSZ; ulimit -f 200; exec \"$0\" backup \"$1\"";
    let done = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_fivepoint"), &place])
        .env_clear()
        .env("FIVEPOINT_DATABASE_URL", &database.url)
        .env("FIVEPOINT_SECRET", program.secret)
        .output()
        .unwrap();
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.starts_with(&format!("fivepoint: {place} cannot be written: ")), "{told}");
    assert!(told.contains("disk I/O error: its disk is full"), "{told}");
}

#[test]
fn a_server_that_grants_or_takes_nothing_is_told_with_a_next_step() {
    let database = Database::fresh(Engine::Postgres);
    let program = Program::new(&database);
    let units = program.file("units.csv", UNITS);
    database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let name = database.url.rsplit_once('/').unwrap().1;
    let role = format!("role_{name}");
    database.execute(&format!("CREATE ROLE {role} LOGIN"));
    let theirs = database.url.replace("//fivepoint@", &format!("//{role}@"));
    assert_ne!(theirs, database.url);
    let theirs = Database::existing(Engine::Postgres, theirs);
    let done = Program::new(&theirs).try_run(&["survey", "list"]);
    assert!(
        done.err.contains("permission denied for schema public: the role in the address has to own"),
        "{}",
        done.err
    );
    program.run(&["unit", "import", &units]);
    says(&theirs, &Program::new(&theirs).try_run(&["survey", "list"]), "permission denied for table", "has to own");
    database.execute(&format!("DROP ROLE {role}; ALTER DATABASE {name} SET default_transaction_read_only = on"));
    std::fs::write(&units, UNITS.replace("三院", "第三院")).unwrap();
    says(&database, &program.try_run(&["unit", "import", &units]), "read-only transaction", "takes no changes");
}

#[test]
fn a_setting_that_cannot_be_read_is_told_with_an_example() {
    let mut database = Database::fresh(Engine::Sqlite);
    let mut program = Program::new(&database);
    for address in ["localhost", "8080", "localhost:8080"] {
        for flag in ["--listen", "--metrics-listen"] {
            let done = program.try_run(&["serve", flag, address]);
            assert!(!done.ok && done.err.contains("like 127.0.0.1:8080"), "{}", done.err);
        }
    }
    program.secret = "short";
    let settings =
        [("FIVEPOINT_LISTN", "hunter2"), ("FIVEPOINT_COPY_TO", "hunter2"), ("FIVEPOINT_SEND_HOURS", "08:00-20:00")];
    program.env.extend(settings.map(|(name, value)| (name, value.to_owned())));
    let told = program.try_run(&["serve"]).err;
    assert_eq!(told.matches("there is no such setting").count(), 1, "{told}");
    assert!(told.contains("FIVEPOINT_LISTN") && !told.contains("hunter2"), "{told}");

    database.url = "postgres://u:hunter2@127.0.0.1:1/x?sslmode=verify-full".to_owned();
    let told = Program::new(&database).try_run(&["survey", "list"]).err;
    let words = if cfg!(feature = "bundled-libpq") { "this build of fivepoint does not speak" } else { "127.0.0.1" };
    assert!(told.contains(words) && !told.contains("hunter2"), "{told}");
}
