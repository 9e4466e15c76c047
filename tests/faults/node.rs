//! The program as a process: commands, and a server that can be killed. What it logs goes to a file, because a
//! server in trouble logs more than a pipe that nobody reads can hold.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The server secret of all scenes.
pub const SECRET: &str = "a secret for the trial by faults, long enough for the program";

/// What a command of the program is started with.
#[derive(Clone)]
pub struct Setting {
    /// The database as the program is told of it.
    pub url: String,
    /// Where logs and lists go; not the folder of the database, which may be full or gone.
    pub folder: PathBuf,
    /// Further settings from the environment, such as LD_PRELOAD.
    pub env: Vec<(String, String)>,
    /// A command and its arguments that start the program, such as `ip netns exec NAME`.
    pub before: Vec<String>,
}

/// What a command printed.
pub struct Done {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Setting {
    /// The program with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_fivepoint");
        let mut words = self.before.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("FIVEPOINT_DATABASE_URL", &self.url)
            .env("FIVEPOINT_SECRET", SECRET)
            .env("FIVEPOINT_BASE_URL", "https://survey.example")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, whatever that is.
    pub fn try_run(&self, arguments: &[&str]) -> Done {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { status: output.status, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a command that must succeed; gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let done = self.try_run(arguments);
        assert!(done.status.success(), "fivepoint {arguments:?}: {}{}", done.out, done.err);
        done.out.trim().to_owned()
    }

    /// The same with a line on its standard input.
    pub fn run_with(&self, arguments: &[&str], line: &str) -> String {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "fivepoint {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Starts a command that ends by itself or is killed.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(self.log()).spawn().unwrap()
    }

    /// The file to which servers log.
    pub fn log_path(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn log(&self) -> File {
        File::options().create(true).append(true).open(self.log_path()).unwrap()
    }

    /// Starts a server on a free port and waits until it says that it serves.
    pub fn serve(&self) -> Node {
        self.serve_at("127.0.0.1:0").unwrap_or_else(|said| panic!("the server did not start: {said}"))
    }

    /// Starts a server at an address; gives what was logged when it ends instead of serving.
    pub fn serve_at(&self, listen: &str) -> Result<Node, String> {
        let began = Instant::now();
        let logged = std::fs::metadata(self.log_path()).map_or(0, |file| file.len());
        let mut command = self.command(&["serve", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(self.log()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        match line.trim().strip_prefix("Serving on http://") {
            Some(address) => Ok(Node { address: address.to_owned(), started_in: began.elapsed(), child: Some(child) }),
            None => {
                let _ = child.kill();
                let status = child.wait().unwrap();
                let log = std::fs::read(self.log_path()).unwrap();
                let log = log.get(usize::try_from(logged).unwrap()..).unwrap_or_default();
                Err(format!("{status}: {line}{}", String::from_utf8_lossy(log)))
            }
        }
    }
}

/// A running server, killed when it is dropped.
pub struct Node {
    /// Where it listens.
    pub address: String,
    /// From its start until it said that it serves.
    pub started_in: Duration,
    child: Option<Child>,
}

impl Node {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// Sends a signal, such as `-STOP`.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.pid().to_string()]).status().unwrap().success());
    }

    /// SIGKILL: nothing gets a chance to finish.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM: it must end well.
    pub fn stop(mut self) {
        self.signal("-TERM");
        let status = self.child.take().unwrap().wait().unwrap();
        assert!(status.success(), "the server ends well: {status}");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
