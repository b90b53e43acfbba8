//! The one-time tokens of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, OneTimeTokenRepository, StoreError, StoreResult};
use ironplate_domain::{OneTimeToken, Timestamp, TokenDigest, TokenPurpose, UserId};

use super::Handle;

#[async_trait]
impl OneTimeTokenRepository for Handle {
    async fn issue(&mut self, token: &OneTimeToken) -> StoreResult<()> {
        self.write(|data| {
            data.check_user(token.user, Constraint::TokenUser)?;
            data.one_time_tokens.retain(|older| older.user != token.user || older.purpose != token.purpose);
            if data.one_time_tokens.iter().any(|other| other.digest == token.digest) {
                return Err(StoreError::Internal("the digest is taken".into()));
            }
            data.one_time_tokens.push(token.clone());
            Ok(())
        })
    }

    async fn current(&mut self, user: UserId, purpose: TokenPurpose) -> StoreResult<Option<OneTimeToken>> {
        self.look(|data| {
            data.one_time_tokens.iter().find(|token| token.user == user && token.purpose == purpose).cloned()
        })
    }

    async fn find(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        self.look(|data| data.one_time_tokens.iter().find(|token| is_good(token, digest, purposes, now)).cloned())
    }

    async fn consume(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        self.write(|data| {
            let place = data.one_time_tokens.iter().position(|token| is_good(token, digest, purposes, now));
            Ok(place.map(|place| data.one_time_tokens.remove(place)))
        })
    }

    async fn revoke_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.one_time_tokens.len();
            data.one_time_tokens.retain(|token| token.user != user);
            Ok((before - data.one_time_tokens.len()) as u64)
        })
    }

    async fn expired(&mut self, purpose: TokenPurpose, now: Timestamp, limit: u32) -> StoreResult<Vec<OneTimeToken>> {
        self.look(|data| {
            let expired =
                data.one_time_tokens.iter().filter(|token| token.purpose == purpose && token.expires_at <= now);
            let mut expired: Vec<_> = expired.cloned().collect();
            expired.sort_by_key(|token| token.expires_at);
            expired.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            expired
        })
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut left = limit;
            data.one_time_tokens.retain(|token| {
                let stays = left == 0 || token.expires_at > now;
                left -= u32::from(!stays);
                stays
            });
            Ok(u64::from(limit - left))
        })
    }
}

fn is_good(token: &OneTimeToken, digest: TokenDigest, purposes: &[TokenPurpose], now: Timestamp) -> bool {
    token.digest == digest && purposes.contains(&token.purpose) && token.expires_at > now
}
