//! Who is let in, and what follows from it.

use ironplate_domain::{
    AuditDetail, AuditKind, Client, Email, Fact, KnownClient, MailTemplate, Password, PasswordAttempt, Session,
    SessionDigests, TokenSecret, User, UserId,
};
use uuid::Uuid;

use super::{LogInError, Sessions};
use crate::{
    limits::{Attempt, Limit, LimitError, Permit, Throttle},
    ports::{ClientHistory, DeviceSeen, HashingError, StoreResult, UnitOfWork, Verdict},
};

/// The account that the typed address may belong to.
pub(super) struct Candidate {
    /// What they typed, if it is an address.
    email: Option<Email>,
    /// Whose it is.
    pub(super) user: Option<User>,
    /// What is known of the client.
    client_history: ClientHistory,
}

/// A session that is about to be opened.
pub(super) struct Opening<'a> {
    pub(super) session: &'a Session,
    pub(super) keys: SessionDigests,
    /// What the client's cookies held before; the new one takes their place.
    pub(super) replaced: &'a [TokenSecret],
}

impl Sessions {
    /// The connection goes back to its pool before the slow work begins. An address without an account costs the same look-ups.
    pub(super) async fn candidate(&self, email: Option<Email>, client: &Client) -> StoreResult<Candidate> {
        let Some(email) = email else {
            return Ok(Candidate { email: None, user: None, client_history: ClientHistory::default() });
        };
        let mut reader = self.core.store.read().await?;
        let user = reader.users().find_by_email(&email).await?;
        let id = user.as_ref().map_or(UserId(Uuid::nil()), |user| user.id);
        let client_history =
            reader.known_clients().client_history(id, &KnownClient::of(client, self.core.clock.now())).await?;
        Ok(Candidate { email: Some(email), user, client_history })
    }

