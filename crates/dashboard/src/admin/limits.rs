//! The limits in force, in words.

use ironplate_application::{Policy, limits::Limit};
use serde::Serialize;

use crate::words;

/// Something that is limited.
#[derive(Serialize)]
pub(super) struct Row {
    what: &'static str,
    limit: String,
    held_by: &'static str,
}

pub(super) fn in_force(policy: &Policy) -> Vec<Row> {
    Limit::ALL.iter().map(|limit| Row::of(*limit, policy)).collect()
}

impl Row {
    fn of(limit: Limit, policy: &Policy) -> Self {
        let quota = policy.limits.0.get(&limit);
        let words = quota.map(|quota| {
            format!("{} in {}", quota.permits, words::span(quota.period.as_secs())).replace(' ', "\u{a0}")
        });
        Self {
            what: limit.description().trim_end_matches('.'),
            limit: words.unwrap_or_else(|| "Off".to_owned()),
            held_by: limit.name(),
        }
    }
}
