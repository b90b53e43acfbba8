//! What of a text can be seen.

use std::{borrow::Cow, fmt::Write};

/// Whether nothing is drawn for this character: blanks, marks of direction, fillers, joiners, selectors, tags (Unicode's
/// `Default_Ignorable_Code_Point`, and the blank of braille).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether nobody sees anything of this text.
#[must_use]
pub fn shows_nothing(text: &str) -> bool {
    text.chars().all(|c| is_invisible(c) || c.is_control())
}

/// A text for terminals and files of others, in one line: what would move the cursor, turn the direction of writing or hide
/// something is spelled out, as `\u{202e}` or `\n`.
#[must_use]
pub fn spelled(text: &str) -> Cow<'_, str> {
    spell(text, steers)
}

/// A text for pages, which have lines: the same with its line breaks and tabs.
#[must_use]
pub fn spelled_in_lines(text: &str) -> Cow<'_, str> {
    // Most texts are of these alone, which is seen without decoding them; all that a page prints comes through here.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        return Cow::Borrowed(text);
    }
    spell(text, |c| steers(c) && !matches!(c, '\n' | '\r' | '\t'))
}

fn spell(text: &str, is_spelled: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_spelled) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        // Writing to a text does not fail.
        let _ = if is_spelled(c) { write!(spelled, "{}", c.escape_debug()) } else { spelled.write_char(c) };
    }
    Cow::Owned(spelled)
}

/// Whether a terminal does something at this character instead of showing one, or shows nothing: controls, line breaks, marks
/// of direction, and what is invisible and joins nothing.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_anything_to_see_is_known() {
        for text in [
            "",
            " \t",
            "\u{200B}",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{FEFF}\u{202E} \u{AD}",
            "\u{0}\u{1b}",
            "\u{E0041}",
        ] {
            assert!(shows_nothing(text), "{text:?}");
        }
        for text in ["a", " . ", "\u{200B}a", "👨\u{200D}👩", "\u{301}", "ㅤ가"] {
            assert!(!shows_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn what_terminals_would_obey_is_spelled_out() {
        for (text, expected) in [
            ("Buy milk, émilie: 牛乳 👨\u{200D}👩\u{FE0F}", "Buy milk, émilie: 牛乳 👨\u{200D}👩\u{FE0F}"),
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("invoice\u{202e}fdp.exe", "invoice\\u{202e}fdp.exe"),
            ("\u{9b}2J\u{2028}\u{feff}", "\\u{9b}2J\\u{2028}\\u{feff}"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(spelled(text), expected);
        }
        assert_eq!(spelled_in_lines("a\r\nb\tc\u{202e}\u{7}"), "a\r\nb\tc\\u{202e}\\u{7}");
    }
}
