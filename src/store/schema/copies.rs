//! Where the database stands a second time.

use diesel::table;

table! {
    backup (id) {
        id -> Binary,
        kind -> Text,
        place -> Text,
        made_at -> Timestamp,
        sha256 -> Nullable<Text>,
    }
}

table! {
    moved (id) {
        id -> Integer,
        place -> Text,
        at -> Timestamp,
        mark -> Binary,
        done -> Bool,
    }
}
