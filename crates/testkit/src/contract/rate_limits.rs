//! Permits are taken by exactly as many as there are, and come back evenly.

use std::{sync::Arc, time::Duration};

use ironplate_application::ports::{Bucket, BucketInUse, Decision, Quota, Storage};
use ironplate_domain::Timestamp;

use super::{checks::checks, race::race};

checks! { rate_limits;
    no_more_permits_are_granted_than_there_are,
    permits_come_back_one_by_one,
    a_full_bucket_holds_no_more_than_its_permits,
    buckets_do_not_share_permits,
    a_permit_that_is_given_back_can_be_taken_again,
    a_bucket_that_is_refilled_is_full,
    buckets_are_seen_until_they_are_full_and_can_be_refilled_at_once,
    of_many_takers_at_once_exactly_as_many_succeed_as_there_are_permits,
    what_a_clock_took_that_was_ahead_holds_nobody_off_for_longer,
    two_clocks_a_minute_apart_share_permits,
    full_buckets_are_pruned,
}

const NOW: Timestamp = Timestamp::from_micros(1_767_400_000_123_456);
const QUOTA: Quota = Quota { permits: 3, period: Duration::from_secs(30) };

fn bucket(limit: &'static str, key: u8) -> Bucket {
    Bucket { limit, key: [key; 32] }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn take(store: &Arc<dyn Storage>, bucket: &Bucket, now: Timestamp) -> Decision {
    store.take(bucket, QUOTA, now).await.expect("a decision")
}

async fn take_all(store: &Arc<dyn Storage>, bucket: &Bucket) {
    for _ in 0..QUOTA.permits {
        assert_eq!(take(store, bucket, NOW).await, Decision::Granted);
    }
}

/// And says when the next one is there, and when all are.
async fn no_more_permits_are_granted_than_there_are(store: Arc<dyn Storage>) {
    let bucket = bucket("a", 1);
    take_all(&store, &bucket).await;
    let refused = |retry, reset| Decision::Refused { retry_after: seconds(retry), reset_after: seconds(reset) };
    assert_eq!(take(&store, &bucket, NOW).await, refused(10, 30));
    assert_eq!(take(&store, &bucket, NOW.after(seconds(4))).await, refused(6, 26));
}

/// To the microsecond; what was refused costs nothing.
async fn permits_come_back_one_by_one(store: Arc<dyn Storage>) {
    let bucket = bucket("a", 1);
    take_all(&store, &bucket).await;
    let back = NOW.after(seconds(10));
    let just_before = Timestamp::from_micros(back.micros() - 1);
    let refused = take(&store, &bucket, just_before).await;
    assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
    assert_eq!(take(&store, &bucket, back).await, Decision::Granted);
    let refused = take(&store, &bucket, back).await;
    assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
}

/// However long nobody took one.
async fn a_full_bucket_holds_no_more_than_its_permits(store: Arc<dyn Storage>) {
    let bucket = bucket("a", 1);
    take_all(&store, &bucket).await;
    let much_later = NOW.after(seconds(9_999));
    for _ in 0..QUOTA.permits {
        assert_eq!(take(&store, &bucket, much_later).await, Decision::Granted);
    }
    let refused = take(&store, &bucket, much_later).await;
    assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
}

/// Neither another limit nor another key.
async fn buckets_do_not_share_permits(store: Arc<dyn Storage>) {
    take_all(&store, &bucket("a", 1)).await;
    take_all(&store, &bucket("a", 2)).await;
    take_all(&store, &bucket("b", 1)).await;
}

/// One, not all.
async fn a_permit_that_is_given_back_can_be_taken_again(store: Arc<dyn Storage>) {
    let bucket = bucket("a", 1);
    take_all(&store, &bucket).await;
    store.give_back(&bucket, QUOTA).await.expect("an answer");
    assert_eq!(take(&store, &bucket, NOW).await, Decision::Granted);
    let refused = take(&store, &bucket, NOW).await;
    assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
}

/// Also one that nobody took from.
async fn a_bucket_that_is_refilled_is_full(store: Arc<dyn Storage>) {
    let bucket = bucket("a", 1);
    store.refill(&bucket).await.expect("an answer");
    take_all(&store, &bucket).await;
    store.refill(&bucket).await.expect("an answer");
    take_all(&store, &bucket).await;
}

/// All at one barrier.
/// Those first that are full last, and no more than are asked for.
async fn buckets_are_seen_until_they_are_full_and_can_be_refilled_at_once(store: Arc<dyn Storage>) {
    let (one, other) = (bucket("a", 1), bucket("b", 2));
    take(&store, &one, NOW).await;
    take_all(&store, &other).await;
    let seen = |bucket: &Bucket, after| BucketInUse {
        limit: bucket.limit.to_owned(),
        key: bucket.key,
        full_at: NOW.after(seconds(after)),
    };
    assert_eq!(store.in_use(NOW, 9).await.expect("buckets"), [seen(&other, 30), seen(&one, 10)]);
    assert_eq!(store.in_use(NOW, 1).await.expect("buckets"), [seen(&other, 30)]);
    assert_eq!(store.in_use(NOW.after(seconds(10)), 9).await.expect("buckets"), [seen(&other, 30)]);
    assert_eq!(store.refill_all().await.expect("a number"), 2);
    assert_eq!(store.in_use(NOW, 9).await.expect("buckets"), []);
    take_all(&store, &other).await;
}

async fn of_many_takers_at_once_exactly_as_many_succeed_as_there_are_permits(store: Arc<dyn Storage>) {
    const PERMITS: usize = 20;
    let quota = Quota { permits: 20, period: Duration::from_hours(24) };
    let decisions = race((0..PERMITS + 50).map(|_| {
        let store = store.clone();
        async move { store.take(&bucket("a", 1), quota, NOW).await.expect("a decision") }
    }));
    assert_eq!(decisions.await.into_iter().filter(|decision| *decision == Decision::Granted).count(), PERMITS);
}

/// Taken by a clock that was three days ahead: the bucket has one permit left now, and the next is back as always.
async fn what_a_clock_took_that_was_ahead_holds_nobody_off_for_longer(store: Arc<dyn Storage>) {
    for (key, taken) in [(1, 1), (2, QUOTA.permits)] {
        let bucket = bucket("a", key);
        for _ in 0..taken {
            assert_eq!(take(&store, &bucket, NOW.after(Duration::from_hours(72))).await, Decision::Granted);
        }
        assert_eq!(take(&store, &bucket, NOW).await, Decision::Granted);
        let refused = Decision::Refused { retry_after: seconds(10), reset_after: seconds(30) };
        assert_eq!(take(&store, &bucket, NOW).await, refused);
        assert_eq!(take(&store, &bucket, NOW.after(seconds(10))).await, Decision::Granted);
    }
}

/// Who turns to the server whose clock is behind finds no permit that the other one gave away.
async fn two_clocks_a_minute_apart_share_permits(store: Arc<dyn Storage>) {
    let (bucket, quota) = (bucket("a", 1), Quota { permits: 60, period: Duration::from_mins(10) });
    let ahead = NOW.after(Duration::from_mins(1));
    for _ in 0..quota.permits {
        assert_eq!(store.take(&bucket, quota, ahead).await.expect("a decision"), Decision::Granted);
    }
    for now in [NOW, ahead, NOW, ahead] {
        let refused = store.take(&bucket, quota, now).await.expect("a decision");
        assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
    }
}

/// The others hold what was taken.
async fn full_buckets_are_pruned(store: Arc<dyn Storage>) {
    let (full, half) = (bucket("a", 1), bucket("a", 2));
    take_all(&store, &full).await;
    let later = NOW.after(seconds(30));
    take(&store, &half, later).await;
    assert_eq!(store.prune(Timestamp::from_micros(later.micros() - 1), 9).await.expect("an answer"), 0);
    assert_eq!(store.prune(later, 0).await.expect("an answer"), 0);
    assert_eq!(store.prune(later, 9).await.expect("an answer"), 1);
    assert_eq!(take(&store, &half, later).await, Decision::Granted);
    assert_eq!(take(&store, &half, later).await, Decision::Granted);
    let refused = take(&store, &half, later).await;
    assert!(matches!(refused, Decision::Refused { .. }), "{refused:?}");
}
