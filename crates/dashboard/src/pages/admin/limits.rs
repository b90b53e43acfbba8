//! The limits in force, in words.

use std::time::Duration;

use ironplate_application::{Policy, limits::Limit};
use serde::Serialize;

use crate::{shell::DashboardSettings, words};

/// Something that is limited.
#[derive(Serialize)]
pub(super) struct LimitRow {
    what: &'static str,
    limit: String,
    held_by: &'static str,
}

/// The one that each server counts for itself, and those of all.
pub(super) fn in_force(settings: &DashboardSettings, policy: &Policy) -> Vec<LimitRow> {
    let requests = settings.requests_per_client.map(|(permits, period)| quota(permits.get(), period));
    let first = LimitRow::of("All requests of one client to this server", requests, "requests_per_client");
    let shared = Limit::ALL.iter().map(|limit| {
        let limited = policy.limits.0.get(limit).map(|it| quota(it.permits, it.period));
        LimitRow::of(limit.description().trim_end_matches('.'), limited, limit.name())
    });
    [first].into_iter().chain(shared).collect()
}

fn quota(permits: u32, period: Duration) -> String {
    format!("{} in {}", words::number(permits.into()), words::span(period.as_secs())).replace(' ', "\u{a0}")
}

impl LimitRow {
    fn of(what: &'static str, limit: Option<String>, held_by: &'static str) -> Self {
        Self { what, limit: limit.unwrap_or_else(|| "Off".to_owned()), held_by }
    }
}
