//! Authenticate a request: from a credential to the user behind it, as they are now.

use ironplate_domain::{Client, KnownClient, OrganizationId, Session, SessionUse, Timestamp, TokenSecret, User};
use secrecy::{ExposeSecret, SecretString};

use super::Sessions;
use crate::{
    fault::{Kind, faults},
    policy::SecondFactorPolicy,
    ports::{AtHand, Beside, InvalidToken, SessionHolder, StoreError, StoreResult},
};

/// What a request shows of its session.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An access token.
    AccessToken(SecretString),
    /// What cookies of one name hold, of which one should be ours.
    Cookies(Vec<TokenSecret>),
}

/// Somebody recognised.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who, as stored at this moment.
    pub user: User,
    /// By which session.
    pub session: Session,
    /// They proved lately who they are, as what changes second factors asks for.
    pub is_proved: bool,
    /// That it was used should be noted, with [`Sessions::note_use`].
    pub is_worth_noting: bool,
    /// The number of the access token's generation; zero for a cookie.
    pub generation: u32,
    /// The organisation that the request names, if they are a member.
    pub at: Option<AtHand>,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The credential is not valid, or its session is over.
    #[error("Could not validate credentials")]
    InvalidToken,
    /// Of several cookies, two open sessions of different accounts: nobody knows whose will this is.
    #[error("Cookies of two accounts were sent")]
    TwoAccounts,
    /// The token is valid, but its user is gone.
    #[error("User not found")]
    UserNotFound,
    /// The account is switched off.
    #[error("Inactive user")]
    Inactive,
    /// They must have a second factor, and have none.
    #[error("Your account needs a second factor, such as an authenticator app. Set one up first, at {0}")]
    EnrolmentRequired(String),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidToken> for AuthenticateError {
    fn from(InvalidToken: InvalidToken) -> Self {
        Self::InvalidToken
    }
}

faults! { AuthenticateError:
    InvalidToken => Kind::Unauthenticated.coded("invalid_token"),
    TwoAccounts => Kind::Unauthenticated.coded("not_authenticated"),
    UserNotFound => Kind::NotFound.coded("user_not_found"),
    Inactive => Kind::Invalid.coded("inactive_user").about_no_field(),
    EnrolmentRequired(_) => Kind::Forbidden.coded("second_factor_enrolment_required"),
    Store(error) => error.class(),
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Nothing but look.
    Look,
    /// Change something.
    Change,
}

/// What a request is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What leads to a second factor, and what is needed on the way there: whoever must have one and has none is recognised, too.
    Enrolment,
    /// All else.
    Everything,
}

impl Sessions {
    /// The user and session that a credential stands for, in one statement: whatever was changed before this
    /// moment (logged out, deactivated, demoted, deleted, removed from the organisation) holds. `at` is the organisation that
    /// the request names, if it names one. Whoever must have a second factor and has none is refused, whenever they logged in.
    ///
    /// # Errors
    /// See [`AuthenticateError`].
    pub async fn authenticate(
        &self,
        credential: &Credential,
        at: Option<OrganizationId>,
    ) -> Result<Authenticated, AuthenticateError> {
        self.authenticate_for(Reach::Everything, credential, at).await
    }

