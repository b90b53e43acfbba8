//! One label of a domain name, between Unicode and ASCII (IDNA 2008, RFC 5891).

use idna::punycode;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::characters::{is_mark, quoted};
use super::{bidi, code_points};

const PREFIX: &str = "xn--";
const MAX_OCTETS: usize = 63;

/// A label longer than a whole domain isn't looked at.
const MAX_CHARACTERS: usize = 254;

/// The combining class of a virama, the one mark that a joiner may follow.
const VIRAMA: u8 = 9;

/// Why a label is no label. Part of the sentences of [`EmailError`](super::EmailError).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// More than 63 octets in ASCII.
    #[error("Label too long")]
    TooLong,
    /// Not composed (NFC).
    #[error("Label must be in Normalization Form C")]
    NotComposed,
    /// `--` where it marks an encoding.
    #[error("Label has disallowed hyphens in 3rd and 4th position")]
    ReservedHyphens,
    /// `-` at either end.
    #[error("Label must not start or end with a hyphen")]
    OuterHyphen,
    /// A mark with nothing to stand on.
    #[error("Label begins with an illegal combining character")]
    LeadingMark,
    /// A character that no label has.
    #[error("Codepoint {code_point} at position {position} of {text} not allowed")]
    Disallowed {
        /// `U+…`.
        code_point: String,
        /// Counted in characters, from 1.
        position: usize,
        /// The label in quotes.
        text: String,
    },
    /// A character that isn't allowed in this place.
    #[error("Codepoint {code_point} not allowed at position {position} in {text}")]
    Misplaced {
        /// `U+…`.
        code_point: String,
        /// Counted in characters, from 1.
        position: usize,
        /// The label or domain in quotes.
        text: String,
    },
    /// An invisible joiner that joins nothing.
    #[error("Joiner {code_point} not allowed at position {position} in {text}")]
    Joiner {
        /// `U+…`.
        code_point: String,
        /// Counted in characters, from 1.
        position: usize,
        /// The label in quotes.
        text: String,
    },
    /// `xn--` and nothing.
    #[error("Malformed A-label, no Punycode eligible content found")]
    NoPunycode,
    /// `xn--…-`.
    #[error("A-label must not end with a hyphen")]
    PunycodeEndsWithHyphen,
    /// `xn--` and no Punycode.
    #[error("Invalid A-label")]
    NotPunycode,
    /// Punycode in another spelling than the one that encoding gives.
    #[error("A-label is not the canonical Punycode encoding of its U-label")]
    NotCanonical,
    /// A first character without a direction of its own.
    #[error("First codepoint in label {text} must be directionality L, R or AL", text = quoted(.0))]
    BidiStart(String),
    /// A left-to-right character among right-to-left ones.
    #[error("Invalid direction for codepoint at position {position} in a right-to-left label")]
    BidiInRightToLeft {
        /// Counted in characters, from 1.
        position: usize,
    },
    /// A right-to-left character among left-to-right ones.
    #[error("Invalid direction for codepoint at position {position} in a left-to-right label")]
    BidiInLeftToRight {
        /// Counted in characters, from 1.
        position: usize,
    },
    /// European and Arabic digits in one label.
    #[error("Can not mix numeral types in a right-to-left label")]
    BidiDigits,
    /// A last character without a direction of its own.
    #[error("Label ends with illegal codepoint directionality")]
    BidiEnd,
}

impl LabelError {
    /// [`LabelError::Misplaced`] for the character at index `at` of `text`.
    pub(super) fn misplaced(c: char, at: usize, text: &str) -> Self {
        Self::Misplaced { code_point: code_point(c), position: at + 1, text: quoted(text) }
    }
}

/// The ASCII form of a label, `xn--…` unless it is ASCII already.
pub(super) fn to_ascii(label: &str) -> Result<String, LabelError> {
    let ascii = if label.is_ascii() {
        to_unicode(label)?;
        label.to_owned()
    } else {
        check(label)?;
        let encoded = punycode::encode_str(label).ok_or(LabelError::TooLong)?;
        format!("{PREFIX}{encoded}")
    };
    if ascii.len() > MAX_OCTETS {
        return Err(LabelError::TooLong);
    }
    Ok(ascii)
}

/// The Unicode form of a label in lower-case ASCII.
pub(super) fn to_unicode(label: &str) -> Result<String, LabelError> {
    let Some(encoded) = label.strip_prefix(PREFIX) else {
        check(label)?;
        return Ok(label.to_owned());
    };
    if encoded.is_empty() {
        return Err(LabelError::NoPunycode);
    }
    if encoded.ends_with('-') {
        return Err(LabelError::PunycodeEndsWithHyphen);
    }
    // A delimiter with nothing in front of it is superfluous, so no canonical spelling has it.
    let digits = match encoded.rsplit_once('-') {
        Some(("", digits)) => digits,
        _ => encoded,
    };
    let decoded = punycode::decode_to_string(digits).ok_or(LabelError::NotPunycode)?;
    if punycode::encode_str(&decoded).as_deref() != Some(encoded) {
        return Err(LabelError::NotCanonical);
    }
    check(&decoded)?;
    Ok(decoded)
}

/// `--` as third and fourth character.
pub(super) fn has_hyphens_in_third_place(label: &str) -> bool {
    label.chars().skip(2).take(2).eq(['-', '-'])
}

fn check(label: &str) -> Result<(), LabelError> {
    if label.chars().nth(MAX_CHARACTERS).is_some() {
        return Err(LabelError::TooLong);
    }
    if !label.nfc().eq(label.chars()) {
        return Err(LabelError::NotComposed);
    }
    if has_hyphens_in_third_place(label) {
        return Err(LabelError::ReservedHyphens);
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(LabelError::OuterHyphen);
    }
    if label.starts_with(is_mark) {
        return Err(LabelError::LeadingMark);
    }
    check_code_points(label)?;
    bidi::check_label(label)
}

fn check_code_points(label: &str) -> Result<(), LabelError> {
    let mut before = None;
    let mut characters = label.chars().enumerate().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map(|(_, c)| *c);
        if !code_points::is_valid(c) {
            check_place(c, at, before, after, label)?;
        }
        before = Some(c);
    }
    Ok(())
}

/// For the few characters that are valid in some places only.
fn check_place(c: char, at: usize, before: Option<char>, after: Option<char>, label: &str) -> Result<(), LabelError> {
    if matches!(c, '\u{200C}' | '\u{200D}') {
        let follows_virama = before.is_some_and(|b| canonical_combining_class(b) == VIRAMA);
        return if follows_virama {
            Ok(())
        } else {
            Err(LabelError::Joiner { code_point: code_point(c), position: at + 1, text: quoted(label) })
        };
    }
    match code_points::is_valid_in_place(c, before, after, label) {
        Some(true) => Ok(()),
        Some(false) => Err(LabelError::misplaced(c, at, label)),
        None => Err(LabelError::Disallowed { code_point: code_point(c), position: at + 1, text: quoted(label) }),
    }
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
