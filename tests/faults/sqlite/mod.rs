//! Faults of a server with its SQLite file.

mod kill;

use crate::Kind;
use crate::database::Engine::Sqlite;

/// All kinds, in the order in which they are tried.
pub const KINDS: &[Kind] = &[
    Kind { name: "kill", engine: Sqlite, rounds: 20, needs: &[], run: kill::under_load },
    Kind { name: "stop", engine: Sqlite, rounds: 3, needs: &[], run: kill::asked_to_stop },
];
