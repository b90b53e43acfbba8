//! Begin to use an authenticator app: it gets its secret, and counts once it shows a code.

use ironplate_domain::{
    Actor, AuditKind, AuthenticatorApp, AuthenticatorAppId, Client, FactorName, PasswordAttempt, Step, Timestamp,
    TotpSecret,
};

use super::{BeginFactorError, SecondFactors};
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::StoreError,
};

/// An app that waits for its first code.
#[derive(Debug)]
pub struct Enrolment {
    /// The app.
    pub app: AuthenticatorApp,
    /// What it makes its codes of. It is told this once.
    pub secret: TotpSecret,
    /// From then on it can't be confirmed any more.
    pub expires_at: Timestamp,
}

/// Why there is no app.
#[derive(Debug, thiserror::Error)]
pub enum EnrolAppError {
    /// The user has as many as there may be.
    #[error("There may be {} authenticator apps at the most. Remove one first", AuthenticatorApp::MOST)]
    TooMany,
    /// The user did not prove who they are.
    #[error(transparent)]
    Begin(#[from] BeginFactorError),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { EnrolAppError:
    TooMany => Kind::Conflict.coded("too_many_authenticator_apps").about_no_field(),
    Begin(error) => error.class(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Makes a secret for an app of the actor. One that they began to use and did not confirm is forgotten. To their first second
    /// factor belongs their password.
    ///
    /// # Errors
    /// See [`EnrolAppError`].
    pub async fn enrol(
        &self,
        actor: Actor,
        name: FactorName,
        password: Option<PasswordAttempt>,
        client: &Client,
    ) -> Result<Enrolment, EnrolAppError> {
        self.core.limiter.take_for_user(Limit::EnrolmentsPerAccount, actor.user, client).await?;
        let outcome = self.try_enrol(actor, name, password, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorAdded, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_enrol(
        &self,
        actor: Actor,
        name: FactorName,
        password: Option<PasswordAttempt>,
        client: &Client,
    ) -> Result<Enrolment, EnrolAppError> {
        let (mut work, user) = self.begin_adding(actor, password, client).await?;
        let apps = work.authenticator_apps().list_for(user.id).await?;
        if apps.iter().filter(|app| app.counts()).count() >= AuthenticatorApp::MOST {
            return Err(EnrolAppError::TooMany);
        }
        let (id, secret) = (AuthenticatorAppId(self.core.secrets.id()), TotpSecret::new(self.core.secrets.bits()));
        let created_at = self.core.clock.now();
        let app = AuthenticatorApp {
            id,
            user: user.id,
            name,
            sealed_secret: self.core.secret_sealer.seal(id, &secret),
            created_at,
            confirmed_at: None,
            last_step: Step(0),
            last_used_at: None,
        };
        work.authenticator_apps().enrol(&app).await?;
        work.commit().await?;
        Ok(Enrolment { app, secret, expires_at: created_at.after(AuthenticatorApp::WAITS) })
    }
}
