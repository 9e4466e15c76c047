//! `staff …` and `audit …`.

use super::{Settings, print, random, random_id};
use crate::domain::credential;
use crate::domain::obstacle::Missing;
use crate::domain::staff::{
    LONGEST_PASSWORD, Name, Role, SHORTEST_PASSWORD, Staff as Person, WeakPassword, check_password,
};
use crate::error::Error;
use crate::store::audit::{self, Check};
use crate::store::{Conn, secrets, staff};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use zeroize::Zeroizing;

#[derive(Subcommand)]
pub(super) enum Staff {
    /// Make an account; the password is read from standard input, one line
    Add {
        /// The name to sign in with
        name: String,
        /// admin, evaluator, monitor or clerk
        #[arg(long)]
        role: String,
        /// The unit of a monitor or clerk
        #[arg(long)]
        unit: Option<String>,
    },
    /// List all accounts
    List,
    /// End all sign-ins of an account and let it sign in no more
    Disable { name: String },
    /// Let an account sign in again that was disabled
    Enable { name: String },
    /// Give an account a new password, read from standard input; takes its second factor away
    Reset { name: String },
}

impl Staff {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        match self {
            Self::Add { name, role, unit } => add(settings, name, role, unit.clone()),
            Self::List => list(settings),
            Self::Disable { name } => set_disabled(settings, name, true),
            Self::Enable { name } => set_disabled(settings, name, false),
            Self::Reset { name } => reset(settings, name),
        }
    }
}

fn add(settings: &Settings, name: &str, role: &str, unit: Option<String>) -> Result<()> {
    let (db, secret) = settings.open()?;
    let name = parse(name)?;
    let role = Role::from_name(role).context("the role is one of: admin, evaluator, monitor, clerk")?;
    let hash = read_password(&name)?;
    let new = Person { id: random_id()?, name, role, unit, second_factor: None, disabled: false };
    let actor = Settings::actor(&secret);
    db.write("add staff", |conn| staff::add(conn, &actor, &new, hash.clone()))?;
    eprintln!("{} may sign in as {}", new.name, role.name());
    Ok(())
}

fn list(settings: &Settings) -> Result<()> {
    for account in settings.existing_database()?.read(staff::list)? {
        let Person { name, role, unit, second_factor, disabled, .. } = account.staff;
        let unit = unit.unwrap_or_else(|| "-".to_owned());
        let factor = if second_factor.is_some() { "second factor" } else { "password" };
        let state = if disabled { "disabled" } else { factor };
        print(format_args!("{name}\t{}\t{unit}\t{state}", role.name()))?;
    }
    Ok(())
}

fn set_disabled(settings: &Settings, name: &str, disabled: bool) -> Result<()> {
    let (db, secret) = settings.open_existing()?;
    let (name, actor) = (parse(name)?, Settings::actor(&secret));
    let verb = if disabled { "disable staff" } else { "enable staff" };
    db.write(verb, |conn| {
        let id = known(conn, &name)?.id;
        staff::set_disabled(conn, &actor, id, disabled)
    })?;
    eprintln!("{name} may {}", if disabled { "not sign in any more" } else { "sign in again" });
    Ok(())
}

fn reset(settings: &Settings, name: &str) -> Result<()> {
    let (db, secret) = settings.open_existing()?;
    let (name, actor) = (parse(name)?, Settings::actor(&secret));
    let hash = read_password(&name)?;
    let disabled = db.write("reset staff", |conn| {
        let person = known(conn, &name)?;
        staff::reset(conn, &actor, person.id, &hash)?;
        Ok(person.disabled)
    })?;
    eprintln!("{name} has a new password, no second factor, and no API key that works");
    if disabled {
        eprintln!("{name} is still disabled: “fivepoint staff enable {name}” lets the account sign in again");
    }
    Ok(())
}

fn parse(name: &str) -> Result<Name> {
    Name::parse(name).map_err(anyhow::Error::msg)
}

fn known(conn: &mut Conn, name: &Name) -> Result<Person, Error> {
    let account = staff::by_name(conn, name)?;
    account.map(|account| account.staff).ok_or_else(|| Missing::AccountNamed { name: name.to_string() }.into())
}

/// Reads a password and gives its hash. An argument would show it to everybody who lists processes.
fn read_password(name: &Name) -> Result<String> {
    if io::stdin().is_terminal() {
        eprintln!("Password of {name} (at least {SHORTEST_PASSWORD} characters; it is shown while you type):");
    }
    let mut line = Zeroizing::new(String::new());
    io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\n', '\r']);
    match check_password(password, name) {
        Ok(()) => credential::hash_password(password, random()?).context("there is not enough memory for the hash"),
        Err(WeakPassword::Short) => {
            bail!("a password has at least {SHORTEST_PASSWORD} characters; give it on standard input")
        }
        Err(WeakPassword::Long) => bail!("a password has at most {LONGEST_PASSWORD} bytes"),
        Err(WeakPassword::Guessable) => {
            bail!("this password is guessed at once: it holds the name, or one character only")
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Check that no row of the audit log was changed, moved or removed; prints its length and head
    Verify {
        /// A head printed earlier, which must still be in the log
        #[arg(long)]
        head: Option<String>,
    },
}

impl Audit {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode> {
        let Self::Verify { head } = self;
        let (db, secret) = settings.look()?;
        db.read(|conn| secrets::fits(conn, &secret))?;
        let printed = head.as_ref().map(|head| data_encoding::HEXLOWER_PERMISSIVE.decode(head.trim().as_bytes()));
        let printed = printed.transpose().ok().filter(|head| head.as_ref().is_none_or(|head| head.len() == 32));
        let printed = printed.context("a head is the 64 letters and digits that were printed")?;
        match db.snapshot(|conn| audit::check(conn, &secret, printed.as_deref()))? {
            Check::Whole { head, asked } => {
                let mac = data_encoding::HEXLOWER.encode(&head.mac);
                let asked = asked.map_or_else(String::new, |row| format!("; the given head is that of row {row}"));
                let mac = if mac.is_empty() { "-" } else { &mac };
                print(format_args!("ok: {} rows, head {mac}{asked}", head.length))?;
                Ok(ExitCode::SUCCESS)
            }
            Check::Broken(number) => {
                print(format_args!("BROKEN: row {number} is not what was written"))?;
                Ok(ExitCode::FAILURE)
            }
            Check::Rewritten(number) => {
                print(format_args!(
                    "BROKEN: the rows up to {number} are not what they were when the secret was changed"
                ))?;
                Ok(ExitCode::FAILURE)
            }
            Check::Cut => {
                print("BROKEN: rows at the end of the log are missing")?;
                Ok(ExitCode::FAILURE)
            }
            Check::Unknown => {
                print("BROKEN: this head is not in the log: it was copied wrongly, or rows at the end are missing")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
