//! The attack on everything that is published: `tests/attack/attack.py`, which shares no code with the program.

use crate::harness::{Database, Engine, on_both_engines};
use std::process::Command;

on_both_engines!(nobody_gets_out_of_what_is_published_what_a_few_people_said, |database: Database| {
    let mut command = Command::new("python3");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attack/attack.py")).args([
        "--bin",
        env!("CARGO_BIN_EXE_fivepoint"),
        "--url",
        &database.url,
        "--surveys",
        "40",
        "--seed",
        "7",
    ]);
    if database.engine == Engine::Postgres {
        command.args(["--psql", &std::env::var("FIVEPOINT_TEST_PSQL").expect("tests/run says where psql is")]);
    }
    let output = command.output().expect("python3 runs the attack");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}");
    // It has also published what it should not have, and must have found all of that.
    assert!(output.status.success() && out.contains(", recovered 0"), "{out}{err}");
});
