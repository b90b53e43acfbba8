//! A challenge: what ties a step to the one before it, or what an authenticator is to sign.

use std::time::Duration;

use crate::{Client, KnownClient, SessionId, SessionKind, Timestamp, TokenDigest, UserId, named_enum};

/// A secret that was given to one client, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Recognises the secret.
    pub digest: TokenDigest,
    /// What it was given for.
    pub scope: ChallengeScope,
    /// To whom it was given, and when.
    pub client: KnownClient,
    /// How often something may still be shown.
    pub tries_left: u32,
    /// From here on it leads nowhere.
    pub expires_at: Timestamp,
}

/// What a challenge is bound to. Deleting the user or the session deletes the challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeScope {
    /// A log-in whose password was right, and that waits for a second factor.
    SecondFactor {
        /// Whose password it was.
        user: UserId,
        /// How the session shows itself that it leads to.
        kind: SessionKind,
        /// Recognises the hash of the password that was right. Once the account has another one, it leads nowhere.
        password: TokenDigest,
    },
    /// A log-in by a passkey alone, whosever that may be.
    PasskeyLogIn {
        /// How the session shows itself that it leads to.
        kind: SessionKind,
    },
    /// A passkey that is made.
    PasskeyRegistration {
        /// For whom.
        user: UserId,
        /// By which session.
        session: SessionId,
    },
    /// Somebody who is asked again who they are.
    Confirmation {
        /// Who.
        user: UserId,
        /// In which session.
        session: SessionId,
    },
}

named_enum! {
    /// What a challenge is for.
    pub enum ChallengePurpose {
        /// [`ChallengeScope::SecondFactor`].
        SecondFactor = "second_factor",
        /// [`ChallengeScope::PasskeyLogIn`].
        PasskeyLogIn = "passkey_log_in",
        /// [`ChallengeScope::PasskeyRegistration`].
        PasskeyRegistration = "passkey_registration",
        /// [`ChallengeScope::Confirmation`].
        Confirmation = "confirmation",
    }
}

impl ChallengeScope {
    /// What it is for.
    #[must_use]
    pub const fn purpose(self) -> ChallengePurpose {
        match self {
            Self::SecondFactor { .. } => ChallengePurpose::SecondFactor,
            Self::PasskeyLogIn { .. } => ChallengePurpose::PasskeyLogIn,
            Self::PasskeyRegistration { .. } => ChallengePurpose::PasskeyRegistration,
            Self::Confirmation { .. } => ChallengePurpose::Confirmation,
        }
    }

    /// Whose it is, if that is known.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::SecondFactor { user, .. }
            | Self::PasskeyRegistration { user, .. }
            | Self::Confirmation { user, .. } => Some(user),
            Self::PasskeyLogIn { .. } => None,
        }
    }

    /// In which session it was given, if in one.
    #[must_use]
    pub const fn session(self) -> Option<SessionId> {
        match self {
            Self::PasskeyRegistration { session, .. } | Self::Confirmation { session, .. } => Some(session),
            Self::SecondFactor { .. } | Self::PasskeyLogIn { .. } => None,
        }
    }
}

impl Challenge {
    /// So often something may be shown in all where people type it; what an authenticator signed is shown once.
    pub const TRIES: u32 = 5;

    /// So long it is good for something.
    pub const WAITS: Duration = Duration::from_mins(5);

    /// Whether it was given to this client: one that calls itself the same, in the same network. An address may change within
    /// one, as those of phones do.
    #[must_use]
    pub fn is_of(&self, client: &Client) -> bool {
        let here = KnownClient::of(client, self.client.last_seen_at);
        here.device == self.client.device && (here.range == self.client.range || self.client.is_near(&here.range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserAgent;

    fn client(address: &str, program: &str) -> Client {
        let (address, user_agent) = (address.parse().ok(), UserAgent::new(program));
        Client { address, user_agent, request_id: None }
    }

    #[test]
    fn a_challenge_is_its_clients() {
        let (firefox, now) = ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", Timestamp::MIN);
        let challenge = |address: &str| Challenge {
            digest: TokenDigest([0; 32]),
            scope: ChallengeScope::PasskeyLogIn { kind: SessionKind::Token },
            client: KnownClient::of(&client(address, firefox), now),
            tries_left: 5,
            expires_at: now,
        };
        for (here, there, program, expected) in [
            ("192.0.2.1", "192.0.2.1", firefox, true),
            ("192.0.2.1", "192.0.2.99", firefox, true),
            ("192.0.2.1", "198.51.100.1", firefox, false),
            ("192.0.2.1", "192.0.2.1", "curl/8", false),
            ("192.0.2.1", "", firefox, false),
            ("", "", firefox, true),
            ("", "192.0.2.1", firefox, false),
        ] {
            assert_eq!(challenge(here).is_of(&client(there, program)), expected, "{here} {there} {program}");
        }
    }
}
