//! Whether a text is JSON that a body may hold, found out without building any of it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Values in one another and beside one another.
const MAX_VALUES: usize = 1000;

/// Why a text is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsound {
    /// Or it is `NaN`, half a surrogate pair, a number without bounds, a hundred brackets in one another.
    #[error("The text holds a value that JSON has no place for")]
    NoJson,
    #[error("The text holds more than {MAX_VALUES} values")]
    TooMuch,
}

/// Reads it as a parser does that builds a tree, and keeps nothing.
pub(super) fn check(text: &str) -> Result<(), Unsound> {
    let (mut parser, mut values) = (serde_json::Deserializer::from_str(text), 0);
    let read = Count(&mut values).deserialize(&mut parser).and_then(|()| parser.end());
    read.map_err(|_| if values > MAX_VALUES { Unsound::TooMuch } else { Unsound::NoJson })
}

struct Count<'a>(&'a mut usize);

impl Count<'_> {
    fn one<E: Error>(self) -> Result<(), E> {
        *self.0 += 1;
        if *self.0 > MAX_VALUES { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.one()
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.one()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.one()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.one()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.one()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.one()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        Count(&mut *self.0).one()?;
        while values.next_element_seed(Count(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        Count(&mut *self.0).one()?;
        while members.next_key_seed(Count(&mut 0))?.is_some() {
            members.next_value_seed(Count(&mut *self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn it_is_as_strict_as_a_parser_that_builds_a_tree() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for text in [
            "{}",
            " [1, -0.5e+3, \"\u{e9}\\u00e9\\n\", null, true, false, {\"a\": [[], {}]}] \r\n\t",
            "{\"a\":1,\"a\":2}",
            "\"\\ud83d\\ude00\"",
            "18446744073709551616",
            "-0",
            "1e400",
            "\"\\ud800\"",
            "{\"\\ud800\":1}",
            "NaN",
            "",
            "{",
            "{} {}",
            "{\"a\":1,}",
            "{1:2}",
            &deep(127),
            &deep(128),
        ] {
            assert_eq!(check(text).is_ok(), serde_json::from_str::<Value>(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn values_are_counted_at_every_level() {
        let list = |values: usize| format!("[{}]", vec!["1"; values].join(","));
        assert_eq!((check(&list(999)), check(&list(1000))), (Ok(()), Err(Unsound::TooMuch)));
        let objects = |members: usize| format!("{{{}}}", vec![r#""":{"":0}"#; members].join(","));
        assert_eq!((check(&objects(499)), check(&objects(500))), (Ok(()), Err(Unsound::TooMuch)));
    }
}
