//! What users and organisations own: one repository for all sorts of it.

use async_trait::async_trait;
use ironplate_application::ports::{OwnedRepository, OwnedRow, Page, PageRequest, StoreError, StoreResult};
use ironplate_domain::{Changes, Membership, OrganizationRole, Owner, UserId};
use ironplate_testkit::paging;

use crate::{
    handle::Handle,
    records::{Record, Rows, id_bytes, membership_key},
};

#[async_trait]
impl<Row: OwnedRow + Record> OwnedRepository<Row> for Handle {
    async fn insert(&mut self, row: &Row) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_owner::<Row>(row.owner())?;
            check_others(rows, row)?;
            rows.check_references(row)?;
            rows.insert(row)
        })
    }

    async fn insert_new(&mut self, row: &Row) -> StoreResult<bool> {
        self.call(|rows| {
            if rows.find::<Row>(&id_bytes(row.id()))?.is_some() {
                return Ok(false);
            }
            rows.check_owner::<Row>(row.owner())?;
            check_others(rows, row)?;
            rows.check_references(row)?;
            rows.insert(row).map(|()| true)
        })
    }

    async fn count_of(&mut self, owner: Owner) -> StoreResult<u64> {
        self.call(|rows| Ok(rows.those(|row: &Row| row.owner() == owner)?.len() as u64))
    }

    async fn find(&mut self, id: Row::Id) -> StoreResult<Option<Row>> {
        self.call(|rows| rows.find(&id_bytes(id)))
    }

    async fn find_many(&mut self, ids: &[Row::Id]) -> StoreResult<Vec<Row>> {
        self.call(|rows| {
            let found = ids.iter().map(|id| rows.find::<Row>(&id_bytes(*id)));
            Ok(found.collect::<StoreResult<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }

    async fn find_for(&mut self, id: Row::Id, viewer: UserId) -> StoreResult<Option<(Row, Option<OrganizationRole>)>> {
        self.call(|rows| {
            let Some(row) = rows.find::<Row>(&id_bytes(id))? else { return Ok(None) };
            let membership = match row.owner().organization() {
                Some(organization) => rows.find::<Membership>(&membership_key(organization, viewer))?,
                None => None,
            };
            let Some(Membership { organization, role, .. }) = membership else { return Ok(Some((row, None))) };
            let is_barred = rows.is_barred(viewer, organization)?;
            Ok(Some((row, Some(OrganizationRole { organization, role, is_barred }))))
        })
    }

    async fn update(&mut self, id: Row::Id, owner: Owner, changes: &Row::Changes) -> StoreResult<Option<Row>> {
        self.call(|rows| {
            let Some(mut row) = find_of::<Row>(rows, id, owner)? else { return Ok(None) };
            if !changes.is_empty() {
                changes.clone().apply_to(&mut row);
                check_others(rows, &row)?;
                rows.check_references(&row)?;
                rows.put(&row)?;
            }
            Ok(Some(row))
        })
    }

    async fn hand_over(&mut self, id: Row::Id, from: Owner, to: Owner) -> StoreResult<Option<Row>> {
        self.call(|rows| {
            let Some(row) = find_of::<Row>(rows, id, from)?.map(|row| row.owned_by(to)) else { return Ok(None) };
            rows.check_owner::<Row>(to)?;
            check_others(rows, &row)?;
            rows.put(&row)?;
            Ok(Some(row))
        })
    }

    async fn delete(&mut self, id: Row::Id, owner: Owner) -> StoreResult<bool> {
        self.call(|rows| match find_of::<Row>(rows, id, owner)? {
            Some(_) => {
                rows.let_go_of::<Row>(id)?;
                rows.remove::<Row>(&id_bytes(id))
            }
            None => Ok(false),
        })
    }

    async fn list(&mut self, owner: Option<Owner>, page: &PageRequest<Row::Order>) -> StoreResult<Page<Row>> {
        let is_wanted = |row: &Row| {
            owner.is_none_or(|owner| row.owner() == owner) && paging::contains(row.searched(), page.search.as_deref())
        };
        self.call(|rows| Ok(paging::page(rows.those(is_wanted)?.iter(), page)))
    }
}

/// The row of this id, if it is this owner's.
fn find_of<Row: OwnedRow + Record>(rows: &Rows, id: Row::Id, owner: Owner) -> StoreResult<Option<Row>> {
    Ok(rows.find::<Row>(&id_bytes(id))?.filter(|row| row.owner() == owner))
}

/// No other row is in its way.
fn check_others<Row: OwnedRow + Record>(rows: &Rows, row: &Row) -> StoreResult<()> {
    let mut others = rows.those(|other: &Row| other.key() != row.key())?.into_iter();
    others
        .find_map(|other| row.conflict_with(&other))
        .map_or(Ok(()), |constraint| Err(StoreError::Conflict(constraint)))
}
