//! The one-time tokens.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, OneTimeTokenRepository, StoreResult};
use ironplate_domain::{OneTimeToken, Timestamp, TokenDigest, TokenPurpose, UserId};

use crate::handle::Handle;

#[async_trait]
impl OneTimeTokenRepository for Handle {
    async fn issue(&mut self, token: &OneTimeToken) -> StoreResult<()> {
        self.call(|rows| {
            rows.check_user(token.user, Constraint::TokenUser)?;
            let is_older = |older: &OneTimeToken| older.user == token.user && older.purpose == token.purpose;
            rows.remove_all(&rows.those(is_older)?)?;
            rows.insert(token)
        })
    }

    async fn current(&mut self, user: UserId, purpose: TokenPurpose) -> StoreResult<Option<OneTimeToken>> {
        self.call(|rows| Ok(rows.those(|token: &OneTimeToken| token.user == user && token.purpose == purpose)?.pop()))
    }

    async fn find(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        let is_good = |token: &OneTimeToken| purposes.contains(&token.purpose) && token.expires_at > now;
        self.call(|rows| Ok(rows.find(&digest.0)?.filter(is_good)))
    }

    async fn consume(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        let found = OneTimeTokenRepository::find(self, digest, purposes, now).await?;
        if found.is_some() {
            self.call(|rows| rows.remove::<OneTimeToken>(&digest.0))?;
        }
        Ok(found)
    }

    async fn revoke_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.call(|rows| rows.remove_all(&rows.those(|token: &OneTimeToken| token.user == user)?))
    }

    async fn expired(&mut self, purpose: TokenPurpose, now: Timestamp, limit: u32) -> StoreResult<Vec<OneTimeToken>> {
        self.call(|rows| {
            let mut expired = rows.those(|token: &OneTimeToken| token.purpose == purpose && token.expires_at <= now)?;
            expired.sort_by_key(|token| token.expires_at);
            expired.truncate(limit as usize);
            Ok(expired)
        })
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut expired = rows.those(|token: &OneTimeToken| token.expires_at <= now)?;
            expired.truncate(limit as usize);
            rows.remove_all(&expired)
        })
    }
}
