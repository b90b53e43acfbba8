//! Which code points a domain label may have (IDNA 2008, RFC 5892), derived from their properties.

use super::characters::{is_mark, is_printable};
use super::mapping;

/// The zero of each script's decimal digits; the other nine follow it.
const ZEROS: &str = "\
    \u{07C0}\u{0966}\u{09E6}\u{0A66}\u{0AE6}\u{0B66}\u{0BE6}\u{0C66}\u{0CE6}\u{0D66}\u{0DE6}\
    \u{0E50}\u{0ED0}\u{0F20}\u{1040}\u{1090}\u{17E0}\u{1810}\u{1946}\u{19D0}\u{1A80}\u{1A90}\
    \u{1B50}\u{1BB0}\u{1C40}\u{1C50}\u{A620}\u{A8D0}\u{A900}\u{A9D0}\u{A9F0}\u{AA50}\u{ABF0}\
    \u{104A0}\u{10D30}\u{10D40}\u{11066}\u{110F0}\u{11136}\u{111D0}\u{112F0}\u{11450}\u{114D0}\
    \u{11650}\u{116C0}\u{116D0}\u{116DA}\u{11730}\u{118E0}\u{11950}\u{11BF0}\u{11C50}\u{11D50}\
    \u{11DA0}\u{11DE0}\u{11F50}\u{16130}\u{16A60}\u{16AC0}\u{16B50}\u{16D70}\u{1E140}\u{1E2F0}\
    \u{1E4F0}\u{1E5F1}\u{1E950}";

/// PVALID: allowed in a label wherever it stands.
pub(super) fn is_valid(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    }
    match c {
        'ß' | 'ς' | '\u{6FD}' | '\u{6FE}' | '\u{F0B}' | '\u{3007}' => true,
        _ if is_excluded(c) => false,
        _ => {
            is_printable(c)
                && (is_letter(c) || is_mark(c) || is_digit(c))
                && mapping::map(c).is_some_and(|counterpart| counterpart.chars().eq([c]))
        }
    }
}

/// CONTEXTO: whether a code point that is allowed in some places only stands in such a place.
/// `None` if it isn't of that kind.
pub(super) fn is_valid_in_place(c: char, before: Option<char>, after: Option<char>, label: &str) -> Option<bool> {
    match c {
        '·' => Some(before == Some('l') && after == Some('l')),
        '\u{375}' => Some(after.is_some_and(is_greek)),
        '\u{5F3}' | '\u{5F4}' => Some(before.is_some_and(is_hebrew)),
        '・' => Some(label.chars().any(is_japanese)),
        '\u{660}'..='\u{669}' => Some(!label.contains(is_extended_arabic_digit)),
        '\u{6F0}'..='\u{6F9}' => Some(!label.contains(is_arabic_digit)),
        _ => None,
    }
}

pub(super) fn is_arabic_digit(c: char) -> bool {
    matches!(c, '\u{660}'..='\u{669}')
}

pub(super) fn is_extended_arabic_digit(c: char) -> bool {
    matches!(c, '\u{6F0}'..='\u{6F9}')
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !c.is_numeric()
}

fn is_digit(c: char) -> bool {
    let digits_from = |zero: char| u32::from(zero)..u32::from(zero) + 10;
    c.is_numeric() && ZEROS.chars().any(|zero| digits_from(zero).contains(&u32::from(c)))
}

/// Letters and marks by their properties, but not part of any word: fillers, kashidas, Korean letters
/// that should be syllables, marks for symbols and music, marks that enclose, letters in circles.
fn is_excluded(c: char) -> bool {
    matches!(c,
        '\u{640}' | '\u{7FA}' | '\u{302E}' | '\u{302F}' | '\u{3031}'..='\u{3035}' | '\u{303B}'
        | '\u{17B4}' | '\u{17B5}'
        | '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97C}' | '\u{D7B0}'..='\u{D7FB}'
        | '\u{20D0}'..='\u{20FF}' | '\u{1D100}'..='\u{1D24F}'
        | '\u{488}' | '\u{489}' | '\u{1ABE}' | '\u{A670}'..='\u{A672}'
        | '\u{1F130}'..='\u{1F189}')
}

fn is_greek(c: char) -> bool {
    matches!(c,
        '\u{370}'..='\u{3E1}' | '\u{3F0}'..='\u{3FF}' | '\u{1D26}'..='\u{1D2A}'
        | '\u{1F00}'..='\u{1FFF}' | '\u{AB65}' | '\u{10140}'..='\u{101A0}')
}

fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5F4}' | '\u{FB1D}'..='\u{FB4F}')
}

/// Hiragana, Katakana or Han.
fn is_japanese(c: char) -> bool {
    matches!(c,
        '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FD}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{16FE2}'..='\u{16FF6}' | '\u{1AFF0}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}
