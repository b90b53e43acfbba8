//! Rows of `items`.

use diesel::prelude::*;
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, ItemTitle, UserId, fold};

use crate::{
    schema::items,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
pub(crate) struct ItemRow {
    id: Id,
    owner_id: Id,
    title: String,
    description: Option<String>,
    created_at: Moment,
}

impl From<ItemRow> for Item {
    fn from(row: ItemRow) -> Self {
        Self {
            id: ItemId(row.id.0),
            owner: UserId(row.owner_id.0),
            title: ItemTitle::from_stored(row.title),
            description: row.description.map(ItemDescription::from_stored),
            created_at: row.created_at.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = items)]
pub(crate) struct NewItemRow<'a> {
    id: Id,
    owner_id: Id,
    title: &'a str,
    title_folded: String,
    description: Option<&'a str>,
    description_folded: Option<String>,
    created_at: Moment,
}

impl<'a> From<&'a Item> for NewItemRow<'a> {
    fn from(item: &'a Item) -> Self {
        let description = item.description.as_ref().map(ItemDescription::as_str);
        Self {
            id: Id(item.id.0),
            owner_id: Id(item.owner.0),
            title: item.title.as_str(),
            title_folded: fold(item.title.as_str()),
            description,
            description_folded: description.map(fold),
            created_at: Moment(item.created_at),
        }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = items)]
pub(crate) struct ItemChangeset<'a> {
    title: Option<&'a str>,
    title_folded: Option<String>,
    description: Option<Option<&'a str>>,
    description_folded: Option<Option<String>>,
}

impl<'a> From<&'a ItemChanges> for ItemChangeset<'a> {
    fn from(changes: &'a ItemChanges) -> Self {
        let title = changes.title.as_ref().map(ItemTitle::as_str);
        let description = changes.description.as_ref().map(|text| text.as_ref().map(ItemDescription::as_str));
        Self {
            title,
            title_folded: title.map(fold),
            description,
            description_folded: description.map(|text| text.map(fold)),
        }
    }
}
