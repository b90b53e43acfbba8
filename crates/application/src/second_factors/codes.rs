//! Recovery codes: ten, told once, in the place of those before.

use ironplate_domain::{Actor, AuditDetail, AuditKind, Client, MailTemplate, RecoveryCode, UserId};

use super::{SecondFactors, has_second_factor};
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    ports::{StoreError, StoreResult, UnitOfWork},
};

/// Why there are no new codes.
#[derive(Debug, thiserror::Error)]
pub enum MakeRecoveryCodesError {
    /// There is nothing whose place they would take.
    #[error("Add a passkey or an authenticator app first: recovery codes are for when it is lost")]
    NoSecondFactor,
    /// Who the user is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { MakeRecoveryCodesError:
    NoSecondFactor => Kind::Conflict.coded("no_second_factor").about_no_field(),
    Unproved(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// New recovery codes for the actor. Those that they had are worth nothing from here on.
    ///
    /// # Errors
    /// See [`MakeRecoveryCodesError`].
    pub async fn make_recovery_codes(
        &self,
        actor: Actor,
        client: &Client,
    ) -> Result<Vec<RecoveryCode>, MakeRecoveryCodesError> {
        let outcome = self.try_make_recovery_codes(actor, client).await;
        let event = self.core.recorder.event(AuditKind::RecoveryCodesMade, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_make_recovery_codes(
        &self,
        actor: Actor,
        client: &Client,
    ) -> Result<Vec<RecoveryCode>, MakeRecoveryCodesError> {
        let (mut work, user) = self.core.begin_proved(actor).await?;
        if !has_second_factor(&mut *work, user.id).await? {
            return Err(MakeRecoveryCodesError::NoSecondFactor);
        }
        let codes = self.new_codes(&mut *work, user.id, client).await?;
        let notice = self.core.mailer.message(MailTemplate::RecoveryCodesMade, &user.email).about(user.id);
        self.core.mailer.enqueue(&mut *work, &notice).await?;
        work.commit().await?;
        Ok(codes)
    }

    /// The user is locked.
    pub(super) async fn new_codes(
        &self,
        work: &mut dyn UnitOfWork,
        user: UserId,
        client: &Client,
    ) -> StoreResult<Vec<RecoveryCode>> {
        let codes: Vec<_> = (0..RecoveryCode::COUNT).map(|_| RecoveryCode::of(self.core.secrets.bits())).collect();
        let digests: Vec<_> = codes.iter().map(|code| self.core.secrets.digest(&code.of_user(user))).collect();
        work.recovery_codes().replace(user, &digests, self.core.clock.now()).await?;
        let event = self.core.recorder.event(AuditKind::RecoveryCodesMade, client).by_and_on(user);
        work.audit().record(&event.saying(AuditDetail::Count, codes.len())).await?;
        Ok(codes)
    }
}
