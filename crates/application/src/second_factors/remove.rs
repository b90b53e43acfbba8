//! Remove an authenticator app.

use ironplate_domain::{
    Actor, AuditDetail, AuditKind, AuthenticatorApp, AuthenticatorAppId, Client, Fact, MailTemplate,
};

use super::SecondFactors;
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    ports::StoreError,
};

/// Why the app stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveAppError {
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

faults! { RemoveAppError:
    NotFound => Kind::NotFound.coded("authenticator_app_not_found"),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Removes an app of the actor. With the last one the recovery codes go, too: no code is asked for any more.
    ///
    /// # Errors
    /// See [`RemoveAppError`].
    pub async fn remove(&self, actor: Actor, id: AuthenticatorAppId, client: &Client) -> Result<(), RemoveAppError> {
        let outcome = self.try_remove(actor, id, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorRemoved, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Factor, id), outcome).await
    }

    async fn try_remove(&self, actor: Actor, id: AuthenticatorAppId, client: &Client) -> Result<(), RemoveAppError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        let mut apps = work.authenticator_apps().list_for(user.id).await?;
        apps.retain(AuthenticatorApp::counts);
        let app = apps.iter().find(|app| app.id == id).ok_or(RemoveAppError::NotFound)?;
        work.authenticator_apps().remove(user.id, id).await?;
        if apps.len() == 1 {
            work.recovery_codes().replace(user.id, &[], self.core.clock.now()).await?;
        }
        let notice = self.core.mailer.message(MailTemplate::SecondFactorRemoved, &user.email).about(user.id);
        self.core.mailer.enqueue(&mut *work, &notice.saying(Fact::Factor, app.name.as_str())).await?;
        let event = self.core.recorder.event(AuditKind::SecondFactorRemoved, client).by_and_on(user.id);
        work.audit().record(&event.saying(AuditDetail::Factor, id)).await?;
        work.commit().await?;
        Ok(())
    }
}
