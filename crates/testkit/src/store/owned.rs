//! What users and organisations own in the fake store: one repository for all sorts of it.

use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    fmt::Debug,
    sync::Arc,
};

use async_trait::async_trait;
use ironplate_application::ports::{OwnedRepository, OwnedRow, Page, PageRequest, Reference, StoreError, StoreResult};
use ironplate_domain::{Changes, Item, OrganizationRole, Owner, UserId};
use uuid::Uuid;

use super::{FakeStore, Handle};
use crate::paging;

/// The tables of all sorts, by sort and id.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OwnedRows(BTreeMap<(TypeId, Uuid), Arc<dyn AnyRow>>);

/// A row of any sort.
trait AnyRow: Any + Debug + Send + Sync {
    fn is_of(&self, owner: Owner) -> bool;

    fn equals(&self, other: &dyn Any) -> bool;

    fn refers_to(&self) -> Vec<Reference>;

    /// The same without what it refers to and need not.
    fn without(&self, gone: Uuid) -> Arc<dyn AnyRow>;
}

impl<Row: OwnedRow> AnyRow for Row {
    fn is_of(&self, owner: Owner) -> bool {
        self.owner() == owner
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn refers_to(&self) -> Vec<Reference> {
        self.references()
    }

    fn without(&self, gone: Uuid) -> Arc<dyn AnyRow> {
        let mut row = self.clone();
        row.let_go(gone);
        Arc::new(row)
    }
}

impl PartialEq for dyn AnyRow {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl OwnedRows {
    fn all<Row: OwnedRow>(&self) -> impl Iterator<Item = &Row> {
        self.0.values().filter_map(|row| (&**row as &dyn Any).downcast_ref())
    }

    fn find<Row: OwnedRow>(&self, id: Row::Id) -> Option<Row> {
        let row: &dyn Any = &**self.0.get(&key::<Row>(id))?;
        row.downcast_ref().cloned()
    }

    fn find_of<Row: OwnedRow>(&self, id: Row::Id, owner: Owner) -> Option<Row> {
        self.find(id).filter(|row: &Row| row.owner() == owner)
    }

    /// Puts it in the place of what has its id, unless another row is in its way.
    fn put<Row: OwnedRow>(&mut self, row: Row) -> StoreResult<()> {
        let is_other = |other: &&Row| key::<Row>(other.id()) != key::<Row>(row.id());
        if let Some(constraint) = self.all().filter(is_other).find_map(|other| row.conflict_with(other)) {
            return Err(StoreError::Conflict(constraint));
        }
        self.0.insert(key::<Row>(row.id()), Arc::new(row));
        Ok(())
    }

    /// What it refers to is there, and of the same owner.
    fn check_references<Row: OwnedRow>(&self, row: &Row) -> StoreResult<()> {
        let is_there = |to: &Reference| self.0.get(&(to.sort, to.id)).is_some_and(|other| other.is_of(row.owner()));
        let missing = row.references().into_iter().find(|to| !is_there(to));
        missing.map_or(Ok(()), |to| Err(StoreError::Conflict(to.missing)))
    }

    /// Removes it, unless it is in use; what else refers to it lets go of it.
    fn remove<Row: OwnedRow>(&mut self, id: Row::Id) -> StoreResult<bool> {
        let refers = |row: &Arc<dyn AnyRow>| row.refers_to().into_iter().find(|to| to.is_to::<Row>(id));
        if let Some(in_use) = self.0.values().filter_map(refers).find_map(|to| to.in_use) {
            return Err(StoreError::Conflict(in_use));
        }
        for row in self.0.values_mut().filter(|row| refers(row).is_some()) {
            *row = row.without(id.into());
        }
        Ok(self.0.remove(&key::<Row>(id)).is_some())
    }

    pub(super) fn delete_all_of(&mut self, owner: Owner) {
        self.0.retain(|_, row| !row.is_of(owner));
    }
}

fn key<Row: OwnedRow>(id: Row::Id) -> (TypeId, Uuid) {
    (TypeId::of::<Row>(), id.into())
}

impl FakeStore {
    /// Every row of a sort that is stored, by id.
    #[must_use]
    pub fn owned<Row: OwnedRow>(&self) -> Vec<Row> {
        self.committed().owned.all().cloned().collect()
    }

    /// Every item that is stored, by id.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        self.owned()
    }
}

#[async_trait]
impl<Row: OwnedRow> OwnedRepository<Row> for Handle {
    async fn insert(&mut self, row: &Row) -> StoreResult<()> {
        self.write(|data| {
            data.check_owner::<Row>(row.owner())?;
            if data.owned.find::<Row>(row.id()).is_some() {
                return Err(StoreError::Internal("the id is taken".into()));
            }
            data.owned.check_references(row)?;
            data.owned.put(row.clone())
        })
    }

    async fn insert_new(&mut self, row: &Row) -> StoreResult<bool> {
        self.write(|data| {
            let is_new = data.owned.find::<Row>(row.id()).is_none();
            if is_new {
                data.check_owner::<Row>(row.owner())?;
                data.owned.check_references(row)?;
                data.owned.put(row.clone())?;
            }
            Ok(is_new)
        })
    }

    async fn count_of(&mut self, owner: Owner) -> StoreResult<u64> {
        self.look(|data| data.owned.all::<Row>().filter(|row| row.owner() == owner).count() as u64)
    }

    async fn find(&mut self, id: Row::Id) -> StoreResult<Option<Row>> {
        self.look(|data| data.owned.find(id))
    }

    async fn find_many(&mut self, ids: &[Row::Id]) -> StoreResult<Vec<Row>> {
        self.look(|data| ids.iter().filter_map(|id| data.owned.find(*id)).collect())
    }

    async fn find_for(&mut self, id: Row::Id, viewer: UserId) -> StoreResult<Option<(Row, Option<OrganizationRole>)>> {
        self.look(|data| {
            let row: Row = data.owned.find(id)?;
            let role = data.role_of(viewer, row.owner());
            Some((row, role))
        })
    }

    async fn update(&mut self, id: Row::Id, owner: Owner, changes: &Row::Changes) -> StoreResult<Option<Row>> {
        self.write(|data| {
            let Some(mut row) = data.owned.find_of::<Row>(id, owner) else { return Ok(None) };
            changes.clone().apply_to(&mut row);
            data.owned.check_references(&row)?;
            data.owned.put(row.clone())?;
            Ok(Some(row))
        })
    }

    async fn hand_over(&mut self, id: Row::Id, from: Owner, to: Owner) -> StoreResult<Option<Row>> {
        self.write(|data| {
            let Some(row) = data.owned.find_of::<Row>(id, from) else { return Ok(None) };
            data.check_owner::<Row>(to)?;
            data.owned.put(row.clone().owned_by(to))?;
            Ok(Some(row.owned_by(to)))
        })
    }

    async fn delete(&mut self, id: Row::Id, owner: Owner) -> StoreResult<bool> {
        self.write(|data| {
            let is_theirs = data.owned.find_of::<Row>(id, owner).is_some();
            if is_theirs { data.owned.remove::<Row>(id) } else { Ok(false) }
        })
    }

    async fn list(&mut self, owner: Option<Owner>, page: &PageRequest<Row::Order>) -> StoreResult<Page<Row>> {
        self.look(|data| {
            let theirs = data.owned.all::<Row>().filter(|row| owner.is_none_or(|owner| row.owner() == owner));
            let matching = theirs.filter(|row| paging::contains(row.searched(), page.search.as_deref()));
            paging::page(matching, page)
        })
    }
}
