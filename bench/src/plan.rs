//! How much is measured: enough for medians to hold still, or just enough to see that it runs.

use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Rounds; every round measures everything once, so that all meet the same moods of the machine.
    pub(crate) rounds: usize,
    /// How long one thing is measured in a round.
    pub(crate) slice: Duration,
    /// How often the flood comes, and the calm before it.
    pub(crate) floods: usize,
    /// How long each of them lasts.
    pub(crate) flood: Duration,
    /// How often the server is started.
    pub(crate) starts: usize,
    /// After the load, until the threads that hash have given their memory back; they keep it for ten seconds.
    pub(crate) rest: Duration,
}

impl Plan {
    pub(crate) const FULL: Self = Self {
        rounds: 7,
        slice: Duration::from_millis(1_200),
        floods: 5,
        flood: Duration::from_millis(2_500),
        starts: 9,
        rest: Duration::from_secs(12),
    };

    /// What shall be told from nothing is small.
    pub(crate) const PRECISE: Self = Self { rounds: 15, slice: Duration::from_millis(1_600), ..Self::FULL };

    pub(crate) const QUICK: Self = Self {
        rounds: 1,
        slice: Duration::from_millis(500),
        floods: 1,
        flood: Duration::from_secs(1),
        starts: 3,
        rest: Duration::from_millis(200),
    };
}
