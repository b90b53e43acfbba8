//! The spelling of a domain that a person means: full-width letters, capitals and foreign full stops
//! taken for their plain counterparts (UTS #46).

use idna::uts46::{AsciiDenyList, ErrorPolicy, Hyphens, ProcessingSuccess, Uts46};
use unicode_normalization::UnicodeNormalization;

use super::LabelError;

/// A neighbour of either direction. Beside one of them any character that is allowed at all is allowed,
/// whatever a label may begin with; neither composes with what follows.
const LEFT_TO_RIGHT: char = '0';
const RIGHT_TO_LEFT: char = 'א';

/// Replaces each character by its counterpart in domain names.
pub(super) fn map_domain(domain: &str) -> Result<String, LabelError> {
    if domain.is_ascii() {
        return Ok(domain.to_ascii_lowercase());
    }
    let mut mapped = String::with_capacity(domain.len());
    for (at, c) in domain.chars().enumerate() {
        match map(c) {
            Some(counterpart) => mapped.push_str(&counterpart),
            None => return Err(LabelError::misplaced(c, at, domain)),
        }
    }
    Ok(mapped.nfc().collect())
}

/// The counterpart of a character, if it has one; that of most characters is the character itself.
pub(super) fn map(c: char) -> Option<String> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase().to_string());
    }
    map_beside(LEFT_TO_RIGHT, c).or_else(|| map_beside(RIGHT_TO_LEFT, c))
}

/// Whether a mark may stand on a letter that is written from right to left: it takes no room of its own.
pub(super) fn is_nonspacing(mark: char) -> bool {
    map_beside(RIGHT_TO_LEFT, mark).is_some()
}

fn map_beside(neighbour: char, c: char) -> Option<String> {
    let label = String::from_iter([neighbour, c]);
    let mut mapped = String::new();
    let outcome = Uts46::new().process(
        label.as_bytes(),
        AsciiDenyList::EMPTY,
        Hyphens::Allow,
        ErrorPolicy::FailFast,
        |_, _, _| true,
        &mut mapped,
        None,
    );
    let mapped = match outcome.ok()? {
        ProcessingSuccess::Passthrough => label,
        ProcessingSuccess::WroteToSink => mapped,
    };
    mapped.strip_prefix(neighbour).map(str::to_owned)
}

/// Characters that stand for a period and something else, such as `⒈` and `㏂`: they would divide a
/// label where no period is seen.
pub(super) fn hides_a_period(c: char) -> bool {
    matches!(c,
        '\u{2024}'..='\u{2026}' | '\u{2488}'..='\u{249B}' | '\u{33C2}' | '\u{33C7}' | '\u{33D8}'
        | '\u{FE52}' | '\u{1F100}')
}
