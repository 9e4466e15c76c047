//! The tables of both engines, kept by hand; a test compares them with the migrations.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    survey (id) {
        id -> Binary,
        title -> Text,
        table_title -> Text,
        programme -> Text,
        year -> SmallInt,
        organiser -> Text,
        contact -> Text,
        purpose -> Text,
        retention_days -> Integer,
        time_zone -> Text,
        rounding -> Text,
        disclosure_floor -> Integer,
        target_measure -> Text,
        target_value -> Text,
        design -> Text,
        dont_know_code -> Nullable<Text>,
        dont_know_label -> Nullable<Text>,
        state -> Text,
        created_at -> Timestamp,
        opened_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        salt -> Nullable<Binary>,
        visible_serial -> Integer,
        issue_run -> Nullable<Binary>,
        opens_at -> Nullable<Timestamp>,
        closes_at -> Nullable<Timestamp>,
    }
}

table! {
    question (survey, number) {
        survey -> Binary,
        number -> Integer,
        text -> Text,
        easy -> Nullable<Text>,
        weight -> Integer,
        required -> Bool,
    }
}

table! {
    scale_option (survey, position) {
        survey -> Binary,
        position -> Integer,
        code -> Text,
        label -> Text,
        weight -> Integer,
        confirmed -> Bool,
    }
}

table! {
    unit (code) {
        code -> Text,
        name -> Text,
        parent -> Nullable<Text>,
        level -> Text,
    }
}

table! {
    roster_entry (survey, serial) {
        survey -> Binary,
        serial -> Integer,
        unit -> Text,
        reference -> Nullable<Text>,
        name -> Nullable<Text>,
        phone -> Nullable<Text>,
    }
}

table! {
    roster_line (survey, number) {
        survey -> Binary,
        number -> Integer,
        unit -> Text,
        reference -> Nullable<Text>,
        name -> Nullable<Text>,
        phone -> Nullable<Text>,
        disposition -> Nullable<Text>,
        serial -> Nullable<Integer>,
    }
}

table! {
    draw (survey) {
        survey -> Binary,
        seed -> Text,
        method -> Text,
        strata -> Text,
    }
}

table! {
    link (hash) {
        hash -> Binary,
        survey -> Binary,
        serial -> Integer,
        generation -> SmallInt,
        unit -> Text,
        state -> Text,
    }
}

table! {
    replaced_link (hash) {
        hash -> Binary,
        survey -> Binary,
    }
}

table! {
    response (survey, id) {
        survey -> Binary,
        id -> Binary,
        unit -> Text,
        respondent -> Text,
        channel -> Text,
        answers -> Text,
    }
}

table! {
    progress (survey, unit, day) {
        survey -> Binary,
        unit -> Text,
        day -> Date,
        issued -> BigInt,
        waiting -> BigInt,
        started -> BigInt,
        submitted -> BigInt,
        declined -> BigInt,
        revoked -> BigInt,
        expired -> BigInt,
    }
}

table! {
    release (survey, number) {
        survey -> Binary,
        number -> Integer,
        made_at -> Timestamp,
        sha256 -> Text,
        document -> Text,
    }
}

table! {
    secret (id) {
        id -> Integer,
        fingerprint -> Binary,
    }
}

joinable!(link -> survey (survey));
joinable!(replaced_link -> survey (survey));
allow_tables_to_appear_in_same_query!(link, progress, replaced_link, roster_entry, roster_line, survey);

table! {
    staff (id) {
        id -> Binary,
        name -> Text,
        role -> Text,
        unit -> Nullable<Text>,
        password -> Text,
        second_factor -> Nullable<Integer>,
        second_factor_step -> Nullable<BigInt>,
        disabled -> Bool,
        created_at -> Timestamp,
        signed_in_at -> Nullable<Timestamp>,
    }
}

table! {
    session (hash) {
        hash -> Binary,
        staff -> Binary,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        before_at -> Nullable<Timestamp>,
    }
}

table! {
    audit (number) {
        number -> BigInt,
        at -> Timestamp,
        staff -> Nullable<Binary>,
        act -> Text,
        survey -> Nullable<Binary>,
        unit -> Nullable<Text>,
        subject -> Nullable<Binary>,
        amount -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        proof -> Binary,
    }
}

table! {
    audit_head (id) {
        id -> Integer,
        length -> BigInt,
        proof -> Binary,
    }
}

joinable!(session -> staff (staff));
allow_tables_to_appear_in_same_query!(session, staff);
