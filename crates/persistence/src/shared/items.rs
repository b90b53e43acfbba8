//! The table `items`.

use diesel::prelude::*;
use ironplate_application::{
    items::ItemOrder,
    ports::{OwnedRow, Page, PageRequest, StoreResult},
};
use ironplate_domain::{Changes, Item, ItemChanges};

use super::{list, owned::owned};
use crate::{
    record::record,
    types::{Day, Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbDate, DbTimestamp, DbUuid};

    items (id) {
        id -> DbUuid,
        owner_user_id -> Nullable<DbUuid>,
        owner_organization_id -> Nullable<DbUuid>,
        title -> Text,
        title_folded -> Text,
        description -> Nullable<Text>,
        description_folded -> Nullable<Text>,
        status -> Text,
        due_on -> Nullable<DbDate>,
        created_at -> DbTimestamp,
    }
}

record! {
    items: Item {
        id: id;
        owner: owner_user_id, owner_organization_id;
        created_at: created_at;
    }
    ItemChanges {
        title: title + title_folded;
        description: description + description_folded;
        status: status;
        due_on: due_on;
    }
}

owned! {
    items: Item;
    searched: title_folded, description_folded;
    sorted: ItemOrder {
        Newest | Oldest => Moment: items::created_at,
        Title | TitleDescending => &str: items::title_folded,
        EarliestDue | LatestDue => Day: list::or_last_day("due_on"),
    }
}
