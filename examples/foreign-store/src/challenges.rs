//! The challenges.

use async_trait::async_trait;
use ironplate_application::ports::{ChallengeRepository, Constraint, StoreError, StoreResult};
use ironplate_domain::{Challenge, ChallengePurpose, Timestamp, TokenDigest, UserId};

use crate::{handle::Handle, records::StoredSession};

#[async_trait]
impl ChallengeRepository for Handle {
    async fn issue(&mut self, challenge: &Challenge) -> StoreResult<()> {
        self.call(|rows| {
            if let Some(user) = challenge.scope.user() {
                rows.check_user(user, Constraint::ChallengeUser)?;
            }
            if let Some(session) = challenge.scope.session()
                && rows.find::<StoredSession>(session.0.as_bytes())?.is_none()
            {
                return Err(StoreError::Conflict(Constraint::ChallengeUser));
            }
            rows.insert(challenge)
        })
    }

    async fn take_try(
        &mut self,
        digest: TokenDigest,
        purpose: ChallengePurpose,
        now: Timestamp,
    ) -> StoreResult<Option<Challenge>> {
        let is_good = |challenge: &Challenge| {
            challenge.scope.purpose() == purpose && challenge.tries_left > 0 && challenge.expires_at > now
        };
        self.call(|rows| rows.change(&digest.0, is_good, |challenge: &mut Challenge| challenge.tries_left -= 1))
    }

    async fn consume(&mut self, digest: TokenDigest) -> StoreResult<bool> {
        self.call(|rows| rows.remove::<Challenge>(&digest.0))
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.call(|rows| {
            let theirs = rows.those(|challenge: &Challenge| challenge.scope.user() == Some(user))?;
            rows.remove_all(&theirs)
        })
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut expired = rows.those(|challenge: &Challenge| challenge.expires_at <= now)?;
            expired.truncate(limit as usize);
            rows.remove_all(&expired)
        })
    }
}
