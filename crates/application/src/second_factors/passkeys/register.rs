//! Add a passkey: an authenticator makes a key pair, and we keep its public half.

use ironplate_domain::{
    Actor, AuditKind, Challenge, ChallengePurpose, ChallengeScope, Client, FactorName, Passkey, PasskeyId,
    PasswordAttempt, RecoveryCode, TokenDigest, Transports,
};

use super::{
    super::{BeginFactorError, ProvedBy, SecondFactors, UnprovedAddress, consequences::Factor, has_second_factor},
    KnownPasskey, PasskeyCreation,
};
use crate::{
    access::Unproved,
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{Ceremony, Constraint, Registered, Registration, StoreError, UserVerification},
};

/// What a browser answers when a passkey was made, and what its owner says of it.
#[derive(Debug)]
pub struct NewPasskey {
    /// What it shall be called.
    pub name: FactorName,
    /// What its authenticator says.
    pub registration: Registration,
    /// How browsers reach that.
    pub transports: Transports,
}

/// A passkey that was added.
#[derive(Debug)]
pub struct AddedPasskey {
    /// The passkey.
    pub passkey: Passkey,
    /// With the first second factor: codes for when it is lost. They are told this once.
    pub recovery_codes: Option<Vec<RecoveryCode>>,
}

/// Why there is no passkey.
#[derive(Debug, thiserror::Error)]
pub enum AddPasskeyError {
    /// They need a domain, which this server has not.
    #[error("Passkeys can't be used at this address")]
    NotOffered,
    /// The user has as many as there may be.
    #[error("There may be {} passkeys at the most. Remove one first", Passkey::MOST)]
    TooMany,
    /// It was not asked for: never, or not any more, or not from this client in this session.
    #[error("Please try again: too much time has passed, or it was begun elsewhere")]
    InvalidChallenge,
    /// What the browser answers is no passkey that was asked for.
    #[error("This passkey could not be added. Please try again, or use another device")]
    Unverified,
    /// It was added before, by whomever.
    #[error("This passkey was added before")]
    Taken,
    /// The user did not prove who they are.
    #[error(transparent)]
    Begin(#[from] BeginFactorError),
    /// See [`UnprovedAddress`].
    #[error(transparent)]
    UnprovedAddress(#[from] UnprovedAddress),
    /// They did so too long ago.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { AddPasskeyError:
    NotOffered => Kind::Conflict.coded("passkeys_not_offered").about_no_field(),
    TooMany => Kind::Conflict.coded("too_many_passkeys").about_no_field(),
    InvalidChallenge => Kind::Invalid.coded("invalid_challenge").about_no_field(),
    Unverified => Kind::Invalid.coded("incorrect_passkey").about_no_field(),
    Taken => Kind::Conflict.coded("passkey_taken").about_no_field(),
    Begin(error) => error.class(),
    UnprovedAddress(error) => error.class(),
    Unproved(error) => error.class(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

impl SecondFactors {
    /// What the actor's browser is to ask an authenticator for. To their first second factor belongs their password.
    ///
    /// # Errors
    /// See [`AddPasskeyError`].
    pub async fn begin_passkey(
        &self,
        actor: Actor,
        password: Option<PasswordAttempt>,
        client: &Client,
    ) -> Result<PasskeyCreation, AddPasskeyError> {
        self.core.limiter.take_for_user(Limit::EnrolmentsPerAccount, actor.user, client).await?;
        let outcome = self.try_begin_passkey(actor, password, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorAdded, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_begin_passkey(
        &self,
        actor: Actor,
        password: Option<PasswordAttempt>,
        client: &Client,
    ) -> Result<PasskeyCreation, AddPasskeyError> {
        let party = self.core.policy.relying_party.clone().ok_or(AddPasskeyError::NotOffered)?;
        let (mut work, user) = self.begin_adding(actor, password, client).await?;
        UnprovedAddress::check(&user, has_second_factor(&mut *work, user.id).await?)?;
        let passkeys = work.passkeys().list_for(user.id).await?;
        if passkeys.len() >= Passkey::MOST {
            return Err(AddPasskeyError::TooMany);
        }
        let session = actor.session.ok_or(Unproved::SessionOver)?;
        let scope = ChallengeScope::PasskeyRegistration { user: user.id, session };
        let (challenge, issued) = self.core.new_challenge(scope, 1, client);
        work.challenges().issue(&issued).await?;
        work.commit().await?;
        Ok(PasskeyCreation {
            challenge,
            party,
            user: user.id,
            email: user.email,
            full_name: user.full_name,
            excluded: passkeys.iter().map(KnownPasskey::from).collect(),
            expires_in: Challenge::WAITS,
        })
    }

    /// Adds the passkey that an authenticator made for the actor. With the first second factor, all other sessions of the user end:
    /// whoever has one is asked for it when they log in again.
    ///
    /// # Errors
    /// [`AddPasskeyError::InvalidChallenge`] for all but one of those who add one for the same challenge at once.
    pub async fn add_passkey(
        &self,
        actor: Actor,
        new: NewPasskey,
        client: &Client,
    ) -> Result<AddedPasskey, AddPasskeyError> {
        let outcome = self.try_add_passkey(actor, new, client).await;
        let event = self.core.recorder.event(AuditKind::SecondFactorAdded, client).by_and_on(actor.user);
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn try_add_passkey(
        &self,
        actor: Actor,
        NewPasskey { name, registration, transports }: NewPasskey,
        client: &Client,
    ) -> Result<AddedPasskey, AddPasskeyError> {
        let (challenge, made) = self.check_registration(actor, &registration, client).await?;
        let (mut work, user) = self.core.begin_proved(actor).await?;
        if !work.challenges().consume(challenge).await? {
            return Err(AddPasskeyError::InvalidChallenge);
        }
        if work.passkeys().list_for(user.id).await?.len() >= Passkey::MOST {
            return Err(AddPasskeyError::TooMany);
        }
        let had_one = has_second_factor(&mut *work, user.id).await?;
        UnprovedAddress::check(&user, had_one)?;
        let Registered { credential, key, sign_count, aaguid, is_backed_up, verifies_user } = made;
        let passkey = Passkey {
            id: PasskeyId(self.core.secrets.id()),
            user: user.id,
            name,
            credential,
            key,
            sign_count,
            aaguid,
            is_backed_up,
            verifies_user,
            transports,
            created_at: self.core.clock.now(),
            last_used_at: None,
        };
        work.passkeys().insert(&passkey).await.map_err(|error| match error {
            StoreError::Conflict(Constraint::PasskeyCredential) => AddPasskeyError::Taken,
            error => error.into(),
        })?;
        let recovery_codes = if had_one { None } else { Some(self.protect(&mut *work, actor, client).await?) };
        let factor = Factor { kind: ProvedBy::Passkey, id: passkey.id.0, name: &passkey.name };
        self.note_added(&mut *work, &user, factor, client).await?;
        work.commit().await?;
        Ok(AddedPasskey { passkey, recovery_codes })
    }

    /// What was made, for the challenge that this actor got.
    async fn check_registration(
        &self,
        actor: Actor,
        registration: &Registration,
        client: &Client,
    ) -> Result<(TokenDigest, Registered), AddPasskeyError> {
        let party = self.core.policy.relying_party.as_ref().ok_or(AddPasskeyError::NotOffered)?;
        let purpose = ChallengePurpose::PasskeyRegistration;
        let taken = self.core.take_challenge(&registration.client_data, purpose, client).await?;
        let (secret, challenge) = taken
            .filter(|(_, challenge)| {
                challenge.scope.user() == Some(actor.user) && challenge.scope.session() == actor.session
            })
            .ok_or(AddPasskeyError::InvalidChallenge)?;
        let expected = Ceremony { party, challenge: &secret, user: UserVerification::Preferred };
        let made = self.core.passkey_verifier.register(registration, expected).map_err(|reason| {
            tracing::info!(user = %actor.user, %reason, "passkey not added");
            AddPasskeyError::Unverified
        })?;
        Ok((challenge.digest, made))
    }
}
