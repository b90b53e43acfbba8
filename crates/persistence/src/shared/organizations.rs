//! The table `organizations`.

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    organizations (id) {
        id -> DbUuid,
        name -> Text,
        name_folded -> Text,
        slug -> Text,
        created_by -> Nullable<DbUuid>,
        created_at -> DbTimestamp,
    }
}
