//! Faults of a server with its SQLite file.

mod clock;
mod cut;
mod disk;
mod kill;
mod replay;

use crate::Kind;
use crate::database::Engine::Sqlite;
use crate::need::Need::{Compiler, Mount};

/// All kinds, in the order in which they are tried.
pub const KINDS: &[Kind] = &[
    Kind { name: "kill", engine: Sqlite, rounds: 20, needs: &[], run: kill::under_load },
    Kind { name: "stop", engine: Sqlite, rounds: 3, needs: &[], run: kill::asked_to_stop },
    Kind { name: "kill-start", engine: Sqlite, rounds: 8, needs: &[], run: kill::while_starting },
    Kind { name: "kill-close", engine: Sqlite, rounds: 5, needs: &[], run: kill::while_closing },
    Kind { name: "kill-issue", engine: Sqlite, rounds: 5, needs: &[], run: kill::while_issuing },
    Kind { name: "two-servers", engine: Sqlite, rounds: 8, needs: &[], run: kill::one_of_two },
    Kind { name: "disk-full", engine: Sqlite, rounds: 4, needs: &[Mount], run: disk::full },
    Kind { name: "disk-read-only", engine: Sqlite, rounds: 3, needs: &[Mount], run: disk::read_only },
    Kind { name: "disk-errors", engine: Sqlite, rounds: 10, needs: &[Compiler], run: disk::errors },
    Kind { name: "disk-slow", engine: Sqlite, rounds: 2, needs: &[Compiler], run: disk::slow },
    Kind { name: "clock", engine: Sqlite, rounds: 4, needs: &[Compiler], run: clock::jumps },
    Kind { name: "clock-closing", engine: Sqlite, rounds: 2, needs: &[Compiler], run: clock::closing_time },
    Kind { name: "power-cut", engine: Sqlite, rounds: 40, needs: &[Compiler], run: cut::cuts },
];
