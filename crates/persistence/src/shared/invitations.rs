//! The table `invitations`.

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbTimestamp, DbUuid};

    invitations (id) {
        id -> DbUuid,
        organization_id -> DbUuid,
        email -> Text,
        email_canonical -> Text,
        email_folded -> Text,
        role -> Text,
        invited_by -> DbUuid,
        digest -> Binary,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
    }
}
