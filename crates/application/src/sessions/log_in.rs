//! Log in: address and password for a session and what shows it.

use std::time::Duration;

use ironplate_domain::{
    AuditKind, Client, Email, PasswordAttempt, Session, SessionDigests, SessionId, SessionKind, Timestamp, TokenSecret,
    User,
};
use secrecy::SecretString;

use super::{
    Sessions,
    admit::{Candidate, Opening},
    refresh_token::RefreshToken,
};
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{AccessClaims, HashingError, StoreError},
};

/// What somebody typed.
#[derive(Debug)]
pub struct LogIn {
    /// Their address; `None` when what was typed is none. Finding that out costs the caller no less.
    pub email: Option<Email>,
    /// Their password.
    pub password: PasswordAttempt,
}

/// A session that shows itself by tokens.
#[derive(Debug)]
pub struct LoggedIn {
    /// Which session.
    pub session: SessionId,
    /// Stands for the session until it expires.
    pub access_token: SecretString,
    /// How long the access token holds.
    pub expires_in: Duration,
    /// Good for one more pair of tokens.
    pub refresh_token: SecretString,
}

/// A session that shows itself by a cookie.
#[derive(Debug)]
pub struct CookieOpened {
    /// Who logged in.
    pub user: User,
    /// What the cookie holds.
    pub secret: TokenSecret,
    /// When the session is over in any case.
    pub ends_at: Timestamp,
    /// How long that is from now.
    pub lasts: Duration,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Nobody has this address, or not this password. Which of them is not told, by words or by time.
    #[error("Incorrect email or password")]
    Incorrect,
    /// The password is right, but the account is switched off.
    #[error("Inactive user")]
    Inactive,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password could not be checked.
    #[error(transparent)]
    Hashing(#[from] HashingError),
}

faults! { LogInError:
    Incorrect => Kind::Invalid.coded("incorrect_credentials").about_no_field(),
    Inactive => Kind::Invalid.coded("inactive_user").about_no_field(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
    Hashing(error) => error.class(),
}

impl Sessions {
    /// Opens a session that shows itself by tokens. A hash weaker than today's is replaced on the way.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn log_in(&self, command: LogIn, client: &Client) -> Result<LoggedIn, LogInError> {
        let user = self.check(command, client).await?;
        let session = self.new_session(&user, SessionKind::Token, client);
        let ((shared, secret), (own, _)) = (self.core.secrets.token(), self.core.secrets.token());
        let token = RefreshToken { shared, own, generation: 0 };
        let keys = SessionDigests { secret, refresh: Some(self.core.secrets.digest(&token.own_part())) };
        self.open(&user, &Opening { session: &session, keys, replaced: &[] }, client).await?;
        Ok(self.logged_in(&session, &token))
    }

    /// Opens a session that shows itself by a cookie: always a new one, and the session of the cookie that the client had
    /// before ends.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn log_in_by_cookie(
        &self,
        command: LogIn,
        before: &[TokenSecret],
        client: &Client,
    ) -> Result<CookieOpened, LogInError> {
        let user = self.check(command, client).await?;
        let session = self.new_session(&user, SessionKind::Cookie, client);
        let (secret, digest) = self.core.secrets.token();
        let keys = SessionDigests { secret: digest, refresh: None };
        self.open(&user, &Opening { session: &session, keys, replaced: before }, client).await?;
        Ok(CookieOpened { user, secret, ends_at: session.ends_at, lasts: self.core.policy.sessions.spans.absolute })
    }

    /// Whom address and password are of.
    async fn check(&self, LogIn { email, password }: LogIn, client: &Client) -> Result<User, LogInError> {
        self.core.limiter.take_for_range(Limit::LogInPerAddress, client).await?;
        let candidate = self.candidate(email, client).await?;
        let event = self.core.recorder.event(AuditKind::LogIn, client);
        let event = match &candidate {
            Candidate { user: Some(user), .. } => event.on(user.id),
            Candidate { user: None, .. } => event,
        };
        let outcome = self.admit(candidate, password, client).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    fn new_session(&self, user: &User, kind: SessionKind, client: &Client) -> Session {
        let now = self.core.clock.now();
        let spans = &self.core.policy.sessions.spans;
        let ends_at = now.after(spans.absolute);
        Session {
            id: SessionId(self.core.secrets.id()),
            user: user.id,
            kind,
            address: client.address,
            user_agent: client.user_agent.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: spans.expiry(now, ends_at),
            ends_at,
            revoked_at: None,
            proved_at: now,
        }
    }

    pub(super) fn logged_in(&self, session: &Session, refresh_token: &RefreshToken) -> LoggedIn {
        let claims = AccessClaims { user: session.user, session: session.id, generation: refresh_token.generation };
        LoggedIn {
            session: session.id,
            access_token: self.core.tokens.issue(&claims, self.core.clock.now()),
            expires_in: self.core.tokens.lifetime(),
            refresh_token: refresh_token.text(),
        }
    }
}
