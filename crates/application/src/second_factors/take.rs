//! Take what somebody shows as their second factor: once, whoever shows it how often.

use ironplate_domain::{
    AuditDetail, AuditKind, AuthenticatorApp, Client, Fact, KnownClient, MailTemplate, OneTimeCode, RecoveryCode, User,
    UserId,
};

use super::{CheckedProof, FactorProof, ProvedBy};
use crate::{
    core::Core,
    limits::{Limit, LimitError, Permit},
    ports::{Repositories, StoreResult, UnitOfWork},
};

/// Whether the user is asked for more than their password.
pub(crate) async fn has_second_factor(store: &mut (dyn Repositories + '_), user: UserId) -> StoreResult<bool> {
    let apps = store.authenticator_apps().list_for(user).await?;
    Ok(apps.iter().any(AuthenticatorApp::counts) || !store.passkeys().list_for(user).await?.is_empty())
}

impl Core {
    /// Takes a permit to show this of an account; to be given back unless it was wrong. What nobody guesses needs none of the account,
    /// so that whoever guesses its codes does not keep its owner from their recovery codes and passkeys.
    pub(crate) async fn permit_to_prove(
        &self,
        user: UserId,
        proof: Option<&FactorProof>,
        client: &Client,
    ) -> Result<Permit, LimitError> {
        match proof {
            Some(FactorProof::Passkey(_)) => Ok(Permit::NONE),
            Some(FactorProof::RecoveryCode(_)) => {
                self.limiter.take_for_range(Limit::RecoveryCodePerAddress, client).await?;
                Ok(Permit::NONE)
            }
            Some(FactorProof::Code(_)) | None => self.permit_to_show_code(user, client).await,
        }
    }

    /// The same for a code of an app. Where there is none, the account's owner is told: somebody who knows their password guesses.
    pub(crate) async fn permit_to_show_code(&self, user: UserId, client: &Client) -> Result<Permit, LimitError> {
        let seen = KnownClient::of(client, self.clock.now());
        let history = self.store.read().await?.known_clients().client_history(user, &seen).await?;
        let outcome = self.limiter.take_for_code(user, history, client).await;
        if matches!(outcome, Err(LimitError::Throttled(_))) {
            self.tell_of_guesses(user, &seen).await?;
        }
        outcome
    }

    async fn tell_of_guesses(&self, user: UserId, seen: &KnownClient) -> StoreResult<()> {
        let Some(permit) = self.limiter.take_for_guesses(user).await? else { return Ok(()) };
        let mut work = self.store.begin().await?;
        if let Some(user) = work.users().lock(user).await?
            && has_second_factor(&mut *work, user.id).await?
        {
            let notice = self.mailer.message(MailTemplate::SecondFactorGuessed, &user.email).about(user.id);
            self.mailer.enqueue(&mut *work, &notice.saying(Fact::Device, seen.device.clone())).await?;
        }
        drop(permit);
        work.commit().await
    }

    /// Takes a proof of this user, who is locked: of many who show it at once, one gets by with it, and nobody later. `None`
    /// where it is wrong, or was taken before.
    pub(crate) async fn take_proof(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        proof: &CheckedProof,
        client: &Client,
    ) -> StoreResult<Option<ProvedBy>> {
        let (is_taken, by) = match proof {
            CheckedProof::Code(code) => (self.take_code(work, user, code).await?, ProvedBy::AuthenticatorApp),
            CheckedProof::RecoveryCode(code) => {
                (self.take_recovery_code(work, user, code, client).await?, ProvedBy::RecoveryCode)
            }
            CheckedProof::Passkey(signed) => {
                (work.passkeys().note_use(signed.id, &signed.used).await?, ProvedBy::Passkey)
            }
        };
        Ok(is_taken.then_some(by))
    }

    async fn take_code(&self, work: &mut dyn UnitOfWork, user: &User, code: &OneTimeCode) -> StoreResult<bool> {
        let now = self.clock.now();
        let apps = work.authenticator_apps().list_for(user.id).await?;
        for app in apps.iter().filter(|app| app.counts()) {
            let step = self.secret_of(app).and_then(|secret| secret.step_of(code, now));
            if let Some(step) = step
                && work.authenticator_apps().take_step(app.id, step, now).await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn take_recovery_code(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        code: &RecoveryCode,
        client: &Client,
    ) -> StoreResult<bool> {
        if !work.recovery_codes().take(user.id, self.secrets.digest(&code.of_user(user.id))).await? {
            return Ok(false);
        }
        let left = work.recovery_codes().left_for(user.id).await?.count;
        let seen = KnownClient::of(client, self.clock.now());
        let notice = self.mailer.message(MailTemplate::RecoveryCodeUsed, &user.email).about(user.id);
        let notice = notice.saying(Fact::Left, left.to_string()).saying(Fact::Device, seen.device);
        let notice = match client.address {
            Some(address) => notice.saying(Fact::Address, address.to_string()),
            None => notice,
        };
        self.mailer.enqueue(work, &notice).await?;
        let event = self.recorder.event(AuditKind::RecoveryCodeUsed, client).by_and_on(user.id);
        work.audit().record(&event.saying(AuditDetail::Count, left)).await?;
        Ok(true)
    }
}
