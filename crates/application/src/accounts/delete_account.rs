//! Delete one's own account.

use ironplate_domain::{Action, Actor, AuditEvent, AuditKind, Client, Organization, Resource, can};

use super::Accounts;
use crate::{
    access::{Asked, Unproved},
    erasure::erase,
    fault::{Kind, faults},
    organizations::{SoleOwned, SoleOwnership, memberships_of, sole_among},
    ports::{StoreError, StoreResult},
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Superuser,
    /// Nobody else could go on with these organisations.
    #[error(
        "You are the only owner of {0}. Make somebody else an owner, or delete them with your account \
         (`with_organizations=true`)"
    )]
    SoleOwner(SoleOwnership),
    /// The session was ended meanwhile, or who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { DeleteAccountError:
    Superuser => Kind::Forbidden.coded("superuser_deletes_self"),
    SoleOwner(_) => Kind::Conflict.coded("sole_owner").about_no_field(),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl From<SoleOwnership> for DeleteAccountError {
    fn from(organizations: SoleOwnership) -> Self {
        Self::SoleOwner(organizations)
    }
}

impl Accounts {
    /// The organisations that stand in the way of deleting the actor's account: nobody else owns them.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn sole_owned(&self, actor: Actor) -> StoreResult<Vec<Organization>> {
        let mut reader = self.core.store.read().await?;
        let theirs = memberships_of(&mut *reader, actor.user).await?;
        sole_among(&mut *reader, actor.user, &theirs).await
    }

    /// Deletes the actor with all that is theirs, and tells them by mail. Somebody who is gone already is fine.
    ///
    /// # Errors
    /// [`DeleteAccountError::Superuser`], also for somebody promoted meanwhile.
    pub async fn delete_account(
        &self,
        actor: Actor,
        organizations: SoleOwned,
        client: &Client,
    ) -> Result<(), DeleteAccountError> {
        let event = self.core.recorder.event(AuditKind::AccountDeleted, client).by_and_on(actor.user);
        let outcome = self.try_delete_account(actor, organizations, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_delete_account(
        &self,
        actor: Actor,
        organizations: SoleOwned,
        event: &AuditEvent,
    ) -> Result<(), DeleteAccountError> {
        let mut work = self.core.store.begin().await?;
        if let Some(user) = work.users().lock(actor.user).await? {
            if !can(user.actor(), Action::Delete, Resource::User(user.id)) {
                return Err(DeleteAccountError::Superuser);
            }
            self.core.check_proved(&mut *work, actor, Asked::ByPolicy).await?;
            erase::<DeleteAccountError>(&mut *work, &self.core, &user, organizations, event).await?;
            work.audit().record(event).await?;
        }
        work.commit().await?;
        Ok(())
    }
}
