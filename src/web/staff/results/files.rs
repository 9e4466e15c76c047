//! The release as files.

use super::super::auth::{Results, Staff};
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::asked_for;
use crate::domain::obstacle::Missing;
use crate::domain::release::Release;
use crate::error::Result;
use crate::export;
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, Charset, ContentDisposition, DispositionParam, DispositionType,
    ExtendedValue, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path, Query};
use uuid::Uuid;

/// Marks that no system takes in the name of a file, and those by which an ending seems to be another.
const NOT_IN_NAMES: &[char] = &[
    '/', '\\', ':', '*', '?', '"', '<', '>', '|', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}',
    '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Letters of a title in the name of a file; each may be twelve bytes of a header.
const LONGEST_NAME: usize = 60;

/// `GET /staff/surveys/{id}/results.json`: the document itself, as it is kept.
pub async fn json(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    file(&app, &staff, *id, &asked, "json", "application/json", |_, document| Ok(document.into_bytes())).await
}

/// `GET /staff/surveys/{id}/results.docx`
pub async fn docx(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    file(&app, &staff, *id, &asked, "docx", kind, |release, _| Ok(export::docx::release(release)?)).await
}

/// `GET /staff/surveys/{id}/results.xlsx`
pub async fn xlsx(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    file(&app, &staff, *id, &asked, "xlsx", kind, |release, _| Ok(export::results_book::release(release)?)).await
}

/// `GET /staff/surveys/{id}/results.csv`
pub async fn csv(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    let write = |release: &Release, _| Ok(export::csv_release::release(release)?.into_bytes());
    file(&app, &staff, *id, &asked, "csv", "text/csv; charset=utf-8", write).await
}

/// Sends the release that is asked for, written by `write` from it and its document.
async fn file(
    app: &App,
    staff: &Staff<Results>,
    id: Uuid,
    asked: &Asked,
    ending: &'static str,
    kind: &'static str,
    write: impl FnOnce(&Release, String) -> Result<Vec<u8>> + Send + 'static,
) -> HttpResponse {
    // A large file takes its time and memory: as many at once as lists of links.
    let one = match app.permit(&app.exporting).await {
        Ok(permit) => permit,
        Err(error) => return failed(staff, &error),
    };
    let number = asked.text("number").map(str::to_owned);
    let written = app.wait(move |db| {
        let _one = one;
        let kept = db.read(|conn| asked_for(conn, id, number.as_deref()))?.ok_or(Missing::Release)?;
        let release = kept.release()?;
        let bytes = write(&release, kept.document)?;
        Ok((name(&release, ending), bytes))
    });
    match written.await {
        Ok((name, bytes)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CONTENT_DISPOSITION, name))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(bytes),
        Err(error) => failed(staff, &error),
    }
}

/// The name of the file: the survey's title and the number of the release; for old programs the number alone.
fn name(release: &Release, ending: &str) -> ContentDisposition {
    attachment(&release.survey.title, "results", release.number, ending)
}

/// A file to keep, named by a title and a number; for old programs by a plain word instead of the title.
pub fn attachment(title: &str, plain: &str, number: i32, ending: &str) -> ContentDisposition {
    let title = title.replace(|mark: char| mark.is_control() || NOT_IN_NAMES.contains(&mark), "_");
    let title: String = title.chars().take(LONGEST_NAME).collect();
    let value = format!("{title}-{number}.{ending}").into_bytes();
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(format!("{plain}-{number}.{ending}")),
            DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".into()),
                language_tag: None,
                value,
            }),
        ],
    }
}
