//! Items.

use ironplate_application::items::CreateItem;
use ironplate_domain::{Date, Item, ItemChanges, ItemDescription, ItemId, ItemTitle};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{Listed, PageOf};
use crate::input::{Nullable, Optional, PathId, Required, bounded_texts, described, json_body};

bounded_texts!(ItemTitle, ItemDescription);

impl PathId for ItemId {
    const NAME: &'static str = "id";
}

/// An item.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "title": "Buy milk", "description": null, "id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
    "owner_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "status": "open", "due_on": "2027-03-01",
    "created_at": "2026-11-22T01:27:58.151226Z"
}))]
pub(crate) struct ItemPublic {
    #[schema(schema_with = described::<Required<ItemTitle>>)]
    title: String,
    #[schema(schema_with = described::<Nullable<ItemDescription>>)]
    description: Option<String>,
    id: Uuid,
    owner_id: Uuid,
    /// `open` or `done`.
    status: &'static str,
    #[schema(schema_with = described::<Nullable<Date>>)]
    due_on: Option<String>,
    #[schema(format = DateTime)]
    created_at: Option<String>,
}

impl From<Item> for ItemPublic {
    fn from(item: Item) -> Self {
        Self {
            title: item.title.into(),
            description: item.description.map(String::from),
            id: item.id.0,
            owner_id: item.owner.0,
            status: item.status.name(),
            due_on: item.due_on.map(|due_on| due_on.to_string()),
            created_at: Some(item.created_at.to_string()),
        }
    }
}

/// A page of items.
pub(crate) type ItemsPublic = PageOf<ItemPublic>;

impl Listed for ItemPublic {
    const PAGES: &'static str = "ItemsPublic";
    const PAGE: &'static str = "A page of items.";
}

json_body! {
    /// A new item.
    ItemCreate -> CreateItem {
        title: Required<ItemTitle>,
        description: Nullable<ItemDescription>,
        due_on: Nullable<Date>,
    }
    example {"title": "Buy milk", "description": "The blue one", "due_on": "2027-03-01"}
    => CreateItem { title, description: description.flatten(), due_on: due_on.flatten() }
}

json_body! {
    /// What to change of an item; what is left out stays.
    ItemUpdate -> ItemChanges {
        title: Optional<ItemTitle>,
        description: Nullable<ItemDescription>,
        due_on: Nullable<Date>,
    }
    example {"title": "Buy oat milk"}
    => ItemChanges { title, description, status: None, due_on }
}
