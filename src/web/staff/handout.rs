//! Lists of links on their way out: noted first, then sent as they are read, however long they are.

use super::auth::{Form, Links, Staff};
use super::links::again;
use super::refuse::failed;
use crate::domain::seen::is_unseen;
use crate::domain::survey::SurveyState;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::export::csv::LinkList;
use crate::export::xlsx::LinkBook;
use crate::store::Db;
use crate::store::audience;
use crate::store::links::{self, Issued, LONGEST_REASON};
use crate::store::surveys::{self, Stored};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Bytes, Data, Path};
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use uuid::Uuid;

/// Links read from the database at a time.
const PAGE: i64 = 2_000;

/// Bytes sent at a time; a few such pieces wait for a slow browser, and the rest is not read before.
const PIECE: usize = 64 * 1024;

/// How long a browser may take for a piece: one that has stopped fetching keeps nobody else waiting for a list.
const SLOWEST: Duration = Duration::from_secs(60);

/// Time between two looks whether a piece was fetched.
const FETCHED: Duration = Duration::from_millis(5);

/// Whether a reason can be written down.
pub fn is_reason(reason: &str) -> bool {
    (1..=LONGEST_REASON).contains(&reason.chars().count()) && !reason.chars().any(is_unseen)
}

#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Xlsx,
}

/// Whose links a list shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Everybody's.
    All,
    /// Those of who has neither answered nor declined.
    Unanswered,
}

/// `POST /staff/surveys/{id}/links/export`
pub async fn export(app: Data<App>, staff: Staff<Links>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let reason = form.text("reason").to_owned();
    if !is_reason(&reason) {
        return again(&app, &staff, *id, staff.language.say("reason-missing")).await;
    }
    let kind = if form.text("format") == "csv" { Kind::Csv } else { Kind::Xlsx };
    let who = if form.text("who") == "unanswered" { Who::Unanswered } else { Who::All };
    match try_export(&app, &staff, *id, reason, kind, who).await {
        Ok(Some(reply)) => reply,
        Ok(None) => again(&app, &staff, *id, staff.language.say("export-unanswered-closed")).await,
        Err(error) => failed(&staff, &error),
    }
}

/// The list; nothing where it is one of those who have not answered and the survey is not open.
async fn try_export(
    app: &App,
    staff: &Staff<Links>,
    id: Uuid,
    reason: String,
    kind: Kind,
    who: Who,
) -> Result<Option<HttpResponse>> {
    // A list that cannot be made now is not noted either.
    let one = app.permit(&app.exporting).await?;
    let exported = app.write("export links", Some(staff.person.id), move |conn, actor| {
        let stored = surveys::get(conn, id)?;
        match who {
            Who::All => links::exported(conn, actor, id, None, &reason)?,
            Who::Unanswered if stored.state != SurveyState::Open => return Ok(None),
            Who::Unanswered => links::unanswered_exported(conn, actor, id, &reason)?,
        }
        Ok(Some(stored))
    });
    let Some(stored) = exported.await? else { return Ok(None) };
    let (to, from) = channel(4);
    let (media, ending) = match kind {
        Kind::Csv => ("text/csv; charset=utf-8", "csv"),
        Kind::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let what = if who == Who::Unanswered { "links-unanswered" } else { "links" };
    let name = format!("attachment; filename=\"{what}-{}.{ending}\"", stored.survey.year);
    let (db, secret, base) = (app.db.clone(), app.secret.clone(), Arc::clone(&app.base_url));
    let list = List { db, secret, base, stored, kind, who };
    // A thread of its own: a browser may take a long time to fetch a long list.
    let thread = std::thread::Builder::new().name("export".to_owned()).spawn(move || {
        let _one = one;
        list.send(to);
    });
    thread.map_err(Error::Io)?;
    let reply = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(Pieces(from));
    Ok(Some(reply))
}

struct List {
    db: Db,
    secret: Secret,
    base: Arc<str>,
    stored: Stored,
    kind: Kind,
    who: Who,
}

impl List {
    fn send(self, to: Sender<io::Result<Bytes>>) {
        let mut out = Out { to: to.clone(), piece: Vec::with_capacity(PIECE) };
        let written = match self.kind {
            Kind::Csv => self.csv(&mut out),
            Kind::Xlsx => self.xlsx(&mut out),
        };
        if let Err(error) = written.and_then(|()| Ok(out.flush()?)) {
            // A list that breaks off looks whole to nobody: the connection is cut, and the browser says so.
            let _ = to.try_send(Err(io::Error::other(error)));
        }
    }

    fn csv(&self, out: &mut Out) -> Result<()> {
        let mut list = LinkList::new(out)?;
        self.each(|recipient, link, code| list.add(recipient, link, code))?;
        list.finish()?;
        Ok(())
    }

    fn xlsx(&self, out: &mut Out) -> Result<()> {
        let mut book = LinkBook::new()?;
        self.each(|recipient, link, code| book.add(recipient, link, code))?;
        Ok(book.write(out)?)
    }

    fn each(&self, mut add: impl FnMut(&crate::domain::roster::Recipient, &str, &str) -> io::Result<()>) -> Result<()> {
        let mut after = 0;
        loop {
            let (page, last) = self.db.read(|conn| match self.who {
                Who::All => links::page(conn, &self.stored, &self.secret, None, after, PAGE),
                Who::Unanswered => audience::list(conn, &self.stored, &self.secret, after, PAGE),
            })?;
            let Some(last) = last else { return Ok(()) };
            for Issued { recipient, code } in &page {
                let code = code.to_string();
                add(recipient, &format!("{}/s/{code}", self.base), &code)?;
            }
            after = last;
        }
    }
}

/// Where the list is written: pieces that wait to be sent.
struct Out {
    to: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let (mut waiting, begun) = (Ok(piece.into()), Instant::now());
        loop {
            waiting = match self.to.try_send(waiting) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
                Err(TrySendError::Full(_)) if begun.elapsed() > SLOWEST => return Err(io::ErrorKind::TimedOut.into()),
                Err(TrySendError::Full(piece)) => piece,
            };
            std::thread::sleep(FETCHED);
        }
    }
}

/// The pieces as the body of a reply.
struct Pieces(Receiver<io::Result<Bytes>>);

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_recv(context)
    }
}
