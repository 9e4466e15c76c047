//! The disk is full, fails, can only be read, or is slow. The server says 503 and goes on by itself when the disk is
//! well again.

use crate::Run;
use crate::database::{Database, Engine};
use crate::node::Node;
use crate::report::Rounds;
use crate::scene::{Scene, Size};
use crate::shim::{Errno, Shim};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A file system in memory, gone when it is dropped.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new(size: &str) -> Self {
        let folder = TempDir::with_prefix("fivepoint-disk-").unwrap();
        let size = format!("size={size}");
        mount(&["-t", "tmpfs", "-o", &size, "none"], folder.path());
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn database(&self) -> Database {
        let url = format!("sqlite:{}", self.path().join("fivepoint.db").display());
        Database::existing(Engine::Sqlite, url)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open there must not keep it.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn mount(arguments: &[&str], folder: &Path) {
    assert!(Command::new("mount").args(arguments).arg(folder).status().unwrap().success(), "mount {arguments:?}");
}

/// A disk that fills up while phones answer, and has room again.
pub fn full(run: &mut Run, rounds: &mut Rounds<'_>) {
    let disk = Disk::new("32m");
    let mut scene = Scene::open_on(disk.database(), Size::usual(), &run.chance);
    let mut node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50);
        let ballast = disk.path().join("ballast");
        let mut file = File::create(&ballast).unwrap();
        // From a megabyte down to a byte, until nothing more goes in.
        for size in (0..=20).rev().map(|power| 1 << power) {
            while file.write_all(&vec![1_u8; size]).is_ok() {}
        }
        drop(file);
        refuses(&scene, &mut node);
        let began = Instant::now();
        std::fs::remove_file(&ballast).unwrap();
        let recovery = scene.recovered(began);
        assert!(node.runs(), "the server goes on by itself");
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// Phones answer until some are told 503; the server lives, and whoever looks at a link is not left alone.
fn refuses(scene: &Scene, node: &mut Node) {
    let (before, _) = scene.ledger.refusals();
    scene.phones.go();
    let until = Instant::now() + Duration::from_secs(30);
    while scene.ledger.refusals().0 < before + 20 {
        assert!(Instant::now() < until, "the disk of the server takes nothing, and it says no 503");
        assert!(node.runs(), "the server lives: {}", scene.logged());
        std::thread::sleep(Duration::from_millis(5));
    }
    let code = scene.ledger.with(0, |entry| entry.code.clone());
    let reply = scene.client().get(&format!("/api/v1/links/{code}"), "Prefer: return=minimal\r\n").unwrap();
    assert!(matches!(reply.status, 200 | 503), "a look during the fault: {} {}", reply.status, reply.body);
}

/// Many looks at once, so that the server has to open more connections to its database.
fn crowd(scene: &Scene) {
    let code = scene.ledger.with(0, |entry| entry.code.clone());
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let mut client = scene.client();
                for _ in 0..20 {
                    let _ = client.get(&format!("/api/v1/links/{code}"), "Prefer: return=minimal\r\n");
                }
            });
        }
    });
}

/// Whoever is not a recipient can write, too, and again: on every connection that the server keeps.
fn others_can_write(scene: &Scene, round: usize) {
    std::thread::scope(|scope| {
        for place in 0..6 {
            scope.spawn(move || {
                let unit = format!("code,name,parent,level\nN{round}{place},New,C,county\n");
                let reply = scene.client().post_as(&scene.token, "/api/v1/units", "text/csv", &unit).unwrap();
                if reply.status != 200 {
                    scene.ledger.complain(format!("a unit cannot be named after the fault: {}", reply.body));
                }
            });
        }
    });
}

/// Writes and syncs that fail with each of the errors that a disk has.
pub fn errors(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let shim = Shim::new(&scene.setting.folder);
    let folder = scene.database.folder.path().to_owned();
    shim.preload(&mut scene.setting, &folder, false);
    let mut node = scene.serve();
    let fail: [&dyn Fn(); 5] = [
        &|| shim.fail_writes(Errno::ReadOnly),
        &|| shim.fail_writes(Errno::NoSpace),
        &|| shim.fail_writes(Errno::Io),
        &|| shim.fail_syncs(Errno::Io),
        &|| shim.fail_syncs(Errno::NoSpace),
    ];
    for round in 0..rounds.count {
        scene.load(50);
        std::thread::sleep(Duration::from_micros(run.chance.below(20_000)));
        fail[round % fail.len()]();
        refuses(&scene, &mut node);
        crowd(&scene);
        let began = Instant::now();
        shim.fail_writes(Errno::None);
        shim.fail_syncs(Errno::None);
        let recovery = scene.recovered(began);
        others_can_write(&scene, round);
        assert!(node.runs(), "the server goes on by itself");
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// A server that starts on a disk that can only be read says so and ends; with the disk well again it starts.
pub fn read_only(run: &mut Run, rounds: &mut Rounds<'_>) {
    let disk = Disk::new("64m");
    let mut scene = Scene::open_on(disk.database(), Size::usual(), &run.chance);
    let mut node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(50);
        // What is on its way fails when the server is killed; a file that is open keeps the disk writable.
        node.kill();
        mount(&["-o", "remount,ro"], disk.path());
        let said = scene.setting.serve_at("127.0.0.1:0").err().expect("no server starts on a read-only disk");
        assert!(said.contains("fivepoint: "), "it says why: {said}");
        mount(&["-o", "remount,rw"], disk.path());
        let began = Instant::now();
        node = scene.serve();
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}

/// Every sync takes a fifth of a second: answers wait for each other, and none is refused.
pub fn slow(run: &mut Run, rounds: &mut Rounds<'_>) {
    let mut scene = Scene::open(run.engine, Size::usual(), &run.chance);
    let shim = Shim::new(&scene.setting.folder);
    let folder = scene.database.folder.path().to_owned();
    shim.preload(&mut scene.setting, &folder, false);
    let node = scene.serve();
    for _ in 0..rounds.count {
        scene.load(20);
        shim.delay_syncs(Duration::from_millis(200));
        let before = (scene.ledger.acknowledged(), scene.ledger.refusals());
        scene.load_for(Duration::from_secs(4));
        let after = (scene.ledger.acknowledged(), scene.ledger.refusals());
        assert!(after.0 > before.0 + 20, "answers go on: {} in 4 s", after.0 - before.0);
        assert_eq!(before.1, after.1, "nobody is refused for a slow disk");
        let began = Instant::now();
        shim.delay_syncs(Duration::ZERO);
        let recovery = scene.recovered(began);
        rounds.note(recovery, &scene.check());
    }
    rounds.conclude(&scene.finish());
    node.stop();
}
