//! Queries on `items`.

use async_trait::async_trait;
use diesel::{dsl::sql, expression::SqlLiteral, prelude::*};
use ironplate_application::ports::{Constraint, ItemOrder, ItemRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Item, ItemChanges, ItemId, UserId};

use super::{
    super::{DUE_DAY_OF_ITEM, Db},
    StoreHandle, list,
};
use crate::{
    rows::{ItemChangeset, ItemRow, NewItemRow},
    schema::items,
    types::{Day, DbDate, Id, Moment},
};

#[async_trait]
impl ItemRepository for StoreHandle {
    async fn insert(&mut self, item: &Item) -> StoreResult<()> {
        self.execute_within(&[Constraint::ItemOwner], diesel::insert_into(items::table).values(NewItemRow::from(item)))
            .await
            .map(drop)
    }

    async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
        self.one::<i64, _>(matching(Some(owner), None).count()).await
    }

    async fn find(&mut self, id: ItemId) -> StoreResult<Option<Item>> {
        self.optional(items::table.find(Id(id.0)).select(ItemRow::as_select())).await
    }

    async fn update(&mut self, id: ItemId, changes: &ItemChanges) -> StoreResult<Option<Item>> {
        if changes.is_empty() {
            return ItemRepository::find(self, id).await;
        }
        self.optional(
            diesel::update(items::table.find(Id(id.0)))
                .set(ItemChangeset::from(changes))
                .returning(ItemRow::as_returning()),
        )
        .await
    }

    async fn delete(&mut self, id: ItemId) -> StoreResult<bool> {
        Ok(self.execute(diesel::delete(items::table.find(Id(id.0)))).await? == 1)
    }

    async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<ItemOrder>) -> StoreResult<Page<Item>> {
        list::page!(self, page, ItemRow, |pattern| matching(owner, pattern), sorted)
    }
}

type Query<'a> = items::BoxedQuery<'a, Db>;

fn matching(owner: Option<UserId>, pattern: Option<&str>) -> Query<'_> {
    let mut query = items::table.into_boxed();
    if let Some(owner) = owner {
        query = query.filter(items::owner_id.eq(Id(owner.0)));
    }
    match pattern {
        None => query,
        Some(pattern) => query.filter(
            items::title_folded
                .like(pattern)
                .escape('\\')
                .nullable()
                .or(items::description_folded.like(pattern).escape('\\')),
        ),
    }
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
            list::sorted!(query, list::place::<Day, _>(page), due_day(), items::id)
        }
    }
}

/// What is never due is due at the end of time.
fn due_day() -> SqlLiteral<DbDate> {
    sql(DUE_DAY_OF_ITEM)
}
