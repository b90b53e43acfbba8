//! Call a passkey otherwise.

use ironplate_domain::{Actor, AuditDetail, AuditKind, Client, FactorName, Passkey, PasskeyId};

use super::super::SecondFactors;
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the passkey is called as before.
#[derive(Debug, thiserror::Error)]
pub enum RenamePasskeyError {
    /// The user has no such passkey.
    #[error("Passkey not found")]
    NotFound,
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RenamePasskeyError:
    NotFound => Kind::NotFound.coded("passkey_not_found"),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Gives a passkey of the actor another name, and answers the passkey as it is then.
    ///
    /// # Errors
    /// See [`RenamePasskeyError`].
    pub async fn rename_passkey(
        &self,
        actor: Actor,
        id: PasskeyId,
        name: FactorName,
        client: &Client,
    ) -> Result<Passkey, RenamePasskeyError> {
        let outcome = self.try_rename_passkey(actor, id, name, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorRenamed, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Factor, id), outcome).await
    }

    async fn try_rename_passkey(
        &self,
        actor: Actor,
        id: PasskeyId,
        name: FactorName,
        client: &Client,
    ) -> Result<Passkey, RenamePasskeyError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        let passkey = work.passkeys().find(user.id, id).await?.ok_or(RenamePasskeyError::NotFound)?;
        // What changes nothing is no event.
        if passkey.name == name {
            return Ok(passkey);
        }
        work.passkeys().rename(user.id, id, &name).await?;
        let event = self.core.recorder.event(AuditKind::SecondFactorRenamed, client).by_and_on(user.id);
        work.audit().record(&event.saying(AuditDetail::Factor, id)).await?;
        work.commit().await?;
        Ok(Passkey { name, ..passkey })
    }
}
