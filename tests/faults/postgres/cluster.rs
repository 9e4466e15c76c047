//! A PostgreSQL cluster of the trial's own: started, stopped, killed, filled up, followed by a standby.

use crate::database::Database;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The role the program works as: it owns its database and is no superuser.
const ROLE: &str = "app";

/// How long a server may take to start, stop or be reached.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server is told to stop.
#[derive(Clone, Copy)]
pub enum Stop {
    /// It ends sessions and writes a checkpoint.
    Fast,
    /// It ends at once and has to recover.
    Immediate,
}

/// A cluster; it ends and its files go when it is dropped.
pub struct Cluster {
    folder: TempDir,
    port: u16,
    /// A small file system for the log, where there is one.
    small: Option<PathBuf>,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

impl Cluster {
    /// A running cluster with these settings, a line each.
    pub fn start_new(settings: &str) -> Self {
        Self::made(settings, None)
    }

    /// The same with its log on a file system of so many MiB.
    pub fn with_small_log(settings: &str, mebibytes: usize) -> Self {
        Self::made(settings, Some(mebibytes))
    }

    fn made(settings: &str, small_log: Option<usize>) -> Self {
        let mut cluster = Self::empty();
        cluster.run("initdb", &["--username=root", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        if let Some(mebibytes) = small_log {
            cluster.move_log(mebibytes);
        }
        cluster.configure(settings);
        cluster.allow_everybody();
        cluster.find_port();
        cluster.execute(&format!("CREATE ROLE {ROLE} LOGIN CREATEDB"));
        cluster
    }

    fn empty() -> Self {
        let folder = TempDir::with_prefix("fivepoint-cluster-").unwrap();
        own(folder.path());
        Self { folder, port: 0, small: None }
    }

    /// Settings that hold from the next start.
    pub fn configure(&self, settings: &str) {
        let path = self.data().join("postgresql.conf");
        let old = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{old}\n{settings}\n")).unwrap();
    }

    fn allow_everybody(&self) {
        self.configure(
            "listen_addresses = '*'\nunix_socket_directories = ''\nshared_buffers = 64MB\nmax_wal_size = 1GB\n\
             log_min_messages = warning",
        );
        let hba = "host all all all trust\nhost replication all all trust\n";
        std::fs::write(self.data().join("pg_hba.conf"), hba).unwrap();
    }

    /// Starts it on a port that is free, below those that the system gives to outgoing connections.
    fn find_port(&mut self) {
        for _ in 0..20 {
            let [low, high, ..] = crate::database::random();
            self.port = 20_000 + u16::from_le_bytes([low, high]) % 12_000;
            if self.try_start() {
                return;
            }
        }
        panic!("PostgreSQL did not start: {}", self.log());
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.path().join("log")).unwrap_or_default()).into_owned()
    }

