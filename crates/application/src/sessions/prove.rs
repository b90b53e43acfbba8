//! The second step of a log-in: what somebody has, for the challenge that the first step gave.

use ironplate_domain::{
    AuditDetail, AuditKind, ChallengePurpose, ChallengeScope, Client, SessionKind, TokenDigest, TokenSecret, User,
};

use super::{CookieOpened, DeviceTrust, HeldCookies, LogInError, LoggedIn, Sessions, open::Shown};
use crate::{
    fault::Fault,
    limits::Limit,
    ports::{StoreResult, UserVerification},
    second_factors::FactorProof,
};

/// What somebody shows.
#[derive(Debug)]
pub struct ProveLogIn {
    /// What they were given for their password.
    pub challenge: TokenSecret,
    /// What they have; `None` when what was typed can be none of it.
    pub proof: Option<FactorProof>,
    /// Whether this device is asked again, if the session shows itself by a cookie.
    pub trust: DeviceTrust,
}

/// The session that the first step asked for.
#[derive(Debug)]
pub enum Proved {
    /// It shows itself by tokens.
    ByTokens(LoggedIn),
    /// It shows itself by a cookie.
    ByCookie(CookieOpened),
}

impl Sessions {
    /// Goes on with a log-in that waits: opens the session that it asked for. `held` is what the client's cookies held; what they
    /// opened ends if the new session has a cookie, too. To whom no cookie may be given (`None`), no log-in waits that asked for one.
    ///
    /// # Errors
    /// [`LogInError::IncorrectCode`] and [`LogInError::InvalidChallenge`] beside what a log-in can meet. Each try counts, whatever
    /// comes of it.
    pub async fn prove(
        &self,
        command: ProveLogIn,
        held: Option<&HeldCookies>,
        client: &Client,
    ) -> Result<Proved, LogInError> {
        self.core.limiter.take_for_range(Limit::LogInPerAddress, client).await?;
        let digest = self.core.secrets.digest(&command.challenge);
        let Some((kind, user)) = self.find_waiting(digest, held.is_some(), client).await? else {
            return self.refuse_stranger(LogInError::InvalidChallenge, client).await;
        };
        let outcome = self.try_prove(command, &user, kind, held, client).await;
        self.record_refusal(&user, kind, outcome, client).await
    }

    /// Records what somebody was refused of whom nothing is known.
    pub(super) async fn refuse_stranger<T>(&self, refusal: LogInError, client: &Client) -> Result<T, LogInError> {
        let event = self.core.recorder.event(AuditKind::LogIn, client).failed(refusal.class().code);
        self.core.recorder.record_refusal_of_stranger(event).await;
        Err(refusal)
    }

    /// Records if the log-in of this user was refused.
    pub(super) async fn record_refusal<T>(
        &self,
        user: &User,
        kind: SessionKind,
        outcome: Result<T, LogInError>,
        client: &Client,
    ) -> Result<T, LogInError> {
        let event = self.core.recorder.event(AuditKind::LogIn, client).on(user.id);
        self.core.recorder.refusal_of(event.saying(AuditDetail::SessionKind, kind.name()), outcome).await
    }

    /// Takes a try, and answers whose log-in waits, and for which kind of session. Not for another client than the one that gave the
    /// password, nor once the account has another one.
    async fn find_waiting(
        &self,
        digest: TokenDigest,
        takes_cookies: bool,
        client: &Client,
    ) -> StoreResult<Option<(SessionKind, User)>> {
        let (now, purpose) = (self.core.clock.now(), ChallengePurpose::SecondFactor);
        let mut work = self.core.store.begin().await?;
        let challenge = work.challenges().take_try(digest, purpose, now).await?;
        let user = match challenge.as_ref().and_then(|challenge| challenge.scope.user()) {
            Some(user) => work.users().find(user).await?,
            None => None,
        };
        work.commit().await?;
        let waiting = challenge.filter(|challenge| challenge.is_of(client)).zip(user);
        Ok(waiting.and_then(|(challenge, user)| match challenge.scope {
            ChallengeScope::SecondFactor { kind, password, .. } => {
                let is_good =
                    (takes_cookies || kind == SessionKind::Token) && self.core.password_digest(&user) == Some(password);
                is_good.then_some((kind, user))
            }
            _ => None,
        }))
    }

    async fn try_prove(
        &self,
        command: ProveLogIn,
        user: &User,
        kind: SessionKind,
        held: Option<&HeldCookies>,
        client: &Client,
    ) -> Result<Proved, LogInError> {
        let permit = self.core.permit_to_prove(user.id, command.proof.as_ref(), client).await?;
        let outcome = self.open_proved(command, user, kind, held, client).await;
        if !matches!(outcome, Err(LogInError::IncorrectCode)) {
            self.core.limiter.give_back(permit).await?;
        }
        outcome
    }

    async fn open_proved(
        &self,
        ProveLogIn { challenge, proof, trust }: ProveLogIn,
        user: &User,
        kind: SessionKind,
        held: Option<&HeldCookies>,
        client: &Client,
    ) -> Result<Proved, LogInError> {
        let proof = proof.ok_or(LogInError::IncorrectCode)?;
        let checked = self.core.check_proof(user.id, proof, &challenge, UserVerification::Preferred, client).await?;
        let proof = checked.ok_or(LogInError::IncorrectPasskey)?;
        let shown = Shown { challenge: self.core.secrets.digest(&challenge), proof, trust };
        Ok(match kind {
            SessionKind::Token => Proved::ByTokens(self.open_by_tokens(user, Some(&shown), client).await?),
            SessionKind::Cookie => {
                let held = held.cloned().unwrap_or_default();
                Proved::ByCookie(self.open_by_cookie(user, &held, Some(&shown), client).await?)
            }
        })
    }
}
