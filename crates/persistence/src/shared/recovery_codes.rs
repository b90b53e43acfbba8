//! The table `recovery_codes`.

use async_trait::async_trait;
use diesel::{
    dsl::{count_star, max},
    prelude::*,
};
use ironplate_application::ports::{RecoveryCodeRepository, RecoveryCodesLeft, StoreResult};
use ironplate_domain::{Timestamp, TokenDigest, UserId};

use super::{StoreHandle, constraints::violable};
use crate::types::{Id, Moment};

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::types::{DbTimestamp, DbUuid};

    recovery_codes (user_id, digest) {
        user_id -> DbUuid,
        digest -> Binary,
        created_at -> DbTimestamp,
    }
}

#[derive(Insertable)]
#[diesel(table_name = recovery_codes, treat_none_as_default_value = false)]
struct NewRow {
    user_id: Id,
    digest: Vec<u8>,
    created_at: Moment,
}

#[async_trait]
impl RecoveryCodeRepository for StoreHandle {
    async fn replace(&mut self, user: UserId, digests: &[TokenDigest], now: Timestamp) -> StoreResult<()> {
        let theirs = recovery_codes::table.filter(recovery_codes::user_id.eq(Id(user.0)));
        self.execute("recovery_codes.replace.delete", diesel::delete(theirs)).await?;
        if digests.is_empty() {
            return Ok(());
        }
        let row =
            |digest: &TokenDigest| NewRow { user_id: Id(user.0), digest: digest.0.to_vec(), created_at: Moment(now) };
        let rows: Vec<_> = digests.iter().map(row).collect();
        insert_all!(self, "recovery_codes.replace.insert", violable![RecoveryCodeUser], recovery_codes::table, rows);
        Ok(())
    }

    async fn take(&mut self, user: UserId, digest: TokenDigest) -> StoreResult<bool> {
        let theirs = recovery_codes::table.filter(recovery_codes::user_id.eq(Id(user.0)));
        let code = theirs.filter(recovery_codes::digest.eq(digest.0.to_vec()));
        self.execute_one("recovery_codes.take", diesel::delete(code)).await
    }

    async fn left_for(&mut self, user: UserId) -> StoreResult<RecoveryCodesLeft> {
        let (count, made_at) = self
            .one::<(i64, Option<Moment>), (i64, Option<Moment>)>(
                "recovery_codes.left_for",
                recovery_codes::table
                    .filter(recovery_codes::user_id.eq(Id(user.0)))
                    .select((count_star(), max(recovery_codes::created_at))),
            )
            .await?;
        Ok(RecoveryCodesLeft { count: count.unsigned_abs(), made_at: made_at.map(|moment| moment.0) })
    }
}
