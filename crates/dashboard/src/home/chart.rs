//! Who came in the last days, to be looked at.

use ironplate_application::overview::{Activity, Day};
use serde::Serialize;
use time::{Date, OffsetDateTime};

use crate::when;

#[derive(Serialize)]
pub(super) struct Chart {
    sign_ups: Vec<Bar>,
    log_ins: Vec<Bar>,
    most_sign_ups: u64,
    most_log_ins: u64,
}

/// A day.
#[derive(Serialize)]
struct Bar {
    label: String,
    done: u64,
    failed: u64,
}

impl From<Activity> for Chart {
    fn from(Activity { sign_ups, log_ins }: Activity) -> Self {
        Self {
            most_sign_ups: most(&sign_ups),
            most_log_ins: most(&log_ins),
            sign_ups: sign_ups.iter().map(Bar::from).collect(),
            log_ins: log_ins.iter().map(Bar::from).collect(),
        }
    }
}

fn most(days: &[Day]) -> u64 {
    days.iter().map(|day| day.done.max(day.failed)).max().unwrap_or(0)
}

impl From<&Day> for Bar {
    fn from(day: &Day) -> Self {
        let date = OffsetDateTime::from_unix_timestamp(day.day * 86_400).map_or(Date::MIN, OffsetDateTime::date);
        Self { label: when::short_day(date), done: day.done, failed: day.failed }
    }
}
