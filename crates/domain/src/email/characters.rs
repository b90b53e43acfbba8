//! Kinds of characters, and how a refused one is shown to the person who typed it.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::{EmailError, names};
use crate::is_invisible;

/// Whether the text may have spaces inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spaces {
    Allowed,
    Refused,
}

/// What is stripped around an address: Unicode whitespace, the four ASCII separators (FS to US) that the contract counts as
/// such, and signs that nobody sees, which come along when an address is copied.
pub(super) fn is_stripped(c: char) -> bool {
    is_invisible(c) || matches!(c, '\u{1C}'..='\u{1F}')
}

/// A mark of any kind: categories Mn, Mc and Me.
pub(super) fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

/// A letter, number, punctuation sign, symbol or mark, or the ASCII space: everything but controls,
/// formats, surrogates, private use, unassigned code points (categories C*) and separators (Z*).
///
/// The standard library escapes precisely the others in a `Debug` text, and comes with the tables for
/// it. The leading letter keeps marks from being escaped, which they are only at the start.
pub(super) fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    let mut text = [0; 5];
    let (first, rest) = text.split_at_mut(1);
    first.fill(b'a');
    let length = 1 + c.encode_utf8(rest).len();
    text.get(..length)
        .and_then(|bytes| str::from_utf8(bytes).ok())
        .is_some_and(|text| text.escape_debug().nth(1) == Some(c))
}

/// Refuses what would make an address unsafe to show or to join with other text: all but printable
/// characters, and a mark at the start, which would change the character in front of the address.
pub(super) fn refuse_unsafe(text: &str, spaces: Spaces) -> Result<(), EmailError> {
    let found: BTreeSet<char> = text
        .char_indices()
        .filter(|&(at, c)| {
            if is_mark(c) {
                at == 0
            } else if is_space(c) {
                spaces == Spaces::Refused
            } else {
                !is_printable(c)
            }
        })
        .map(|(_, c)| c)
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = found.into_iter().map(display).collect();
    Err(EmailError::UnsafeCharacters(shown.join(", ")))
}

/// The characters of `text` that `allowed` doesn't allow, each once, ready for a sentence.
pub(super) fn others(text: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    let found: BTreeSet<String> = text.chars().filter(|c| !allowed(*c)).map(display).collect();
    let shown: Vec<String> = found.into_iter().collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// A character in quotes if it can be seen, else its Unicode name, else its number.
pub(super) fn display(c: char) -> String {
    match c {
        '\'' | '\\' => format!("\"{c}\""),
        ' ' => "SPACE".to_owned(),
        _ if is_printable(c) && !is_mark(c) => format!("'{c}'"),
        _ => names::name(c).unwrap_or_else(|| number(c)),
    }
}

/// A text in quotes with everything escaped that can't be seen.
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let escaped: String = text.chars().map(|c| escape(c, quote)).collect();
    format!("{quote}{escaped}{quote}")
}

fn escape(c: char, quote: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if c == quote || c == '\\' => format!("\\{c}"),
        _ if is_printable(c) => c.to_string(),
        '\0'..='\u{FF}' => format!("\\x{:02x}", u32::from(c)),
        '\u{100}'..='\u{FFFF}' => format!("\\u{:04x}", u32::from(c)),
        _ => format!("\\U{:08x}", u32::from(c)),
    }
}

/// Category Zs.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

fn number(c: char) -> String {
    match u32::from(c) {
        n @ ..0xFFFF => format!("U+{n:04X}"),
        n => format!("U+{n:08X}"),
    }
}
