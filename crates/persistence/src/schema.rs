//! The tables, as both databases have them.

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    users (id) {
        id -> DbUuid,
        email -> Text,
        email_canonical -> Text,
        email_folded -> Text,
        full_name -> Nullable<Text>,
        full_name_folded -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        is_active -> Bool,
        is_superuser -> Bool,
        is_verified -> Bool,
        created_at -> DbTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbDate, DbTimestamp, DbUuid};

    items (id) {
        id -> DbUuid,
        owner_id -> DbUuid,
        title -> Text,
        title_folded -> Text,
        description -> Nullable<Text>,
        description_folded -> Nullable<Text>,
        status -> Text,
        due_on -> Nullable<DbDate>,
        created_at -> DbTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    sessions (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
        revoked_at -> Nullable<DbTimestamp>,
        kind -> Text,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        last_seen_at -> DbTimestamp,
        ends_at -> Nullable<DbTimestamp>,
        secret_digest -> Nullable<Binary>,
        refresh_digest -> Nullable<Binary>,
        replaced_digest -> Nullable<Binary>,
        replaced_salt -> Nullable<Binary>,
        refresh_seen_at -> Nullable<DbTimestamp>,
        refresh_generation -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    known_clients (user_id, device, address_range) {
        user_id -> DbUuid,
        device -> Text,
        address_range -> Text,
        last_seen_at -> DbTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};

    rate_limits (limit_name, key) {
        limit_name -> Text,
        key -> Binary,
        full_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    audit_events (id) {
        id -> DbUuid,
        happened_at -> DbTimestamp,
        kind -> Text,
        outcome -> Text,
        actor_id -> Nullable<DbUuid>,
        subject_id -> Nullable<DbUuid>,
        details -> Text,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbTimestamp, DbUuid};

    one_time_tokens (digest) {
        digest -> Binary,
        user_id -> DbUuid,
        purpose -> Text,
        email -> Text,
        email_canonical -> Text,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    outbox (id) {
        id -> DbUuid,
        template -> Text,
        recipient -> Text,
        recipient_canonical -> Text,
        recipient_folded -> Text,
        recipient_domain -> Text,
        facts -> Text,
        sealed_token -> Nullable<Binary>,
        created_at -> DbTimestamp,
        state -> Text,
        attempts -> Integer,
        due_at -> DbTimestamp,
        finished_at -> Nullable<DbTimestamp>,
        last_error -> Nullable<Text>,
        user_id -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    workers (id) {
        id -> DbUuid,
        name -> Text,
        started_at -> DbTimestamp,
        seen_at -> DbTimestamp,
    }
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, items, sessions);
