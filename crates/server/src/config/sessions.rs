//! How long sessions last.

use std::time::Duration;

use ironplate_application::SessionPolicy;
use ironplate_domain::SessionSpans;

use super::reader::{Read, Reader};

const HOURS_OF_TEN_YEARS: u32 = 10 * 366 * 24;

/// Use is noted so often at the most: fine enough for people to look at, and for every idle time that can be set.
const SEEN_EVERY: Duration = Duration::from_mins(5);

pub(super) fn read(reader: &mut Reader<'_>) -> Read<SessionPolicy> {
    let idle = reader.hours("sessions.idle_hours", 1..=HOURS_OF_TEN_YEARS);
    let absolute = reader.hours("sessions.absolute_hours", 1..=HOURS_OF_TEN_YEARS);
    let reuse_window = reader.within("sessions.refresh_reuse_seconds", 0..=600);
    let most_per_user = reader.within("sessions.most_per_user", 1..=1_000);
    let recent = reader.within("sessions.recent_minutes", 1..=24 * 60);
    let trust_days = reader.within("sessions.trust_device_days", 0..=365);
    let keep_ended = reader.hours("sessions.keep_ended_hours", 0..=HOURS_OF_TEN_YEARS);
    let spans = SessionSpans { idle: idle?, absolute: absolute?, seen_every: SEEN_EVERY };
    Ok(SessionPolicy {
        spans,
        reuse_window: Duration::from_secs(reuse_window?.into()),
        most_per_user: most_per_user?,
        recent: Duration::from_mins(recent?.into()),
        trust_device: Duration::from_hours(24 * u64::from(trust_days?)),
        keep_ended: keep_ended?,
    })
}
