//! Remove an authenticator app.

use ironplate_domain::{Actor, AuditDetail, AuditKind, AuthenticatorApp, AuthenticatorAppId, Client};

use super::{ProvedBy, SecondFactors, consequences::Factor};
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

faults! { RemoveAppError:
    NotFound => Kind::NotFound.coded("authenticator_app_not_found"),
    Last => Kind::Conflict.coded("last_second_factor").about_no_field(),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Removes an app of the actor. With the last second factor the recovery codes go, too: nothing is asked for any
    /// more.
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
        let app = work.authenticator_apps().find(user.id, id).await?.filter(AuthenticatorApp::counts);
        let app = app.ok_or(RemoveAppError::NotFound)?;
        work.authenticator_apps().remove(user.id, id).await?;
        if self.leaves_bare(&mut *work, &user).await? {
            return Err(RemoveAppError::Last);
        }
        let factor = Factor { kind: ProvedBy::AuthenticatorApp, id: id.0, name: &app.name };
        self.note_removed(&mut *work, &user, factor, client).await?;
        work.commit().await?;
        Ok(())
    }
}
