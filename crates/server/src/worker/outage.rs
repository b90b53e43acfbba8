//! A database that can't be reached: told once, with growing pauses until it is back.

use std::time::Duration;

use ironplate_application::{logged, ports::StoreError};
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// `None` while all is well.
#[derive(Debug, Default)]
pub(super) struct Outage(Option<Ongoing>);

#[derive(Debug)]
struct Ongoing {
    since: Instant,
    pause: Duration,
}

impl Outage {
    /// It failed once more; how long to wait before the next try.
    pub(super) fn goes_on(&mut self, error: &StoreError) -> Duration {
        let pause = match &self.0 {
            None => {
                let cause = logged(error);
                if let StoreError::Unavailable(_) = error {
                    tracing::warn!(error = cause, "the outbox is out of reach; trying on");
                } else {
                    tracing::error!(error = cause, "the outbox can't be worked on; trying on");
                }
                FIRST_PAUSE
            }
            Some(ongoing) => (ongoing.pause * 2).min(LONGEST_PAUSE),
        };
        let since = self.0.as_ref().map_or_else(Instant::now, |ongoing| ongoing.since);
        self.0 = Some(Ongoing { since, pause });
        pause
    }

    /// It worked.
    pub(super) fn is_over(&mut self) {
        if let Some(Ongoing { since, .. }) = self.0.take() {
            tracing::info!(seconds = since.elapsed().as_secs(), "the outbox is in reach again");
        }
    }
}

#[cfg(test)]
mod tests {
    use ironplate_application::ports::BoxError;

    use super::*;
    use crate::telemetry::faults_during;

    #[test]
    fn what_goes_on_is_one_fault_and_an_outage_is_none() {
        let mut outage = Outage::default();
        let mut fail = |error: fn(BoxError) -> StoreError| {
            let faults = faults_during(|| {
                for _ in 0..6 {
                    outage.goes_on(&error("gone".into()));
                }
            });
            outage.is_over();
            faults
        };
        assert_eq!(fail(StoreError::Internal), ["the outbox can't be worked on; trying on"]);
        assert!(fail(StoreError::Unavailable).is_empty());
    }

    #[test]
    fn pauses_grow_to_some_seconds_and_begin_anew_after_a_success() {
        let mut outage = Outage::default();
        let error = StoreError::Unavailable("gone".into());
        let pauses: Vec<u64> = (0..6).map(|_| outage.goes_on(&error).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 8, 8]);
        outage.is_over();
        assert_eq!(outage.goes_on(&error), FIRST_PAUSE);
    }
}
