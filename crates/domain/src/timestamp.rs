//! A moment in whole microseconds, the finest unit that both databases keep.

use std::{
    fmt::{self, Write as _},
    time::Duration,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Microseconds since 1970-01-01T00:00:00Z, within the years that RFC 3339 can write.
///
/// Prints as RFC 3339 in UTC, with six fraction digits or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// From microseconds since 1970; saturates at [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// From whole seconds since 1970; saturates.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    /// From RFC 3339, in any time zone; what is finer than a microsecond is dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000)).ok().map(Self::from_micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Writes it as RFC 3339 in UTC, with all six fraction digits: moments that are sorted as texts are in their order.
    ///
    /// # Errors
    /// What writing gave.
    pub fn write_in_full(self, out: &mut impl fmt::Write) -> fmt::Result {
        let text = self.in_full()?;
        out.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }

    /// A list has many of these: the digits one by one, without the machinery of formats.
    fn in_full(self) -> Result<[u8; 27], fmt::Error> {
        let moment = OffsetDateTime::from_unix_timestamp(self.seconds()).map_err(|_| fmt::Error)?;
        let (hour, minute, second) = moment.to_hms();
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        write_digits(&mut text[..4], u64::from(moment.year().unsigned_abs()));
        write_digits(&mut text[5..7], u8::from(moment.month()).into());
        write_digits(&mut text[8..10], moment.day().into());
        write_digits(&mut text[11..13], hour.into());
        write_digits(&mut text[14..16], minute.into());
        write_digits(&mut text[17..19], second.into());
        write_digits(&mut text[20..26], self.0.rem_euclid(1_000_000).unsigned_abs());
        Ok(text)
    }

    /// The moment `span` later; saturates.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was at this moment; nothing if it is yet to come.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment `span` earlier; saturates.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1_000_000 != 0 {
            return self.write_in_full(out);
        }
        let text = self.in_full()?;
        out.write_str(str::from_utf8(&text[..19]).map_err(|_| fmt::Error)?)?;
        out.write_char('Z')
    }
}

/// Fills the place with the last digits of a number.
fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn six_fraction_digits_or_none() {
        let whole = Timestamp::from_seconds(1_767_323_045);
        assert_eq!(whole.to_string(), "2026-01-02T03:04:05Z");
        assert_eq!(Timestamp::from_micros(whole.micros() + 70).to_string(), "2026-01-02T03:04:05.000070Z");
        let mut in_full = String::new();
        whole.write_in_full(&mut in_full).unwrap();
        assert_eq!(in_full, "2026-01-02T03:04:05.000000Z");
    }

    #[test]
    fn seconds_round_down_before_1970_too() {
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
        assert_eq!(Timestamp::from_micros(1_999_999).seconds(), 1);
    }

    #[test]
    fn beyond_what_can_be_written_it_saturates() {
        assert_eq!(Timestamp::from_micros(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_seconds(0).after(Duration::MAX).to_string(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn a_moment_is_read_in_any_time_zone() {
        let moment = Timestamp::parse("2026-01-02T05:04:05.000070999+02:00").unwrap();
        assert_eq!(moment.to_string(), "2026-01-02T03:04:05.000070Z");
        assert!(["", "2026-01-02", "now", "2026-13-02T00:00:00Z"].iter().all(|text| Timestamp::parse(text).is_none()));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(micros: i64) {
            let moment = Timestamp::from_micros(micros);
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }
    }
}
