//! Who has the disks: `tests/relink/relink.py` tries to tell which answer came with which link.

use std::path::Path;
use std::process::Command;

/// Runs the attack, on a database of its own, and shows what every method made of it.
fn attack(further: &[&str]) {
    let output = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/relink/relink.py"))
        .args(["--bin", env!("CARGO_BIN_EXE_fivepoint")])
        .args(further)
        .output()
        .expect("python3 runs the attack");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}");
    assert!(output.status.success(), "{out}{err}");
}

#[test]
fn whoever_has_the_disks_guesses_no_better_than_chance_sqlite() {
    attack(&[]);
}

#[test]
fn whoever_has_the_disks_guesses_no_better_than_chance_postgres() {
    let psql = std::env::var("FIVEPOINT_TEST_PSQL").expect("tests/run says where psql is");
    let programs = Path::new(&psql).parent().expect("psql is in a folder");
    attack(&["--postgres", programs.to_str().expect("a path in UTF-8")]);
}
