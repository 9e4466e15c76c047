//! The audit log.

use super::body::Asked;
use super::caller::{AuditRead, Caller};
use super::list::{List, Part};
use super::reply::{self, Reply};
use crate::domain::audit;
use crate::store;
use crate::web::App;
use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A row of the log. It never names a recipient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub struct Row {
    /// Its number, from 1, without a gap.
    number: i64,
    /// When.
    at: DateTime<Utc>,
    /// The account or key; `null` for the command line and for what the program does by itself.
    by: Option<Uuid>,
    /// What was done, such as `survey-opened`.
    act: String,
    /// On which survey.
    survey: Option<Uuid>,
    /// In which unit.
    unit: Option<String>,
    /// On which account or key.
    subject: Option<Uuid>,
    /// How many.
    amount: Option<i64>,
    /// Why, where a reason is asked for.
    reason: Option<String>,
}

impl Row {
    fn of((number, row): (i64, audit::Row)) -> Self {
        let audit::Row { at, staff, act, survey, unit, subject, amount, reason } = row;
        Self { number, at, by: staff, act, survey, unit, subject, amount, reason }
    }
}

/// The audit log, oldest first
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Part), responses((status = 200, body = List<Row>)))]
pub async fn list(app: Data<App>, _caller: Caller<AuditRead>, part: Asked<Part>, request: HttpRequest) -> Reply {
    let (limit, after) = (part.0.limit()?, part.0.after_key::<i64>()?.unwrap_or(0));
    let rows = app.read(move |conn| store::audit::page(conn, false, after, limit + 1)).await?;
    let rows = rows.into_iter().map(Row::of).collect();
    reply::json(&request, &List::of(rows, limit, |row| row.number.to_string()))
}
