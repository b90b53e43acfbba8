//! The table `rate_limits`.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Binary, Text},
};
use ironplate_application::ports::{BoxError, Bucket, BucketInUse, Decision, Quota, StoreResult};
use ironplate_domain::Timestamp;
use std::time::Duration;

use super::{StoreHandle, list};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};

    rate_limits (limit_name, key) {
        limit_name -> Text,
        key -> Binary,
        full_at -> BigInt,
    }
}

/// A bucket is the moment at which all of its permits are back: taking one moves it on by the time in which one comes back,
/// unless it is then further ahead than all permits together. One that is further ahead than it can be ($5) was moved there
/// by a clock that was ahead, and is brought back to its last permit. The placeholders are named like this on both databases,
/// and SQLite counts them in the order in which they come.
const TAKE: &str = "\
    INSERT INTO rate_limits (limit_name, key, full_at) VALUES ($1, $2, $3 + $4) \
    ON CONFLICT (limit_name, key) DO UPDATE \
    SET full_at = CASE WHEN rate_limits.full_at > $3 + $5 THEN $3 + $6 - $4 \
    WHEN rate_limits.full_at > $3 THEN rate_limits.full_at ELSE $3 END + $4 \
    WHERE rate_limits.full_at + $4 <= $3 + $6 OR rate_limits.full_at <= $3 OR rate_limits.full_at > $3 + $5";

/// One statement, so that takers wait for one commit; a bucket from which somebody took a permit meanwhile stays.
const PRUNE: &str = "\
    DELETE FROM rate_limits WHERE full_at <= $1 AND (limit_name, key) IN \
    (SELECT limit_name, key FROM rate_limits WHERE full_at <= $1 ORDER BY full_at LIMIT $2)";

#[derive(Queryable)]
struct Row {
    limit: String,
    key: Vec<u8>,
    full_at: i64,
}

impl TryFrom<Row> for BucketInUse {
    type Error = BoxError;

    fn try_from(Row { limit, key, full_at }: Row) -> Result<Self, BoxError> {
        let key = key.try_into().map_err(|_| "a key of a limit has 32 bytes")?;
        Ok(Self { limit, key, full_at: Timestamp::from_micros(full_at) })
    }
}

impl StoreHandle {
    pub(crate) async fn take_permit(&mut self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        let taken = self
            .execute(
                "rate_limits.take_permit.upsert",
                sql_query(TAKE)
                    .bind::<Text, _>(bucket.limit)
                    .bind::<Binary, _>(&bucket.key[..])
                    .bind::<BigInt, _>(now.micros())
                    .bind::<BigInt, _>(quota.interval())
                    .bind::<BigInt, _>(quota.furthest())
                    .bind::<BigInt, _>(quota.tolerance()),
            )
            .await?;
        if taken == 1 {
            return Ok(Decision::Granted);
        }
        let full_at = self
            .optional::<i64, i64>(
                "rate_limits.take_permit.select",
                rate_limits::table.find((bucket.limit, &bucket.key[..])).select(rate_limits::full_at),
            )
            .await?;
        // Gone meanwhile: then it is full again.
        let full_at = full_at.unwrap_or(now.micros());
        let until = |micros: i64| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        let ahead = full_at.saturating_sub(now.micros());
        let retry_after = until(ahead.saturating_add(quota.interval()).saturating_sub(quota.tolerance()));
        Ok(Decision::Refused { retry_after, reset_after: until(ahead) })
    }

    pub(crate) async fn give_permit_back(&mut self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        self.execute(
            "rate_limits.give_permit_back",
            diesel::update(rate_limits::table.find((bucket.limit, &bucket.key[..])))
                .set(rate_limits::full_at.eq(rate_limits::full_at - quota.interval())),
        )
        .await
        .map(drop)
    }

    pub(crate) async fn refill(&mut self, bucket: &Bucket) -> StoreResult<()> {
        let bucket = rate_limits::table.find((bucket.limit, &bucket.key[..]));
        self.execute("rate_limits.refill", diesel::delete(bucket)).await.map(drop)
    }

    pub(crate) async fn refill_all(&mut self) -> StoreResult<u64> {
        self.execute("rate_limits.refill_all", diesel::delete(rate_limits::table)).await
    }

    pub(crate) async fn buckets_in_use(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>> {
        let query = rate_limits::table
            .filter(rate_limits::full_at.gt(now.micros()))
            .order(rate_limits::full_at.desc())
            .limit(list::at_most(limit))
            .select((rate_limits::limit_name, rate_limits::key, rate_limits::full_at));
        self.load::<Row, BucketInUse>("rate_limits.buckets_in_use", query).await
    }

    pub(crate) async fn prune_permits(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.execute(
            "rate_limits.prune_permits",
            sql_query(PRUNE).bind::<BigInt, _>(now.micros()).bind::<BigInt, _>(list::at_most(limit)),
        )
        .await
    }
}
