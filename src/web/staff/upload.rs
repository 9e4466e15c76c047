//! A file that somebody sends: taken to a temporary file piece by piece, never whole into memory, and made
//! a CSV if it is a workbook.

use super::auth::{Form, Refused, carries_token, is_ours, session_of, still_holds};
use super::refuse::{Asker, stale};
use crate::domain::fault::Faults;
use crate::domain::workbook::{self, Unread};
use crate::error::Result;
use crate::store::Db;
use crate::web::arriving::{Slowest, paced};
use crate::web::places::Place;
use crate::web::{App, PATIENCE};
use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::TryStreamExt;
use std::fs::File;
use std::future::{Ready, ready};
use std::io::{BufReader, BufWriter, Read, Seek, Write};

/// Most bytes of a file.
pub const LARGEST: u64 = 20 * 1024 * 1024;

/// What of a larger file is still listened to, so that its sender gets to read why it was not taken.
const HEARD: u64 = 4 * LARGEST;

/// Bytes written at once.
const PIECE: usize = 512 * 1024;

/// Why there is nothing to import.
pub enum Unfit {
    /// For a reason that has its words under this key.
    Because(&'static str),
    /// For mistakes in it.
    Faults(Faults),
}

/// Why no file was taken.
pub enum NotTaken {
    /// No page of this session has sent it.
    Reply(HttpResponse),
    /// The file is none.
    Because(&'static str),
}

/// A file that was taken, and its place among the few that are: it goes along until the file is read.
pub struct Taken {
    /// The file.
    pub file: File,
    /// The place.
    pub place: Place,
}

/// A form with a file that is still on its way. Nothing of it is read before the handler asks, and the
/// handler is not asked before its right is.
pub struct Incoming {
    request: HttpRequest,
    payload: Payload,
}

impl FromRequest for Incoming {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl Incoming {
    /// Takes the file. The token is the first field of the form, so that nothing of a stranger's file is
    /// kept.
    pub async fn file(self, app: &App) -> Result<Result<Taken, NotTaken>> {
        let Self { request, mut payload } = self;
        if let Some(taken) = Self::take(&request, &mut payload, app).await? {
            return Ok(taken);
        }
        Ok(Err(NotTaken::Reply(stale(Asker::of(&request).await))))
    }

    /// The file, or why it is none; nothing where no page of this session has sent it.
    async fn take(request: &HttpRequest, payload: &mut Payload, app: &App) -> Result<Option<Result<Taken, NotTaken>>> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            // A form without a file, such as one that a script sends.
            return match Form::from_request(request, payload).await {
                Ok(_) => Ok(Some(Err(NotTaken::Because("upload-none")))),
                Err(_) => Ok(None),
            };
        }
        let mut fields = Multipart::new(request.headers(), paced(request, payload, Slowest::File));
        let token = match fields.try_next().await {
            Ok(Some(mut field)) if field.name() == Some("token") => field.bytes(100).await,
            _ => return Ok(None),
        };
        let Ok(Ok(token)) = token else { return Ok(None) };
        if !is_ours(request) || !carries_token(request, &String::from_utf8_lossy(&token)) {
            return Ok(None);
        }
        loop {
            match fields.try_next().await {
                Ok(Some(field)) if field.name() == Some("file") => {
                    let holder = session_of(request).unwrap_or_default();
                    let Ok(place) = app.shelf.receiving.take(&holder, PATIENCE).await else {
                        hear(field).await;
                        return Ok(Some(Err(NotTaken::Because("upload-busy"))));
                    };
                    let file = receive(app, field).await?.map(|file| Taken { file, place });
                    // It may have taken a while: who sent it may have been signed out.
                    return if still_holds(request).await {
                        Ok(Some(file.map_err(NotTaken::Because)))
                    } else {
                        Ok(None)
                    };
                }
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Some(Err(NotTaken::Because("upload-none")))),
                Err(_) => return Ok(Some(Err(NotTaken::Because("upload-broken")))),
            }
        }
    }
}

/// Hears a file and throws it away, so that its sender gets to read why it was not taken.
async fn hear(mut field: Field) {
    let mut heard = 0_u64;
    while let Ok(Some(piece)) = field.try_next().await {
        heard = heard.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if heard > HEARD {
            break;
        }
    }
}

/// Writes what comes to a temporary file without a name.
async fn receive(app: &App, mut field: Field) -> Result<Result<File, &'static str>> {
    let mut file = app.wait(|_| Ok(tempfile::tempfile()?)).await?;
    let (mut waiting, mut size) = (Vec::new(), 0_u64);
    loop {
        let Ok(piece) = field.try_next().await else { return Ok(Err("upload-broken")) };
        let ended = piece.is_none();
        if let Some(piece) = piece {
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if size > HEARD {
                return Ok(Err("upload-large"));
            }
            if size > LARGEST {
                waiting.clear();
                continue;
            }
            waiting.extend_from_slice(&piece);
        }
        if waiting.len() >= PIECE || (ended && !waiting.is_empty()) {
            let bytes = std::mem::take(&mut waiting);
            file = app
                .wait(move |_| {
                    file.write_all(&bytes)?;
                    Ok(file)
                })
                .await?;
        }
        if ended {
            break;
        }
    }
    Ok(match size {
        0 => Err("upload-none"),
        1..=LARGEST => Ok(file),
        _ => Err("upload-large"),
    })
}

/// Reads a file as a CSV, on a thread where waiting is allowed and one file at a time: `body` gets it at its
/// beginning. Gives the file back for the import.
pub async fn read<T: Send + 'static>(
    app: &App,
    file: File,
    body: impl FnOnce(&Db, &File) -> Result<Result<T, Unfit>> + Send + 'static,
) -> Result<Result<(File, T), Unfit>> {
    // It goes along to the thread: a request that has waited too long does not let the next one begin.
    let one = app.permit(&app.shelf.reading).await?;
    app.wait(move |db| {
        let _one = one;
        let file = match as_csv(file)? {
            Ok(file) => file,
            Err(unfit) => return Ok(Err(unfit)),
        };
        match body(&db, &file) {
            Ok(read) => Ok(read.map(|read| (file, read))),
            Err(crate::error::Error::Invalid(faults)) => Ok(Err(Unfit::Faults(faults))),
            Err(error) => Err(error),
        }
    })
    .await
}

/// The same table as a CSV, at its beginning.
pub fn as_csv(mut file: File) -> Result<Result<File, Unfit>> {
    let mut mark = [0_u8; 4];
    file.rewind()?;
    let length = file.read(&mut mark)?;
    file.rewind()?;
    if length == mark.len() && mark == workbook::OLD_MARK {
        return Ok(Err(Unfit::Because("upload-old")));
    }
    if length != mark.len() || mark != workbook::MARK {
        return Ok(Ok(file));
    }
    let mut table = tempfile::tempfile()?;
    let made = workbook::to_csv(BufReader::new(file), BufWriter::new(&table));
    table.rewind()?;
    Ok(match made {
        Ok(()) => Ok(table),
        Err(Unread::Large) => Err(Unfit::Because("upload-unpacked")),
        Err(Unread::Broken) => Err(Unfit::Because("upload-unreadable")),
        Err(Unread::Faults(faults)) => Err(Unfit::Faults(faults)),
        Err(Unread::Io(error)) => return Err(error.into()),
    })
}
