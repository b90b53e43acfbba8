//! Who came in the last days, to be looked at.

use ironplate_application::overview::{Activity, Day};
use ironplate_domain::Date;
use serde::Serialize;

use crate::words;

#[derive(Serialize)]
pub(super) struct Chart {
    sign_ups: Vec<Bar>,
    log_ins: Vec<Bar>,
    top_of_sign_ups: u64,
    top_of_log_ins: u64,
}

/// A day.
#[derive(Serialize)]
struct Bar {
    day: words::Day,
    done: u64,
    failed: u64,
}

impl From<Activity> for Chart {
    fn from(Activity { sign_ups, log_ins }: Activity) -> Self {
        Self {
            top_of_sign_ups: top_of(&sign_ups),
            top_of_log_ins: top_of(&log_ins),
            sign_ups: sign_ups.iter().map(Bar::from).collect(),
            log_ins: log_ins.iter().map(Bar::from).collect(),
        }
    }
}

/// Where a scale ends that has a whole number in its middle.
fn top_of(days: &[Day]) -> u64 {
    days.iter().map(|day| day.done.max(day.failed)).max().unwrap_or(0).next_multiple_of(2).max(2)
}

impl From<&Day> for Bar {
    fn from(day: &Day) -> Self {
        Self { day: Date::from_days(day.day).into(), done: day.done, failed: day.failed }
    }
}
