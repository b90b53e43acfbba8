//! The part before the `@`: dot-separated words of printable characters (RFC 5322, 3.2.3; RFC 6531, 3.3).

use unicode_normalization::UnicodeNormalization;

use super::characters::{self, Spaces};
use super::error::{EmailError, Excess};
use super::parts::{Unquoted, unquote};

/// RFC 5321, 4.5.3.1.1.
const MAX_OCTETS: usize = 64;

/// Mailbox names whose case means nothing anywhere (RFC 2142).
const CASELESS_NAMES: [&str; 15] = [
    "abuse",
    "ftp",
    "hostmaster",
    "info",
    "marketing",
    "news",
    "noc",
    "postmaster",
    "sales",
    "security",
    "support",
    "usenet",
    "uucp",
    "webmaster",
    "www",
];

/// A valid local part, composed (NFC).
#[derive(Debug)]
pub(super) struct LocalPart(String);

impl LocalPart {
    /// Reads a local part as typed, quotes and all.
    pub(super) fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = unquote(typed)?;
        check(&typed)?;
        let composed = Unquoted { text: typed.text.nfc().collect(), ..typed };
        if composed.text != typed.text {
            check(&composed).map_err(|error| EmailError::LocalPartNormalized(Box::new(error)))?;
        }
        if composed.was_quoted {
            return Err(EmailError::Quoted);
        }
        let lower = composed.text.to_ascii_lowercase();
        if CASELESS_NAMES.contains(&lower.as_str()) {
            return Ok(Self(lower));
        }
        Ok(Self(composed.text))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Judged after the length of the whole address, which says more to whoever typed it.
    pub(super) fn check_length(&self) -> Result<(), EmailError> {
        check_length(&self.0)
    }

    /// In small letters, one by one, and composed (NFC); stable: its own canonical form is itself. Unlike a text that is
    /// searched, nothing else is taken for the same: `ß` and `ss` are two mailboxes.
    pub(super) fn canonical(&self) -> String {
        self.0.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).nfc().collect()
    }
}

/// A character of an unquoted word; anything beyond ASCII counts, safe or not.
pub(super) fn is_atom_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn check(local: &Unquoted) -> Result<(), EmailError> {
    let text = local.text.as_str();
    if text.is_empty() {
        return Err(EmailError::LocalPartEmpty);
    }
    let is_dot_atom = text.split('.').all(|word| !word.is_empty() && word.chars().all(is_atom_character));
    if is_dot_atom {
        return characters::refuse_unsafe(text, Spaces::Refused);
    }
    if local.was_quoted {
        let found = characters::others(text, |c| !c.is_ascii_control());
        return match found {
            Some(found) => Err(EmailError::QuotedCharacters(found)),
            None => characters::refuse_unsafe(text, Spaces::Allowed),
        };
    }
    if let Some(found) = characters::others(text, |c| c == '.' || is_atom_character(c)) {
        return Err(EmailError::LocalPartCharacters(found));
    }
    Err(if text.ends_with('.') {
        EmailError::LocalPartEndsWithPeriod
    } else if text.starts_with('.') {
        EmailError::LocalPartStartsWithPeriod
    } else {
        EmailError::TwoPeriods
    })
}

fn check_length(text: &str) -> Result<(), EmailError> {
    let excess = match (text.chars().count(), text.len()) {
        (characters @ MAX_OCTETS.., _) if characters > MAX_OCTETS => Excess::Characters(characters - MAX_OCTETS),
        (_, octets) if octets > MAX_OCTETS => Excess::Bytes(octets - MAX_OCTETS),
        _ => return Ok(()),
    };
    Err(EmailError::LocalPartTooLong(excess))
}
