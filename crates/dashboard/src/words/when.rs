//! Moments as pages show them: in UTC, for whoever has no script that knows the reader's zone.

use ironplate_domain::{Date, Timestamp};
use serde::Serialize;
use time::OffsetDateTime;

/// A moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct When {
    iso: String,
    text: String,
}

impl From<Timestamp> for When {
    fn from(at: Timestamp) -> Self {
        let iso = Timestamp::from_seconds(at.seconds()).to_string();
        let text = moment(at).map_or_else(
            || iso.clone(),
            |moment| {
                let (hour, minute, _) = moment.to_hms();
                format!("{}, {hour:02}:{minute:02} UTC", day(moment.date()))
            },
        );
        Self { iso, text }
    }
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    pub(crate) iso: String,
    text: String,
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let iso = date.to_string();
        Self { text: moment(date.begins()).map_or_else(|| iso.clone(), |at| day(at.date())), iso }
    }
}

/// That of this moment, in UTC.
impl From<Timestamp> for Day {
    fn from(at: Timestamp) -> Self {
        Date::of(at).into()
    }
}

/// `25 Nov 2026`
fn day(date: time::Date) -> String {
    let mut month = date.month().to_string();
    month.truncate(3);
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
