//! Permits, each taken by a transaction of its own: no unit of work holds them back.

use std::{cmp::Reverse, time::Duration};

use async_trait::async_trait;
use ironplate_application::ports::{
    Bucket, BucketInUse, Decision, Quota, RateLimiter, StoreError, StoreResult, UnitOfWork,
};
use ironplate_domain::Timestamp;

use crate::{
    RedbStore,
    handle::Handle,
    records::{Rows, StoredBucket},
};

impl RedbStore {
    async fn alone<T: Send>(&self, act: impl FnOnce(&Rows) -> StoreResult<T> + Send) -> StoreResult<T> {
        let turn = self.writer.clone().lock_owned().await;
        let mut handle = Box::new(Handle::for_writing(self.database.clone(), turn)?);
        let answer = handle.call(act)?;
        handle.commit().await?;
        Ok(answer)
    }
}

#[async_trait]
impl RateLimiter for RedbStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        let (key, now) = (key(bucket), now.micros());
        self.alone(|rows| {
            let full_at = match rows.find::<StoredBucket>(&key)?.map(|stored| stored.full_at) {
                Some(full_at) if full_at > now + quota.furthest() => now + quota.tolerance() - quota.interval(),
                full_at => full_at.unwrap_or(now),
            };
            let next = full_at.max(now) + quota.interval();
            if next <= now + quota.tolerance() {
                rows.put(&StoredBucket { key, full_at: next })?;
                return Ok(Decision::Granted);
            }
            let until = |micros: i64| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
            let ahead = full_at - now;
            let retry_after = until(ahead + quota.interval() - quota.tolerance());
            Ok(Decision::Refused { retry_after, reset_after: until(ahead) })
        })
        .await
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        let give = |stored: &mut StoredBucket| stored.full_at -= quota.interval();
        self.alone(|rows| rows.change(&key(bucket), |_| true, give).map(drop)).await
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        self.alone(|rows| rows.remove::<StoredBucket>(&key(bucket)).map(drop)).await
    }

    async fn refill_all(&self) -> StoreResult<u64> {
        self.alone(|rows| {
            let all = rows.those(|_: &StoredBucket| true)?;
            rows.remove_all(&all)
        })
        .await
    }

    async fn in_use(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>> {
        self.alone(|rows| {
            let mut used = rows.those(|stored: &StoredBucket| stored.full_at > now.micros())?;
            used.sort_by_key(|stored| Reverse(stored.full_at));
            used.truncate(limit as usize);
            used.iter().map(in_use).collect()
        })
        .await
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.alone(|rows| {
            let mut full = rows.those(|stored: &StoredBucket| stored.full_at <= now.micros())?;
            full.truncate(limit as usize);
            rows.remove_all(&full)
        })
        .await
    }
}

/// The inverse of [`key`].
fn in_use(StoredBucket { key, full_at }: &StoredBucket) -> StoreResult<BucketInUse> {
    let (digest, limit) = key.split_first_chunk().ok_or_else(|| StoreError::Internal("a key is too short".into()))?;
    let limit = String::from_utf8_lossy(limit).into_owned();
    Ok(BucketInUse { limit, key: *digest, full_at: Timestamp::from_micros(*full_at) })
}

fn key(bucket: &Bucket) -> Vec<u8> {
    [&bucket.key[..], bucket.limit.as_bytes()].concat()
}
