//! How often things may be tried.

use std::{num::NonZeroU32, time::Duration};

use ironplate_application::{
    limits::{Limit, Limits},
    ports::Quota,
};

use ironplate_domain::SECONDS_OF_A_DAY;

use super::reader::{Read, Reader};

const FIX: &str = "such as \"20 per minute\", \"100 per 15 minutes\", \"5 per hour\", or off";

pub(crate) struct LimitSettings {
    /// Counted in the database, so that all servers share them.
    pub(crate) shared: Limits,
    /// Counted in this process, before anything else.
    pub(crate) requests_per_client: Option<(NonZeroU32, Duration)>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Read<LimitSettings> {
    let requests = quota(reader, "limits.requests_per_client");
    let quotas: Vec<_> =
        Limit::ALL.iter().map(|limit| (*limit, quota(reader, &format!("limits.{}", limit.name())))).collect();
    let mut shared = Limits::OFF;
    for (limit, quota) in quotas {
        if let Some(quota) = quota? {
            shared.0.insert(limit, quota);
        }
    }
    let requests_per_client = requests?.and_then(|Quota { permits, period }| Some((NonZeroU32::new(permits)?, period)));
    Ok(LimitSettings { shared, requests_per_client })
}

fn quota(reader: &mut Reader<'_>, key: &str) -> Read<Option<Quota>> {
    let text = reader.text(key)?;
    if text == "off" {
        return Ok(None);
    }
    parse(&text).map(Some).ok_or_else(|| reader.refuse(key, &format!("{text:?} is no limit"), FIX))
}

/// `N per unit`, or `N per M units`.
fn parse(text: &str) -> Option<Quota> {
    let (permits, period) = text.split_once(" per ")?;
    let (count, unit) = period.trim().split_once(' ').unwrap_or(("1", period.trim()));
    let seconds = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => SECONDS_OF_A_DAY,
        _ => return None,
    };
    let (permits, count): (u32, u64) = (permits.trim().parse().ok()?, count.parse().ok()?);
    let is_sound = (1..=1_000_000).contains(&permits) && (1..=366).contains(&count);
    is_sound.then(|| Quota { permits, period: Duration::from_secs(count * seconds) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_written_as_it_is_said() {
        for (text, permits, seconds) in [
            ("20 per minute", 20, 60),
            ("1 per second", 1, 1),
            ("100 per 15 minutes", 100, 900),
            ("5 per 2 hours", 5, 7_200),
            ("5 per day", 5, 86_400),
        ] {
            assert_eq!(parse(text), Some(Quota { permits, period: Duration::from_secs(seconds) }), "{text}");
        }
        for text in ["", "20", "20/minute", "0 per minute", "-1 per minute", "5 per fortnight", "5 per 0 hours"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
