//! A session is opened: here alone, so that nothing opens one past the second factor.

use ironplate_domain::{
    AuditDetail, AuditEvent, AuditKind, AuthenticatorApp, Challenge, ChallengeScope, Client, Fact, KnownClient,
    MailTemplate, Session, SessionDigests, SessionKind, TokenDigest, TokenSecret, TrustedDeviceId, User,
};

use super::{DeviceTrust, DeviceTrusted, HeldCookies, LogInError, PendingLogIn, Sessions};
use crate::{
    core::Core,
    ports::{Beside, ClientHistory, DeviceSeen, StoreResult, UnitOfWork, UserVerification},
    second_factors::{CheckedProof, ProvedBy, has_second_factor},
};

/// A session that is about to be opened.
pub(super) struct Opening<'a> {
    pub(super) session: &'a Session,
    pub(super) keys: SessionDigests,
    /// What the client's cookies held before; the new session takes the place of theirs.
    pub(super) held: &'a HeldCookies,
    /// What was shown beside a password or in its place; without, a password alone was.
    pub(super) shown: Option<&'a Shown>,
}

/// What was shown beside a password or in its place, and for which challenge.
pub(super) struct Shown {
    pub(super) challenge: TokenDigest,
    pub(super) proof: CheckedProof,
    /// Whether the device is asked again.
    pub(super) trust: DeviceTrust,
}

/// What there was beside the password, or in its place.
#[derive(Clone, Copy)]
enum Admitted {
    /// Nothing: the account has nothing else.
    Nothing,
    /// This was shown.
    Proof(ProvedBy),
    /// This device stood in for what would have been asked for.
    TrustedDevice(TrustedDeviceId),
}

impl Admitted {
    fn told_by(self, event: AuditEvent) -> AuditEvent {
        match self {
            Self::Nothing => event,
            Self::Proof(by) => event.saying(AuditDetail::SecondFactor, by),
            Self::TrustedDevice(id) => {
                event.saying(AuditDetail::SecondFactor, "trusted_device").saying(AuditDetail::TrustedDevice, id)
            }
        }
    }
}

impl Core {
    /// Recognises the hash of a user's password, so that what began with it ends with it.
    pub(super) fn password_digest(&self, user: &User) -> Option<TokenDigest> {
        user.password_hash.as_ref().map(|hash| self.secrets.digest(&TokenSecret::new(hash.expose())))
    }
}

impl Sessions {
    /// Opens the session, and tells the user by mail if they should hear of this client. What the client's cookies
    /// held before ends, so that nothing lives on that nobody holds. Answers that the device is trusted, if it was chosen to be.
    pub(super) async fn open(
        &self,
        user: &User,
        opening: &Opening<'_>,
        client: &Client,
    ) -> Result<Option<DeviceTrusted>, LogInError> {
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
        Opening { session, keys, held, shown }: &Opening<'_>,
        seen: &KnownClient,
        tells: bool,
        client: &Client,
    ) -> Result<Option<DeviceTrusted>, LogInError> {
        let mut work = self.core.store.begin().await?;
        let current = work.users().lock(user.id).await?;
        let Some(current) = current.filter(|current| current.password_hash == user.password_hash) else {
            return Err(LogInError::Incorrect);
        };
        if !current.is_active {
            return Err(LogInError::Inactive);
        }
        let beside = match shown {
            Some(shown) => Admitted::Proof(self.take(&mut *work, &current, shown, client).await?),
            None if has_second_factor(&mut *work, user.id).await? => {
                match self.find_trusted_device(&mut *work, &current, session.kind, held, seen).await? {
                    Some(device) => Admitted::TrustedDevice(device),
                    None => return Err(self.ask_for_second_factor(work, &current, session.kind, client).await?),
                }
            }
            None => Admitted::Nothing,
        };
        let device = match shown {
            Some(Shown { trust: DeviceTrust::Trust, .. }) if session.kind == SessionKind::Cookie => {
                self.trust_device(&mut *work, &current, held, client).await?
            }
            _ => None,
        };
        // A device that stood in proves no more than the password, which is not enough where something is asked again.
        let proved_at = session.proved_at.filter(|_| !matches!(beside, Admitted::TrustedDevice(_)));
        work.known_clients().remember(user.id, seen).await?;
        self.end_sessions_of(&mut *work, &held.sessions, client).await?;
        work.sessions().insert(&Session { proved_at, ..Session::clone(session) }, keys).await?;
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
        work.audit().record(&beside.told_by(event)).await?;
        work.commit().await?;
        Ok(device)
    }

    /// Uses up the challenge and what was shown for it, or neither.
    async fn take(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        Shown { challenge, proof, .. }: &Shown,
        client: &Client,
    ) -> Result<ProvedBy, LogInError> {
        if !work.challenges().consume(*challenge).await? {
            return Err(LogInError::InvalidChallenge);
        }
        let refusal = match proof {
            CheckedProof::Passkey(_) => LogInError::IncorrectPasskey,
            CheckedProof::Code(_) | CheckedProof::RecoveryCode(_) => LogInError::IncorrectCode,
        };
        self.core.take_proof(work, user, proof, client).await?.ok_or(refusal)
    }

    /// The password is right, and not enough: whoever gave it gets a challenge in place of a session.
    async fn ask_for_second_factor(
        &self,
        mut work: Box<dyn UnitOfWork>,
        user: &User,
        kind: SessionKind,
        client: &Client,
    ) -> Result<LogInError, LogInError> {
        let Some(password) = self.core.password_digest(user) else { return Ok(LogInError::Incorrect) };
        let scope = ChallengeScope::SecondFactor { user: user.id, kind, password };
        let (challenge, issued) = self.core.new_challenge(scope, Challenge::TRIES, client);
        work.challenges().issue(&issued).await?;
        let passkeys = work.passkeys().list_for(user.id).await?;
        let passkey = Some(&passkeys[..])
            .filter(|passkeys| !passkeys.is_empty())
            .and_then(|passkeys| self.core.ask_for_passkey(challenge.clone(), passkeys, UserVerification::Preferred));
        let has_app = work.authenticator_apps().list_for(user.id).await?.iter().any(AuthenticatorApp::counts);
        let has_codes = work.recovery_codes().left_for(user.id).await?.count > 0;
        let methods = [
            (passkey.is_some(), ProvedBy::Passkey),
            (has_app, ProvedBy::AuthenticatorApp),
            (has_codes, ProvedBy::RecoveryCode),
        ];
        let methods = methods.into_iter().filter_map(|(is_there, method)| is_there.then_some(method)).collect();
        work.audit().record(&self.core.recorder.event(AuditKind::SecondFactorAsked, client).on(user.id)).await?;
        work.commit().await?;
        let at = self.core.policy.links.log_in();
        let (expires_in, trust_for) = (Challenge::WAITS, self.trust_for(user, kind));
        Ok(LogInError::SecondFactorRequired(PendingLogIn { challenge, methods, passkey, expires_in, trust_for, at }))
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
        for holder in work.sessions().find_holders_of_cookies(&digests, Beside::NOTHING).await? {
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
