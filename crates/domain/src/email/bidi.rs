//! The Bidi Rule (RFC 5893): a label is drawn in one direction, so that no two domains look the same.
//!
//! The directions below hold for the code points that a label may have, no others.

use super::characters::is_mark;
use super::code_points::{is_arabic_digit, is_extended_arabic_digit};
use super::{LabelError, mapping};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    LeftToRight,
    RightToLeft,
    EuropeanDigit,
    ArabicDigit,
    Neutral,
    /// Takes no room of its own, so it has no part in the matter.
    Mark,
}

/// A domain with a right-to-left label is held to the rule in all its labels, since a neighbour such as
/// `1` would be drawn on the far side of it.
pub(super) fn check_domain(domain: &str) -> Result<(), LabelError> {
    if reads_right_to_left(domain) { domain.split('.').try_for_each(check) } else { Ok(()) }
}

/// Holds a label to the rule if any of it reads from right to left.
pub(super) fn check_label(label: &str) -> Result<(), LabelError> {
    if reads_right_to_left(label) { check(label) } else { Ok(()) }
}

fn reads_right_to_left(text: &str) -> bool {
    use Direction::{ArabicDigit, RightToLeft};
    text.chars().any(|c| matches!(direction(c), RightToLeft | ArabicDigit))
}

fn check(label: &str) -> Result<(), LabelError> {
    match label.chars().next().map(direction) {
        Some(Direction::RightToLeft) => check_right_to_left(label),
        Some(Direction::LeftToRight) => check_left_to_right(label),
        _ => Err(LabelError::BidiStart(label.to_owned())),
    }
}

fn check_right_to_left(label: &str) -> Result<(), LabelError> {
    use Direction::{ArabicDigit, EuropeanDigit, LeftToRight, RightToLeft};
    let mut digits = None;
    for (at, c) in label.chars().enumerate() {
        match direction(c) {
            LeftToRight => return Err(LabelError::BidiInRightToLeft { position: at + 1 }),
            kind @ (EuropeanDigit | ArabicDigit) if *digits.get_or_insert(kind) != kind => {
                return Err(LabelError::BidiDigits);
            }
            _ => {}
        }
    }
    check_end(label, &[RightToLeft, EuropeanDigit, ArabicDigit])
}

fn check_left_to_right(label: &str) -> Result<(), LabelError> {
    use Direction::{ArabicDigit, EuropeanDigit, LeftToRight, RightToLeft};
    let stray = label.chars().position(|c| matches!(direction(c), RightToLeft | ArabicDigit));
    match stray {
        Some(at) => Err(LabelError::BidiInLeftToRight { position: at + 1 }),
        None => check_end(label, &[LeftToRight, EuropeanDigit]),
    }
}

/// The last character that isn't a mark decides.
fn check_end(label: &str, allowed: &[Direction]) -> Result<(), LabelError> {
    let end = label.chars().rev().map(direction).find(|direction| *direction != Direction::Mark);
    if end.is_some_and(|end| allowed.contains(&end)) { Ok(()) } else { Err(LabelError::BidiEnd) }
}

fn direction(c: char) -> Direction {
    match c {
        _ if is_mark(c) && mapping::is_nonspacing(c) => Direction::Mark,
        _ if is_mark(c) => Direction::LeftToRight,
        '0'..='9' => Direction::EuropeanDigit,
        _ if is_extended_arabic_digit(c) => Direction::EuropeanDigit,
        _ if is_arabic_digit(c) => Direction::ArabicDigit,
        '\u{10D30}'..='\u{10D39}' => Direction::ArabicDigit,
        '-'
        | '·'
        | '\u{2B9}'
        | '\u{2BA}'
        | '\u{2C6}'..='\u{2CF}'
        | '\u{2EC}'
        | '\u{375}'
        | '\u{200C}'
        | '\u{200D}'
        | '\u{2E2F}'
        | '・'
        | '\u{A67F}'
        | '\u{A717}'..='\u{A71F}'
        | '\u{A788}' => Direction::Neutral,
        '\u{590}'..='\u{8FF}'
        | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}' => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    }
}
