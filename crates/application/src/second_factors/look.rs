//! See what one has beside one's password.

use ironplate_domain::{Actor, AuthenticatorApp, Passkey};

use super::SecondFactors;
use crate::ports::{RecoveryCodesLeft, StoreResult};

/// What somebody has beside their password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSecondFactors {
    /// The passkeys, by their ids.
    pub passkeys: Vec<Passkey>,
    /// The apps that count, by their ids.
    pub apps: Vec<AuthenticatorApp>,
    /// What is left for when these are lost.
    pub recovery_codes: RecoveryCodesLeft,
}

impl OwnSecondFactors {
    /// Whether there is any.
    #[must_use]
    pub fn are_there(&self) -> bool {
        !self.passkeys.is_empty() || !self.apps.is_empty()
    }
}

impl SecondFactors {
    /// What the actor has beside their password.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list_own(&self, actor: Actor) -> StoreResult<OwnSecondFactors> {
        let mut reader = self.core.store.read().await?;
        let mut apps = reader.authenticator_apps().list_for(actor.user).await?;
        apps.retain(AuthenticatorApp::counts);
        let passkeys = reader.passkeys().list_for(actor.user).await?;
        Ok(OwnSecondFactors { passkeys, apps, recovery_codes: reader.recovery_codes().left_for(actor.user).await? })
    }
}
