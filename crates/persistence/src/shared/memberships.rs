//! The table `memberships`.

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    memberships (organization_id, user_id) {
        organization_id -> DbUuid,
        user_id -> DbUuid,
        role -> Text,
        email_canonical -> Text,
        created_at -> DbTimestamp,
    }
}
