//! The program on the command line.

mod backup;
mod copy;
mod demo;
mod keys;
mod links;
mod log;
mod results;
mod rows;
mod scorecards;
mod seal;
mod secrets;
mod sending;
mod serve;
mod staff;
mod surveys;

use crate::config::{Clock, DatabaseUrl, SecretSource};
use crate::domain::token::Secret;
use crate::error::Error;
use crate::store::Db;
use crate::store::advice::with_step;
use crate::store::audit::Actor;
use crate::store::secrets::{claim, known};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

/// Fivepoint: one link a recipient, one anonymous five-point answer a link, one exact score.
#[derive(Parser)]
#[command(name = "fivepoint", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// Settings of every command.
#[derive(Args)]
struct Settings {
    /// Where everything is kept: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "FIVEPOINT_DATABASE_URL",
        default_value = "sqlite:fivepoint.db",
        hide_env_values = true,
        global = true
    )]
    database_url: String,
    /// The server secret, at least 32 characters. Everybody on this machine sees it as a flag, and some as a variable
    /// of the environment: use --secret-file
    #[arg(long, env = "FIVEPOINT_SECRET", hide_env_values = true, global = true)]
    secret: Option<String>,
    /// File with the server secret, while it is being changed with several, one a line [default for SQLite: beside the
    /// database, made on first use]
    #[arg(long, env = "FIVEPOINT_SECRET_FILE", global = true)]
    secret_file: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "FIVEPOINT_LISTEN", value_parser = address, global = true)]
    listen: Option<SocketAddr>,
    /// Address under which recipients reach this server [default: http://LISTEN]
    #[arg(long, env = "FIVEPOINT_BASE_URL", global = true)]
    base_url: Option<String>,
    /// Address of the proxy in front of this server; only its X-Forwarded-For is believed
    #[arg(long, env = "FIVEPOINT_TRUSTED_PROXY", global = true)]
    trusted_proxy: Option<IpAddr>,
    /// Evaluators must set up a second factor before they can do anything
    #[arg(long, env = "FIVEPOINT_REQUIRE_SECOND_FACTOR", global = true)]
    require_second_factor: bool,
    #[command(flatten)]
    log: log::Log,
}

#[derive(Subcommand)]
enum Command {
    /// Show the whole job on the numbers of the Kunming report of 2022
    Demo(demo::Demo),
    /// Bring the database up to date and serve
    Serve(serve::Serve),
    /// Import, list, open, close, release and seal surveys
    #[command(subcommand)]
    Survey(surveys::Survey),
    /// Units: federations and institutions
    #[command(subcommand)]
    Unit(surveys::Unit),
    /// Issue, export, reissue and revoke links
    #[command(subcommand)]
    Link(links::Link),
    /// Print a release of a closed survey
    Result(results::Print),
    /// Write the responses of the latest release as rows without names; no further release can be made then
    Rows(rows::Rows),
    /// Recompute the release from the responses and reconcile all counts
    Verify(results::Verify),
    /// Accounts of the desk
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Check the audit log
    #[command(subcommand)]
    Audit(staff::Audit),
    /// API keys: what other programs may do
    #[command(subcommand)]
    Key(keys::Key),
    /// Print the OpenAPI document of the interface for programs
    Openapi,
    /// Ask the server at --listen whether it is ready
    Healthcheck,
    /// Scorecards of evaluations: import, fill in, print
    #[command(subcommand)]
    Scorecard(scorecards::Scorecard),
    /// Write a backup of the database (SQLite) while answering goes on, and check it
    Backup(backup::Backup),
    /// Move everything into an empty database, on either engine, and check it there
    Copy(copy::Copy),
    /// The server secret: see and change it
    #[command(subcommand)]
    Secret(secrets::Secret),
}

/// Runs the program.
pub fn main() -> ExitCode {
    leave_no_core();
    let cli = Cli::parse();
    cli.settings.log.start();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("fivepoint: {}", in_words(&error, &cli));
            ExitCode::FAILURE
        }
    }
}

/// What this process holds, the secret among it, is written to no file when it crashes.
#[cfg(unix)]
fn leave_no_core() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Less is always allowed.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Cores are a matter of the system here.
#[cfg(not(unix))]
const fn leave_no_core() {}

