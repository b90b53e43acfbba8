//! Remove a passkey.

use ironplate_domain::{Actor, AuditDetail, AuditKind, Client, PasskeyId};

use super::super::{ProvedBy, SecondFactors, consequences::Factor};
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the passkey stays.
#[derive(Debug, thiserror::Error)]
pub enum RemovePasskeyError {
    /// The user has no such passkey.
    #[error("Passkey not found")]
    NotFound,
    /// They must have a second factor, and this is the last one.
    #[error("Your account needs a second factor, and this is the last one. Add another one first")]
    Last,
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RemovePasskeyError:
    NotFound => Kind::NotFound.coded("passkey_not_found"),
    Last => Kind::Conflict.coded("last_second_factor").about_no_field(),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Removes a passkey of the actor. With the last second factor the recovery codes go, too: nothing is asked for any more.
    ///
    /// # Errors
    /// See [`RemovePasskeyError`].
    pub async fn remove_passkey(&self, actor: Actor, id: PasskeyId, client: &Client) -> Result<(), RemovePasskeyError> {
        let outcome = self.try_remove_passkey(actor, id, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorRemoved, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Factor, id), outcome).await
    }

    async fn try_remove_passkey(&self, actor: Actor, id: PasskeyId, client: &Client) -> Result<(), RemovePasskeyError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        let passkey = work.passkeys().find(user.id, id).await?.ok_or(RemovePasskeyError::NotFound)?;
        work.passkeys().remove(user.id, id).await?;
        if self.leaves_bare(&mut *work, &user).await? {
            return Err(RemovePasskeyError::Last);
        }
        let factor = Factor { kind: ProvedBy::Passkey, id: id.0, name: &passkey.name };
        self.note_removed(&mut *work, &user, factor, client).await?;
        work.commit().await?;
        Ok(())
    }
}
