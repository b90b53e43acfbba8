//! Workers say that they are at work.

use std::sync::Arc;

use ironplate_application::ports::Store;
use ironplate_domain::{Timestamp, Worker, WorkerId};
use uuid::Uuid;

use super::{
    checks::checks,
    subject::{Subject, alone, assert_internal, seen},
};

checks! { workers;
    a_worker_is_seen_last_when_it_is_noted_again,
    a_worker_that_is_gone_is_forgotten,
    a_unit_that_failed_refuses_every_call_about_workers,
}

fn worker(id: u128, seen_at: i64) -> Worker {
    let (started_at, seen_at) = (Timestamp::from_seconds(1), Timestamp::from_seconds(seen_at));
    Worker { id: WorkerId(Uuid::from_u128(id)), name: format!("worker {id}"), started_at, seen_at }
}

/// Noted again, it is the same one, and began when it began.
async fn a_worker_is_seen_last_when_it_is_noted_again(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    assert_eq!(seen!(subject, workers().list(9)), []);
    for worker in [worker(1, 10), worker(2, 20)] {
        alone!(subject, workers().note(&worker)).expect("a worker");
    }
    assert_eq!(seen!(subject, workers().list(9)), [worker(2, 20), worker(1, 10)]);
    let again = Worker { started_at: Timestamp::from_seconds(30), ..worker(1, 30) };
    alone!(subject, workers().note(&again)).expect("a worker");
    assert_eq!(seen!(subject, workers().list(9)), [worker(1, 30), worker(2, 20)]);
    assert_eq!(seen!(subject, workers().list(1)), [worker(1, 30)]);
}

/// By its own word, or when nobody saw it for long.
async fn a_worker_that_is_gone_is_forgotten(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for worker in [worker(1, 10), worker(2, 20), worker(3, 30)] {
        alone!(subject, workers().note(&worker)).expect("a worker");
    }
    assert!(alone!(subject, workers().remove(worker(2, 20).id)).expect("an answer"));
    assert!(!alone!(subject, workers().remove(worker(2, 20).id)).expect("an answer"));
    assert_eq!(alone!(subject, workers().prune(Timestamp::from_seconds(30))).expect("an answer"), 1);
    assert_eq!(seen!(subject, workers().list(9)), [worker(3, 30)]);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_workers(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let mut work = subject.failed_unit().await;
    assert_internal!(work.workers().prune(Timestamp::MAX).await);
    assert_internal!(work.workers().note(&worker(1, 10)).await);
    assert_internal!(work.workers().list(9).await);
    assert_internal!(work.workers().remove(worker(1, 10).id).await);
}
