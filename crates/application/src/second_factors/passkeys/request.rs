//! What browsers are to ask authenticators for, and the challenges for that.

use std::time::Duration;

use ironplate_domain::{
    Challenge, ChallengePurpose, ChallengeScope, Client, CredentialId, Email, FullName, KnownClient, Passkey,
    TokenSecret, Transports, UserId,
};

use crate::{
    core::Core,
    ports::{RelyingParty, StoreResult, UserVerification},
};

/// A passkey, as browsers are told which one it is and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPasskey {
    /// How its authenticator names it.
    pub credential: CredentialId,
    /// How that is reached.
    pub transports: Transports,
}

/// A browser is to have a passkey sign.
#[derive(Debug, Clone)]
pub struct PasskeyRequest {
    /// What it is to sign.
    pub challenge: TokenSecret,
    /// The id of the relying party.
    pub party: String,
    /// Those that may sign; where none is named, whichever the browser finds.
    pub allowed: Vec<KnownPasskey>,
    /// Whether the authenticator has to see who uses it.
    pub user: UserVerification,
    /// How long the challenge is good.
    pub expires_in: Duration,
}

/// A browser is to have a passkey made.
#[derive(Debug, Clone)]
pub struct PasskeyCreation {
    /// What it is to sign.
    pub challenge: TokenSecret,
    /// For whom it will sign.
    pub party: RelyingParty,
    /// Whose it will be: what authenticators keep of them.
    pub user: UserId,
    /// By which address people know the account again.
    pub email: Email,
    /// What its owner is called.
    pub full_name: Option<FullName>,
    /// Those that there are: no authenticator makes a second one beside them.
    pub excluded: Vec<KnownPasskey>,
    /// How long the challenge is good.
    pub expires_in: Duration,
}

impl From<&Passkey> for KnownPasskey {
    fn from(passkey: &Passkey) -> Self {
        Self { credential: passkey.credential.clone(), transports: passkey.transports.clone() }
    }
}

impl Core {
    /// A challenge for this client, not stored yet.
    pub(crate) fn new_challenge(&self, scope: ChallengeScope, tries: u32, client: &Client) -> (TokenSecret, Challenge) {
        let (secret, digest) = self.secrets.token();
        let now = self.clock.now();
        let (client, expires_at) = (KnownClient::of(client, now), now.after(Challenge::WAITS));
        (secret, Challenge { digest, scope, client, tries_left: tries, expires_at })
    }

    /// Has one of these passkeys sign the challenge. `None`: no passkeys are used here.
    pub(crate) fn ask_for_passkey(
        &self,
        challenge: TokenSecret,
        passkeys: &[Passkey],
        user: UserVerification,
    ) -> Option<PasskeyRequest> {
        let party = self.policy.relying_party.as_ref()?.id.clone();
        let allowed = passkeys.iter().map(KnownPasskey::from).collect();
        Some(PasskeyRequest { challenge, party, allowed, user, expires_in: Challenge::WAITS })
    }

    /// Takes the challenge that a browser says it was asked, if it was given to this client for this purpose. Nobody takes it again,
    /// whatever comes of it.
    pub(crate) async fn take_challenge(
        &self,
        client_data: &[u8],
        purpose: ChallengePurpose,
        client: &Client,
    ) -> StoreResult<Option<(TokenSecret, Challenge)>> {
        let Some(secret) = self.passkey_verifier.challenge(client_data) else { return Ok(None) };
        let mut work = self.store.begin().await?;
        let challenge = work.challenges().take_try(self.secrets.digest(&secret), purpose, self.clock.now()).await?;
        work.commit().await?;
        Ok(challenge.filter(|challenge| challenge.is_of(client)).map(|challenge| (secret, challenge)))
    }
}
