//! Work that may take longer than anybody waits for the database: it has a thread of its own, and goes on to its end
//! also where the program that asked for it has gone.

use super::fault::Fault;
use crate::error::Error;
use tokio::sync::oneshot;

/// Does the work and waits for it.
pub async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let (done, result) = oneshot::channel();
    let run = move || {
        // Whoever asked may have gone.
        let _ = done.send(work());
    };
    std::thread::Builder::new().name("long".to_owned()).spawn(run).map_err(Error::Io)?;
    result.await.map_err(|_| Error::Busy)?
}
