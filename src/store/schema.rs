//! The tables of both engines, kept by hand; a test compares them with the migrations.

use diesel::{allow_columns_to_appear_in_same_group_by_clause, allow_tables_to_appear_in_same_query, joinable, table};

mod copies;
mod messages;
mod secrets;

pub use copies::{backup, moved};
pub use messages::{outbox, pace, sending};
pub use secrets::{node, rotation, secret};

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
        visible_place -> Integer,
        intake_run -> Nullable<Binary>,
        secret -> Nullable<Binary>,
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
        email -> Nullable<Text>,
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
        email -> Nullable<Text>,
    }
}

table! {
    draw (survey) {
        survey -> Binary,
        seed -> Text,
        method -> Text,
        strata -> Text,
        last_place -> Integer,
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
    paper_entry (survey, link) {
        survey -> Binary,
        link -> Binary,
        staff -> Binary,
        respondent -> Text,
        answers -> Text,
    }
}

table! {
    paper_day (staff, survey, day) {
        staff -> Binary,
        survey -> Binary,
        day -> Date,
        first_entries -> BigInt,
        second_entries -> BigInt,
        differences -> BigInt,
        refusals -> BigInt,
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

joinable!(link -> survey (survey));
joinable!(replaced_link -> survey (survey));
allow_tables_to_appear_in_same_query!(link, paper_entry, progress, replaced_link, roster_entry, roster_line, survey);
allow_columns_to_appear_in_same_group_by_clause!(link::unit, paper_entry::staff);

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
        secret -> Nullable<Binary>,
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

table! {
    signal (survey, unit, day, kind) {
        survey -> Binary,
        unit -> Text,
        day -> Date,
        kind -> Text,
        count -> Integer,
    }
}

table! {
    void (survey, unit) {
        survey -> Binary,
        unit -> Text,
        name -> Text,
        reason -> Text,
    }
}

table! {
    api_key (id) {
        id -> Binary,
        hash -> Binary,
        name -> Text,
        staff -> Binary,
        scopes -> Text,
        unit -> Nullable<Text>,
        expires_on -> Date,
        last_used_on -> Nullable<Date>,
        revoked -> Bool,
    }
}

joinable!(api_key -> staff (staff));
allow_tables_to_appear_in_same_query!(api_key, staff);

table! {
    scorecard (id) {
        id -> Binary,
        title -> Text,
        programme -> Text,
        year -> SmallInt,
        unit -> Text,
        version -> Integer,
        saved_at -> Timestamp,
        indicators -> Integer,
        lacking -> Integer,
        score -> Nullable<Text>,
        grade -> Nullable<Text>,
    }
}

table! {
    scorecard_version (scorecard, number) {
        scorecard -> Binary,
        number -> Integer,
        made_at -> Timestamp,
        staff -> Nullable<Binary>,
        change -> Text,
        code -> Nullable<Text>,
        sha256 -> Text,
        document -> Text,
    }
}

table! {
    seal (survey) {
        survey -> Binary,
        stage -> Text,
        asked_at -> Timestamp,
        asked_by -> Nullable<Binary>,
        consented_at -> Nullable<Timestamp>,
        consented_by -> Nullable<Binary>,
        sealed_at -> Nullable<Timestamp>,
        refused -> Nullable<Text>,
    }
}

table! {
    fold (survey, unit) {
        survey -> Binary,
        unit -> Text,
        target -> Text,
    }
}

table! {
    receipt (survey, words) {
        survey -> Binary,
        words -> Text,
    }
}

table! {
    rewriting (survey, id) {
        survey -> Binary,
        id -> Binary,
        unit -> Text,
        respondent -> Text,
        channel -> Text,
        answers -> Text,
    }
}

table! {
    idempotency (api_key, mark) {
        api_key -> Binary,
        mark -> Binary,
        survey -> Binary,
        body -> Binary,
        run -> Binary,
        held_at -> Timestamp,
        first -> Nullable<Integer>,
        last -> Nullable<Integer>,
        known -> Nullable<BigInt>,
    }
}

allow_tables_to_appear_in_same_query!(idempotency, survey);
