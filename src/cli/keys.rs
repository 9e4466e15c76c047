//! `key …`.

use super::{Settings, print, random, random_id};
use crate::domain::key::{self, Scope, Token, Wish};
use crate::domain::obstacle::Missing;
use crate::domain::staff::Name;
use crate::error::Error;
use crate::store::keys::{self, Listed, NewKey};
use crate::store::staff;
use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use clap::Subcommand;
use uuid::Uuid;

#[derive(Subcommand)]
pub(super) enum Key {
    /// Make an API key; prints the token, which is shown this once
    Add {
        /// What the key is called, such as the program that is to use it
        name: String,
        /// The account it belongs to: an evaluator's
        #[arg(long = "for", value_name = "ACCOUNT")]
        account: String,
        /// What it opens, commas between: surveys:read, surveys:write, units:read, units:write, rosters:write,
        /// links:issue, links:read, progress:read, results:read, results:release, scorecards:read,
        /// scorecards:write, audit:read, seal
        #[arg(long, required = true)]
        scope: Vec<String>,
        /// Bind it to a unit and all below it (units:read, progress:read and rosters:write only)
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// The last day on which it works, in UTC, at most two years from now [default: one year from now]
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<NaiveDate>,
    },
    /// List all keys: id, name, account, scopes, unit, last day, day of last use, state
    List,
    /// Take a key back: it never works again
    Revoke {
        #[arg(value_parser = key_id)]
        id: Uuid,
    },
}

fn key_id(text: &str) -> Result<Uuid, &'static str> {
    text.parse().map_err(|_| "this is no id of a key: “fivepoint key list” shows them")
}

impl Key {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        match self {
            Self::Add { name, account, scope, unit, expires } => {
                let today = Settings::clock().now().date_naive();
                let wish = Wish {
                    name: name.trim().to_owned(),
                    scopes: key::scopes(&scope.join(",")).map_err(no_scope)?,
                    unit: unit.clone(),
                    expires_on: expires.unwrap_or_else(|| key::usual_expiry(today)),
                };
                add(settings, account, wish)
            }
            Self::List => list(settings),
            Self::Revoke { id } => {
                let (db, secret) = settings.open_existing()?;
                let actor = Settings::actor(&secret);
                let key = db.write("revoke key", |conn| {
                    keys::revoke(conn, &actor, *id)?;
                    keys::get(conn, *id, actor.now)
                })?;
                eprintln!("the key “{}” of {} works no more", key.key.name, key.account);
                Ok(())
            }
        }
    }
}

fn no_scope(word: &str) -> anyhow::Error {
    let all: Vec<_> = Scope::ALL.into_iter().map(Scope::name).collect();
    anyhow!("there is no scope “{word}”; there are: {}", all.join(" "))
}

fn add(settings: &Settings, account: &str, wish: Wish) -> Result<()> {
    let account = Name::parse(account).map_err(anyhow::Error::msg)?;
    let (id, token) = (random_id()?, Token::new(random()?));
    let (db, secret) = settings.open_existing()?;
    let actor = Settings::actor(&secret);
    let made = db.write("add key", |conn| {
        let found = staff::by_name(conn, &account)?;
        let owner = found.ok_or_else(|| Error::from(Missing::AccountNamed { name: account.to_string() }))?;
        keys::add(conn, &actor, NewKey { id, hash: token.hash(), staff: owner.staff.id, wish: wish.clone() })
    })?;
    print(&token)?;
    let bound = made.unit.map_or_else(String::new, |unit| format!(" in {unit} and below"));
    eprintln!("the key “{}” of {account} opens {}{bound}", made.name, key::names(&made.scopes));
    eprintln!("it works until the end of {} (UTC); the token above is shown this once", made.expires_on);
    Ok(())
}

fn list(settings: &Settings) -> Result<()> {
    let now = Settings::clock().now();
    for Listed { key, account, standing } in settings.existing_database()?.read(|conn| keys::list(conn, now))? {
        let scopes = key::names(&key.scopes).replace(' ', ",");
        let used = key.last_used_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let unit = key.unit.as_deref().unwrap_or("-");
        print(format_args!(
            "{}\t{}\t{account}\t{scopes}\t{unit}\t{}\t{used}\t{}",
            key.id,
            key.name,
            key.expires_on,
            standing.name()
        ))?;
    }
    Ok(())
}
