//! Amounts with a fixed number of digits behind the point.

use std::{fmt, str::FromStr};

/// An exact amount: a whole number of the smallest unit, of which 10 to the power of `DIGITS` make one. `Decimal<2>` is 12.50.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const DIGITS: usize>(i64);

/// It is no number, has more digits behind the point, or is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number with at most {digits} digits behind the point is needed")]
pub struct DecimalError {
    /// So many there may be.
    pub digits: usize,
}

impl<const DIGITS: usize> Decimal<DIGITS> {
    /// So many of the smallest unit.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// How many of the smallest unit it is.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Reads `12`, `12.5` or `-0.05`.
    ///
    /// # Errors
    /// [`DecimalError`].
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let number = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fault = DecimalError { digits: DIGITS };
        if !is_digits(whole) || !is_digits(part) || (DIGITS == 0 && number != whole) || part.len() > DIGITS.max(1) {
            return Err(fault);
        }
        let sign = if number == text { "" } else { "-" };
        let part = if DIGITS == 0 { "" } else { part };
        // Of the least number there is no positive one, so the sign is read with the digits.
        let units = format!("{sign}{whole}{part:0<DIGITS$}").parse();
        units.map(Self).map_err(|_| fault)
    }
}

impl<const DIGITS: usize> FromStr for Decimal<DIGITS> {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::parse(text)
    }
}

impl<const DIGITS: usize> fmt::Display for Decimal<DIGITS> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0width$}", self.0.unsigned_abs(), width = DIGITS + 1);
        let (whole, part) = digits.split_at(digits.len() - DIGITS);
        let sign = if self.0 < 0 { "-" } else { "" };
        if DIGITS == 0 { write!(out, "{sign}{whole}") } else { write!(out, "{sign}{whole}.{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_and_told_exactly() {
        for (text, units, told) in [
            ("12.5", 1_250, "12.50"),
            ("12", 1_200, "12.00"),
            ("-0.05", -5, "-0.05"),
            ("0.10", 10, "0.10"),
            ("007.1", 710, "7.10"),
            ("92233720368547758.07", i64::MAX, "92233720368547758.07"),
            ("-92233720368547758.08", i64::MIN, "-92233720368547758.08"),
        ] {
            let amount = Decimal::<2>::parse(text).unwrap();
            assert_eq!((amount.units(), amount.to_string()), (units, told.to_owned()), "{text}");
        }
        assert_eq!("7".parse::<Decimal<0>>().unwrap().to_string(), "7");
        assert_eq!(Decimal::<4>::from_units(-1).to_string(), "-0.0001");
    }

    #[test]
    fn what_is_no_such_amount_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1.234", "1,5", "+1", "1e3", "--1", " 1", "٣", "92233720368547758.08"] {
            assert_eq!(Decimal::<2>::parse(text), Err(DecimalError { digits: 2 }), "{text}");
        }
        assert!(Decimal::<0>::parse("1.0").is_err());
    }
}
