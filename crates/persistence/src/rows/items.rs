//! Rows of `items`.

use diesel::prelude::*;
use ironplate_application::ports::BoxError;
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, ItemStatus, ItemTitle, UserId, fold};

use crate::{
    schema::items,
    types::{Day, Id, Moment},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = items)]
pub(crate) struct ItemRow {
    id: Id,
    owner_id: Id,
    title: String,
    description: Option<String>,
    status: String,
    due_on: Option<Day>,
    created_at: Moment,
}

/// Fails for a status that this version never writes.
impl TryFrom<ItemRow> for Item {
    type Error = BoxError;

    fn try_from(row: ItemRow) -> Result<Self, BoxError> {
        Ok(Self {
            id: ItemId(row.id.0),
            owner: UserId(row.owner_id.0),
            title: ItemTitle::from_stored(row.title),
            description: row.description.map(ItemDescription::from_stored),
            status: row.status.parse()?,
            due_on: row.due_on.map(|day| day.0),
            created_at: row.created_at.0,
        })
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
    status: &'static str,
    due_on: Option<Day>,
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
            status: item.status.name(),
            due_on: item.due_on.map(Day),
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
    status: Option<&'static str>,
    due_on: Option<Option<Day>>,
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
            status: changes.status.map(ItemStatus::name),
            due_on: changes.due_on.map(|due_on| due_on.map(Day)),
        }
    }
}
