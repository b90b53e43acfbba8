//! The arithmetic: medians and percentiles.

use std::time::Duration;

/// What something costs, measured once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// How many a second.
    pub(crate) rate: f64,
    /// Microseconds of processor time that the server took for each.
    pub(crate) cpu: f64,
    /// The same of the database's own processes; NaN if there are none.
    pub(crate) database: f64,
    /// The same of this process, which asks.
    pub(crate) generator: f64,
}

pub(crate) fn count(things: usize) -> f64 {
    u32::try_from(things).map_or(f64::INFINITY, f64::from)
}

pub(crate) fn micros_each(cpu: Duration, things: usize) -> f64 {
    cpu.as_secs_f64() * 1e6 / count(things)
}

/// NaN if there is none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2);
    let lower = values.get(values.len().saturating_sub(1) / 2);
    lower.zip(upper).map_or(f64::NAN, |(lower, upper)| f64::midpoint(*lower, *upper))
}

/// The latency that 99 of 100 stay below, in milliseconds.
pub(crate) fn p99(mut latencies: Vec<Duration>) -> f64 {
    latencies.sort_unstable();
    let rank = (latencies.len() * 99).div_ceil(100).saturating_sub(1);
    latencies.get(rank).map_or(f64::NAN, |latency| millis(*latency))
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_is(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} is not {right}");
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_is(median([3.0, 1.0, 2.0]), 2.0);
        assert_is(median([4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median([]).is_nan());
    }

    #[test]
    fn of_a_hundred_latencies_the_99th_is_the_p99() {
        assert_is(p99((1..=100).rev().map(Duration::from_millis).collect()), 99.0);
        assert_is(p99(vec![Duration::from_millis(7)]), 7.0);
    }
}
