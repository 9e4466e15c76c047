//! The library that stands between the program and the system (`shim.c`), and what is asked of it while the program
//! runs.

use crate::node::Setting;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A day, in seconds.
pub const DAY: i64 = 86_400;

/// Ten years, in seconds.
pub const YEARS: i64 = 3_650 * DAY;

/// Errors of the system that a disk may answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
    /// Nothing is wrong.
    None = 0,
    /// The disk has failed.
    Io = 5,
    /// The disk is full.
    NoSpace = 28,
    /// The disk can only be read.
    ReadOnly = 30,
}

/// The library, compiled, with its control file.
pub struct Shim {
    library: PathBuf,
    control: PathBuf,
    file: File,
    journal: PathBuf,
}

impl Shim {
    /// Compiles it into a folder that is not that of the database.
    pub fn new(folder: &Path) -> Self {
        let (library, control, journal) = (folder.join("shim.so"), folder.join("control"), folder.join("journal"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(source).args(["-ldl", "-pthread"]);
        assert!(compile.status().unwrap().success(), "shim.c compiles");
        std::fs::write(&control, [0; 64]).unwrap();
        let file = File::options().write(true).open(&control).unwrap();
        Self { library, control, file, journal }
    }

    /// Lets the programs of a setting run with it, for the files of that folder. With a journal, nothing is synced
    /// for good, only noted.
    pub fn preload(&self, setting: &mut Setting, folder: &Path, journal: bool) {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        setting.env.push(("LD_PRELOAD".to_owned(), text(&self.library)));
        setting.env.push(("FAULTS_CONTROL".to_owned(), text(&self.control)));
        setting.env.push(("FAULTS_FOLDER".to_owned(), text(folder)));
        if journal {
            setting.env.push(("FAULTS_JOURNAL".to_owned(), text(&self.journal)));
        }
    }

    /// The journal.
    pub fn journal(&self) -> &Path {
        &self.journal
    }

    /// Moves the clock by so many seconds from the true time.
    pub fn move_clock(&self, seconds: i64) {
        self.set(0, seconds);
    }

    /// Lets every sync take that long.
    pub fn delay_syncs(&self, time: Duration) {
        self.set(1, i64::try_from(time.as_micros()).unwrap());
    }

    /// Lets whatever would change the disk fail.
    pub fn fail_writes(&self, error: Errno) {
        self.set(2, error as i64);
    }

    /// Lets syncs fail.
    pub fn fail_syncs(&self, error: Errno) {
        self.set(3, error as i64);
    }

    /// Lets syncs do nothing and say that all is well.
    pub fn swallow_syncs(&self) {
        self.set(4, 1);
    }

    fn set(&self, place: u64, value: i64) {
        self.file.write_all_at(&value.to_ne_bytes(), place * 8).unwrap();
    }
}
