//! Whether a passkey signed what it was asked to.

use ironplate_domain::{
    AuditDetail, AuditKind, Client, Fact, KnownClient, MailTemplate, Passkey, PasskeyId, TokenSecret, UserId,
};

use crate::{
    core::Core,
    ports::{Assertion, Ceremony, PasskeyUse, StoreResult, UserVerification},
};

/// A passkey that signed what it was asked to, as far as is known before its use is noted. Only [`Core::check_passkey`] makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedPasskey {
    pub(in super::super) id: PasskeyId,
    pub(in super::super) used: PasskeyUse,
}

impl Core {
    /// Whether a passkey of this user signed this challenge. What sees nobody who uses it, such as a simple security key, is as good
    /// here as a code of an app: whoever is asked has shown something else as well.
    pub(crate) async fn check_passkey_of(
        &self,
        user: UserId,
        assertion: &Assertion,
        challenge: &TokenSecret,
        verification: UserVerification,
        client: &Client,
    ) -> StoreResult<Option<SignedPasskey>> {
        let passkey = self.store.read().await?.passkeys().find_by_credential(&assertion.credential).await?;
        // Security keys of old don't know whose they are.
        let is_theirs = assertion.user_handle.as_deref().is_none_or(|handle| handle == user.0.as_bytes());
        let Some(passkey) = passkey.filter(|passkey| passkey.user == user && is_theirs) else { return Ok(None) };
        let verification = if passkey.verifies_user { verification } else { UserVerification::Preferred };
        self.check_passkey(&passkey, assertion, challenge, verification, client).await
    }

    /// Whether this passkey signed this challenge. Of one that says to have signed less often than before, two may have the key: it
    /// is refused, and its owner is told.
    pub(crate) async fn check_passkey(
        &self,
        passkey: &Passkey,
        assertion: &Assertion,
        challenge: &TokenSecret,
        verification: UserVerification,
        client: &Client,
    ) -> StoreResult<Option<SignedPasskey>> {
        let Some(party) = &self.policy.relying_party else { return Ok(None) };
        let expected = Ceremony { party, challenge, user: verification };
        let asserted = match self.passkey_verifier.verify(assertion, &passkey.key, expected) {
            Ok(asserted) => asserted,
            Err(reason) => {
                tracing::info!(passkey = %passkey.id, %reason, "passkey refused");
                return Ok(None);
            }
        };
        let (from, to) = (passkey.sign_count, asserted.sign_count);
        if from > 0 && to <= from {
            self.tell_of_copy(passkey, client).await?;
            return Ok(None);
        }
        let used = PasskeyUse { from, to, is_backed_up: asserted.is_backed_up, now: self.clock.now() };
        Ok(Some(SignedPasskey { id: passkey.id, used }))
    }

    async fn tell_of_copy(&self, passkey: &Passkey, client: &Client) -> StoreResult<()> {
        let tells = self.limiter.take_for_copies(passkey.user).await?.is_some();
        let mut work = self.store.begin().await?;
        let Some(user) = work.users().lock(passkey.user).await? else { return Ok(()) };
        let event = self.recorder.event(AuditKind::PasskeyCountWentBack, client).on(user.id);
        work.audit().record(&event.failed("incorrect_passkey").saying(AuditDetail::Factor, passkey.id)).await?;
        if tells {
            let device = KnownClient::of(client, self.clock.now()).device;
            let notice = self.mailer.message(MailTemplate::PasskeyCopied, &user.email).about(user.id);
            let notice = notice.saying(Fact::Factor, passkey.name.as_str()).saying(Fact::Device, device);
            self.mailer.enqueue(&mut *work, &notice).await?;
        }
        work.commit().await
    }
}
