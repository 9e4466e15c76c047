//! The log of SQLite is written into the database by a thread of its own: a commit that had to do it kept everybody
//! waiting for a tenth of a second.

use crate::store::Conn;
use diesel::connection::SimpleConnection;
use std::sync::mpsc::Receiver;

/// Makes checkpoints as they are asked for, until nobody is left to ask. Each takes what is in the log when it begins
/// and holds up no writer and no reader. The log itself begins anew once a commit finds all of it written, which
/// SQLite sees to when it is long: then little is left to do.
pub(super) fn run(mut conn: Conn, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        if let Err(error) = conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
            // What stays in the log is as safe there; the next one takes it along.
            tracing::warn!(%error, "the log of the database could not be written into it");
        }
    }
}