/// An error in words. One of the database has a place, where nothing else tells it and it can only be the one of the
/// settings.
fn in_words(error: &anyhow::Error, cli: &Cli) -> String {
    let Some(Error::Database(said)) = error.downcast_ref() else { return format!("{error:#}") };
    let is_other = matches!(cli.command, Command::Copy(_) | Command::Demo(_)) || error.chain().len() > 1;
    match cli.settings.database_url() {
        Ok(url) if !is_other => format!("the database {}: {}", url.place(), with_step(&said.to_string())),
        _ => with_step(&format!("{error:#}")),
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let settings = &cli.settings;
    match &cli.command {
        Command::Demo(demo) => return demo.run(settings),
        Command::Serve(serve) => serve.run(settings)?,
        Command::Survey(survey) => survey.run(settings)?,
        Command::Unit(unit) => unit.run(settings)?,
        Command::Link(link) => link.run(settings)?,
        Command::Result(print) => print.run(settings)?,
        Command::Rows(rows) => rows.run(settings)?,
        Command::Verify(verify) => return verify.run(settings),
        Command::Staff(staff) => staff.run(settings)?,
        Command::Audit(audit) => return audit.run(settings),
        Command::Key(key) => key.run(settings)?,
        Command::Openapi => print(crate::web::api::document()?.trim_end())?,
        Command::Healthcheck => serve::healthcheck(settings)?,
        Command::Scorecard(scorecard) => return scorecard.run(settings),
        Command::Backup(backup) => return backup.run(settings),
        Command::Copy(copy) => copy.run(settings)?,
        Command::Secret(secret) => secret.run(settings)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Settings {
    /// Read here and not by the argument parser, which would repeat a password in its error.
    fn database_url(&self) -> Result<DatabaseUrl, Error> {
        self.database_url.parse().map_err(Error::Setup)
    }

    /// The database for commands that only read, which need no secret.
    fn existing_database(&self) -> Result<Db, Error> {
        self.exists()?;
        Db::open(&self.database_url()?)
    }

    /// The database and its secret, for commands that have nothing to do in a new database.
    fn open_existing(&self) -> Result<(Db, Secret), Error> {
        self.exists()?;
        self.open()
    }

    /// A mistyped path is no new database.
    fn exists(&self) -> Result<(), Error> {
        let DatabaseUrl::Sqlite(path) = self.database_url()? else { return Ok(()) };
        match path.try_exists() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Setup(format!("there is no database {}", path.display()))),
            Err(error) => {
                Err(Error::Setup(format!("the database {} cannot be looked for by this user: {error}", path.display())))
            }
        }
    }

    /// Whoever runs a command, for the audit log.
    fn actor(secret: &Secret) -> Actor<'_> {
        Actor { secret, staff: None, now: Self::clock().now() }
    }

    /// The database and the secret that belongs to it; any other secret is refused.
    fn open(&self) -> Result<(Db, Secret), Error> {
        self.open_with(Db::open)
    }

    /// The same for a copy, which may find that an earlier one was cut off.
    fn open_to_copy(&self) -> Result<(Db, Secret), Error> {
        self.exists()?;
        self.open_with(Db::open_to_copy)
    }

    /// The database and its secret, for commands that only look: nothing is made, and no secret claims the database.
    fn look(&self) -> Result<(Db, Secret), Error> {
        let db = self.existing_database()?;
        let secret = self.secret_source()?.load()?;
        Ok((db, secret))
    }

    fn open_with(&self, open: impl FnOnce(&DatabaseUrl) -> Result<Db, Error>) -> Result<(Db, Secret), Error> {
        let source = self.secret_source()?;
        let db = open(&self.database_url()?)?;
        let new = db.read(known)?.is_empty();
        let secret = if new { source.load_or_make()? } else { source.load()? };
        db.write("claim secret", |conn| claim(conn, &secret))?;
        Ok((db, secret))
    }

    /// Where the server secret comes from.
    fn secret_source(&self) -> Result<SecretSource, Error> {
        SecretSource::choose(self.secret.as_deref(), self.secret_file.clone(), &self.database_url()?)
    }

    /// Where recipients reach the server, without a slash at the end.
    fn base_url(&self) -> Result<String> {
        let Some(url) = &self.base_url else {
            let url = format!("http://{}", self.listen());
            eprintln!("FIVEPOINT_BASE_URL is not set: these links lead to {url}, which only this machine may reach");
            return Ok(url);
        };
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        anyhow::ensure!(
            !host.is_empty() && host.chars().all(plain),
            "this base URL is none: write it like https://survey.example.org, without a path"
        );
        Ok(url.to_owned())
    }

    /// Whether browsers reach the server over https.
    fn https(&self) -> bool {
        self.base_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    fn clock() -> Clock {
        Clock::system()
    }
}

/// Prints a line; the end of a pipe that nobody reads any more is no error.
fn print(line: impl std::fmt::Display) -> Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Reads a file that a person named.
fn read_file(path: &std::path::Path) -> Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads an address to listen on.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address is a number and a port, like 127.0.0.1:8080 or [::]:8080")
}

/// Reads the id of a survey.
fn survey_id(text: &str) -> Result<uuid::Uuid, &'static str> {
    text.parse().map_err(|_| "this is no survey id: “fivepoint survey list” shows them")
}

/// Random bytes for ids, salts and tokens.
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
    Ok(bytes)
}

/// A fresh random id.
fn random_id() -> Result<uuid::Uuid> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid())
}
