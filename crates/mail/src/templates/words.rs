//! Spans and moments in words.

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Reads RFC 3339, as UTC.
pub(super) fn moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(|moment| moment.to_offset(UtcOffset::UTC))
}

/// The second so many seconds after 1970 began.
pub(super) fn second(seconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

/// "24 November 2026, 06:09 UTC".
pub(super) fn date_and_time(moment: OffsetDateTime) -> String {
    let (hour, minute, _) = moment.to_hms();
    format!("{} {} {}, {hour:02}:{minute:02} UTC", moment.day(), moment.month(), moment.year())
}

/// "7 days", "48 hours", "90 minutes": in days from three on, in hours from three on or when they are whole. Rounded
/// down, so that nobody is promised more than there is.
pub(super) fn span(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "less than a minute".to_owned(),
        _ if seconds >= 3 * DAY => count(seconds / DAY, "day"),
        _ if seconds >= 3 * HOUR || seconds % HOUR == 0 => count(seconds / HOUR, "hour"),
        _ => count(seconds / MINUTE, "minute"),
    }
}

fn count(number: i64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_unit_that_people_use() {
        for (seconds, words) in [
            (7 * DAY, "7 days"),
            (3 * DAY + HOUR, "3 days"),
            (2 * DAY, "48 hours"),
            (DAY, "24 hours"),
            (DAY - 1, "23 hours"),
            (2 * HOUR, "2 hours"),
            (HOUR, "1 hour"),
            (90 * MINUTE, "90 minutes"),
            (30 * MINUTE, "30 minutes"),
            (2 * MINUTE + 5, "2 minutes"),
            (MINUTE, "1 minute"),
            (59, "less than a minute"),
            (-5, "less than a minute"),
        ] {
            assert_eq!(span(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn moments_are_told_in_utc() {
        let told = |text| moment(text).map(date_and_time);
        assert_eq!(told("2026-11-24T06:09:59.123456Z").as_deref(), Some("24 November 2026, 06:09 UTC"));
        assert_eq!(told("2026-01-01T00:30:00+01:00").as_deref(), Some("31 December 2025, 23:30 UTC"));
        assert_eq!(told("tomorrow"), None);
        let told = |seconds| second(seconds).map(date_and_time);
        assert_eq!(told(1_795_327_799).as_deref(), Some("22 November 2026, 06:09 UTC"));
        assert_eq!(told(i64::MAX), None);
    }
}
