//! Queries on `items`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{
    Constraint, Cursor, ItemOrder, ItemRepository, Page, PageRequest, SortKey, StoreResult,
};
use ironplate_domain::{Item, ItemChanges, ItemId, UserId, fold};

use super::{super::Db, StoreHandle, list};
use crate::{
    rows::{ItemChangeset, ItemRow, NewItemRow},
    schema::items,
    types::{Id, Moment},
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
        if !list::can_be_found(page) {
            return self.check_usable().map(|()| list::nothing());
        }
        let pattern = page.search.as_deref().map(|search| list::containing(&fold(search)));
        let count = self.one::<i64, _>(matching(owner, pattern.as_deref()).count()).await?;
        let rows = behind(matching(owner, pattern.as_deref()), page)
            .limit(list::rows_to_fetch(page))
            .offset(list::offset(page));
        Ok(list::page(self.load(rows.select(ItemRow::as_select())).await?, count, page))
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

/// In the page's order, from behind its cursor on. The first bound is what lets an index begin there.
fn behind<'a>(query: Query<'a>, page: &'a PageRequest<ItemOrder>) -> Query<'a> {
    match (page.order, &page.after) {
        (ItemOrder::Newest, Some(Cursor { key: SortKey::Time(key), id })) => query
            .filter(items::created_at.le(Moment(*key)))
            .filter(items::created_at.lt(Moment(*key)).or(items::id.lt(Id(*id))))
            .order((items::created_at.desc(), items::id.desc())),
        (ItemOrder::Newest, _) => query.order((items::created_at.desc(), items::id.desc())),
        (ItemOrder::Oldest, Some(Cursor { key: SortKey::Time(key), id })) => query
            .filter(items::created_at.ge(Moment(*key)))
            .filter(items::created_at.gt(Moment(*key)).or(items::id.gt(Id(*id))))
            .order((items::created_at.asc(), items::id.asc())),
        (ItemOrder::Oldest, _) => query.order((items::created_at.asc(), items::id.asc())),
        (ItemOrder::Title, Some(Cursor { key: SortKey::Text(key), id })) => query
            .filter(items::title_folded.ge(key))
            .filter(items::title_folded.gt(key).or(items::id.gt(Id(*id))))
            .order((items::title_folded.asc(), items::id.asc())),
        (ItemOrder::Title, _) => query.order((items::title_folded.asc(), items::id.asc())),
        (ItemOrder::TitleDescending, Some(Cursor { key: SortKey::Text(key), id })) => query
            .filter(items::title_folded.le(key))
            .filter(items::title_folded.lt(key).or(items::id.lt(Id(*id))))
            .order((items::title_folded.desc(), items::id.desc())),
        (ItemOrder::TitleDescending, _) => query.order((items::title_folded.desc(), items::id.desc())),
    }
}
