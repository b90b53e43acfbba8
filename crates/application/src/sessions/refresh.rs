//! Refresh: a refresh token for the next pair of tokens.

use ironplate_domain::{
    AuditDetail, AuditKind, Client, Fact, KnownClient, MailTemplate, RefreshSalt, RefreshableSession, Rotation,
    Session, TokenDigest, TokenSecret,
};

use super::{LoggedIn, Sessions, refresh_token::RefreshToken};
use crate::{
    fault::{Fault, Kind, faults},
    limits::{Limit, LimitError},
    ports::{StoreError, StoreResult},
};

/// Why there are no new tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// No such token, or its session is over; also when it was used before and its session ends for it.
    #[error("Could not validate credentials")]
    InvalidToken,
    /// It was tried too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { RefreshError:
    InvalidToken => Kind::Unauthenticated.coded("invalid_refresh_token"),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

/// A session, as the holder of one of its refresh tokens finds it.
struct Presented {
    token: RefreshToken,
    /// Recognises the token's own part.
    digest: TokenDigest,
    found: RefreshableSession,
}

impl Presented {
    /// It would be younger than the one in force.
    fn was_never_seen(&self) -> bool {
        self.token.generation > self.found.generation.number
    }
}

impl Sessions {
    /// Puts a successor in the place of a refresh token (RFC 9700, section 4.14.2).
    ///
    /// A token that was replaced gives its same successor again for as long as that reached nobody: the answer got lost.
    /// From when it is first used on, that is so for [`reuse_window`](crate::SessionPolicy::reuse_window) only: ten tabs
    /// asked at once. Any other use of a replaced token means that two have it: the session ends then, and its user is told. A token
    /// that this database never saw, as after it was restored, opens and ends nothing.
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn refresh(&self, token: &TokenSecret, client: &Client) -> Result<LoggedIn, RefreshError> {
        self.core.limiter.take_for_range(Limit::RefreshPerAddress, client).await?;
        let mut presented = self.find(token, client).await?;
        if presented.digest == presented.found.current {
            if let Some(tokens) = self.rotate(&presented, client).await? {
                return Ok(tokens);
            }
            // Somebody else rotated it at this very moment, or the session was ended.
            presented = self.find(token, client).await?;
        }
        match self.repeat(&presented) {
            Some(tokens) => Ok(tokens),
            None if presented.was_never_seen() => Err(self.refuse(Some(&presented.found.session), client).await),
            None => self.end_for_reuse(&presented.found.session, client).await,
        }
    }

    async fn find(&self, text: &TokenSecret, client: &Client) -> Result<Presented, RefreshError> {
        let Some(token) = RefreshToken::parse(text) else { return Err(self.refuse(None, client).await) };
        let (shared, digest) = (self.core.secrets.digest(&token.shared), self.core.secrets.digest(&token.own_part()));
        let found = self.core.store.read().await?.sessions().find_refreshable(shared).await?;
        match found {
            Some(found) if found.session.is_live(self.core.clock.now()) => Ok(Presented { token, digest, found }),
            found => Err(self.refuse(found.as_ref().map(|found| &found.session), client).await),
        }
    }

    /// No token, or none any more; of this session, if it is of one.
    async fn refuse(&self, session: Option<&Session>, client: &Client) -> RefreshError {
        let refusal = RefreshError::InvalidToken;
        let event = self.core.recorder.event(AuditKind::RefreshRefused, client).failed(refusal.class().code);
        let event = match session {
            Some(session) => event.on(session.user).saying(AuditDetail::Session, session.id),
            None => event,
        };
        self.core.recorder.record_refusal_of_stranger(event).await;
        refusal
    }

    async fn rotate(&self, presented: &Presented, client: &Client) -> StoreResult<Option<LoggedIn>> {
        let Presented { token, digest, found: RefreshableSession { session, .. } } = presented;
        let (now, salt) = (self.core.clock.now(), self.core.secrets.salt());
        let successor = self.successor(token, salt);
        let (next, generation) = (self.core.secrets.digest(&successor.own_part()), successor.generation);
        let expires_at = self.core.policy.sessions.spans.expiry(now, session.ends_at);
        let rotation = Rotation { current: *digest, next, salt, generation, now, expires_at };
        let mut work = self.core.store.begin().await?;
        if !work.sessions().rotate(session.id, &rotation).await? {
            return Ok(None);
        }
        work.known_clients().remember(session.user, &KnownClient::of(client, now)).await?;
        work.commit().await?;
        Ok(Some(self.logged_in(session, &successor)))
    }

    fn successor(&self, token: &RefreshToken, salt: RefreshSalt) -> RefreshToken {
        RefreshToken {
            shared: token.shared.clone(),
            own: self.core.secrets.successor(&token.own, salt),
            generation: token.generation.saturating_add(1),
        }
    }

    /// The same answer once more. That the successor is in force is what makes this token the one before it.
    fn repeat(&self, Presented { token, digest, found }: &Presented) -> Option<LoggedIn> {
        let replaced = found.replaced.filter(|replaced| replaced.digest == *digest)?;
        let window = self.core.policy.sessions.reuse_window;
        let is_over = found.generation.seen_at.is_some_and(|seen_at| self.core.clock.now() >= seen_at.after(window));
        (!window.is_zero() && !is_over).then(|| self.logged_in(&found.session, &self.successor(token, replaced.salt)))
    }

    async fn end_for_reuse(&self, session: &Session, client: &Client) -> Result<LoggedIn, RefreshError> {
        let mut work = self.core.store.begin().await?;
        let user = work.users().lock(session.user).await?;
        if work.sessions().revoke(session.user, session.id, self.core.clock.now()).await?
            && let Some(user) = user
        {
            let event = self.core.recorder.event(AuditKind::RefreshReused, client).on(user.id);
            let event = event.failed(RefreshError::InvalidToken.class().code).saying(AuditDetail::Session, session.id);
            work.audit().record(&event).await?;
            let notice = self.core.mailer.message(MailTemplate::SessionReuse, &user.email).about(user.id);
            let notice = notice.saying(Fact::Device, session.device());
            self.core.mailer.enqueue(&mut *work, &notice).await?;
        }
        work.commit().await?;
        Err(RefreshError::InvalidToken)
    }
}
