//! What the surroundings decide: the clock, the database's address, the server secret.

pub mod sending;

use crate::domain::token::Secret;
use crate::error::Error;
use crate::file::NewFile;
use chrono::{DateTime, Utc};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The clock: the only way to the time, so that a test can set it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place where the time comes from")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that shows what `now` says.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Where the answers are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`: one file on this machine.
    Sqlite(PathBuf),
    /// `postgres://…`: a server, for several nodes.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        // The text may hold a password: only its scheme is repeated.
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        let plain = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let scheme = if plain { format!(" “{scheme}”") } else { String::new() };
        Err(format!("unknown database scheme{scheme}: use sqlite:PATH or postgres://USER@HOST/NAME"))
    }
}

impl DatabaseUrl {
    /// Where it is, for people: a path, or a server and the name of a database. Never a user or a password.
    pub fn place(&self) -> String {
        let url = match self {
            Self::Sqlite(path) => {
                return std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
            }
            Self::Postgres(url) => url,
        };
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        // As libpq reads it: what stands before the first @ is no server, unless a / comes first.
        let rest = match rest.find(['@', '/']).and_then(|place| rest.split_at_checked(place)) {
            Some((_, after)) if after.starts_with('@') => after.trim_start_matches('@'),
            _ => rest,
        };
        let place = rest.split('?').next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:,[]/%".contains(c);
        if place.chars().all(plain) { format!("postgres://{place}") } else { "postgres://…".to_owned() }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// Where the server secret comes from.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// Given outright.
    Given(Secret),
    /// In a file.
    File(PathBuf),
    /// In a file beside the SQLite database, made on the first start.
    Beside(PathBuf),
}

impl SecretSource {
    /// The source for a database: the secret or file given, else a file beside an SQLite database.
    pub fn choose(given: Option<&str>, file: Option<PathBuf>, database: &DatabaseUrl) -> Result<Self, Error> {
        if let Some(text) = given {
            return Ok(Self::Given(secret(text, "FIVEPOINT_SECRET")?));
        }
        match (file, database) {
            (Some(path), _) => Ok(Self::File(path)),
            (None, DatabaseUrl::Sqlite(path)) => {
                let mut name = path.clone().into_os_string();
                name.push(".secret");
                Ok(Self::Beside(name.into()))
            }
            (None, DatabaseUrl::Postgres(_)) => Err(Error::Setup(
                "a server secret is needed: set FIVEPOINT_SECRET_FILE to a file of at least 32 random characters, \
                 the same for every node, or FIVEPOINT_SECRET"
                    .to_owned(),
            )),
        }
    }

    /// The secret of a database that belongs to one. None is made: any other would be the wrong one.
    pub fn load(&self) -> Result<Secret, Error> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::File(path) => read_secret(path),
            Self::Beside(path) if is_missing(path) => Err(Error::Setup(format!(
                "there is no secret file {}: bring back the copy of the secret that this database was started with, or \
                 name its file with FIVEPOINT_SECRET_FILE (docs/secret.md)",
                path.display()
            ))),
            Self::Beside(path) => read_secret(path),
        }
    }

    /// The secret of a database that has none yet: made first where it belongs beside an SQLite file and is not there.
    pub fn load_or_make(&self) -> Result<Secret, Error> {
        match self {
            Self::Beside(path) if is_missing(path) => make_secret(path),
            _ => self.load(),
        }
    }
}

/// Whether no file is there. One that cannot be looked at is there: reading it tells why it cannot be read.
fn is_missing(path: &Path) -> bool {
    matches!(path.try_exists(), Ok(false))
}

fn secret(text: &str, origin: &str) -> Result<Secret, Error> {
    Secret::new(text).ok_or_else(|| {
        let least = Secret::SHORTEST;
        Error::Setup(format!("{origin}: a secret has at least {least} characters, and each line is a secret"))
    })
}

fn read_secret(path: &Path) -> Result<Secret, Error> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Error::Setup(format!("the secret file {} cannot be read: {error}", path.display())))?;
    if let Some(mode) = open_to_others(path) {
        // Containers mount their secrets so; elsewhere it is a slip.
        tracing::warn!(
            "the secret file {} can be read by others on this machine (its mode is {mode:03o}): chmod 600 it",
            path.display()
        );
    }
    secret(&text, &path.display().to_string())
}

/// The mode of a file that others than its owner may read.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<u32> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).ok()?.permissions()) & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

/// There are no modes here.
#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<u32> {
    None
}

fn make_secret(path: &Path) -> Result<Secret, Error> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| Error::Setup(format!("no random bytes: {error}")))?;
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(&*bytes));
    let failed = |error| Error::Setup(format!("the secret file {} cannot be written: {error}", path.display()));
    let made = NewFile::create(path).map_err(failed)?;
    writeln!(made.file(), "{}", *text).map_err(failed)?;
    match made.keep_new() {
        Ok(()) => secret(&text, "the new secret"),
        // Another process made it in the same moment.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read_secret(path),
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scheme_is_refused_and_its_password_not_repeated() {
        let error = DatabaseUrl::from_str("mysql://root:hunter2@db/x").unwrap_err();
        assert!(error.contains("“mysql”") && !error.contains("hunter2"), "{error}");
        for wrong in ["", "fivepoint.db", "sqlite:"] {
            assert!(DatabaseUrl::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_printed_without_its_password() {
        let url = DatabaseUrl::from_str("postgres://a:hunter2@db/x").unwrap();
        assert_eq!(format!("{url:?}"), "postgres://…");
    }

    #[test]
    fn a_place_has_no_password() {
        for (url, place) in [
            ("postgres://a:hunter2@db:5433,db2/x?password=hunter2", "postgres://db:5433,db2/x"),
            ("postgresql://a:hunt?er2@[::1]/x", "postgres://[::1]/x"),
            ("postgres://a:hunt@er2@db/x", "postgres://…"),
            ("postgres:///x?host=/run/postgresql&password=hunter2", "postgres:///x"),
        ] {
            assert_eq!(DatabaseUrl::from_str(url).unwrap().place(), place);
        }
    }
}
