//! The challenges of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{ChallengeRepository, Constraint, StoreError, StoreResult};
use ironplate_domain::{Challenge, ChallengePurpose, Timestamp, TokenDigest, UserId};

use super::{Handle, data::insert};

#[async_trait]
impl ChallengeRepository for Handle {
    async fn issue(&mut self, challenge: &Challenge) -> StoreResult<()> {
        self.write(|data| {
            if let Some(user) = challenge.scope.user() {
                data.check_user(user, Constraint::ChallengeUser)?;
            }
            if challenge.scope.session().is_some_and(|session| !data.sessions.contains_key(&session)) {
                return Err(StoreError::Conflict(Constraint::ChallengeUser));
            }
            insert(&mut data.challenges, challenge.digest.0, challenge)
        })
    }

    async fn take_try(
        &mut self,
        digest: TokenDigest,
        purpose: ChallengePurpose,
        now: Timestamp,
    ) -> StoreResult<Option<Challenge>> {
        self.write(|data| {
            let challenge = data.challenges.get_mut(&digest.0);
            let is_good = |challenge: &&mut Challenge| {
                challenge.scope.purpose() == purpose && challenge.tries_left > 0 && challenge.expires_at > now
            };
            let good = challenge.filter(is_good);
            Ok(good.map(|challenge| {
                challenge.tries_left -= 1;
                challenge.clone()
            }))
        })
    }

    async fn consume(&mut self, digest: TokenDigest) -> StoreResult<bool> {
        self.write(|data| Ok(data.challenges.remove(&digest.0).is_some()))
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.challenges.len();
            data.challenges.retain(|_, challenge| challenge.scope.user() != Some(user));
            Ok((before - data.challenges.len()) as u64)
        })
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut left = limit;
            data.challenges.retain(|_, challenge| {
                let stays = left == 0 || challenge.expires_at > now;
                left -= u32::from(!stays);
                stays
            });
            Ok(u64::from(limit - left))
        })
    }
}
