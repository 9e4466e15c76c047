//! A server or a command is killed, or asked to stop, while phones answer.

use crate::Run;
use crate::database::Database;
use crate::node::Setting;
use crate::report::Rounds;
use crate::scene::{Scene, Size, links, roster};
use std::process::Child;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// SIGKILL at any moment.
pub fn under_load(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let mut node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(40);
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
        assert!(began.elapsed() < Duration::from_secs(15), "it ended after {:?}", began.elapsed());
        node = scene.serve();
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// Kills a process at any moment within that time.
fn kill_within(run: &mut Run, mut child: Child, time: Duration) {
    let moment = run.chance.below(u64::try_from(time.as_micros()).unwrap().max(1));
    std::thread::sleep(Duration::from_micros(moment));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// SIGKILL while a server starts: on a database that was left by another kill, and on one that has no tables yet.
pub fn while_starting(run: &mut Run, rounds: &mut Rounds<'_>) {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let mut node = scene.serve();
    let mut making = Duration::from_millis(500);
    for _ in 0..rounds.count {
        scene.load(20);
        let usual = node.started_in;
        node.kill();
        kill_within(run, scene.setting.start(&serve), usual);
        let began = Instant::now();
        node = scene.serve();
        let recovery = scene.recovered(began);

        let fresh = Database::fresh(run.engine);
        let setting = Setting { url: fresh.url.clone(), ..scene.setting.clone() };
        kill_within(run, setting.start(&serve), making);
        making = setting.serve().started_in;
        assert_eq!(setting.run(&["survey", "list"]), "", "a new database after a start that was cut short");
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// SIGKILL of `survey close`: the survey is open or closed, and closing it once more settles it.
pub fn while_closing(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut taken = Duration::from_millis(60);
    for _ in 0..rounds.count {
        let mut scene = Scene::open(run.engine, Size { links: 3_000, ..Size::usual() }, &run.chance);
        let node = scene.serve();
        scene.load(100);
        scene.ledger.closing();
        kill_within(run, scene.setting.start(&["survey", "close", &scene.survey]), taken);
        let began = Instant::now();
        let done = scene.setting.try_run(&["survey", "close", &scene.survey]);
        taken = began.elapsed();
        assert!(done.status.success() || done.err.contains("closed"), "{}", done.err);
        rounds.note(taken, &scene.finish_closed());
        node.stop();
    }
}

/// SIGKILL of `link issue`: nothing of it is seen, and issuing once more gives each one link.
pub fn while_issuing(run: &mut Run, rounds: &mut Rounds<'_>) {
    const PEOPLE: usize = 20_000;
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let node = scene.serve();
    let files = TempDir::with_prefix("fivepoint-issue-").unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (people, list) = (path("roster.csv"), path("links.csv"));
    std::fs::write(&people, roster(PEOPLE)).unwrap();
    let mut taken = Duration::from_secs(3);
    for _ in 0..rounds.count {
        let survey = scene.another();
        let visible = || {
            let issued =
                format!("SELECT sum(issued) FROM progress WHERE lower(hex(survey)) = '{}'", survey.replace('-', ""));
            scene.database.count(&format!("SELECT coalesce(({issued}), 0)"))
        };
        let arguments = ["link", "issue", &survey, "--roster", &people, "--out", &list, "--force"];
        scene.load(10);
        kill_within(run, scene.setting.start(&arguments), taken);
        let issued = visible();
        assert!(issued == 0 || issued == PEOPLE as u64, "{issued} links are to be seen after issuing was cut short");
        let began = Instant::now();
        if issued == 0 {
            scene.setting.run(&arguments);
            taken = began.elapsed();
        }
        let recovery = began.elapsed();
        scene.load(10);
        assert_eq!(visible(), PEOPLE as u64, "each has one link");
        if issued == 0 {
            assert_eq!(links(&list).len(), PEOPLE, "the list has all links");
        }
        scene.setting.run(&["verify", &survey]);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// Two servers on the same file; one is killed, the phones go to the other.
pub fn one_of_two(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let mut busy = scene.serve();
    let mut other = scene.setting.serve();
    for _ in 0..rounds.count {
        scene.load(40);
        // Half of the connections stay where they are while the others come over.
        scene.door.lead_to(&other.address);
        std::thread::sleep(Duration::from_micros(run.chance.below(20_000)));
        busy.kill();
        let recovery = scene.recovered(Instant::now());
        busy = std::mem::replace(&mut other, scene.setting.serve());
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    busy.stop();
    other.stop();
}
