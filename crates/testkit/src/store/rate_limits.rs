//! The permits of the fake store.

use std::{cmp::Reverse, collections::HashMap, time::Duration};

use async_trait::async_trait;
use ironplate_application::ports::{Bucket, BucketInUse, Decision, Quota, RateLimiter, StoreResult};
use ironplate_domain::Timestamp;

use super::FakeStore;

/// When each bucket is full again, in microseconds.
pub(super) type Permits = HashMap<Bucket, i64>;

#[async_trait]
impl RateLimiter for FakeStore {
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision> {
        self.reach()?;
        let mut permits = self.permits();
        let full_at = match permits.get(bucket) {
            Some(&full_at) if full_at > now.micros() + quota.furthest() => {
                now.micros() + quota.tolerance() - quota.interval()
            }
            full_at => full_at.copied().unwrap_or(now.micros()),
        };
        let next = full_at.max(now.micros()) + quota.interval();
        if next <= now.micros() + quota.tolerance() {
            permits.insert(bucket.clone(), next);
            return Ok(Decision::Granted);
        }
        let until = |micros: i64| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        let ahead = full_at - now.micros();
        let retry_after = until(ahead + quota.interval() - quota.tolerance());
        Ok(Decision::Refused { retry_after, reset_after: until(ahead) })
    }

    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()> {
        self.reach()?;
        if let Some(full_at) = self.permits().get_mut(bucket) {
            *full_at -= quota.interval();
        }
        Ok(())
    }

    async fn refill(&self, bucket: &Bucket) -> StoreResult<()> {
        self.reach()?;
        self.permits().remove(bucket);
        Ok(())
    }

    async fn refill_all(&self) -> StoreResult<u64> {
        self.reach()?;
        Ok(self.permits().drain().count() as u64)
    }

    async fn in_use(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>> {
        self.reach()?;
        let permits = self.permits();
        let ahead = permits.iter().filter(|(_, full_at)| **full_at > now.micros());
        let told = |(bucket, full_at): (&Bucket, &i64)| {
            let full_at = Timestamp::from_micros(*full_at);
            BucketInUse { limit: bucket.limit.to_owned(), key: bucket.key, full_at }
        };
        let mut buckets: Vec<_> = ahead.map(told).collect();
        buckets.sort_by_key(|bucket| Reverse(bucket.full_at));
        buckets.truncate(limit as usize);
        Ok(buckets)
    }

    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.reach()?;
        let mut left = limit;
        self.permits().retain(|_, full_at| {
            let stays = left == 0 || *full_at > now.micros();
            left -= u32::from(!stays);
            stays
        });
        Ok(u64::from(limit - left))
    }
}
