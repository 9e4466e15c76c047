//! What the server does by itself, again and again while it runs.

use super::App;
use super::staff::surveys::dates;
use actix_web::rt::time::interval;
use std::time::Duration;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(10);

/// Looks at once, and then again and again. Every node does; what one has done, another finds done.
pub(super) async fn keep(app: App) {
    let mut ticks = interval(PAUSE);
    loop {
        ticks.tick().await;
        if let Err(error) = dates::keep(&app).await {
            tracing::error!(%error, "surveys could not be opened and closed at their times");
        }
    }
}
