//! Delete one's own account.

use ironplate_domain::{Action, Actor, AuditKind, Client, Resource, can};

use super::Accounts;
use crate::{
    erasure::erase,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Superuser,
    /// The session was ended meanwhile.
    #[error("Could not validate credentials")]
    SessionOver,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { DeleteAccountError:
    Superuser => Kind::Forbidden.coded("superuser_deletes_self"),
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    Store(error) => error.class(),
}

impl Accounts {
    /// Deletes the actor with all that is theirs, and tells them by mail. Somebody who is gone already is fine.
    ///
    /// # Errors
    /// [`DeleteAccountError::Superuser`], also for somebody promoted meanwhile.
    pub async fn delete_account(&self, actor: Actor, client: &Client) -> Result<(), DeleteAccountError> {
        let outcome = self.try_delete_account(actor, client).await;
        let event = self.core.recorder.event(AuditKind::AccountDeleted, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_delete_account(&self, actor: Actor, client: &Client) -> Result<(), DeleteAccountError> {
        let mut work = self.core.store.begin().await?;
        if let Some(user) = work.users().lock(actor.user).await? {
            if !can(user.actor(), Action::Delete, Resource::User(user.id)) {
                return Err(DeleteAccountError::Superuser);
            }
            if !self.core.is_still_there(&mut *work, actor).await? {
                return Err(DeleteAccountError::SessionOver);
            }
            erase(&mut *work, &self.core.mailer, &user).await?;
            work.audit()
                .record(&self.core.recorder.event(AuditKind::AccountDeleted, client).by_and_on(user.id))
                .await?;
        }
        work.commit().await?;
        Ok(())
    }
}
