//! Ask again: who has a session proves once more who they are, before something that only they may do.

use ironplate_domain::{
    AuditDetail, AuditKind, ChallengePurpose, ChallengeScope, Client, PasswordAttempt, SessionId, TokenDigest, User,
};

use super::Sessions;
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{Assertion, Constraint, HashingError, StoreError, UnitOfWork, UserVerification, Verdict},
    second_factors::{CheckedProof, FactorProof, PasskeyRequest, ProvedBy, has_second_factor},
};

/// What somebody shows.
#[derive(Debug)]
pub enum SessionProof {
    /// Their password: enough where there is nothing else.
    Password(PasswordAttempt),
    /// What they have; `None` when what was typed can be none of it.
    SecondFactor(Option<FactorProof>),
}

/// Why nothing is proved.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmSessionError {
    /// The password is another one.
    #[error("Incorrect password")]
    Incorrect,
    /// The second factor is wrong, or was used before.
    #[error("This code is not right, or was used before. Enter another one")]
    IncorrectCode,
    /// No passkey of the account signed what it was asked to.
    #[error("This passkey could not be confirmed. Try again, or use something else")]
    IncorrectPasskey,
    /// The passkey was not asked for: never, or not any more, or not from this client in this session.
    #[error("Please try again: too much time has passed, or it was begun elsewhere")]
    InvalidChallenge,
    /// The account has no passkey, or passkeys can't be used here.
    #[error("There is no passkey that could be used here")]
    NoPasskey,
    /// A password is not enough: whoever stole it could take the second factor away.
    #[error("This account has a second factor: your password alone is not enough")]
    CodeRequired,
    /// The session was ended meanwhile.
    #[error("Could not validate credentials")]
    SessionOver,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The password could not be checked.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ConfirmSessionError:
    Incorrect => Kind::Invalid.coded("incorrect_password").about(&["password"]),
    IncorrectCode => Kind::Invalid.coded("incorrect_code").about(&["code", "recovery_code"]),
    IncorrectPasskey => Kind::Invalid.coded("incorrect_passkey").about_no_field(),
    InvalidChallenge => Kind::Invalid.coded("invalid_challenge").about_no_field(),
    NoPasskey => Kind::Conflict.coded("no_passkey").about_no_field(),
    CodeRequired => Kind::Invalid.coded("second_factor_needed").about_no_field(),
    SessionOver => Kind::Unauthenticated.coded("invalid_token"),
    Limit(error) => error.class(),
    Hashing(error) => error.class(),
    Store(error) => error.class(),
}

impl Sessions {
    /// Notes that the user of this session proved who they are, by the strongest that they have: a second factor, or, without one,
    /// the password.
    ///
    /// # Errors
    /// See [`ConfirmSessionError`].
    pub async fn confirm(
        &self,
        user: &User,
        session: SessionId,
        proof: SessionProof,
        client: &Client,
    ) -> Result<(), ConfirmSessionError> {
        let outcome = match proof {
            SessionProof::Password(password) => self.confirm_by_password(user, session, password, client).await,
            SessionProof::SecondFactor(proof) => self.confirm_by_factor(user, session, proof, client).await,
        };
        let event = self.core.recorder.event(AuditKind::SessionConfirmed, client).by_and_on(user.id);
        self.core.recorder.refusal_of(event.saying(AuditDetail::Session, session), outcome).await
    }

    /// What the browser of this session's user is to have signed by one of their passkeys.
    ///
    /// # Errors
    /// [`ConfirmSessionError::NoPasskey`] where there is none.
    pub async fn begin_confirmation(
        &self,
        user: &User,
        session: SessionId,
        client: &Client,
    ) -> Result<PasskeyRequest, ConfirmSessionError> {
        self.core.limiter.take_for_range(Limit::PasskeyChallengesPerAddress, client).await?;
        let mut work = self.core.store.begin().await?;
        work.users().lock(user.id).await?.ok_or(ConfirmSessionError::SessionOver)?;
        let passkeys = work.passkeys().list_for(user.id).await?;
        if passkeys.is_empty() {
            return Err(ConfirmSessionError::NoPasskey);
        }
        let scope = ChallengeScope::Confirmation { user: user.id, session };
        let (secret, challenge) = self.core.new_challenge(scope, 1, client);
        let is_seen_by_all = passkeys.iter().all(|passkey| passkey.verifies_user);
        let verification = if is_seen_by_all { UserVerification::Required } else { UserVerification::Preferred };
        let request = self.core.ask_for_passkey(secret, &passkeys, verification);
        let request = request.ok_or(ConfirmSessionError::NoPasskey)?;
        work.challenges().issue(&challenge).await.map_err(|error| match error {
            StoreError::Conflict(Constraint::ChallengeUser) => ConfirmSessionError::SessionOver,
            error => error.into(),
        })?;
        work.commit().await?;
        Ok(request)
    }

