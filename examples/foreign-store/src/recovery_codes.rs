//! The recovery codes.

use async_trait::async_trait;
use ironplate_application::ports::{Constraint, RecoveryCodeRepository, RecoveryCodesLeft, StoreResult};
use ironplate_domain::{Timestamp, TokenDigest, UserId};

use crate::{
    handle::Handle,
    records::{StoredRecoveryCode, recovery_code_key},
};

#[async_trait]
impl RecoveryCodeRepository for Handle {
    async fn replace(&mut self, user: UserId, digests: &[TokenDigest], now: Timestamp) -> StoreResult<()> {
        self.call(|rows| {
            rows.remove_all(&rows.those(|code: &StoredRecoveryCode| code.user == user)?)?;
            for digest in digests {
                rows.check_user(user, Constraint::RecoveryCodeUser)?;
                rows.insert(&StoredRecoveryCode { user, digest: *digest, made_at: now })?;
            }
            Ok(())
        })
    }

    async fn take(&mut self, user: UserId, digest: TokenDigest) -> StoreResult<bool> {
        self.call(|rows| rows.remove::<StoredRecoveryCode>(&recovery_code_key(user, digest)))
    }

    async fn left_for(&mut self, user: UserId) -> StoreResult<RecoveryCodesLeft> {
        self.call(|rows| {
            let theirs = rows.those(|code: &StoredRecoveryCode| code.user == user)?;
            let made_at = theirs.iter().map(|code| code.made_at).max();
            Ok(RecoveryCodesLeft { count: theirs.len() as u64, made_at })
        })
    }
}
