//! Delete somebody's account.

use ironplate_domain::{Action, Actor, AuditEvent, AuditKind, Client, Resource, UserId, can};

use super::Users;
use crate::{
    access::Denied,
    erasure::erase,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteUserError {
    /// Only superusers delete others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such user.
    #[error("User not found")]
    NotFound,
    /// A superuser is deleted by another superuser, or first demoted.
    #[error("Super users are not allowed to delete themselves")]
    Oneself,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { DeleteUserError:
    Denied(denied) => denied.class(),
    Oneself => Kind::Forbidden.coded("superuser_deletes_self"),
    NotFound => Kind::NotFound.coded("user_not_found"),
    Store(error) => error.class(),
}

impl Users {
    /// Deletes a user with all that is theirs, and tells them by mail. A superuser is left: whoever does this.
    ///
    /// # Errors
    /// See [`DeleteUserError`].
    pub async fn delete(&self, actor: Actor, id: UserId, client: &Client) -> Result<(), DeleteUserError> {
        self.core.permit(actor, Action::Delete, Resource::Users, client).await?;
        let event = self.core.recorder.event(AuditKind::UserDeleted, client).between(actor, id);
        let outcome = self.try_delete(actor, id, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_delete(&self, actor: Actor, id: UserId, event: &AuditEvent) -> Result<(), DeleteUserError> {
        if !can(actor, Action::Delete, Resource::User(id)) {
            return Err(DeleteUserError::Oneself);
        }
        let mut work =
            self.core.begin::<DeleteUserError>(actor, Action::Delete, Resource::User(id), &event.client).await?;
        let user = work.users().lock(id).await?.ok_or(DeleteUserError::NotFound)?;
        if !erase(&mut *work, &self.core.mailer, &user).await? {
            return Err(DeleteUserError::NotFound);
        }
        work.audit().record(event).await?;
        work.commit().await?;
        Ok(())
    }
}
