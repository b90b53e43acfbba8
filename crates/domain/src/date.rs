//! A day without a time.

use std::fmt;

use time::{Date as Calendar, Month};

use crate::Timestamp;

/// So many seconds has a day.
pub const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

/// A day of the calendar, in no time zone: when something is due, say. Within the years that ISO 8601 writes with four digits,
/// from the year 1 on.
///
/// Prints as ISO 8601, `2027-03-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// 0001-01-01.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// From the days since 1970-01-01; saturates at [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        if days < Self::MIN.0 as i64 {
            Self::MIN
        } else if days > Self::MAX.0 as i64 {
            Self::MAX
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "it is between two that fit")]
            Self(days as i32)
        }
    }

    /// From `2027-03-01`, and nothing else that ISO 8601 knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, (month, day)) = text.split_once('-').and_then(|(year, rest)| Some((year, rest.split_once('-')?)))?;
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let date = Calendar::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        Some(Self(date.to_julian_day() - EPOCH.to_julian_day())).filter(|date| *date >= Self::MIN)
    }

    /// The day of this moment in UTC.
    #[must_use]
    pub const fn of(at: Timestamp) -> Self {
        Self::from_days(at.seconds().div_euclid(SECONDS_OF_A_DAY.cast_signed()))
    }

    /// The days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// When it begins in UTC.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.0) * SECONDS_OF_A_DAY.cast_signed())
    }
}

const EPOCH: Calendar = time::OffsetDateTime::UNIX_EPOCH.date();

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = Calendar::from_julian_day(self.0 + EPOCH.to_julian_day()).map_err(|_| fmt::Error)?;
        write!(out, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(Date::parse("2027-03-01").map(Date::days), Some(20_878));
        for text in
            ["", "2027-3-1", "2027-02-29", "0000-01-01", "+2027-03-01", "20270301", "2027-03-01T00:00:00Z", "2027-060"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn it_ends_where_years_have_more_digits() {
        assert_eq!((Date::MIN.to_string(), Date::MAX.to_string()), ("0001-01-01".into(), "9999-12-31".into()));
        assert_eq!((Date::from_days(i64::MIN), Date::from_days(i64::MAX)), (Date::MIN, Date::MAX));
        assert_eq!((Date::of(Timestamp::MIN), Date::of(Timestamp::MAX)), (Date::MIN, Date::MAX));
    }

    #[test]
    fn a_moment_lies_in_its_day() {
        let at = Timestamp::parse("1969-12-31T23:59:59Z").unwrap();
        assert_eq!(Date::of(at).to_string(), "1969-12-31");
        assert_eq!(Date::of(at).begins().to_string(), "1969-12-31T00:00:00Z");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(days in i64::from(Date::MIN.0)..=i64::from(Date::MAX.0)) {
            let date = Date::from_days(days);
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
            prop_assert_eq!(Date::of(date.begins()), date);
        }
    }
}
