//! `backup`.

use super::{Settings, print, random_id};
use crate::config::{DatabaseUrl, SecretSource};
use crate::domain::audit::Act;
use crate::file::NewFile;
use crate::store::audit::About;
use crate::store::backups::{self, Kind};
use crate::store::{Db, backup};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every SQLite file begins with.
const HEAD: &[u8; 16] = b"SQLite format 3\0";

#[derive(Args)]
pub(super) struct Backup {
    /// The file to write
    file: PathBuf,
    /// Replace an earlier backup of that name
    #[arg(long)]
    force: bool,
}

impl Backup {
    /// Writes a backup under a name of its own, looks through it, and only then gives it its name.
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode> {
        let DatabaseUrl::Sqlite(database) = settings.database_url()? else {
            bail!(
                "PostgreSQL makes its own backups, while answering goes on. One file:\n  \
                 pg_dump --format=custom --file={} \"$FIVEPOINT_DATABASE_URL\"\n\
                 To any moment: a base backup (pg_basebackup) and an archive of the log. Neither has the server secret",
                self.file.display()
            );
        };
        let (db, secret) = settings.open_existing()?;
        let path = std::path::absolute(&self.file).context("this is no path")?;
        self.is_free(&path, &database, &db)?;
        tell_of_parts(&path);
        let actor = Settings::actor(&secret);
        let place = path.to_str().context("the path is not UTF-8")?.to_owned();
        let made = NewFile::create(&path).with_context(|| format!("{place} cannot be written"))?;
        let id = random_id()?;
        let one = backups::Backup { kind: Kind::Backup, place: place.clone(), made_at: actor.now };
        let about = About { reason: Some(place.clone()), ..About::default() };
        db.write("note backup", |conn| {
            backups::note(conn, id, &one)?;
            actor.note(conn, Act::BackedUp, about.clone())
        })?;
        let written = (|| {
            backup::write(&db, made.part()).with_context(|| format!("{place} cannot be written"))?;
            let found = backup::check(made.part(), &actor)?;
            let (size, digest) = digest(made.part())?;
            let replaced = if self.force && path.exists() { Some(self::digest(&path)?.1) } else { None };
            if self.force { made.keep() } else { made.keep_new() }
                .with_context(|| format!("{place} cannot be written"))?;
            anyhow::Ok((found, size, digest, replaced))
        })();
        let (found, size, digest, replaced) = match written {
            Ok(written) => written,
            Err(error) => {
                forget(&db, id);
                return Err(error);
            }
        };
        db.write("backup is whole", |conn| backups::complete(conn, id, &digest, replaced.as_deref()))?;
        print(format_args!("{digest}  {place}"))?;
        eprintln!("{size} bytes; pages, keys and the secret's fingerprint checked");
        Self::tell(&found);
        let source = SecretSource::choose(
            settings.secret.as_deref(),
            settings.secret_file.clone(),
            &DatabaseUrl::Sqlite(database),
        )?;
        let secret = match &source {
            SecretSource::File(path) | SecretSource::Beside(path) => format!(" ({})", path.display()),
            SecretSource::Given(_) => String::new(),
        };
        eprintln!(
            "The server secret{secret} is not in it: keep that too, elsewhere. Without it no link of this backup works, \
             and nobody can sign in with a second factor.\n\
             It holds what the seal of a survey takes away: destroy it after the seal."
        );
        Ok(if found.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Refuses a name that belongs to something else.
    fn is_free(&self, path: &Path, database: &Path, db: &Db) -> Result<()> {
        let Ok(there) = path.canonicalize() else { return Ok(()) };
        ensure!(self.force, "{} is there already: name another file, or replace it with --force", path.display());
        let mut head = [0; HEAD.len()];
        let read = File::open(&there).and_then(|mut file| file.read_exact(&mut head));
        ensure!(
            read.is_ok()
                && head == *HEAD
                && there != database.canonicalize()?
                && db.read(|conn| backups::is_backup(conn, &path.display().to_string()))?,
            "{} is no earlier backup of this database: it is not replaced",
            path.display()
        );
        Ok(())
    }

    fn tell(found: &backup::Found) {
        match found.audit {
            Some(rows) => eprintln!("audit log: whole, {rows} rows"),
            None => eprintln!("audit log: DIFFERENT, as in the database itself: see fivepoint audit verify"),
        }
        for (id, checks) in &found.surveys {
            let wrong: Vec<&str> = checks.iter().flat_map(|check| &check.differences).map(String::as_str).collect();
            match wrong.first() {
                None => eprintln!("survey {id}: verified, {} checks", checks.len()),
                Some(first) => eprintln!("survey {id}: DIFFERENT, as in the database itself: {first}"),
            }
        }
    }
}

/// Names what a backup to the same place has left that was cut off: it may hold as much as a whole one.
fn tell_of_parts(path: &Path) {
    let Some((folder, name)) = path.parent().zip(path.file_name().and_then(|name| name.to_str())) else { return };
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let begins = |there: &str| there.strip_prefix(name).is_some_and(|rest| rest.contains(".part"));
        if entry.file_name().to_str().is_some_and(begins) {
            eprintln!(
                "{} was left by a backup that was cut off, unless one runs now: destroy it like a backup",
                entry.path().display()
            );
        }
    }
}

/// Nothing stands there after all. Where even that cannot be noted, the list names one backup too many.
fn forget(db: &Db, id: uuid::Uuid) {
    let _ = db.write("forget backup", |conn| backups::forget(conn, id));
}

/// The size of a file in bytes, and its SHA-256.
fn digest(path: &Path) -> Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut hash, mut piece, mut size) = (Sha256::new(), vec![0; 64 * 1024], 0);
    loop {
        let length = file.read(&mut piece)?;
        let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        size += u64::try_from(length)?;
    }
    Ok((size, data_encoding::HEXLOWER.encode(&hash.finalize())))
}