    /// Compares the password. A failed attempt costs the account a permit, wherever it came from.
    pub(super) async fn admit(
        &self,
        candidate: Candidate,
        password: PasswordAttempt,
        client: &Client,
    ) -> Result<User, LogInError> {
        let Some(email) = &candidate.email else { return self.compare(None, password).await };
        let attempt = Attempt::on(client, candidate.user.as_ref().map(|user| user.id));
        match self.core.limiter.take(Limit::LogInPerAccount, email.canonical(), attempt).await {
            Ok(permit) => {
                let outcome = self.compare(candidate.user, password).await;
                self.settle(permit, outcome).await
            }
            Err(LimitError::Throttled(throttle)) => {
                self.admit_while_throttled(candidate, password, client, throttle).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The account has no permits left. Attempts from where it was used before have some of their own, so that nobody keeps
    /// its owner out. But whoever fails there is told what is told everywhere, after the same time, also of an account that
    /// is not there: or answers would tell, to whoever shares the owner's network, that there is one.
    async fn admit_while_throttled(
        &self,
        candidate: Candidate,
        password: PasswordAttempt,
        client: &Client,
        throttle: Throttle,
    ) -> Result<User, LogInError> {
        let Candidate { email, user, client_history } = candidate;
        let attempt = Attempt::on(client, user.as_ref().map(|user| user.id));
        let permit = match (email, client.range().filter(|_| client_history.range)) {
            (Some(email), Some(range)) => {
                let whose = format!("{} {range}", email.canonical());
                match self.core.limiter.take(Limit::LogInPerKnownClient, &whose, attempt).await {
                    Ok(permit) => Some(permit),
                    Err(LimitError::Throttled(_)) => None,
                    Err(error) => return Err(error.into()),
                }
            }
            _ => None,
        };
        let outcome = self.compare(user.filter(|_| permit.is_some()), password).await;
        let outcome = match permit {
            Some(permit) => self.settle(permit, outcome).await,
            None => outcome,
        };
        outcome.map_err(|error| match error {
            LogInError::Incorrect => LimitError::Throttled(throttle).into(),
            error => error,
        })
    }

    /// Gives the permit back unless the password was wrong.
    async fn settle(&self, permit: Permit, outcome: Result<User, LogInError>) -> Result<User, LogInError> {
        if !matches!(outcome, Err(LogInError::Incorrect)) {
            self.core.limiter.give_back(permit).await?;
        }
        outcome
    }

    async fn compare(&self, user: Option<User>, password: PasswordAttempt) -> Result<User, LogInError> {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verdict = self.core.hasher.verify(password.clone(), hash).await?;
        let Some(mut user) = user.filter(|_| verdict != Verdict::Mismatch) else {
            return Err(LogInError::Incorrect);
        };
        if !user.is_active {
            return Err(LogInError::Inactive);
        }
        if verdict == Verdict::MatchButWeak {
            self.strengthen_hash(&mut user, &password).await?;
        }
        Ok(user)
    }

    async fn strengthen_hash(&self, user: &mut User, password: &PasswordAttempt) -> Result<(), LogInError> {
        // Passwords outside today's bounds came from another system; their hash stays.
        let Ok(password) = Password::parse(password.expose()) else { return Ok(()) };
        let stronger = match self.core.hasher.hash(password).await {
            Ok(stronger) => stronger,
            // The right password was given; a better hash can wait for the next log-in.
            Err(HashingError::Busy) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Some(current) = &user.password_hash else { return Ok(()) };
        let mut work = self.core.store.begin().await?;
        if work.users().replace_password_hash(user.id, current, &stronger).await? {
            user.password_hash = Some(stronger);
        }
        work.commit().await?;
        Ok(())
    }

    /// Opens the session, and tells the user by mail if they should hear of this client. What the client's cookies
    /// held before ends, so that nothing lives on that nobody holds.
    pub(super) async fn open(&self, user: &User, opening: &Opening<'_>, client: &Client) -> Result<(), LogInError> {
        let seen = KnownClient::of(client, opening.session.created_at);
        let client_history = self.core.store.read().await?.known_clients().client_history(user.id, &seen).await?;
        let telling = if self.is_news(user, client_history, &seen) {
            self.core.limiter.take_for_new_device(user.id).await?
        } else {
            None
        };
        let outcome = self.try_open(user, opening, &seen, telling.is_some(), client).await;
        if let Some(permit) = telling.filter(|_| outcome.is_err()) {
            self.core.limiter.give_back(permit).await?;
        }
        outcome
    }

    /// The user is looked at again under a lock: a password changed or an account closed while the hash was
    /// computed must not leave a session behind.
    async fn try_open(
        &self,
        user: &User,
        Opening { session, keys, replaced }: &Opening<'_>,
        seen: &KnownClient,
        tells: bool,
        client: &Client,
    ) -> Result<(), LogInError> {
        let mut work = self.core.store.begin().await?;
        let current = work.users().lock(user.id).await?;
        let Some(current) = current.filter(|current| current.password_hash == user.password_hash) else {
            return Err(LogInError::Incorrect);
        };
        if !current.is_active {
            return Err(LogInError::Inactive);
        }
        work.known_clients().remember(user.id, seen).await?;
        self.end_sessions_of(&mut *work, replaced, client).await?;
        work.sessions().insert(session, keys).await?;
        let most = self.core.policy.sessions.most_per_user;
        let ended = work.sessions().revoke_beyond(user.id, most, session.created_at).await?;
        if ended > 0 {
            let event = self.core.recorder.event(AuditKind::SessionsRevoked, client).by_and_on(user.id);
            work.audit().record(&event.saying(AuditDetail::Count, ended)).await?;
        }
        if tells {
            let notice = self.core.mailer.message(MailTemplate::NewDevice, &current.email).about(user.id);
            let notice = notice.saying(Fact::Device, seen.device.clone());
            let notice = match client.address {
                Some(address) => notice.saying(Fact::Address, address.to_string()),
                None => notice,
            };
            self.core.mailer.enqueue(&mut *work, &notice).await?;
        }
        let event = self.core.recorder.event(AuditKind::LogIn, client).by_and_on(user.id);
        let event =
            event.saying(AuditDetail::Session, session.id).saying(AuditDetail::SessionKind, session.kind.name());
        work.audit().record(&event).await?;
        work.commit().await?;
        Ok(())
    }

    /// Whoever's they were: a log-in in their place logs them out.
    async fn end_sessions_of(
        &self,
        work: &mut dyn UnitOfWork,
        cookies: &[TokenSecret],
        client: &Client,
    ) -> StoreResult<()> {
        if cookies.is_empty() {
            return Ok(());
        }
        let digests: Vec<_> = cookies.iter().map(|cookie| self.core.secrets.digest(cookie)).collect();
        for holder in work.sessions().find_holders_of_cookies(&digests, None).await? {
            let Some(session) = holder.session else { continue };
            if work.sessions().revoke(session.user, session.id, self.core.clock.now()).await? {
                let event = self.core.recorder.event(AuditKind::LogOut, client).by_and_on(session.user);
                work.audit().record(&event.saying(AuditDetail::Session, session.id)).await?;
            }
        }
        Ok(())
    }

    /// Whether the user should hear of this client: its device was not seen before, or neither its place nor one near by. Of the
    /// very first log-in they know themselves. Of an old account whose clients are all forgotten, each is news.
    fn is_news(&self, user: &User, client_history: ClientHistory, seen: &KnownClient) -> bool {
        let is_known = match client_history.device {
            DeviceSeen::Never => false,
            DeviceSeen::Elsewhere => client_history.range || seen.range.is_empty(),
            DeviceSeen::NearBy => true,
        };
        let memory_began = self.core.clock.now().before(self.core.policy.sessions.keep_ended);
        !is_known && (client_history.user || user.created_at < memory_began)
    }
}
