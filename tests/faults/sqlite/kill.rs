//! The server is killed, or asked to stop, while phones answer.

use crate::Run;
use crate::report::Rounds;
use crate::scene::{Scene, Size};
use std::time::{Duration, Instant};

/// SIGKILL at any moment.
pub fn under_load(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let mut node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(200_000)));
        node.kill();
        let began = Instant::now();
        node = scene.serve();
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// SIGTERM: it ends well, and in time.
pub fn asked_to_stop(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let mut node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50 + usize::try_from(run.chance.below(300)).unwrap());
        let began = Instant::now();
        node.stop();
        node = scene.serve();
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
}
