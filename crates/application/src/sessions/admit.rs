//! Whose address and password these are.

use ironplate_domain::{Client, Email, KnownClient, Password, PasswordAttempt, User, UserId};
use uuid::Uuid;

use super::{LogInError, Sessions};
use crate::{
    limits::{Attempt, Limit, LimitError, Permit, Throttle},
    ports::{ClientHistory, HashingError, StoreResult, Verdict},
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
        let Some(email) = &candidate.email else { return self.compare(None, password, client).await };
        let attempt = Attempt::on(client, candidate.user.as_ref().map(|user| user.id));
        match self.core.limiter.take(Limit::LogInPerAccount, email.canonical(), attempt).await {
            Ok(permit) => {
                let outcome = self.compare(candidate.user, password, client).await;
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
        let outcome = self.compare(user.filter(|_| permit.is_some()), password, client).await;
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

    async fn compare(
        &self,
        user: Option<User>,
        password: PasswordAttempt,
        client: &Client,
    ) -> Result<User, LogInError> {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let verdict = self.core.hasher.verify(password.clone(), hash, client.range()).await?;
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
}
