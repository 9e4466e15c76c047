//! The yardstick on PostgreSQL: its own benchmark running the statements of one answer with a commit
//! each, on the same tables with as many links.

use crate::database::Engine;
use crate::scene::Scene;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// One answer, one transaction.
const SCRIPT: &str = r"\set serial random(1, :links)
\set number :serial % :institutions
BEGIN;
UPDATE link SET state = 'submitted' WHERE hash = decode(md5(:serial::text), 'hex') AND state IN ('waiting', 'started');
INSERT INTO response (survey, id, unit, respondent, channel, answers)
  VALUES (decode('SURVEY', 'hex'), uuid_send(gen_random_uuid()), '530102-' || lpad(:number::text, 4, '0'), 'self', 'web', '1212312111');
INSERT INTO progress AS p (survey, unit, day, waiting, submitted)
  VALUES (decode('SURVEY', 'hex'), '530102-' || lpad(:number::text, 4, '0'), CURRENT_DATE, -1, 1)
  ON CONFLICT (survey, unit, day) DO UPDATE SET waiting = p.waiting + excluded.waiting, submitted = p.submitted + excluded.submitted;
COMMIT;
";

/// A database for pgbench.
pub struct Pgbench {
    scene: Scene,
    links: usize,
    program: PathBuf,
    script: PathBuf,
}

impl Pgbench {
    /// Makes a database with that many links whose hashes follow from their serials.
    pub fn prepare(links: usize, institutions: usize) -> Self {
        let program = find();
        let scene = Scene::new(Engine::Postgres, institutions);
        let survey = scene.survey.simple().to_string();
        scene.database.execute(&format!(
            "INSERT INTO link SELECT decode(md5(serial::text), 'hex'), decode('{survey}', 'hex'), serial, 0, \
             '530102-' || lpad((serial % {institutions})::text, 4, '0'), 'waiting' \
             FROM generate_series(1, {links}) AS serial; ANALYZE link; CHECKPOINT;"
        ));
        let script = scene.database.folder.path().join("answer.sql");
        std::fs::write(&script, SCRIPT.replace("SURVEY", &survey)).unwrap();
        Self { scene, links, program, script }
    }

    /// Transactions a second with that many connections.
    pub fn run(&self, connections: usize, time: Duration) -> f64 {
        let output = Command::new(&self.program)
            .args(["-n", "-M", "prepared", "-j", "2", "-c", &connections.to_string()])
            .args(["-T", &format!("{:.0}", time.as_secs_f64().max(1.0))])
            .args(["-D", &format!("links={}", self.links), "-D", &format!("institutions={}", self.scene.institutions)])
            .arg("-f")
            .arg(&self.script)
            .arg(&self.scene.database.url)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "pgbench: {said}{}", String::from_utf8_lossy(&output.stderr));
        let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        tps.expect("pgbench prints its tps").parse().unwrap()
    }
}

/// pgbench in PATH or in Debian's folders, the newest first.
fn find() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            Some((folder.file_name()?.to_str()?.parse().ok()?, folder.join("bin")))
        })
        .collect();
    versions.sort();
    folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
    let found = folders.into_iter().map(|folder| folder.join("pgbench")).find(|program| program.is_file());
    found.expect(
        "pgbench is missing: it comes with the PostgreSQL client or server programs (apt-get install postgresql)",
    )
}
