//! Which server secrets the database has had, and who has them.

use diesel::table;

table! {
    secret (id) {
        id -> Integer,
        fingerprint -> Binary,
    }
}

table! {
    rotation (number) {
        number -> Integer,
        fingerprint -> Binary,
        at -> Timestamp,
        audit_row -> BigInt,
        proof -> Binary,
    }
}

table! {
    node (id) {
        id -> Binary,
        seen_at -> Timestamp,
        secrets -> Text,
    }
}