    /// A program of the server, as the server's user, in the folder of the cluster.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let program = folder_of_programs().join(program);
        let mut command = match server_user() {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments).current_dir(self.folder.path()).env("PGDATA", "data").stdin(Stdio::null());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program, arguments).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts it; false if it does not come up.
    pub fn try_start(&self) -> bool {
        let port = format!("--options=-p {}", self.port);
        let mut command = self.command("pg_ctl", &["start", "--wait", "--timeout=60", "--silent", "--log=log", &port]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    /// Starts it, as often as it takes: what a supervisor of services does.
    pub fn start(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.try_start() {
            assert!(Instant::now() < until, "PostgreSQL does not come back: {}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops it and waits for the end.
    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "--mode=fast",
            Stop::Immediate => "--mode=immediate",
        };
        self.run("pg_ctl", &["stop", "--wait", "--silent", mode]);
    }

    /// SIGKILL to the server and all its processes: the machine has lost its power, but for the disk's cache.
    pub fn kill(&self) {
        let postmaster = self.postmaster();
        let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        signal("-KILL", &postmaster);
        for child in children.unwrap_or_default().split_whitespace() {
            signal("-KILL", child);
        }
        let until = Instant::now() + PATIENCE;
        while Path::new(&format!("/proc/{postmaster}")).exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// SIGKILL to the server's first process alone: the others find out and end.
    pub fn kill_postmaster(&self) {
        signal("-KILL", &self.postmaster());
    }

    fn postmaster(&self) -> String {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }

    /// SIGKILL to a process that serves the program; the server then starts its others anew by itself.
    pub fn kill_backend(&self) {
        let pid = self.value(&format!(
            "SELECT pid::text AS word FROM pg_stat_activity WHERE usename = '{ROLE}' ORDER BY random() LIMIT 1"
        ));
        signal("-KILL", &pid);
    }

    /// Ends every session of the program.
    pub fn end_sessions(&self) {
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}' AND pid <> pg_backend_pid()"
        ));
    }

    /// Ends every session of the program but these.
    pub fn end_others(&self, kept: &mut [PgConnection]) {
        let own = |conn| sql_query("SELECT pg_backend_pid()::text AS word").get_result::<Word>(conn).unwrap().word;
        let kept: Vec<String> = kept.iter_mut().map(own).collect();
        let kept = kept.join(", ");
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}' AND pid NOT IN ({kept})"
        ));
    }

    /// Writes into the log until nothing more goes in.
    pub fn use_up_log(&self) {
        let message = "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 1000000))";
        if let Ok(mut conn) = PgConnection::establish(&format!("postgres://root@127.0.0.1:{}/postgres", self.port)) {
            while conn.batch_execute(message).is_ok() {}
        }
    }

    /// The superuser's connection to the database of an address.
    pub fn connect_to(&self, url: &str) -> PgConnection {
        let (_, name) = url.rsplit_once('/').unwrap();
        PgConnection::establish(&format!("postgres://root@127.0.0.1:{}/{name}", self.port)).unwrap()
    }

    /// The port it listens on.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its address for the program, with another host and port than its own where something stands between.
    pub fn url_at(&self, host: &str, port: u16, database: &str) -> String {
        format!("postgres://{ROLE}@{host}:{port}/{database}")
    }

    /// A new database of the program's role.
    pub fn database(&self) -> Database {
        Database::on(&self.url_at("127.0.0.1", self.port, "postgres"))
    }

    /// The superuser's connection, which may take the slots kept for it.
    pub fn connect(&self) -> PgConnection {
        let url = format!("postgres://root@127.0.0.1:{}/postgres", self.port);
        let until = Instant::now() + PATIENCE;
        loop {
            match PgConnection::establish(&url) {
                Ok(conn) => return conn,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a statement as the superuser.
    pub fn execute(&self, statement: &str) {
        self.connect().batch_execute(statement).unwrap();
    }

    /// Asks for one value as the superuser, named `word`.
    pub fn value(&self, query: &str) -> String {
        sql_query(query).get_result::<Word>(&mut self.connect()).unwrap().word
    }

    /// Changes a setting without a restart.
    pub fn set(&self, setting: &str) {
        self.execute(&format!("ALTER SYSTEM SET {setting}"));
        self.execute("SELECT pg_reload_conf()");
    }

    /// A standby that follows this one under that name, reached at that port; it listens where it is told to, or
    /// somewhere.
    pub fn standby(&self, name: &str, port: u16, listen: Option<u16>) -> Self {
        let mut standby = Self::empty();
        let from = format!("host=127.0.0.1 port={port} user=root application_name={name}");
        let arguments = ["--pgdata=data", "--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream", "-d"];
        standby.run("pg_basebackup", &[&arguments[..], &[&from]].concat());
        match listen {
            Some(listen) => {
                standby.port = listen;
                standby.start();
            }
            None => standby.find_port(),
        }
        standby
    }

    /// Waits for a standby, and lets no commit return before it is on the standby's disk.
    pub fn wait_for_standby(&self, name: &str) {
        self.set(&format!("synchronous_standby_names = '{name}'"));
        let query = format!(
            "SELECT count(*)::text AS word FROM pg_stat_replication WHERE application_name = '{name}' AND \
             sync_state = 'sync' AND state = 'streaming'"
        );
        let until = Instant::now() + PATIENCE;
        while self.value(&query) != "1" {
            assert!(Instant::now() < until, "the standby does not follow: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Makes a standby the primary, which waits for no other.
    pub fn promote(&self) {
        self.run("pg_ctl", &["promote", "--wait", "--silent"]);
        self.set("synchronous_standby_names = ''");
    }

    /// How often it has begun anew by itself so far, by its log.
    pub fn crashes(&self) -> usize {
        self.log().matches("reinitializing").count()
    }

    /// Deadlocks so far, by its log: what it counts itself is forgotten in a crash.
    pub fn deadlocks(&self) -> usize {
        self.log().matches("deadlock detected").count()
    }

    /// Puts the log onto a file system of its own.
    fn move_log(&mut self, mebibytes: usize) {
        let small = self.folder.path().join("small");
        std::fs::create_dir(&small).unwrap();
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&small).status().unwrap();
        assert!(mounted.success(), "a small file system");
        let (old, new) = (self.data().join("pg_wal"), small.join("pg_wal"));
        assert!(Command::new("cp").arg("-a").args([&old, &new]).status().unwrap().success());
        std::fs::remove_dir_all(&old).unwrap();
        std::os::unix::fs::symlink(&new, &old).unwrap();
        own(&small);
        self.small = Some(small);
    }

    /// Takes all that is left of the file system of the log.
    pub fn fill_log_disk(&self) {
        let path = self.small.as_ref().unwrap().join("ballast");
        let mut command = Command::new("dd");
        let to = format!("of={}", path.display());
        // It ends when nothing is left.
        let _ = command.args(["if=/dev/zero", &to, "bs=64k", "status=none"]).stderr(Stdio::null()).status();
    }

    /// Gives the room back.
    pub fn clear_log_disk(&self) {
        std::fs::remove_file(self.small.as_ref().unwrap().join("ballast")).unwrap();
    }

    /// Whether its first process runs.
    pub fn runs(&self) -> bool {
        self.command("pg_ctl", &["status"]).stdout(Stdio::null()).status().unwrap().success()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl", &["stop", "--wait", "--silent", "--mode=immediate"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if let Some(small) = &self.small {
            let _ = Command::new("umount").arg("--lazy").arg(small).status();
        }
    }
}

/// Where the server's programs are: beside the psql that tests/run has found.
fn folder_of_programs() -> PathBuf {
    let psql = std::env::var_os("FIVEPOINT_TEST_PSQL").expect("FIVEPOINT_TEST_PSQL is set by tests/run");
    Path::new(&psql).parent().unwrap().to_owned()
}

/// PostgreSQL refuses to run as root.
fn server_user() -> Option<&'static str> {
    let us = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&us.stdout).trim() != "0" {
        return None;
    }
    let known = Command::new("id").arg("postgres").stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    Some(if known.success() { "postgres" } else { "nobody" })
}

fn own(path: &Path) {
    if let Some(user) = server_user() {
        assert!(Command::new("chown").arg("-R").arg(user).arg(path).status().unwrap().success());
    }
}

fn signal(name: &str, pid: &str) {
    // A process that has ended meanwhile needs none.
    let _ = Command::new("kill").args([name, pid]).stderr(Stdio::null()).status();
}
