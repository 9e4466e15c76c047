//! What pages of tables have in common: templates to fill in, mistakes by row and column, order and pages.

mod faults;
mod pages;
mod table;

pub use faults::{faults, faults_of_text, told};
pub use pages::{Pages, ROWS};
pub use table::{Asked, Column, Order, Parameters, Sheet, Table, Usual, address};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

/// Rows of a preview.
pub const FIRST: usize = 10;

/// A CSV with a head and nothing in it, as Excel opens it.
pub fn template(name: &str, columns: &[String]) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(format!("\u{feff}{}\r\n", columns.join(",")))
}
