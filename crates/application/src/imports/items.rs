//! Bring in items.

use std::collections::{BTreeMap, BTreeSet};

use ironplate_domain::{AuditDetail, AuditKind, Item, ItemDescription, ItemId, ItemTitle, UserId};

use super::{ForeignId, ForeignItem, Import, ImportMode, Imported, RowFault};
use crate::{
    core::Core,
    ports::{StoreResult, UnitOfWork},
};

/// How many items somebody has.
struct Room {
    /// They are stored: a rehearsal stores none of those who would come.
    is_here: bool,
    items: u64,
    added: u64,
}

impl Import<'_> {
    /// Brings a batch of items in, after all users, and answers what became of each.
    ///
    /// # Errors
    /// As [`users`](Self::users).
    pub async fn items(&mut self, rows: Vec<ForeignItem>) -> StoreResult<Vec<Imported>> {
        let rows: Vec<_> = rows.into_iter().map(|row| row.parse(self.core)).collect();
        let mut work = self.core.store.begin().await?;
        let owners = rows.iter().flatten().map(|(owner, _)| *owner).collect();
        let mut rooms = self.rooms(&mut *work, owners).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(match row {
                Ok((owner, item)) => match rooms.get_mut(&owner) {
                    Some(room) => self.add_item(&mut *work, &item, room).await?,
                    None => Imported::Refused(RowFault::OwnerMissing),
                },
                Err(fault) => Imported::Refused(fault),
            });
        }
        for (owner, room) in rooms.into_iter().filter(|(_, room)| room.added > 0) {
            let event = self.event(AuditKind::ItemsImported).on(owner).saying(AuditDetail::Count, room.added);
            work.audit().record(&event).await?;
            if self.mode == ImportMode::Rehearsal {
                *self.rehearsed.entry(owner).or_default() += room.added;
            }
        }
        self.end_batch(work, &mut outcomes).await?;
        Ok(outcomes)
    }

    /// Of those of these users who are here, or would be. They are locked, in the order of their ids, so that nobody adds more than
    /// they may have.
    async fn rooms(&self, work: &mut dyn UnitOfWork, owners: BTreeSet<UserId>) -> StoreResult<BTreeMap<UserId, Room>> {
        let mut rooms = BTreeMap::new();
        for owner in owners.into_iter().filter(|owner| !self.left_out.contains(owner)) {
            let is_here = work.users().lock(owner).await?.is_some();
            if is_here || self.mode == ImportMode::Rehearsal {
                let items = work.items().count_of(owner.into()).await?;
                let items = items + self.rehearsed.get(&owner).copied().unwrap_or_default();
                rooms.insert(owner, Room { is_here, items, added: 0 });
            }
        }
        Ok(rooms)
    }

    async fn add_item(&self, work: &mut dyn UnitOfWork, item: &Item, room: &mut Room) -> StoreResult<Imported> {
        let most = self.core.policy.most_items;
        if room.items < most.into() && (!room.is_here || work.items().insert_new(item).await?) {
            room.items += 1;
            room.added += 1;
            return Ok(Imported::Now);
        }
        Ok(match work.items().find(item.id).await? {
            Some(here) if here.owner == item.owner => Imported::Before,
            Some(_) => Imported::Refused(RowFault::OwnerDiffers),
            None => Imported::Refused(RowFault::TooMany(most)),
        })
    }
}

impl ForeignItem {
    fn parse(self, core: &Core) -> Result<(UserId, Item), RowFault> {
        let owner = self.owner.and_then(ForeignId::user).ok_or(RowFault::OwnerMissing)?;
        let title = ItemTitle::parse(self.title).map_err(RowFault::Title)?;
        let description = self.description.map(ItemDescription::parse).transpose().map_err(RowFault::Description)?;
        let id = ItemId(self.id.kept("item").unwrap_or_else(|| core.secrets.id()));
        let created_at = self.created_at.unwrap_or_else(|| core.clock.now());
        Ok((owner, Item { description, ..Item::new(id, owner, title, created_at) }))
    }
}
