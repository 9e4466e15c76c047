//! The figures of a page as they change: server-sent events, each with what is new to this viewer.

use super::cells::{cells, late};
use super::curve::Curve;
use super::{Asked, WHOLE, key, scope, target};
use crate::domain::progress::Standing;
use crate::error::Error;
use crate::web::staff::auth::{Live, Staff};
use crate::web::staff::refuse::failed;
use crate::web::staff::sheets::ROWS;
use crate::web::watch::{Follower, News, Seen};
use crate::web::words::Language;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// `GET /staff/surveys/{id}/progress/live`: the lines of a page, whenever one of them changes. A stream asks
/// nothing of the database and does not count as using the sign-in.
pub async fn live(request: HttpRequest, staff: Staff<Live>) -> HttpResponse {
    let opened = async {
        let (app, survey, mut asked) = target(&request).await?;
        // What is shown whole, to be printed, is not live.
        asked.page = asked.page.filter(|page| page != "all");
        let unit = asked.unit().map(str::to_owned);
        let follower =
            app.watch.follow(survey, (scope(&staff), unit), (staff.person.id, staff.session.clone())).await?;
        Ok((follower, asked))
    };
    let (follower, asked) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            let mut refused = failed(&staff, &error);
            if matches!(error, Error::Busy) {
                refused.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
            }
            return refused;
        }
    };
    let viewer = Viewer { follower, asked, language: staff.language, told: HashMap::new(), over: false };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // A proxy that collects a reply before it passes it on would make this one wait for ever.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(viewer, |mut viewer| async move {
            let bytes = viewer.next().await?;
            Some((Ok::<_, std::convert::Infallible>(bytes), viewer))
        }))
}

/// Somebody who watches a page.
struct Viewer {
    follower: Follower,
    asked: Asked,
    language: Language,
    /// What was sent last of each line.
    told: HashMap<String, Row>,
    over: bool,
}

/// One line as it is now, in the order of the columns.
#[derive(Clone, PartialEq, Eq, Serialize)]
struct Row {
    cells: Vec<String>,
    /// How far it is behind the plan, if it is.
    late: Option<String>,
}

/// What is new.
#[derive(Serialize)]
struct Event {
    /// The time of day in the survey's zone.
    at: String,
    /// The lines that have changed, by their keys.
    rows: BTreeMap<String, Row>,
    /// Whether the page would show other lines, or these in another order.
    moved: bool,
    /// Answered today, and until now.
    today: Option<[String; 2]>,
}

impl Viewer {
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        Some(match self.follower.next().await {
            News::Seen(seen) => self.tell(&seen),
            News::Silence => Bytes::from_static(b":\n\n"),
            News::End => {
                self.over = true;
                Bytes::from_static(b"event: end\ndata: {}\n\n")
            }
        })
    }

    fn tell(&mut self, seen: &Seen) -> Bytes {
        let (lines, _) = self.asked.lines(seen);
        let order: Vec<&str> = lines.iter().map(|(line, _)| key(&line.part)).collect();
        let shown: Vec<&str> = match self.asked.rows.as_deref() {
            Some(rows) => rows.split(',').filter(|row| !row.is_empty()).take(ROWS).collect(),
            None => order.clone(),
        };
        let mut rows = BTreeMap::new();
        let mut add = |key: &str, standing: &Standing| {
            let row = Row { cells: cells(seen, standing).to_vec(), late: late(self.language, seen.plan, standing) };
            if self.told.get(key) != Some(&row) {
                self.told.insert(key.to_owned(), row.clone());
                rows.insert(key.to_owned(), row);
            }
        };
        add(WHOLE, &seen.whole);
        for (line, _) in seen.lines.iter().filter(|(line, _)| shown.contains(&key(&line.part))) {
            add(key(&line.part), &line.standing);
        }
        let at = seen.at.with_timezone(&seen.about.zone).format("%H:%M:%S").to_string();
        let today = (!seen.small).then(|| Curve::today(seen));
        let event = Event { at, rows, moved: shown != order, today };
        let data = serde_json::to_string(&event).unwrap_or_else(|error| {
            tracing::error!(%error, "an event could not be written");
            "{}".to_owned()
        });
        Bytes::from(format!("data: {data}\n\n"))
    }
}
