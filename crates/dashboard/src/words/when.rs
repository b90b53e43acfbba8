//! Moments as pages show them: in UTC, for whoever has no script that knows the reader's zone.

use ironplate_domain::Timestamp;
use serde::Serialize;
use time::{Date, OffsetDateTime};

/// A moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct When {
    iso: String,
    text: String,
}

impl From<Timestamp> for When {
    fn from(at: Timestamp) -> Self {
        let seconds = Timestamp::from_seconds(at.seconds());
        let text = match moment(at) {
            Some(moment) => {
                let (hour, minute, _) = moment.to_hms();
                format!("{}, {hour:02}:{minute:02} UTC", day(moment.date()))
            }
            None => seconds.to_string(),
        };
        Self { iso: seconds.to_string(), text }
    }
}

const A_DAY: i64 = 24 * 60 * 60;

/// A day of UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    pub(crate) iso: String,
    text: String,
}

impl Day {
    /// So many days after 1970-01-01.
    pub(crate) fn of(number: i64) -> Self {
        let seconds = number.saturating_mul(A_DAY);
        let date = OffsetDateTime::from_unix_timestamp(seconds).map_or(Date::MIN, OffsetDateTime::date);
        let iso = format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
        Self { iso, text: day(date) }
    }
}

/// That of this moment.
impl From<Timestamp> for Day {
    fn from(at: Timestamp) -> Self {
        Self::of(at.seconds().div_euclid(A_DAY))
    }
}

/// `25 Nov 2026`
fn day(date: Date) -> String {
    let month: String = date.month().to_string().chars().take(3).collect();
    format!("{} {month} {}", date.day(), date.year())
}

fn moment(at: Timestamp) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.seconds()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_for_machines_and_for_people() {
        let at = Timestamp::parse("2026-11-05T07:05:31.123456Z").unwrap();
        let expected = When { iso: "2026-11-05T07:05:31Z".into(), text: "5 Nov 2026, 07:05 UTC".into() };
        assert_eq!(When::from(at), expected);
        let expected = Day { iso: "2026-11-05".into(), text: "5 Nov 2026".into() };
        assert_eq!(Day::from(at), expected);
    }
}
