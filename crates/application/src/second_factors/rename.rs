//! Call an authenticator app otherwise.

use ironplate_domain::{Actor, AuditDetail, AuditKind, AuthenticatorApp, AuthenticatorAppId, Client, FactorName};

use super::SecondFactors;
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the app is called as before.
#[derive(Debug, thiserror::Error)]
pub enum RenameAppError {
    /// The user has no such app.
    #[error("Authenticator app not found")]
    NotFound,
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RenameAppError:
    NotFound => Kind::NotFound.coded("authenticator_app_not_found"),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Gives an app of the actor another name, and answers the app as it is then.
    ///
    /// # Errors
    /// See [`RenameAppError`].
    pub async fn rename(
        &self,
        actor: Actor,
        id: AuthenticatorAppId,
        name: FactorName,
        client: &Client,
    ) -> Result<AuthenticatorApp, RenameAppError> {
        let outcome = self.try_rename(actor, id, name, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorRenamed, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Factor, id), outcome).await
    }

    async fn try_rename(
        &self,
        actor: Actor,
        id: AuthenticatorAppId,
        name: FactorName,
        client: &Client,
    ) -> Result<AuthenticatorApp, RenameAppError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        let app = work.authenticator_apps().find(user.id, id).await?.filter(AuthenticatorApp::counts);
        let app = app.ok_or(RenameAppError::NotFound)?;
        // What changes nothing is no event.
        if app.name == name {
            return Ok(app);
        }
        work.authenticator_apps().rename(user.id, id, &name).await?;
        let event = self.core.recorder.event(AuditKind::SecondFactorRenamed, client).by_and_on(user.id);
        work.audit().record(&event.saying(AuditDetail::Factor, id)).await?;
        work.commit().await?;
        Ok(AuthenticatorApp { name, ..app })
    }
}
