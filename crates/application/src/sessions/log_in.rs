//! Log in: address and password for a session and what shows it.

use std::time::Duration;

use ironplate_domain::{
    AuditKind, Client, Email, PasswordAttempt, SECONDS_OF_A_DAY, Session, SessionDigests, SessionId, SessionKind,
    Timestamp, TokenSecret, User,
};
use secrecy::SecretString;

use super::{
    Sessions,
    admit::Candidate,
    open::{Opening, Shown},
    refresh_token::RefreshToken,
    trust::{DeviceTrusted, HeldCookies},
};
use crate::{
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{AccessClaims, HashingError, StoreError},
    second_factors::{PasskeyRequest, ProvedBy},
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
    /// The device is trusted from here on, as its user chose.
    pub device: Option<DeviceTrusted>,
}

/// A log-in whose password was right, and that waits for a second factor.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "The password is right, and this account asks for a second factor as well. Where you are not asked for it here, log in at {at}"
)]
pub struct PendingLogIn {
    /// What it goes on by; see [`Sessions::prove`].
    pub challenge: TokenSecret,
    /// What may be shown.
    pub methods: Vec<ProvedBy>,
    /// What the browser is to have signed, if a passkey may be shown.
    pub passkey: Option<PasskeyRequest>,
    /// How long it waits.
    pub expires_in: Duration,
    /// For how long this device may be trusted, so that it is not asked again; `None`: it may not.
    pub trust_for: Option<Duration>,
    /// Where it is asked for in any case.
    pub at: String,
}

impl PendingLogIn {
    /// For how many days this device may be trusted; `None`: it may not.
    #[must_use]
    pub fn trust_days(&self) -> Option<u64> {
        self.trust_for.map(|lasts| lasts.as_secs() / SECONDS_OF_A_DAY)
    }

    /// Tells a log-in that waits from one that was refused.
    ///
    /// # Errors
    /// It was refused.
    pub fn apart<Opened>(outcome: Result<Opened, LogInError>) -> Result<Result<Opened, Self>, LogInError> {
        match outcome {
            Err(LogInError::SecondFactorRequired(pending)) => Ok(Err(pending)),
            outcome => outcome.map(Ok),
        }
    }
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
    /// The password is right, and a second factor is asked for.
    #[error(transparent)]
    SecondFactorRequired(PendingLogIn),
    /// No log-in waits by this challenge: none ever did, or not any more, or not for this client.
    #[error("Please log in again: too much time has passed, or there were too many tries")]
    InvalidChallenge,
    /// What was shown as second factor is wrong, or was used before.
    #[error("This code is not right, or was used before. Enter another one")]
    IncorrectCode,
    /// No passkey of an account here signed what it was asked to.
    #[error("This passkey opens no account here, or could not be confirmed. Try again, or log in another way")]
    IncorrectPasskey,
    /// They need a domain, which this server has not.
    #[error("Passkeys can't be used at this address")]
    NoPasskeys,
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
    SecondFactorRequired(_) => Kind::Forbidden.coded("second_factor_required"),
    InvalidChallenge => Kind::Invalid.coded("invalid_challenge").about_no_field(),
    IncorrectCode => Kind::Invalid.coded("incorrect_code").about(&["code", "recovery_code"]),
    IncorrectPasskey => Kind::Invalid.coded("incorrect_passkey").about_no_field(),
    NoPasskeys => Kind::Conflict.coded("passkeys_not_offered").about_no_field(),
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
        self.open_by_tokens(&user, None, client).await
    }

    /// Opens a session that shows itself by a cookie: always a new one, and the session of the cookie that the client had
    /// before ends. A trusted device is asked for no second factor.
    ///
    /// # Errors
    /// See [`LogInError`].
    pub async fn log_in_by_cookie(
        &self,
        command: LogIn,
        held: &HeldCookies,
        client: &Client,
    ) -> Result<CookieOpened, LogInError> {
        let user = self.check(command, client).await?;
        self.open_by_cookie(&user, held, None, client).await
    }

    pub(super) async fn open_by_tokens(
        &self,
        user: &User,
        shown: Option<&Shown>,
        client: &Client,
    ) -> Result<LoggedIn, LogInError> {
        let session = self.new_session(user, SessionKind::Token, client);
        let ((shared, secret), (own, _)) = (self.core.secrets.token(), self.core.secrets.token());
        let token = RefreshToken { shared, own, generation: 0 };
        let keys = SessionDigests { secret, refresh: Some(self.core.secrets.digest(&token.own_part())) };
        self.open(user, &Opening { session: &session, keys, held: &HeldCookies::default(), shown }, client).await?;
        Ok(self.logged_in(&session, &token))
    }

    pub(super) async fn open_by_cookie(
        &self,
        user: &User,
        held: &HeldCookies,
        shown: Option<&Shown>,
        client: &Client,
    ) -> Result<CookieOpened, LogInError> {
        let session = self.new_session(user, SessionKind::Cookie, client);
        let (secret, digest) = self.core.secrets.token();
        let keys = SessionDigests { secret: digest, refresh: None };
        let device = self.open(user, &Opening { session: &session, keys, held, shown }, client).await?;
        let (user, lasts) = (user.clone(), self.core.policy.sessions.spans.absolute);
        Ok(CookieOpened { user, secret, ends_at: session.ends_at, lasts, device })
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
            proved_at: Some(now),
            writes_until: None,
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
