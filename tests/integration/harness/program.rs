//! The program as its users run it: commands, and a server on a free port.

use super::Database;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

pub const SECRET: &str = "a secret for tests, long enough for the program";

/// The program with the settings of one database.
pub struct Program<'a> {
    database: &'a Database,
    /// The secret in the environment; none where it is empty.
    pub secret: &'a str,
    /// Further settings from the environment.
    pub env: Vec<(&'static str, String)>,
}

/// What a command printed.
pub struct Done {
    pub ok: bool,
    pub out: String,
    pub err: String,
}

impl Done {
    fn of(output: Output) -> Self {
        Self {
            ok: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl<'a> Program<'a> {
    pub fn new(database: &'a Database) -> Self {
        Self { database, secret: SECRET, env: Vec::new() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivepoint"));
        command
            .args(arguments)
            .env_clear()
            .env("FIVEPOINT_DATABASE_URL", &self.database.url)
            .env("FIVEPOINT_BASE_URL", "https://survey.example")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null());
        if !self.secret.is_empty() {
            command.env("FIVEPOINT_SECRET", self.secret);
        }
        command
    }

    /// Runs a command to its end, whatever that is.
    pub fn try_run(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments).output().unwrap())
    }

    /// Starts a command, which ends by itself or is killed.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The same, with what it prints going there and what it says beside that to be read.
    pub fn start_into(&self, arguments: &[&str], out: impl Into<Stdio>) -> Child {
        self.command(arguments).stdout(out).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs a command that must succeed, with a line on its standard input; gives what it printed.
    pub fn run_with(&self, arguments: &[&str], line: &str) -> String {
        self.told_with(arguments, line).out
    }

    /// The same; gives what it said beside that, too.
    pub fn told_with(&self, arguments: &[&str], line: &str) -> Done {
        let done = self.try_with(arguments, line);
        assert!(done.ok, "fivepoint {arguments:?}: {}", done.err);
        done
    }

    /// Runs a command to its end, whatever that is, with a line or several on its standard input.
    pub fn try_with(&self, arguments: &[&str], lines: &str) -> Done {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{lines}").unwrap();
        Done::of(child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed; gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let done = self.try_run(arguments);
        assert!(done.ok, "fivepoint {arguments:?}: {}{}", done.out, done.err);
        done.out.trim().to_owned()
    }

    /// Writes a file into the test's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Where the program is to write a file of that name.
    pub fn path(&self, name: &str) -> String {
        self.database.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Starts a server and waits until it says that it serves.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// The same with further arguments.
    pub fn serve_with(&self, arguments: &[&str]) -> Server {
        let mut child = self
            .command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("Serving on http://") else {
            let mut error = String::new();
            child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("the server did not start: {line}{error}");
        };
        Server { address: address.to_owned(), child: Some(child) }
    }
}

/// A running server, killed when it is dropped.
pub struct Server {
    pub address: String,
    child: Option<Child>,
}

impl Server {
    fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// SIGKILL: nothing gets a chance to finish.
    pub fn kill(&mut self) {
        self.signal("-KILL");
        self.child.take().unwrap().wait().unwrap();
    }

    /// SIGTERM, without waiting for anything.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// SIGTERM; gives the exit code and everything that was logged.
    pub fn stop(mut self) -> (Option<i32>, String) {
        self.signal("-TERM");
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
