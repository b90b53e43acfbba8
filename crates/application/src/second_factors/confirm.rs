//! Confirm an authenticator app by its first code: from then on its codes are asked for.

use ironplate_domain::{
    Actor, AuditDetail, AuditKind, AuthenticatorApp, AuthenticatorAppId, Client, OneTimeCode, RecoveryCode,
};

use super::{ProvedBy, SecondFactors, UnprovedAddress, consequences::Factor, has_second_factor};
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    limits::LimitError,
    ports::StoreError,
};

/// An app that counts.
#[derive(Debug)]
pub struct ConfirmedApp {
    /// The app.
    pub app: AuthenticatorApp,
    /// With the first second factor: codes for when it is lost. They are told this once.
    pub recovery_codes: Option<Vec<RecoveryCode>>,
}

/// Why the app does not count.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmAppError {
    /// The user has no such app that waits: it was never there, counts already, or waits for too long.
    #[error("Authenticator app not found")]
    NotFound,
    /// It is the code of another secret, or of another time.
    #[error("This is not the code that the app shows now. Check that the clock of your device is right")]
    Incorrect,
    /// See [`UnprovedAddress`].
    #[error(transparent)]
    UnprovedAddress(#[from] UnprovedAddress),
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ConfirmAppError:
    NotFound => Kind::NotFound.coded("authenticator_app_not_found"),
    Incorrect => Kind::Invalid.coded("incorrect_code").about(&["code"]),
    UnprovedAddress(error) => error.class(),
    Unproved(error) => error.class(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// Has an app count whose first code this is. With the first second factor, all other sessions of the user end:
    /// whoever has one is asked for it when they log in again.
    ///
    /// # Errors
    /// [`ConfirmAppError::NotFound`] for all but one of those who confirm an app at once.
    pub async fn confirm(
        &self,
        actor: Actor,
        id: AuthenticatorAppId,
        code: Option<OneTimeCode>,
        client: &Client,
    ) -> Result<ConfirmedApp, ConfirmAppError> {
        let permit = self.core.permit_to_show_code(actor.user, client).await?;
        let outcome = self.try_confirm(actor, id, code, client).await;
        if !matches!(outcome, Err(ConfirmAppError::Incorrect)) {
            self.core.limiter.give_back(permit).await?;
        }
        let event = self.core.recorder.event(AuditKind::SecondFactorAdded, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Factor, id), outcome).await
    }

    async fn try_confirm(
        &self,
        actor: Actor,
        id: AuthenticatorAppId,
        code: Option<OneTimeCode>,
        client: &Client,
    ) -> Result<ConfirmedApp, ConfirmAppError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        let now = self.core.clock.now();
        let apps = work.authenticator_apps().list_for(user.id).await?;
        let app = apps.iter().find(|app| app.id == id && !app.counts()).ok_or(ConfirmAppError::NotFound)?;
        let had_one = has_second_factor(&mut *work, user.id).await?;
        UnprovedAddress::check(&user, had_one)?;
        let secret = self.core.secret_of(app).ok_or(ConfirmAppError::NotFound)?;
        let step = code.and_then(|code| secret.step_of(&code, now)).ok_or(ConfirmAppError::Incorrect)?;
        if !work.authenticator_apps().confirm(id, step, now, now.before(AuthenticatorApp::WAITS)).await? {
            return Err(ConfirmAppError::NotFound);
        }
        let recovery_codes = if had_one { None } else { Some(self.protect(&mut *work, actor, client).await?) };
        let factor = Factor { kind: ProvedBy::AuthenticatorApp, id: id.0, name: &app.name };
        self.note_added(&mut *work, &user, factor, client).await?;
        work.commit().await?;
        let (confirmed_at, last_used_at) = (Some(now), Some(now));
        let app = AuthenticatorApp { confirmed_at, last_step: step, last_used_at, ..app.clone() };
        Ok(ConfirmedApp { app, recovery_codes })
    }
}
