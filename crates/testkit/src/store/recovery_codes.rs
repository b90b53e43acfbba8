//! The recovery codes of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, RecoveryCodeRepository, RecoveryCodesLeft, StoreResult};
use ironplate_domain::{Timestamp, TokenDigest, UserId};

use super::Handle;

#[async_trait]
impl RecoveryCodeRepository for Handle {
    async fn replace(&mut self, user: UserId, digests: &[TokenDigest], now: Timestamp) -> StoreResult<()> {
        self.write(|data| {
            data.recovery_codes.retain(|(owner, _), _| *owner != user);
            if !digests.is_empty() {
                data.check_user(user, Constraint::RecoveryCodeUser)?;
            }
            data.recovery_codes.extend(digests.iter().map(|digest| ((user, digest.0), now)));
            Ok(())
        })
    }

    async fn take(&mut self, user: UserId, digest: TokenDigest) -> StoreResult<bool> {
        self.write(|data| Ok(data.recovery_codes.remove(&(user, digest.0)).is_some()))
    }

    async fn left_for(&mut self, user: UserId) -> StoreResult<RecoveryCodesLeft> {
        self.look(|data| {
            let theirs = || data.recovery_codes.iter().filter(|((owner, _), _)| *owner == user);
            RecoveryCodesLeft { count: theirs().count() as u64, made_at: theirs().map(|(_, made_at)| *made_at).max() }
        })
    }
}