    async fn confirm_by_password(
        &self,
        user: &User,
        session: SessionId,
        password: PasswordAttempt,
        client: &Client,
    ) -> Result<(), ConfirmSessionError> {
        self.core.limiter.take_for_user(Limit::PasswordChangePerAccount, user.id, client).await?;
        if self.core.hasher.verify(password, user.password_hash.clone(), client.range()).await? == Verdict::Mismatch {
            return Err(ConfirmSessionError::Incorrect);
        }
        let mut work = self.core.store.begin().await?;
        let current = work.users().lock(user.id).await?;
        if current.is_none_or(|current| current.password_hash != user.password_hash) {
            return Err(ConfirmSessionError::Incorrect);
        }
        if has_second_factor(&mut *work, user.id).await? {
            return Err(ConfirmSessionError::CodeRequired);
        }
        self.note_proof(work, user, session, None, client).await
    }

    async fn confirm_by_factor(
        &self,
        user: &User,
        session: SessionId,
        proof: Option<FactorProof>,
        client: &Client,
    ) -> Result<(), ConfirmSessionError> {
        let permit = self.core.permit_to_prove(user.id, proof.as_ref(), client).await?;
        let outcome = match proof {
            Some(proof) => self.try_confirm_by_factor(user, session, proof, client).await,
            None => Err(ConfirmSessionError::IncorrectCode),
        };
        if !matches!(outcome, Err(ConfirmSessionError::IncorrectCode)) {
            self.core.limiter.give_back(permit).await?;
        }
        outcome
    }

    async fn try_confirm_by_factor(
        &self,
        user: &User,
        session: SessionId,
        proof: FactorProof,
        client: &Client,
    ) -> Result<(), ConfirmSessionError> {
        let (proof, challenge) = match proof {
            FactorProof::Code(code) => (CheckedProof::Code(code), None),
            FactorProof::RecoveryCode(code) => (CheckedProof::RecoveryCode(code), None),
            FactorProof::Passkey(assertion) => {
                let (proof, challenge) = self.check_confirmation(user, session, &assertion, client).await?;
                (proof, Some(challenge))
            }
        };
        let mut work = self.core.store.begin().await?;
        let current = work.users().lock(user.id).await?.ok_or(ConfirmSessionError::SessionOver)?;
        if let Some(challenge) = challenge
            && !work.challenges().consume(challenge).await?
        {
            return Err(ConfirmSessionError::InvalidChallenge);
        }
        let by = self.core.take_proof(&mut *work, &current, &proof, client).await?;
        let by = by.ok_or(match proof {
            CheckedProof::Passkey(_) => ConfirmSessionError::IncorrectPasskey,
            CheckedProof::Code(_) | CheckedProof::RecoveryCode(_) => ConfirmSessionError::IncorrectCode,
        })?;
        self.note_proof(work, user, session, Some(by), client).await
    }

    /// What a passkey of this user signed, for a challenge that this session got.
    async fn check_confirmation(
        &self,
        user: &User,
        session: SessionId,
        assertion: &Assertion,
        client: &Client,
    ) -> Result<(CheckedProof, TokenDigest), ConfirmSessionError> {
        let purpose = ChallengePurpose::Confirmation;
        let taken = self.core.take_challenge(&assertion.client_data, purpose, client).await?;
        let scope = ChallengeScope::Confirmation { user: user.id, session };
        let asked = taken.filter(|(_, challenge)| challenge.scope == scope);
        let (secret, challenge) = asked.ok_or(ConfirmSessionError::InvalidChallenge)?;
        let required = UserVerification::Required;
        let signed = self.core.check_passkey_of(user.id, assertion, &secret, required, client).await?;
        let signed = signed.ok_or(ConfirmSessionError::IncorrectPasskey)?;
        Ok((CheckedProof::Passkey(signed), challenge.digest))
    }

    async fn note_proof(
        &self,
        mut work: Box<dyn UnitOfWork>,
        user: &User,
        session: SessionId,
        by: Option<ProvedBy>,
        client: &Client,
    ) -> Result<(), ConfirmSessionError> {
        if !work.sessions().note_proof(user.id, session, self.core.clock.now()).await? {
            return Err(ConfirmSessionError::SessionOver);
        }
        let event = self.core.recorder.event(AuditKind::SessionConfirmed, client).by_and_on(user.id);
        let event = event.saying(AuditDetail::Session, session);
        let event = match by {
            Some(by) => event.saying(AuditDetail::SecondFactor, by),
            None => event,
        };
        work.audit().record(&event).await?;
        work.commit().await?;
        Ok(())
    }
}
