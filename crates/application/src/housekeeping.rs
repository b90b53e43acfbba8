//! Remove what nobody needs any more, in batches that nobody waits long for.

use ironplate_domain::{AuditKind, AuthenticatorApp, Client, MessageState, Timestamp, TokenPurpose, User};

use crate::{
    core::service,
    policy::Policy,
    ports::{StoreResult, UnitOfWork},
};

/// Rows that one statement removes at the most.
const BATCH: u32 = 1_000;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Messages that were sent long enough ago.
    pub sent: u64,
    /// Messages that were given up long enough ago.
    pub dead: u64,
    /// Accounts that nobody claimed by the link of their sign-up.
    pub unclaimed: u64,
    /// One-time tokens that expired.
    pub tokens: u64,
    /// Invitations that nobody accepted in time.
    pub invitations: u64,
    /// Authenticator apps that showed no code in time.
    pub enrolments: u64,
    /// Log-ins that waited for a second factor for too long.
    pub challenges: u64,
    /// Devices that were trusted for long enough.
    pub devices: u64,
    /// Sessions that were over long enough ago.
    pub sessions: u64,
    /// Clients that were not seen for long.
    pub clients: u64,
    /// Audit events that were kept long enough.
    pub events: u64,
    /// Buckets of limits that are full again.
    pub buckets: u64,
}

impl Pruned {
    fn counts(&self) -> [u64; 12] {
        let Self {
            sent,
            dead,
            unclaimed,
            tokens,
            invitations,
            enrolments,
            challenges,
            devices,
            sessions,
            clients,
            events,
            buckets,
        } = *self;
        [
            sent,
            dead,
            unclaimed,
            tokens,
            invitations,
            enrolments,
            challenges,
            devices,
            sessions,
            clients,
            events,
            buckets,
        ]
    }

    /// Nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// There may be more: call again.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.counts().contains(&u64::from(BATCH))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            dead: self.dead + other.dead,
            unclaimed: self.unclaimed + other.unclaimed,
            tokens: self.tokens + other.tokens,
            invitations: self.invitations + other.invitations,
            enrolments: self.enrolments + other.enrolments,
            challenges: self.challenges + other.challenges,
            devices: self.devices + other.devices,
            sessions: self.sessions + other.sessions,
            clients: self.clients + other.clients,
            events: self.events + other.events,
            buckets: self.buckets + other.buckets,
        }
    }
}

service! {
    /// The service that removes what is over.
    Housekeeping
}

impl Housekeeping {
    /// Removes one batch of each sort of thing whose retention is over.
    ///
    /// # Errors
    /// Storage failed; what was removed before it did stays removed.
    pub async fn prune(&self) -> StoreResult<Pruned> {
        // What is removed does not come back: both clocks have to find that it is over.
        let now = self.core.store.clock().await?.unwrap_or(Timestamp::MAX).min(self.core.clock.now());
        let Policy { delivery, sessions, keep_audit, .. } = &*self.core.policy;
        let mut work = self.core.store.begin().await?;
        let sent = work.outbox().prune(MessageState::Sent, now.before(delivery.keep_sent), BATCH).await?;
        let dead = work.outbox().prune(MessageState::Dead, now.before(delivery.keep_dead), BATCH).await?;
        let unclaimed = self.remove_unclaimed(&mut *work, now).await?;
        // By those that are left the next batch of accounts is found.
        let tokens = if unclaimed < BATCH.into() { work.one_time_tokens().prune(now, BATCH).await? } else { 0 };
        let invitations = work.invitations().prune(now, BATCH).await?;
        let enrolments = work.authenticator_apps().prune(now.before(AuthenticatorApp::WAITS), BATCH).await?;
        let challenges = work.challenges().prune(now, BATCH).await?;
        let devices = work.trusted_devices().prune(now, BATCH).await?;
        let forgotten = now.before(sessions.keep_ended);
        let sessions = work.sessions().prune(forgotten, BATCH).await?;
        let clients = work.known_clients().prune(forgotten, BATCH).await?;
        let events = match keep_audit {
            Some(kept) => work.audit().prune(now.before(*kept), BATCH).await?,
            None => 0,
        };
        work.commit().await?;
        let buckets = self.core.permits.prune(now, BATCH).await?;
        Ok(Pruned {
            sent,
            dead,
            unclaimed,
            tokens,
            invitations,
            enrolments,
            challenges,
            devices,
            sessions,
            clients,
            events,
            buckets,
        })
    }

    /// Seals anew what other keys than the present one sealed, so that these can be given up; how many secrets.
    ///
    /// # Errors
    /// Storage failed; what was sealed before it did stays so.
    pub async fn reseal(&self) -> StoreResult<u64> {
        let (sealer, mut count, mut after) = (&self.core.secret_sealer, 0, None);
        loop {
            let mut work = self.core.store.begin().await?;
            let apps = work.authenticator_apps().sealed_otherwise(&sealer.key(), after, BATCH).await?;
            for app in &apps {
                // One that no key opens stays: the key may come back.
                let Some(secret) = self.core.secret_of(app) else { continue };
                let anew = sealer.seal(app.id, &secret);
                count += u64::from(work.authenticator_apps().reseal(app.id, &app.sealed_secret, &anew).await?);
            }
            work.commit().await?;
            after = apps.last().map(|app| app.id);
            if apps.len() < BATCH as usize {
                return Ok(count);
            }
        }
    }

    /// Removes accounts whose sign-up was never finished, once its link has expired: nobody can claim them any more, and until
    /// then anybody could fill the product with them.
    async fn remove_unclaimed(&self, work: &mut dyn UnitOfWork, now: Timestamp) -> StoreResult<u64> {
        let mut removed = 0;
        for token in work.one_time_tokens().expired(TokenPurpose::FinishSignUp, now, BATCH).await? {
            let user = work.users().lock(token.user).await?.filter(User::is_unclaimed);
            // Somebody may have signed up again just now.
            let newest = work.one_time_tokens().current(token.user, token.purpose).await?;
            if user.is_some_and(|user| !user.is_superuser) && newest.is_some_and(|newest| newest.expires_at <= now) {
                work.users().delete(token.user).await?;
                let event = self.core.recorder.event(AuditKind::UnclaimedRemoved, &Client::default());
                work.audit().record(&event.on(token.user)).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}
