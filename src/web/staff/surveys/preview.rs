//! The answer page of a survey, to be looked at before anybody gets it.

use super::super::auth::{Staff, Surveys};
use super::super::refuse::failed;
use super::stored;
use crate::web::App;
use crate::web::answer::{self, Reader};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use uuid::Uuid;

/// `GET /staff/surveys/{id}/preview`
pub async fn show(app: Data<App>, staff: Staff<Surveys>, id: Path<Uuid>, reader: Reader) -> HttpResponse {
    match stored(&app, *id).await {
        Ok(stored) => answer::preview(reader, &stored.survey, &format!("/staff/surveys/{}", stored.id)),
        Err(error) => failed(&staff, &error),
    }
}
