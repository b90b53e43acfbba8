//! The table `items`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{ItemOrder, ItemRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Item, ItemChanges, ItemId, UserId};

use super::{super::Db, StoreHandle, constraints::violable, list};
use crate::{
    record::record,
    types::{Day, Id, Moment},
};

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

record! {
    items: Item {
        id: id;
        owner: owner_id;
        created_at: created_at;
    }
    ItemChanges {
        title: title + title_folded;
        description: description + description_folded;
        status: status;
        due_on: due_on;
    }
}

#[async_trait]
impl ItemRepository for StoreHandle {
    async fn insert(&mut self, item: &Item) -> StoreResult<()> {
        let statement = diesel::insert_into(items::table).values(NewRow::from(item));
        self.execute_within(violable![ItemOwner], statement).await.map(drop)
    }

    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
        self.one::<i64, _>(matching(Some(owner), None).count()).await
    }

    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>> {
        self.optional(items::table.find(Id(id.0)).select(Row::as_select())).await
    }

    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>> {
        if changes.is_empty() {
            return ItemRepository::find(self, id).await;
        }
        let statement = diesel::update(items::table.find(Id(id.0))).set(Changeset::from(changes));
        self.optional(statement.returning(Row::as_returning())).await
    }

    async fn delete(&mut self, id: ItemId) -> StoreResult<bool> {
        self.execute_one(diesel::delete(items::table.find(Id(id.0)))).await
    }

    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        list::page!(self, page, Row, |pattern| matching(owner, pattern), sorted)
    }
}

type Query<'a> = items::BoxedQuery<'a, Db>;

fn matching(owner: Option<UserId>, pattern: Option<&str>) -> Query<'_> {
    let mut query = items::table.into_boxed();
    if let Some(owner) = owner {
        query = query.filter(items::owner_id.eq(Id(owner.0)));
    }
    list::containing!(query, pattern, items::title_folded, items::description_folded)
}

fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<ItemOrder>) -> Query<'a> {
    match page.order {
        ItemOrder::Newest | ItemOrder::Oldest => {
            list::sorted!(query, list::place::<Moment, _>(page), items::created_at, items::id)
        }
        ItemOrder::Title | ItemOrder::TitleDescending => {
            list::sorted!(query, list::place::<&str, _>(page), items::title_folded, items::id)
        }
        ItemOrder::EarliestDue | ItemOrder::LatestDue => {
            list::sorted!(query, list::place::<Day, _>(page), list::or_last_day("due_on"), items::id)
        }
    }
}