    /// The same, for a request that is after this.
    ///
    /// # Errors
    /// See [`AuthenticateError`].
    pub async fn authenticate_for(
        &self,
        reach: Reach,
        credential: &Credential,
        at: Option<OrganizationId>,
    ) -> Result<Authenticated, AuthenticateError> {
        let (now, policy) = (self.core.clock.now(), self.core.policy.second_factor);
        let is_asked = reach == Reach::Everything && policy != SecondFactorPolicy::Optional;
        let beside = Beside { at, second_factor: is_asked };
        let (holder, number) = match credential {
            Credential::AccessToken(token) => {
                let claims = self.core.tokens.verify(token.expose_secret(), now)?;
                let mut reader = self.core.store.read().await?;
                let holder = reader.sessions().find_holder(claims.user, claims.session, beside).await?;
                (holder.ok_or(AuthenticateError::UserNotFound)?, claims.generation)
            }
            Credential::Cookies(secrets) => (self.holder_of_cookie(secrets, beside, now).await?, 0),
        };
        let SessionHolder { user, session, generation, at, lacks_second_factor } = holder;
        if !user.is_active {
            return Err(AuthenticateError::Inactive);
        }
        let session = session.filter(|session| session.is_live(now)).ok_or(AuthenticateError::InvalidToken)?;
        if is_asked && lacks_second_factor && policy.covers(&user) {
            return Err(AuthenticateError::EnrolmentRequired(self.core.policy.links.security()));
        }
        let is_worth_noting =
            self.core.policy.sessions.spans.is_worth_noting(&session, now) || generation.is_news(number);
        let is_proved = session.is_proved_within(self.core.policy.sessions.recent, now);
        Ok(Authenticated { user, session, is_proved, is_worth_noting, generation: number, at })
    }

    async fn holder_of_cookie(
        &self,
        secrets: &[TokenSecret],
        beside: Beside,
        now: Timestamp,
    ) -> Result<SessionHolder, AuthenticateError> {
        let digests: Vec<_> = secrets.iter().map(|secret| self.core.secrets.digest(secret)).collect();
        let mut handle = self.core.store.read().await?;
        let found = match *digests {
            // What nearly everybody has, by the statement that is prepared for it.
            [digest] => Vec::from_iter(handle.sessions().find_holder_of_cookie(digest, beside).await?),
            _ => handle.sessions().find_holders_of_cookies(&digests, beside).await?,
        };
        the_one(found, now)
    }

    /// Notes that a session may write, before it does, so that its user misses nothing of that where reads may be old: once a minute
    /// at the most, and never where no read may be. An inbound adapter does it for each request that may change something.
    ///
    /// # Errors
    /// Storage failed: the request must not be carried out.
    pub async fn note_writing(&self, recognised: &mut Authenticated) -> StoreResult<()> {
        let until =
            recognised.session.writing(self.core.clock.now()).filter(|_| self.core.policy.stale_reads.is_some());
        let Some(until) = until else { return Ok(()) };
        let mut work = self.core.store.begin().await?;
        work.sessions().note_writing(recognised.session.id, until).await?;
        work.commit().await?;
        recognised.session.writes_until = Some(until);
        Ok(())
    }

    /// Notes that a session was used, by this client. No request waits for it: an inbound adapter does it beside the answer, when
    /// [`is_worth_noting`](Authenticated::is_worth_noting). Of many at once, one writes.
    ///
    /// # Errors
    /// Storage failed; the next request notes it.
    pub async fn note_use(&self, recognised: &Authenticated, client: &Client) -> StoreResult<()> {
        let Authenticated { session, generation, .. } = recognised;
        let (now, spans) = (self.core.clock.now(), &self.core.policy.sessions.spans);
        let expires_at = spans.expiry(now, session.ends_at);
        let used = SessionUse { now, expires_at, every: spans.seen_every, generation: *generation };
        let mut work = self.core.store.begin().await?;
        if work.sessions().note_use(session.id, &used).await? {
            work.known_clients().remember(session.user, &KnownClient::of(client, now)).await?;
        }
        work.commit().await
    }
}

/// Whose session is live; of several of one user, the newest.
fn the_one(mut holders: Vec<SessionHolder>, now: Timestamp) -> Result<SessionHolder, AuthenticateError> {
    let is_live = |holder: &SessionHolder| holder.session.as_ref().is_some_and(|session| session.is_live(now));
    if holders.len() > 1 {
        holders.retain(is_live);
    }
    if holders.windows(2).any(|pair| matches!(pair, [one, other] if one.user.id != other.user.id)) {
        return Err(AuthenticateError::TwoAccounts);
    }
    let newest = holders.into_iter().max_by_key(|holder| holder.session.as_ref().map(|session| session.created_at));
    newest.ok_or(AuthenticateError::InvalidToken)
}
