//! Bounded text that every database can store.

use unicode_normalization::UnicodeNormalization;

use crate::visible::steers;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer than `min` code points.
    #[error("at least {min} characters are needed")]
    TooShort {
        /// The least number of code points.
        min: usize,
    },
    /// More than `max` code points.
    #[error("at most {max} characters are allowed")]
    TooLong {
        /// The greatest number of code points.
        max: usize,
    },
    /// U+0000, which PostgreSQL can't store in text.
    #[error("NUL characters are not allowed")]
    Nul,
    /// Nobody sees anything of it.
    #[error("something that can be seen is needed")]
    Blank,
    /// It moves the cursor, turns the direction of writing or hides something.
    #[error("line breaks, control characters and marks of direction are not allowed")]
    Steering,
    /// It could be taken for a link, an address or markup.
    #[error("`<`, `>`, `@`, `://` and `www.` are not allowed")]
    Link,
    /// It is no address of a page.
    #[error("an address like https://example.com is needed")]
    NoWebAddress,
}

/// Refuses what is no address of a page: one over TLS or not, of a host, without a space.
///
/// # Errors
/// [`TextError::NoWebAddress`].
pub fn check_web_address(text: &str) -> Result<(), TextError> {
    let host = ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
    let has_host = host.is_some_and(|host| host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '['));
    if has_host && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || steers(letter)) {
        return Ok(());
    }
    Err(TextError::NoWebAddress)
}

/// Counts in Unicode code points, as the JSON contract does.
pub(crate) fn check_length(text: &str, min: usize, max: usize) -> Result<(), TextError> {
    let length = text.chars().take(max + 1).count();
    if length < min {
        return Err(TextError::TooShort { min });
    }
    if length > max {
        return Err(TextError::TooLong { max });
    }
    Ok(())
}

/// The form in which texts are searched and sorted: folded (Unicode's full case folding) and composed (NFC), the same on every
/// database.
///
/// Databases disagree here (SQLite folds ASCII only, PostgreSQL by its locale), so it is done before storage. It goes
/// letter by letter, so that a part of a text folds as it does inside the whole: `ΟΔΟΣ`, `οδος` and `οδοσ` are one, as are
/// `STRASSE`, `strasse` and `Straße`, `ﬁ` and `fi`. The dot of `i` does not count either: `istanbul` finds `İstanbul`, and
/// `DIYARBAKIR` is `Diyarbakır`.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut is_after_i = false;
    // Whatever its case was, a letter has one capital; and whatever its capital is, that has one small form.
    let capital = |c: char| c.to_lowercase().flat_map(char::to_uppercase);
    let folded = text.nfd().flat_map(capital).flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c });
    let dotless = folded.filter(|c| {
        let is_kept = !(is_after_i && *c == DOT_ABOVE);
        is_after_i = is_after_i && !is_kept || *c == 'i';
        is_kept
    });
    dotless.nfc().collect()
}

/// What `İ` leaves behind when it becomes small.
const DOT_ABOVE: char = '\u{307}';

/// A text within bounds, declared beside what has it: the least and the greatest number of code points, and perhaps a function
/// that refuses more.
macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $min:literal..=$max:literal $(, $check:ident)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The least number of code points.
            pub const MIN: usize = $min;
            /// The greatest number of code points.
            pub const MAX: usize = $max;

            /// Takes the text as it is, untrimmed.
            ///
            /// # Errors
            /// [`TextError`]($crate::TextError) when the length is out of bounds or the text can't be taken.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::TextError> {
                let text = text.into();
                $crate::text::check_length(&text, Self::MIN, Self::MAX)?;
                if text.contains('\0') {
                    return Err($crate::TextError::Nul);
                }
                $($check(&text)?;)?
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::StoredText for $name {
            fn as_stored(&self) -> &str {
                &self.0
            }

            fn from_stored(text: String) -> Option<Self> {
                Some(Self(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::TextError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

pub(crate) use bounded_text;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{FactorName, FullName};

    #[test]
    fn an_address_of_a_page_has_a_scheme_and_a_host() {
        for text in ["https://example.com", "http://a", "https://[::1]:8000/a?b#c", "https://bücher.example/ΑΣ😀"]
        {
            assert_eq!(check_web_address(text), Ok(()), "{text}");
        }
        for text in [
            "",
            "example.com",
            "https://",
            "https:///a",
            "javascript:alert(1)",
            "HTTPS://a b",
            "https://a\nb",
            "https://a\u{202e}",
        ] {
            assert_eq!(check_web_address(text), Err(TextError::NoWebAddress), "{text}");
        }
    }

    #[test]
    fn lengths_count_code_points() {
        assert!(FullName::parse("😀".repeat(255)).is_ok());
        assert_eq!(FullName::parse("😀".repeat(256)), Err(TextError::TooLong { max: 255 }));
        assert_eq!(FactorName::parse(""), Err(TextError::TooShort { min: 1 }));
        assert!(FullName::parse("").is_ok());
    }

    #[test]
    fn text_is_kept_as_typed() {
        assert_eq!(FullName::parse(" a ").unwrap().as_str(), " a ");
    }

    #[test]
    fn nul_is_refused() {
        assert_eq!(FullName::parse("a\0b"), Err(TextError::Nul));
    }

    #[test]
    fn spellings_of_one_word_fold_to_one() {
        for spellings in [
            &["Straße", "STRASSE", "strasse", "STRAẞE"][..],
            &["İstanbul", "istanbul", "ISTANBUL", "i\u{307}stanbul", "ıstanbul"],
            &["Diyarbakır", "DIYARBAKIR"],
            &["ΟΔΟΣ", "οδος", "οδοσ"],
            &["ﬁnal", "FINAL"],
            &["Ångström", "A\u{30a}NGSTRÖM", "\u{212B}ngstro\u{308}m"],
            &["µm", "μM"],
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), fold(spellings[0]), "{spelling}");
            }
        }
        assert_ne!(fold("resume"), fold("résumé"));
    }

    #[test]
    fn a_part_folds_as_it_does_inside_the_whole() {
        for (whole, part) in [("ΟΔΟΣΑΣ", "οδος"), ("ÄPFEL", "a\u{308}pf"), ("İstanbul", "i\u{307}stan")] {
            assert!(fold(whole).contains(&fold(part)), "{whole} {part}");
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_is_within_bounds_and_unchanged(text in ".{0,300}") {
            if let Ok(name) = FullName::parse(text.clone()) {
                prop_assert!((0..=255).contains(&name.as_str().chars().count()));
                prop_assert_eq!(name.as_str(), text);
            }
        }

        #[test]
        fn folding_twice_is_folding_once(text in ".*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
