//! The power goes at any moment: the program is started on what the disk would hold then.

use super::replay::{self, Journal};
use crate::Run;
use crate::check::{self, Verdict};
use crate::client::{Client, Door};
use crate::database::{Database, Engine};
use crate::ledger::Sure;
use crate::node::Setting;
use crate::report::Rounds;
use crate::scene::{Scene, Size};
use crate::shim::Shim;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tempfile::TempDir;

/// Cuts with syncs that do nothing, to see that the model finds what is lost by them.
const WITHOUT_SYNCS: usize = 12;

/// Cuts at many moments of one journal. Each is a round.
pub fn cuts(run: &mut Run, rounds: &mut Rounds<'_>) {
    let (mut scene, journal) = record(run, false);
    println!("  the journal: {}", journal.describe());
    for _ in 0..rounds.count {
        let (recovery, verdict) = cut(run, &scene, &journal);
        rounds.note(recovery, &verdict);
    }
    rounds.conclude(&scene.finish());

    let (scene, journal) = record(run, true);
    let mut lost = 0;
    let mut broken = 0;
    for _ in 0..WITHOUT_SYNCS {
        let (_, verdict) = cut(run, &scene, &journal);
        lost += verdict.lost.len();
        broken += usize::from(!verdict.is_good());
    }
    println!(
        "  with syncs that do nothing, {broken} of {WITHOUT_SYNCS} cuts are found out, {lost} answers are found lost"
    );
    assert!(broken > 0 && lost > 0, "the model finds out a disk that does not sync");
}

/// Phones answer servers whose writing is noted, one after the other: asked to stop, killed, emptying the log of the
/// database on the way.
fn record(run: &mut Run, swallow: bool) -> (Scene, Journal) {
    let size = Size { phones: 8, ..Size::usual() };
    let mut scene = Scene::open(Engine::Sqlite, size, &run.chance);
    // Surveys whose closing makes the server write the log of the database into it and empty it.
    for seconds in [0, 5, 14] {
        let survey = scene.another();
        scene.closes_in(&survey, seconds);
    }
    let folder = scene.database.folder.path().to_owned();
    let base = replay::copy(&folder);
    let shim = Shim::new(&scene.setting.folder);
    let plain = scene.setting.clone();
    shim.preload(&mut scene.setting, &folder, true);
    let journal = shim.journal().to_owned();
    scene.ledger.mark_with(move || std::fs::metadata(&journal).map_or(0, |file| file.len()));
    if swallow {
        shim.swallow_syncs();
    }
    let (long, short) = if swallow { (2, 1) } else { (12, 2) };
    let mut node = scene.serve();
    scene.load_for(Duration::from_secs(long));
    node.stop();
    node = scene.serve();
    scene.load_for(Duration::from_secs(short));
    node.kill();
    node = scene.serve();
    scene.load_for(Duration::from_secs(short));
    scene.phones.pause();
    let journal = Journal::read(base, shim.journal());
    // What follows is not noted any more.
    drop(node);
    scene.setting = plain;
    scene.keep_open(scene.setting.serve());
    (scene, journal)
}

/// One cut: what the disk holds, a start on it, and everything compared with what was known at that moment.
fn cut(run: &mut Run, scene: &Scene, journal: &Journal) -> (Duration, Verdict) {
    let folder = TempDir::with_prefix("fivepoint-cut-").unwrap();
    let moment = journal.moment(&mut run.chance);
    journal.rebuild(moment, &mut run.chance, folder.path());
    let mark = journal.length_at(moment);
    let entries = scene.ledger.entries_at(mark);
    let mut verdict = Verdict {
        acknowledged: entries.iter().filter(|entry| entry.submitted == Sure::Yes).count(),
        ..Verdict::default()
    };
    let url = format!("sqlite:{}", folder.path().join("fivepoint.db").display());
    let setting = Setting { url: url.clone(), ..scene.setting.clone() };
    let node = match setting.serve_at("127.0.0.1:0") {
        Ok(node) => node,
        Err(said) => {
            verdict.wrong.push(format!("after the cut at {mark} the server does not start: {said}"));
            return (Duration::ZERO, verdict);
        }
    };
    let database = Database::existing(Engine::Sqlite, url);
    let compared = catch_unwind(AssertUnwindSafe(|| {
        let checked = database.lines("SELECT integrity_check AS line FROM pragma_integrity_check");
        if checked != ["ok"] {
            verdict.wrong.push(format!("after the cut at {mark} SQLite finds: {}", checked.join("; ")));
        }
        check::stored(&database, &scene.survey, &scene.ledger, &entries, &mut verdict);
    }));
    if compared.is_err() {
        verdict.wrong.push(format!("after the cut at {mark} SQLite cannot read the database"));
        return (node.started_in, verdict);
    }
    check::commands(&setting, &scene.survey, &mut verdict);
    let unused =
        entries.iter().find(|entry| (entry.submitted, entry.declined, entry.started) == (Sure::No, Sure::No, Sure::No));
    let door = Door::default();
    door.lead_to(&node.address);
    let answers: serde_json::Map<_, _> =
        (1..=crate::ledger::QUESTIONS).map(|no| (no.to_string(), "A".into())).collect();
    let body = serde_json::json!({ "answers": answers, "respondent": "self" }).to_string();
    let path = format!("/api/v1/links/{}/response", unused.expect("a link that was not used").code);
    match Client::new(door, Duration::from_secs(20)).post(&path, "application/json", &body) {
        Ok(reply) if reply.status == 201 => {}
        Ok(reply) => verdict.wrong.push(format!("after the cut at {mark} an answer gets {}", reply.status)),
        Err(error) => verdict.wrong.push(format!("after the cut at {mark} an answer fails: {error}")),
    }
    (node.started_in, verdict)
}
