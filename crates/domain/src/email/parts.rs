//! Where an address divides, with quotes and angle brackets seen for what they are.

use unicode_normalization::UnicodeNormalization;

use super::EmailError;
use super::characters::{self, Spaces};
use super::local_part::is_atom_character;

/// How the address stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Enclosure {
    Bare,
    AngleBrackets,
}

/// A text divided at its first `@` outside quotes, each side as typed.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) local: &'a str,
    pub(super) domain: &'a str,
    pub(super) enclosure: Enclosure,
}

impl<'a> Parts<'a> {
    /// Divides a text without surrounding whitespace.
    pub(super) fn split(text: &'a str) -> Result<Self, EmailError> {
        let (left, right) = split_outside_quotes(text, &['@', '<'])?;
        if let Some(domain) = right.strip_prefix('@') {
            return Ok(Self { local: left, domain, enclosure: Enclosure::Bare });
        }
        check_display_name(left.trim_end_matches(characters::is_stripped))?;
        let (local, domain) = split_outside_quotes(inside_brackets(right)?, &['@'])?;
        Ok(Self { local, domain: domain.strip_prefix('@').unwrap_or(domain), enclosure: Enclosure::AngleBrackets })
    }
}

/// A text that may have been in quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unquoted {
    pub(super) text: String,
    pub(super) was_quoted: bool,
}

/// Takes the quotes off a text that begins with one, and its escapes with them.
pub(super) fn unquote(text: &str) -> Result<Unquoted, EmailError> {
    let Some(inside) = text.strip_prefix('"') else {
        return Ok(Unquoted { text: text.to_owned(), was_quoted: false });
    };
    let mut unquoted = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => unquoted.extend(characters.next()),
            '"' => break,
            _ => unquoted.push(c),
        }
    }
    let rest: Vec<String> = characters.map(characters::display).collect();
    if rest.is_empty() {
        Ok(Unquoted { text: unquoted, was_quoted: true })
    } else {
        Err(EmailError::TextAfterQuote(rest.join(", ")))
    }
}

/// Splits before the first of `signs` that is not in quotes.
fn split_outside_quotes<'a>(text: &'a str, signs: &[char]) -> Result<(&'a str, &'a str), EmailError> {
    let mut in_quotes = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if in_quotes {
            in_quotes = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_quotes = true;
        } else if signs.contains(&c) {
            let (left, right) = text.split_at(at);
            if stands_alone(c, right) {
                return Ok((left, right));
            }
        }
    }
    Err(if text.contains('\u{FF20}') {
        EmailError::FullWidthAtSign
    } else if text.contains('\u{FE6B}') {
        EmailError::SmallAtSign
    } else {
        EmailError::NoAtSign
    })
}

/// False for a sign that the marks behind it turn into another: `<` and U+0338 are a `≮`.
/// Thirty marks in a row are all that well-formed text has (UAX #15, Stream-Safe Text Format).
fn stands_alone(sign: char, text: &str) -> bool {
    text.chars().take(32).nfc().next() == Some(sign)
}

fn check_display_name(name: &str) -> Result<(), EmailError> {
    let name = unquote(name)?;
    if !name.was_quoted
        && let Some(found) = characters::others(&name.text, |c| c == ' ' || (c.is_ascii() && is_atom_character(c)))
    {
        return Err(EmailError::DisplayNameCharacters(found));
    }
    characters::refuse_unsafe(&name.text, Spaces::Allowed)
}

/// What `<…>` holds.
fn inside_brackets(text: &str) -> Result<&str, EmailError> {
    if !text.contains('>') {
        return Err(EmailError::UnclosedAngleBracket);
    }
    text.trim_end_matches(' ')
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .ok_or(EmailError::TextAfterAngleBracket)
}
