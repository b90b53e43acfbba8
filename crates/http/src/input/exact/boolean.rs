//! Booleans of JSON bodies, in the lax spelling of the contract.

use serde_json::{Number, Value};

const TRUE: [&str; 6] = ["true", "yes", "on", "1", "t", "y"];
const FALSE: [&str; 6] = ["false", "no", "off", "0", "f", "n"];

/// 2^63: no number from here on, on either side, is read as an integer.
const BOUND: f64 = 9_223_372_036_854_775_808.0;

/// Why a value is no boolean, in the contract's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BooleanFault {
    /// The contract's `bool_parsing`: text or an integer that means neither.
    #[error("Input should be a valid boolean, unable to interpret input")]
    Parsing,
    /// The contract's `bool_type`: a value of a kind that can mean neither.
    #[error("Input should be a valid boolean")]
    Type,
}

/// Reads a boolean, a 0 or 1 in any notation, or one of the contract's words in any case.
///
/// # Errors
/// [`BooleanFault::Parsing`] for other text and other integers; [`BooleanFault::Type`] for null,
/// a list, an object, a fraction, and numbers beyond 64 bits.
pub(crate) fn lax_boolean(value: &Value) -> Result<bool, BooleanFault> {
    match value {
        Value::Bool(boolean) => Ok(*boolean),
        Value::Number(number) => from_number(number),
        Value::String(text) => from_text(text),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(BooleanFault::Type),
    }
}

fn from_number(number: &Number) -> Result<bool, BooleanFault> {
    match number.as_i64() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        Some(_) => Err(BooleanFault::Parsing),
        None => number.as_f64().map_or(Err(BooleanFault::Type), from_fraction),
    }
}

/// A number that was written with a point or an exponent, or is too large for 64 bits.
fn from_fraction(number: f64) -> Result<bool, BooleanFault> {
    match number {
        0.0 => Ok(false),
        1.0 => Ok(true),
        _ if number.fract() == 0.0 && number.abs() < BOUND => Err(BooleanFault::Parsing),
        _ => Err(BooleanFault::Type),
    }
}

fn from_text(text: &str) -> Result<bool, BooleanFault> {
    let is_one_of = |words: [&str; 6]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(TRUE) {
        Ok(true)
    } else if is_one_of(FALSE) {
        Ok(false)
    } else {
        Err(BooleanFault::Parsing)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{BooleanFault, lax_boolean};

    fn assert_read(json: &str, expected: Result<bool, BooleanFault>) {
        let value = serde_json::from_str::<Value>(json).ok();
        assert_eq!(value.as_ref().map(lax_boolean), Some(expected), "{json}");
    }

    #[test]
    fn true_has_many_spellings() {
        for json in ["true", "1", "1.0", "1e0", "\"1\"", "\"t\"", "\"y\"", "\"on\"", "\"YES\"", "\"tRuE\""] {
            assert_read(json, Ok(true));
        }
    }

    #[test]
    fn false_has_many_spellings() {
        for json in ["false", "0", "0.0", "-0", "-0.0", "\"0\"", "\"F\"", "\"n\"", "\"Off\"", "\"no\"", "\"FALSE\""] {
            assert_read(json, Ok(false));
        }
    }

    #[test]
    fn other_text_and_other_integers_mean_neither() {
        for json in [
            "\"\"",
            "\"maybe\"",
            "\" true\"",
            "\"true \"",
            "\"01\"",
            "\"1.0\"",
            "\"2\"",
            "\"\u{130}\"",
            "2",
            "-1",
            "2.0",
            "1e18",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            assert_read(json, Err(BooleanFault::Parsing));
        }
    }

    #[test]
    fn values_of_another_kind_cannot_be_booleans() {
        for json in [
            "null",
            "[]",
            "{}",
            "[true]",
            "0.5",
            "1.0000000000000002",
            "1e19",
            "1e300",
            "9223372036854775808",
            "9223372036854775808.0",
            "-9223372036854775808.0",
            "-9223372036854775809",
            "99999999999999999999",
        ] {
            assert_read(json, Err(BooleanFault::Type));
        }
    }
}
