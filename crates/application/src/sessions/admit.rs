//! Who is let in, and what follows from it.

use ironplate_domain::{
    AuditDetail, AuditKind, Client, Email, Fact, MailTemplate, Password, PasswordAttempt, Session, SessionKeys, User,
    UserId, device,
};
use uuid::Uuid;

use super::{LogInError, Sessions};
use crate::{
    limits::Limit,
    ports::{Familiarity, HashingError, StoreResult, Verdict},
};

/// Whom an address may be of.
pub(super) struct Candidate {
    /// What they typed, if it is an address.
    email: Option<Email>,
    /// Whose it is.
    pub(super) user: Option<User>,
    /// What is known of the client.
    familiarity: Familiarity,
}

impl Sessions {
    /// The connection goes back to its pool before the slow work begins. Nobody is looked up as thoroughly as somebody.
    pub(super) async fn candidate(&self, email: Option<Email>, client: &Client) -> StoreResult<Candidate> {
        let Some(email) = email else {
            return Ok(Candidate { email: None, user: None, familiarity: Familiarity::default() });
        };
        let mut reader = self.store.read().await?;
        let user = reader.users().find_by_email(&email).await?;
        let id = user.as_ref().map_or(UserId(Uuid::nil()), |user| user.id);
        let familiarity =
            reader.sessions().familiarity(id, &device(client.user_agent.as_ref()), client.range()).await?;
        Ok(Candidate { email: Some(email), user, familiarity })
    }

    /// Compares the password. A failed attempt costs the account a permit. Attempts from where the account was used before
    /// have permits of their own, so that nobody else can use them up.
    pub(super) async fn admit(
        &self,
        candidate: Candidate,
        password: PasswordAttempt,
        client: &Client,
    ) -> Result<User, LogInError> {
        let permit = match (&candidate.email, client.range()) {
            (None, _) => None,
            (Some(email), Some(range)) if candidate.familiarity.range => {
                let whose = format!("{} {range}", email.canonical());
                Some(self.limiter.take(Limit::LogInPerKnownClient, &whose, client).await?)
            }
            (Some(email), _) => Some(self.limiter.take(Limit::LogInPerAccount, email.canonical(), client).await?),
        };
        let outcome = self.compare(candidate.user, password).await;
        if let Some(permit) = permit
            && !matches!(outcome, Err(LogInError::Incorrect))
        {
            self.limiter.give_back(permit).await?;
        }
        outcome
    }

    async fn compare(&self, user: Option<User>, password: PasswordAttempt) -> Result<User, LogInError> {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verdict = self.hasher.verify(password.clone(), hash).await?;
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
        let stronger = match self.hasher.hash(password).await {
            Ok(stronger) => stronger,
            // The right password was given; a better hash can wait for the next log-in.
            Err(HashingError::Busy) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Some(current) = &user.password_hash else { return Ok(()) };
        let mut work = self.store.begin().await?;
        if work.users().replace_password_hash(user.id, current, &stronger).await? {
            user.password_hash = Some(stronger);
        }
        work.commit().await?;
        Ok(())
    }

    /// The user is looked at again under a lock: a password changed or an account closed while the hash was
    /// computed must not leave a session behind.
    pub(super) async fn open(
        &self,
        user: &User,
        session: &Session,
        keys: &SessionKeys,
        client: &Client,
    ) -> Result<(), LogInError> {
        let mut work = self.store.begin().await?;
        let current = work.users().lock(user.id).await?;
        let Some(current) = current.filter(|current| current.password_hash == user.password_hash) else {
            return Err(LogInError::Incorrect);
        };
        if !current.is_active {
            return Err(LogInError::Inactive);
        }
        let familiarity = work.sessions().familiarity(user.id, &session.device(), client.range()).await?;
        work.sessions().insert(session, keys).await?;
        work.sessions().revoke_beyond(user.id, self.policy.sessions.most_per_user, session.created_at).await?;
        if familiarity.user && !familiarity.device {
            let mut notice = self.mailer.message(MailTemplate::NewDevice, &current.email);
            notice = notice.saying(Fact::Device, session.device());
            if let Some(address) = client.address {
                notice = notice.saying(Fact::Address, address.to_string());
            }
            self.mailer.enqueue(&mut *work, &notice).await?;
        }
        let event = self.recorder.event(AuditKind::LogIn, client).by_and_on(user.id);
        let event =
            event.saying(AuditDetail::Session, session.id).saying(AuditDetail::SessionKind, session.kind.name());
        work.audit().record(&event).await?;
        work.commit().await?;
        Ok(())
    }
}
