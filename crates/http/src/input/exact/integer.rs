//! Integers of the query string, in the lax spelling of the contract.

/// The longest number that is read, its minus sign included.
const LONGEST: usize = 4300;

/// Why a text is no integer, in the contract's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IntegerFault {
    /// The contract's `int_parsing`.
    #[error("Input should be a valid integer, unable to parse string as an integer")]
    Parsing,
    /// The contract's `int_parsing_size`.
    #[error("Unable to parse input string as an integer, exceeded maximum size")]
    Size,
}

/// Reads an integer with what the contract allows around its digits: blanks, a sign, leading
/// zeros, single underscores between digits, and a fraction of zeros.
///
/// A value beyond `i128` becomes the nearest `i128`, so that whoever asks for an `i64` learns from
/// the conversion that it does not fit.
///
/// # Errors
/// [`IntegerFault::Size`] for a plain number longer than [`LONGEST`], whatever comes after its
/// digits; [`IntegerFault::Parsing`] for everything else, a number of that length with blanks,
/// a plus or leading zeros included.
pub(crate) fn lax_integer(text: &str) -> Result<i128, IntegerFault> {
    if plain_length(text) > LONGEST {
        return Err(IntegerFault::Size);
    }
    plain(text).or_else(|| plain(&tidied(text)?)).ok_or(IntegerFault::Parsing)
}

/// How much of the text, from its start, is a number without leading zeros.
fn plain_length(text: &str) -> usize {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    if !magnitude.starts_with(|digit| matches!(digit, '1'..='9')) {
        return 0;
    }
    let rest = magnitude.trim_start_matches(|digit: char| digit.is_ascii_digit());
    text.len() - rest.len()
}

/// A minus sign or none, then digits without leading zeros.
fn plain(text: &str) -> Option<i128> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let canonical = magnitude == "0" || !magnitude.starts_with('0');
    if magnitude.is_empty() || !canonical || text.len() > LONGEST {
        return None;
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    magnitude.chars().try_fold(0_i128, |value, character| {
        let digit = i128::from(character.to_digit(10)?);
        Some(value.saturating_mul(10).saturating_add(sign * digit))
    })
}

/// The text as [`plain`] wants it, if it is a number at all.
fn tidied(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let (sign, magnitude) = match trimmed.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let digits = without_fraction(without_leading_zeros(magnitude)?)?;
    let misplaced = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| format!("{sign}{}", digits.replace('_', "")))
}

/// Drops zeros, and underscores among them, but not the only zero there is.
///
/// A minus sign may follow them, for the contract reads `0-1` as -1.
fn without_leading_zeros(magnitude: &str) -> Option<&str> {
    if !magnitude.starts_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    let rest = magnitude.trim_start_matches(['0', '_']);
    match rest.chars().next() {
        Some('1'..='9' | '-') => Some(rest),
        None | Some('.') => magnitude.get(magnitude.len() - rest.len() - 1..),
        Some(_) => None,
    }
}

/// Drops a fraction of at least one zero; any other is none that an integer can have.
fn without_fraction(magnitude: &str) -> Option<&str> {
    match magnitude.split_once('.') {
        None => Some(magnitude),
        Some((digits, fraction)) => {
            let zeros = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
            zeros.then_some(digits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IntegerFault, LONGEST, lax_integer};

    #[test]
    fn an_integer_may_be_written_in_many_ways() {
        for (text, value) in [
            ("1", 1),
            ("+1", 1),
            ("-1", -1),
            (" 1 ", 1),
            ("\t1\n", 1),
            ("\u{a0}1\u{2003}", 1),
            ("1.0", 1),
            ("-1.00", -1),
            ("1_0", 10),
            ("1_0.0", 10),
            ("01", 1),
            ("+007", 7),
            ("0_1", 1),
            ("0__1", 1),
            ("0", 0),
            ("000", 0),
            ("0_0", 0),
            ("-0", 0),
            ("-0.0", 0),
            ("0-1", -1),
        ] {
            assert_eq!(lax_integer(text), Ok(value), "{text:?}");
        }
    }

    #[test]
    fn anything_else_is_no_integer() {
        for text in [
            "",
            " ",
            "+",
            "-",
            "_",
            "1.5",
            "1.",
            ".0",
            "-.0",
            "1e2",
            "0x10",
            "1_",
            "_1",
            "1__0",
            "0_",
            "0_.0",
            "1_.0",
            "1.0_0",
            "1.0.0",
            "--1",
            "+-1",
            "-+1",
            "-0-1",
            "- 1",
            "1 2",
            "1,0",
            "true",
            "\u{661}",
            "\u{ff11}",
            "\u{2212}1",
            "\u{200b}1",
            "1\0",
        ] {
            assert_eq!(lax_integer(text), Err(IntegerFault::Parsing), "{text:?}");
        }
    }

    #[test]
    fn a_value_beyond_the_wide_type_becomes_the_nearest() {
        assert_eq!(lax_integer("9223372036854775808"), Ok(1 << 63));
        assert_eq!(lax_integer(&"9".repeat(LONGEST)), Ok(i128::MAX));
        assert_eq!(lax_integer(&format!("-{}", "9".repeat(LONGEST - 1))), Ok(i128::MIN));
        assert_eq!(lax_integer(&i128::MIN.to_string()), Ok(i128::MIN));
    }

    #[test]
    fn a_plain_number_too_long_is_refused_for_its_size_before_its_syntax() {
        let nines = "9".repeat(LONGEST);
        for text in [format!("{nines}9"), format!("-{nines}"), format!("{nines}9x"), format!("{nines}9.5")] {
            assert_eq!(lax_integer(&text), Err(IntegerFault::Size));
        }
    }

    #[test]
    fn only_the_digits_that_count_make_a_number_long() {
        let nines = "9".repeat(LONGEST);
        for text in [format!("+{nines}"), format!("00{nines}"), format!(" {nines}.000 ")] {
            assert_eq!(lax_integer(&text), Ok(i128::MAX));
        }
        assert_eq!(lax_integer(&"0".repeat(2 * LONGEST)), Ok(0));
        assert_eq!(lax_integer(&format!("1.{}", "0".repeat(LONGEST))), Ok(1));
    }

    #[test]
    fn a_number_too_long_in_a_lax_spelling_is_no_integer() {
        let nines = "9".repeat(LONGEST);
        for text in [format!("+{nines}9"), format!("0{nines}9"), format!("{nines}_9")] {
            assert_eq!(lax_integer(&text), Err(IntegerFault::Parsing));
        }
    }
}
