//! The clock of the machine jumps, both ways, while phones answer.

use crate::Run;
use crate::report::Rounds;
use crate::scene::{SCOPES, Scene, Size};
use crate::shim::{DAY, Shim, YEARS};
use std::time::{Duration, Instant};

/// A day and ten years, forth and back. Answers go on at every time; the survey has no closing time.
pub fn jumps(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let shim = Shim::new(&scene.setting.folder);
    let folder = scene.database.folder.path().to_owned();
    shim.preload(&mut scene.setting, &folder, false);
    let node = scene.serve();
    for (round, jump) in [DAY, -DAY, YEARS, -YEARS].into_iter().cycle().take(rounds.count).enumerate() {
        scene.load(20);
        shim.move_clock(jump);
        let began = Instant::now();
        let recovery = scene.recovered(began);
        scene.load(40);
        // Whoever is at the desk meanwhile leaves a row in the log that is not in the order of time.
        scene.setting.run_with(&["staff", "reset", "watcher"], "another pass phrase 1");
        shim.move_clock(0);
        scene.load(20);
        // The new password has taken the key away.
        let name = format!("watch {round}");
        scene.token = scene.setting.run(&["key", "add", &name, "--for", "watcher", "--scope", SCOPES]);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// A clock that is wrong for a while must not close a survey before its time, as a closed survey never opens again.
pub fn closing_time(run: &mut Run, rounds: &mut Rounds<'_>) {
    for jump in [DAY, YEARS].into_iter().cycle().take(rounds.count) {
        let mut scene = Scene::open(run.engine, Size { links: 6_000, ..Size::usual() }, &run.chance);
        scene.closes_in(&scene.survey, DAY / 2);
        let shim = Shim::new(&scene.setting.folder);
        let folder = scene.database.folder.path().to_owned();
        shim.preload(&mut scene.setting, &folder, false);
        let node = scene.serve();
        scene.load(20);
        scene.phones.pause();
        shim.move_clock(jump);
        // Longer than between two looks of the server at what is due.
        std::thread::sleep(Duration::from_secs(11));
        let began = Instant::now();
        shim.move_clock(0);
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
        rounds.conclude(&scene.finish());
        node.stop();
    }
}
