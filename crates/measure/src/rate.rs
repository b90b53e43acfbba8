//! A share of all.

use std::str::FromStr;

use uuid::Uuid;

/// From none, 0, to all, 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate(f64);

impl Rate {
    /// None.
    pub const NONE: Self = Self(0.0);
    /// All.
    pub const ALL: Self = Self(1.0);

    /// Whether this one is among them, by its random bits: the same on each server.
    #[must_use]
    pub fn takes(self, id: Uuid) -> bool {
        let [.., a, b, c, d] = *id.as_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) < self.0 * (f64::from(u32::MAX) + 1.0)
    }
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rate = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
        rate.map(Self).ok_or("is no share")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_all_and_none_is_none() {
        let (least, most) = (Uuid::nil(), Uuid::max());
        for (rate, taken) in [("0", [false, false]), ("0.5", [true, false]), ("1", [true, true]), ("1.0", [true, true])]
        {
            assert_eq!([least, most].map(|id| rate.parse::<Rate>().unwrap().takes(id)), taken, "{rate}");
        }
        for refused in ["-0.1", "1.1", "NaN", "inf", "half", "50%"] {
            assert!(refused.parse::<Rate>().is_err(), "{refused}");
        }
    }
}
