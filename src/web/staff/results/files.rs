//! The release as files.

use super::super::auth::{Results, Staff};
use super::super::refuse::failed;
use super::super::sheets::Asked;
use super::number;
use crate::error::Result;
use crate::web::App;
use crate::web::results::{File, Form};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Data, Path, Query};
use uuid::Uuid;

/// `GET /staff/surveys/{id}/results.json`: the document itself, as it is kept.
pub async fn json(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    send(&staff, file(&app, *id, &asked, Form::Json).await)
}

/// `GET /staff/surveys/{id}/results.docx`
pub async fn docx(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    send(&staff, file(&app, *id, &asked, Form::Docx).await)
}

/// `GET /staff/surveys/{id}/results.xlsx`
pub async fn xlsx(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    send(&staff, file(&app, *id, &asked, Form::Xlsx).await)
}

/// `GET /staff/surveys/{id}/results.csv`
pub async fn csv(app: Data<App>, staff: Staff<Results>, id: Path<Uuid>, asked: Query<Asked>) -> HttpResponse {
    send(&staff, file(&app, *id, &asked, Form::Csv).await)
}

async fn file(app: &App, id: Uuid, asked: &Asked, form: Form) -> Result<File> {
    app.release_file(id, number(asked.text("number"))?, form).await
}

/// Sends a file that leaves the program.
pub fn send(staff: &Staff<Results>, file: Result<File>) -> HttpResponse {
    match file {
        Ok(File { name, kind, bytes }) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CONTENT_DISPOSITION, name))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(bytes),
        Err(error) => failed(staff, &error),
    }
}
