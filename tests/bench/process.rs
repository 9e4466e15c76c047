//! The program as a process of its own, with its memory watched.

use crate::database::Database;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The server secret of all benchmarks.
pub const SECRET: &str = "a secret for benchmarks, long enough for the program";

/// The program that is measured; by default the one that was built along.
pub static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

fn command(database: &Database, arguments: &[&str]) -> Command {
    let built = || PathBuf::from(env!("CARGO_BIN_EXE_fivepoint"));
    let mut command = Command::new(PROGRAM.get_or_init(built));
    command
        .args(arguments)
        .env_clear()
        .env("FIVEPOINT_DATABASE_URL", &database.url)
        .env("FIVEPOINT_SECRET", SECRET)
        .env("FIVEPOINT_BASE_URL", "https://survey.example")
        .stdin(Stdio::null());
    command
}

/// What a command took.
pub struct Cost {
    /// From its start to its end.
    pub seconds: f64,
    /// The most memory it had resident.
    pub mebibytes: f64,
}

/// Runs a command of the program to its end; it must succeed.
pub fn run(database: &Database, arguments: &[&str]) -> Cost {
    // A file and not a pipe: nobody reads while the command runs.
    let said = database.folder.path().join("said");
    let began = Instant::now();
    let mut child =
        command(database, arguments).stdout(Stdio::null()).stderr(File::create(&said).unwrap()).spawn().unwrap();
    let mut mebibytes: f64 = 0.0;
    let status = loop {
        mebibytes = mebibytes.max(peak(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = began.elapsed().as_secs_f64();
    assert!(status.success(), "fivepoint {arguments:?}: {}", std::fs::read_to_string(said).unwrap());
    Cost { seconds, mebibytes }
}

/// The most memory a process has had resident so far, in MiB; 0 once it has ended.
fn peak(pid: u32) -> f64 {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, which: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// A running server, killed when it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: String,
    child: Child,
}

impl Server {
    /// Starts a server and waits until it says that it serves.
    pub fn start(database: &Database) -> Self {
        let mut child =
            command(database, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Serving on http://").expect("the server starts").to_owned();
        Self { address, child }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory it has had resident so far, in MiB.
    pub fn mebibytes(&self) -> f64 {
        peak(self.child.id())
    }

    /// The memory it has resident now, in MiB.
    pub fn resident(&self) -> f64 {
        memory(self.child.id(), "VmRSS:")
    }

    /// Lets it finish.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "the server ends well");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
