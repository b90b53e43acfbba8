//! Limits that all servers share and no restart forgets.

use std::time::Duration;

use async_trait::async_trait;
use ironplate_domain::Timestamp;

use super::{CLOCKS_APART, StoreResult};

/// So many permits, which come back evenly: after `period` all of them are there again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// How many at once; at least one.
    pub permits: u32,
    /// How long until all are back that were taken at once.
    pub period: Duration,
}

impl Quota {
    /// So many times as many permits.
    #[must_use]
    pub fn times(self, share: u32) -> Self {
        Self { permits: self.permits.saturating_mul(share), ..self }
    }

    /// The time in which one permit comes back, in microseconds; at least one.
    #[must_use]
    pub fn interval(&self) -> i64 {
        let micros = self.period.as_micros() / u128::from(self.permits.max(1));
        i64::try_from(micros).unwrap_or(i64::MAX).max(1)
    }

    /// How far ahead of the time a bucket may be, in microseconds: exactly its permits.
    #[must_use]
    pub fn tolerance(&self) -> i64 {
        self.interval().saturating_mul(self.permits.into())
    }

    /// A bucket that is further ahead of the time than this, in microseconds, was moved there by a clock that was ahead by
    /// more than the clocks of two servers may differ, or under another quota.
    #[must_use]
    pub fn furthest(&self) -> i64 {
        let apart = i64::try_from(CLOCKS_APART.as_micros()).unwrap_or(i64::MAX);
        self.tolerance().saturating_add(self.tolerance().min(apart))
    }
}

/// Whose permits they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// The name of the limit.
    pub limit: &'static str,
    /// A digest of who is limited.
    pub key: [u8; 32],
}

/// A bucket from which permits are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketInUse {
    /// The name of the limit.
    pub limit: String,
    /// A digest of who is limited.
    pub key: [u8; 32],
    /// When all permits are back.
    pub full_at: Timestamp,
}

/// Whether there was a permit left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// One permit was taken.
    Granted,
    /// None was left, and none was taken.
    Refused {
        /// When the next one is there.
        retry_after: Duration,
        /// When all of them are there again.
        reset_after: Duration,
    },
}

/// Counts permits by the generic cell rate algorithm (ITU-T I.371): a bucket is one moment, the time at which all of its
/// permits will be back. No bucket holds anybody off for longer than its own period, whatever a clock said before: one that
/// is further ahead than [`Quota::furthest`] is taken for one with a single permit left.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes a permit if there is one, in ONE statement: of any number of takers at once, on any number of servers,
    /// exactly as many are granted one as there are permits.
    async fn take(&self, bucket: &Bucket, quota: Quota, now: Timestamp) -> StoreResult<Decision>;

    /// Gives back a permit that was granted.
    async fn give_back(&self, bucket: &Bucket, quota: Quota) -> StoreResult<()>;

    /// Gives all permits of this bucket back.
    async fn refill(&self, bucket: &Bucket) -> StoreResult<()>;

    /// Gives all permits of all buckets back; of how many.
    async fn refill_all(&self) -> StoreResult<u64>;

    /// The buckets that are not full, those first that are full last; at most `limit`.
    async fn in_use(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<BucketInUse>>;

    /// Forgets at most `limit` buckets that are full again; how many.
    async fn prune(&self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
