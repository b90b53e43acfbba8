//! Bring in users.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::BuildHasher,
};

use ironplate_domain::{AuditDetail, AuditKind, User, UserId};

use super::{ForeignId, ForeignUser, Import, Imported, RowFault};
use crate::ports::{StoreResult, UnitOfWork};

impl Import<'_> {
    /// Brings a batch of users in, or what there is in the place of one that could not be read, and answers what became of each.
    /// They get no mail.
    ///
    /// Whoever comes with an id is known by that. An address that somebody else has is a fault then; of a row without an id it means
    /// that they are here.
    ///
    /// # Errors
    /// Storage failed, and nothing of the batch is here; after [`StoreError::Unavailable`](crate::ports::StoreError::Unavailable) it
    /// may be.
    pub async fn users(&mut self, rows: Vec<Result<ForeignUser, RowFault>>) -> StoreResult<Vec<Imported>> {
        let rows: Vec<_> = rows.into_iter().map(|row| self.meet(row)).collect();
        let mut work = self.core.store.begin().await?;
        let ids: Vec<UserId> = rows.iter().flatten().map(|(_, user)| user.id).collect();
        let here = work.users().find_many(&ids).await?.into_iter().map(|user| (user.id, user)).collect();
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(match row {
                Ok((id, user)) => self.add_user(&mut *work, id, user, &here).await?,
                Err(fault) => Imported::Refused(fault),
            });
        }
        self.end_batch(work, &mut outcomes).await?;
        Ok(outcomes)
    }

    /// A user by the rules of here, whose address no row before this one had.
    fn meet(&mut self, row: Result<ForeignUser, RowFault>) -> Result<(ForeignId, User), RowFault> {
        let row = row?;
        let id = row.id;
        let met = row.parse(self.core).and_then(|user| {
            match self.addresses.entry(self.hashing.hash_one(user.email.canonical())) {
                Entry::Occupied(other) => Err(RowFault::AddressTwice(*other.get())),
                Entry::Vacant(free) => {
                    free.insert(id);
                    Ok((id, user))
                }
            }
        });
        if met.is_err() {
            self.left_out.extend(id.user());
        }
        met
    }

    async fn add_user(
        &mut self,
        work: &mut dyn UnitOfWork,
        id: ForeignId,
        user: User,
        here: &HashMap<UserId, User>,
    ) -> StoreResult<Imported> {
        let holder = match here.get(&user.id) {
            Some(holder) => Some(holder.clone()),
            None if work.users().insert_new(&user).await? => {
                let event = self.event(AuditKind::UserImported).on(user.id);
                let event = event.saying(AuditDetail::IsActive, user.is_active);
                let event = event.saying(AuditDetail::IsSuperuser, user.is_superuser);
                work.audit().record(&event.saying(AuditDetail::IsVerified, user.is_verified)).await?;
                return Ok(Imported::Now);
            }
            None => work.users().find_by_email(&user.email).await?,
        };
        let fault = match holder {
            Some(holder) if holder.email == user.email => match id {
                ForeignId::Uuid(_) | ForeignId::Number(_) if holder.id != user.id => RowFault::AddressTaken(holder.id),
                _ => return Ok(Imported::Before),
            },
            // Another import may have been faster, from a state in which they had another address.
            _ => RowFault::AddressDiffers,
        };
        self.left_out.insert(user.id);
        Ok(Imported::Refused(fault))
    }
}
