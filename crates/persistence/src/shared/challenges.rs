//! The table `challenges`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{ChallengeRepository, StoreResult};
use ironplate_domain::{Challenge, ChallengePurpose, Timestamp, TokenDigest, UserId};

use super::{StoreHandle, constraints::violable, list};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    challenges (digest) {
        digest -> Binary,
        purpose -> Text,
        user_id -> Nullable<DbUuid>,
        session_id -> Nullable<DbUuid>,
        kind -> Nullable<Text>,
        password_digest -> Nullable<Binary>,
        device -> Text,
        address_range -> Text,
        created_at -> DbTimestamp,
        tries_left -> Integer,
        expires_at -> DbTimestamp,
    }
}

record! {
    challenges: Challenge {
        digest: digest;
        scope: purpose, user_id, session_id, kind, password_digest;
        client: device, address_range, created_at;
        tries_left: tries_left;
        expires_at: expires_at;
    }
}

#[async_trait]
impl ChallengeRepository for StoreHandle {
    async fn issue(&mut self, challenge: &Challenge) -> StoreResult<()> {
        self.execute_within(
            "challenges.issue",
            violable![ChallengeUser],
            diesel::insert_into(challenges::table).values(NewRow::from(challenge)),
        )
        .await
        .map(drop)
    }

    async fn take_try(
        &mut self,
        digest: TokenDigest,
        purpose: ChallengePurpose,
        now: Timestamp,
    ) -> StoreResult<Option<Challenge>> {
        self.optional(
            "challenges.take_try",
            diesel::update(
                challenges::table
                    .find(digest.0.to_vec())
                    .filter(challenges::purpose.eq(purpose.name()))
                    .filter(challenges::tries_left.gt(0))
                    .filter(challenges::expires_at.gt(Moment(now))),
            )
            .set(challenges::tries_left.eq(challenges::tries_left - 1))
            .returning(Row::as_returning()),
        )
        .await
    }

    async fn consume(&mut self, digest: TokenDigest) -> StoreResult<bool> {
        self.execute_one("challenges.consume", diesel::delete(challenges::table.find(digest.0.to_vec()))).await
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        let theirs = challenges::table.filter(challenges::user_id.eq(Some(Id(user.0))));
        self.execute("challenges.remove_all_for", diesel::delete(theirs)).await
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let expired = self
            .load::<Vec<u8>, Vec<u8>>(
                "challenges.prune.select",
                skip_locked!(
                    challenges::table
                        .filter(challenges::expires_at.le(Moment(now)))
                        .order(challenges::expires_at)
                        .limit(list::at_most(limit))
                        .select(challenges::digest)
                ),
            )
            .await?;
        self.execute(
            "challenges.prune.delete",
            diesel::delete(challenges::table.filter(challenges::digest.eq_any(expired))),
        )
        .await
    }
}
