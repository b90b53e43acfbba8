//! Many at once: one of them wins, and the others are told so.

use std::{fmt::Debug, sync::Arc};

use ironplate_application::ports::{Constraint, StoreError, StoreResult};
use tokio::{sync::Barrier, task::JoinSet};

/// How many begin together.
pub(super) const RIVALS: usize = 16;

/// Lets all attempts begin together and answers what they answered, in no order.
pub(super) async fn race<T, Attempt>(attempts: impl IntoIterator<Item = Attempt>) -> Vec<T>
where
    T: Send + 'static,
    Attempt: Future<Output = T> + Send + 'static,
{
    let attempts: Vec<Attempt> = attempts.into_iter().collect();
    let start = Arc::new(Barrier::new(attempts.len()));
    let mut running = JoinSet::new();
    for attempt in attempts {
        let start = start.clone();
        running.spawn(async move {
            start.wait().await;
            attempt.await
        });
    }
    running.join_all().await
}

/// One did it, and all others found it done.
pub(super) fn assert_one_wins(outcomes: &[StoreResult<bool>]) {
    let count =
        |expected: bool| outcomes.iter().filter(|outcome| matches!(outcome, Ok(won) if *won == expected)).count();
    assert_eq!((count(true), count(false)), (1, RIVALS - 1), "{outcomes:?}");
}

/// The others meet the constraint and nothing else.
pub(super) fn assert_one_succeeds_and_the_others_conflict<T: Debug>(
    outcomes: &[StoreResult<T>],
    constraint: Constraint,
) {
    let conflict = |outcome: &&_| matches!(outcome, Err(StoreError::Conflict(found)) if *found == constraint);
    let succeeded = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((succeeded, outcomes.iter().filter(conflict).count()), (1, RIVALS - 1), "{outcomes:?}");
}
