//! A file of a scorecard: text with its head, or a table of indicators alone.

use super::super::auth::{Scorecards, Staff};
use super::super::sheets;
use super::super::upload::{self, Unfit};
use super::words;
use crate::domain::fault::Faults;
use crate::domain::scorecard::{self, Head};
use crate::domain::survey::Format;
use crate::error::{Error, Result};
use crate::store::Db;
use crate::web::App;
use actix_web::HttpResponse;
use std::fs::File;
use std::io::{Read, Seek};

/// Bytes of the longest text; the reader says that it is too long.
const LONGEST: u64 = 8 * 1024 * 1024 + 1;

/// Bytes in which the first line with something in it is looked for.
const BEGINNING: u64 = 64 * 1024;

/// Why a file is none.
pub enum Bad {
    /// For a reason that has its words under this key.
    Because(&'static str),
    /// For mistakes in it; whether it is a text, in which columns are characters.
    Faults(Faults, bool),
}

/// What was read.
pub struct Given {
    /// The scorecard.
    pub file: scorecard::File,
    /// Whether the file has a head of its own.
    pub has_head: bool,
}

/// Reads a file; `head` is that of a table, which has none. `body` makes of it what is asked for.
pub async fn read<T: Send + 'static>(
    app: &App,
    file: File,
    head: Head,
    body: impl FnOnce(&Db, Given) -> Result<T> + Send + 'static,
) -> Result<Result<(File, T), Bad>> {
    let read = upload::read(app, file, move |db, file| {
        let text = format(file)?;
        let read = match text {
            Some(format) => match whole(file)? {
                Some(text) => scorecard::read(&text, format).map_err(Error::from),
                None => return Ok(Err(Unfit::Because("card-not-utf8"))),
            },
            None => scorecard::read_table(file, head).map_err(Error::from),
        };
        let made = read.and_then(|file| body(db, Given { file, has_head: text.is_some() }));
        Ok(Ok(match made {
            Err(Error::Invalid(faults)) => Err(Bad::Faults(faults, text.is_some())),
            made => Ok(made?),
        }))
    });
    Ok(match read.await? {
        Ok((file, Ok(made))) => Ok((file, made)),
        Ok((_, Err(bad))) => Err(bad),
        Err(Unfit::Because(key)) => Err(Bad::Because(key)),
        Err(Unfit::Faults(faults)) => Err(Bad::Faults(faults, false)),
    })
}

/// In which of the two formats a file has its text; nothing of a table. The first line with something in it tells: no
/// name of a column begins with a bracket or has an equals sign in it.
fn format(mut file: &File) -> Result<Option<Format>> {
    let mut beginning = Vec::new();
    file.take(BEGINNING).read_to_end(&mut beginning)?;
    file.rewind()?;
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&beginning);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    Ok(match first.first() {
        Some(b'{') => Some(Format::Json),
        Some(b'[') => Some(Format::Toml),
        _ if first.contains(&b'=') => Some(Format::Toml),
        _ => None,
    })
}

/// All of a text; nothing where it is in another encoding.
fn whole(file: &File) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8(bytes).ok())
}

/// The page of the mistakes of a file.
pub fn refuse(staff: &Staff<Scorecards>, back: String, faults: &Faults, text: bool) -> HttpResponse {
    let field = |name: &str| words::column(staff.language, name);
    if text {
        sheets::faults_of_text(staff, "menu-scorecards", back, faults, field)
    } else {
        sheets::faults(staff, "menu-scorecards", None, back, faults, field)
    }
}
