//! Messages on their way.

use diesel::table;

table! {
    sending (survey, number) {
        survey -> Binary,
        number -> Integer,
        kind -> Text,
        state -> Text,
        begun_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        first -> Integer,
        last -> Integer,
        filled -> Integer,
        planned -> BigInt,
        sent -> BigInt,
        refused -> BigInt,
        trouble -> Nullable<Text>,
    }
}

table! {
    outbox (survey, serial) {
        survey -> Binary,
        serial -> Integer,
        sending -> Integer,
        channel -> Text,
        due_at -> Timestamp,
        tries -> SmallInt,
    }
}

table! {
    pace (channel) {
        channel -> Text,
        next_at -> Timestamp,
    }
}
