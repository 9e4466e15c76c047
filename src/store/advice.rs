//! What to do when the database fails, for whoever runs the program.

use crate::error::Error;

const RIGHTS: &str = "the user of this command may not read or write it, its folder or the files beside it: run the \
    command as their owner, and give what was restored to the service's user";
const DAMAGED: &str = "the file is damaged, or was copied while a server ran: end the servers, keep it, and restore the \
    last backup (docs/operating.md, Restore)";
const OWNER: &str = "the role in the address has to own the database and all in it";

/// Words of the engines, and what helps. PostgreSQL may speak Chinese.
const STEPS: [(&str, &str); 11] = [
    ("readonly database", RIGHTS),
    ("unable to open database file", RIGHTS),
    (
        "file is not a database",
        "it is some other file, or damaged: look at the path, or restore the last backup \
        (docs/operating.md, Restore)",
    ),
    ("disk image is malformed", DAMAGED),
    ("database or disk is full", "make room on its disk"),
    ("disk I/O error", "its disk is full or fails: the system's log tells which"),
    ("No space left on device", "make room on the server's disk"),
    ("read-only transaction", "this server takes no changes: it is a standby, or set so"),
    ("只读事务", "this server takes no changes: it is a standby, or set so"),
    ("permission denied for", OWNER),
    ("权限不够", OWNER),
];

/// What an engine said, and the next step where one is known.
pub fn with_step(said: &str) -> String {
    match STEPS.iter().find(|(words, _)| said.contains(words)) {
        Some((_, step)) => format!("{said}: {step}"),
        None => said.to_owned(),
    }
}

/// An error of the database at that place, with the next step; any other as it is.
pub(super) fn placed(error: Error, place: &str) -> Error {
    match error {
        Error::Database(error) => Error::Setup(format!("the database {place}: {}", with_step(&error.to_string()))),
        error => error,
    }
}
