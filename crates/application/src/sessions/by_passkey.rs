//! Log in by a passkey alone: its authenticator saw who uses it, so it is two factors at once.

use ironplate_domain::{ChallengePurpose, ChallengeScope, Client, Passkey, SessionKind, TokenSecret, User};

use super::{CookieOpened, DeviceTrust, HeldCookies, LogInError, LoggedIn, Sessions, open::Shown};
use crate::{
    limits::Limit,
    ports::{Assertion, StoreResult, UserVerification},
    second_factors::{CheckedProof, PasskeyRequest},
};

impl Sessions {
    /// What a browser is to have signed by whichever passkey it finds, to open a session of this kind.
    ///
    /// # Errors
    /// [`LogInError::NoPasskeys`] where none are used.
    pub async fn begin_passkey_log_in(&self, kind: SessionKind, client: &Client) -> Result<PasskeyRequest, LogInError> {
        self.core.limiter.take_for_range(Limit::PasskeyChallengesPerAddress, client).await?;
        let (secret, challenge) = self.core.new_challenge(ChallengeScope::PasskeyLogIn { kind }, 1, client);
        let request = self.core.ask_for_passkey(secret, &[], UserVerification::Required);
        let request = request.ok_or(LogInError::NoPasskeys)?;
        let mut work = self.core.store.begin().await?;
        work.challenges().issue(&challenge).await?;
        work.commit().await?;
        Ok(request)
    }

    /// Opens a session that shows itself by tokens.
    ///
    /// # Errors
    /// [`LogInError::IncorrectPasskey`] and [`LogInError::InvalidChallenge`] beside what a log-in can meet.
    pub async fn log_in_by_passkey(&self, assertion: Assertion, client: &Client) -> Result<LoggedIn, LogInError> {
        let kind = SessionKind::Token;
        let (user, shown) = self.holder(&assertion, kind, client).await?;
        let outcome = self.open_by_tokens(&user, Some(&shown), client).await;
        self.record_refusal(&user, kind, outcome, client).await
    }

    /// Opens a session that shows itself by a cookie: always a new one, and the session of the cookie that the client had before ends.
    ///
    /// # Errors
    /// As [`log_in_by_passkey`](Self::log_in_by_passkey) says.
    pub async fn log_in_by_passkey_and_cookie(
        &self,
        assertion: Assertion,
        held: &HeldCookies,
        client: &Client,
    ) -> Result<CookieOpened, LogInError> {
        let kind = SessionKind::Cookie;
        let (user, shown) = self.holder(&assertion, kind, client).await?;
        let outcome = self.open_by_cookie(&user, held, Some(&shown), client).await;
        self.record_refusal(&user, kind, outcome, client).await
    }

    /// Whose passkey signed a challenge that this client got to open a session of this kind.
    async fn holder(
        &self,
        assertion: &Assertion,
        kind: SessionKind,
        client: &Client,
    ) -> Result<(User, Shown), LogInError> {
        self.core.limiter.take_for_range(Limit::LogInPerAddress, client).await?;
        let purpose = ChallengePurpose::PasskeyLogIn;
        let taken = self.core.take_challenge(&assertion.client_data, purpose, client).await?;
        let asked = taken.filter(|(_, challenge)| challenge.scope == ChallengeScope::PasskeyLogIn { kind });
        let Some((secret, challenge)) = asked else {
            return self.refuse_stranger(LogInError::InvalidChallenge, client).await;
        };
        let Some((passkey, user)) = self.find_passkey(assertion).await? else {
            return self.refuse_stranger(LogInError::IncorrectPasskey, client).await;
        };
        let checked = self.check_alone(&passkey, &user, assertion, &secret, client).await;
        let proof = self.record_refusal(&user, kind, checked, client).await?;
        Ok((user, Shown { challenge: challenge.digest, proof, trust: DeviceTrust::Ask }))
    }

    async fn find_passkey(&self, assertion: &Assertion) -> StoreResult<Option<(Passkey, User)>> {
        let mut reader = self.core.store.read().await?;
        let Some(passkey) = reader.passkeys().find_by_credential(&assertion.credential).await? else { return Ok(None) };
        let user = reader.users().find(passkey.user).await?;
        Ok(user.map(|user| (passkey, user)))
    }

    /// Its authenticator must say whose it is, and have seen them.
    async fn check_alone(
        &self,
        passkey: &Passkey,
        user: &User,
        assertion: &Assertion,
        challenge: &TokenSecret,
        client: &Client,
    ) -> Result<CheckedProof, LogInError> {
        if assertion.user_handle.as_deref() != Some(user.id.0.as_bytes()) {
            return Err(LogInError::IncorrectPasskey);
        }
        let required = UserVerification::Required;
        let signed = self.core.check_passkey(passkey, assertion, challenge, required, client).await?;
        let signed = signed.ok_or(LogInError::IncorrectPasskey)?;
        if user.is_active { Ok(CheckedProof::Passkey(signed)) } else { Err(LogInError::Inactive) }
    }
}
