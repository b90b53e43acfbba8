//! The table `one_time_tokens`.

use async_trait::async_trait;
use diesel::{prelude::*, upsert::excluded};
use ironplate_application::ports::{OneTimeTokenRepository, StoreResult};
use ironplate_domain::{OneTimeToken, Timestamp, TokenDigest, TokenPurpose, UserId};

use super::{StoreHandle, constraints::violable, list};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbTimestamp, DbUuid};

    one_time_tokens (digest) {
        digest -> Binary,
        user_id -> DbUuid,
        purpose -> Text,
        email -> Text,
        email_canonical -> Text,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
    }
}

record! {
    one_time_tokens: OneTimeToken {
        digest: digest;
        user: user_id;
        purpose: purpose;
        email: email, email_canonical;
        created_at: created_at;
        expires_at: expires_at;
    }
}

#[async_trait]
impl OneTimeTokenRepository for StoreHandle {
    async fn issue(&mut self, token: &OneTimeToken) -> StoreResult<()> {
        self.execute_within(
            "one_time_tokens.issue",
            violable![TokenUser],
            diesel::insert_into(one_time_tokens::table)
                .values(NewRow::from(token))
                .on_conflict((one_time_tokens::user_id, one_time_tokens::purpose))
                .do_update()
                .set((
                    one_time_tokens::digest.eq(excluded(one_time_tokens::digest)),
                    one_time_tokens::email.eq(excluded(one_time_tokens::email)),
                    one_time_tokens::email_canonical.eq(excluded(one_time_tokens::email_canonical)),
                    one_time_tokens::created_at.eq(excluded(one_time_tokens::created_at)),
                    one_time_tokens::expires_at.eq(excluded(one_time_tokens::expires_at)),
                )),
        )
        .await
        .map(drop)
    }

    async fn current(&mut self, user: UserId, purpose: TokenPurpose) -> StoreResult<Option<OneTimeToken>> {
        self.optional(
            "one_time_tokens.current",
            one_time_tokens::table
                .filter(one_time_tokens::user_id.eq(Id(user.0)))
                .filter(one_time_tokens::purpose.eq(purpose.name()))
                .select(Row::as_select()),
        )
        .await
    }

    async fn find(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        self.optional(
            "one_time_tokens.find",
            one_time_tokens::table
                .find(&digest.0[..])
                .filter(one_time_tokens::purpose.eq_any(names(purposes)))
                .filter(one_time_tokens::expires_at.gt(Moment(now)))
                .select(Row::as_select()),
        )
        .await
    }

    async fn consume(
        &mut self,
        digest: TokenDigest,
        purposes: &[TokenPurpose],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeToken>> {
        self.optional(
            "one_time_tokens.consume",
            diesel::delete(
                one_time_tokens::table
                    .find(&digest.0[..])
                    .filter(one_time_tokens::purpose.eq_any(names(purposes)))
                    .filter(one_time_tokens::expires_at.gt(Moment(now))),
            )
            .returning(Row::as_returning()),
        )
        .await
    }

    async fn revoke_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        self.execute(
            "one_time_tokens.revoke_all_for",
            diesel::delete(one_time_tokens::table.filter(one_time_tokens::user_id.eq(Id(user.0)))),
        )
        .await
    }

    async fn expired(&mut self, purpose: TokenPurpose, now: Timestamp, limit: u32) -> StoreResult<Vec<OneTimeToken>> {
        self.load(
            "one_time_tokens.expired",
            one_time_tokens::table
                .filter(one_time_tokens::purpose.eq(purpose.name()))
                .filter(one_time_tokens::expires_at.le(Moment(now)))
                .order(one_time_tokens::expires_at)
                .limit(list::at_most(limit))
                .select(Row::as_select()),
        )
        .await
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let expired = self
            .load::<Vec<u8>, Vec<u8>>(
                "one_time_tokens.prune.select",
                skip_locked!(
                    one_time_tokens::table
                        .filter(one_time_tokens::expires_at.le(Moment(now)))
                        .order(one_time_tokens::expires_at)
                        .limit(list::at_most(limit))
                        .select(one_time_tokens::digest)
                ),
            )
            .await?;
        self.execute(
            "one_time_tokens.prune.delete",
            diesel::delete(one_time_tokens::table.filter(one_time_tokens::digest.eq_any(expired))),
        )
        .await
    }
}

fn names(purposes: &[TokenPurpose]) -> Vec<&'static str> {
    purposes.iter().map(|purpose| purpose.name()).collect()
}
