//! The part after the `@`: a domain name that mail can reach, in Unicode and in ASCII.

use super::bidi;
use super::characters::{self, Spaces};
use super::error::{EmailError, Excess, Punctuation};
use super::{ip_literal, label, mapping};

/// Characters of a domain, and octets of its ASCII form (RFC 1035, 2.3.4).
const MAX_LENGTH: usize = 253;

/// Octets between two periods (RFC 1035, 2.3.1).
const MAX_LABEL_OCTETS: usize = 63;

/// Top-level domains that lead nowhere in the public network (RFC 6761, 6762, 7686).
/// `example` is not among them: applications should treat it like any other.
const SPECIAL_USE: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

/// A valid domain name, in Unicode for people and in ASCII for the wire and for comparing.
#[derive(Debug)]
pub(super) struct DomainPart {
    unicode: String,
    ascii: String,
}

impl DomainPart {
    pub(super) fn parse(typed: &str) -> Result<Self, EmailError> {
        if typed.is_empty() {
            return Err(EmailError::DomainEmpty);
        }
        if let Some(literal) = typed.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            return Err(ip_literal::refusal(literal));
        }
        check_characters(typed)?;
        let mapped = mapping::map_domain(typed).map_err(EmailError::DomainMapping)?;
        if let Some(found) = characters::others(&mapped, is_hostname_character) {
            return Err(EmailError::DomainCharactersNormalized(found));
        }
        check_punctuation(&mapped)?;

        let ascii = to_ascii(&mapped)?;
        check_lengths(&ascii)?;
        check_reachable(&ascii)?;
        let unicode = to_unicode(&ascii)?;
        Ok(Self { unicode, ascii })
    }

    pub(super) fn unicode(&self) -> &str {
        &self.unicode
    }

    pub(super) fn ascii(&self) -> &str {
        &self.ascii
    }
}

fn is_hostname_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '.')
}

fn check_characters(typed: &str) -> Result<(), EmailError> {
    let characters = typed.chars().count();
    if characters > MAX_LENGTH {
        let excess = Excess::Characters(characters - MAX_LENGTH);
        return Err(EmailError::DomainTooLong(excess));
    }
    if let Some(found) = characters::others(typed, is_hostname_character) {
        return Err(EmailError::DomainCharacters(found));
    }
    characters::refuse_unsafe(typed, Spaces::Refused)?;
    match characters::others(typed, |c| !mapping::hides_a_period(c)) {
        Some(found) => Err(EmailError::DomainCharacters(found)),
        None => Ok(()),
    }
}

/// Periods and hyphens stand between letters, and never `--` in third and fourth place, which marks
/// an encoding; `xn--` is the one in use.
fn check_punctuation(domain: &str) -> Result<(), EmailError> {
    use Punctuation::{Hyphen, Period};
    if domain.ends_with('.') {
        return Err(EmailError::DomainEndsWith(Period));
    }
    if domain.starts_with('.') {
        return Err(EmailError::DomainStartsWith(Period));
    }
    if domain.contains("..") {
        return Err(EmailError::TwoPeriods);
    }
    if domain.ends_with('-') {
        return Err(EmailError::DomainEndsWith(Hyphen));
    }
    if domain.starts_with('-') {
        return Err(EmailError::DomainStartsWith(Hyphen));
    }
    if domain.contains(".-") || domain.contains("-.") {
        return Err(EmailError::PeriodNextToHyphen);
    }
    let is_reserved = |label: &str| label::has_hyphens_in_third_place(label) && !label.starts_with("xn");
    if domain.split('.').any(is_reserved) {
        return Err(EmailError::ReservedLabel);
    }
    Ok(())
}

fn to_ascii(domain: &str) -> Result<String, EmailError> {
    if domain.is_ascii() {
        return Ok(domain.to_owned());
    }
    let labels: Result<Vec<String>, _> = domain.split('.').map(label::to_ascii).collect();
    labels.map(|labels| labels.join(".")).map_err(EmailError::DomainLabel)
}

fn check_lengths(ascii: &str) -> Result<(), EmailError> {
    if ascii.len() > MAX_LENGTH {
        let excess = Excess::Bytes(ascii.len() - MAX_LENGTH);
        return Err(EmailError::DomainTooLongInAscii(excess));
    }
    match ascii.split('.').find(|l| l.len() > MAX_LABEL_OCTETS) {
        Some(label) => Err(EmailError::LabelTooLong(Excess::Characters(label.len() - MAX_LABEL_OCTETS))),
        None => Ok(()),
    }
}

/// A public domain has at least two labels, a top level that ends with a letter, and no special use.
fn check_reachable(ascii: &str) -> Result<(), EmailError> {
    let Some((_, top_level)) = ascii.rsplit_once('.') else {
        return Err(EmailError::NoPeriod);
    };
    if !top_level.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(EmailError::NoTopLevelDomain);
    }
    if SPECIAL_USE.contains(&top_level) {
        return Err(EmailError::SpecialUse);
    }
    Ok(())
}

fn to_unicode(ascii: &str) -> Result<String, EmailError> {
    let labels: Result<Vec<String>, _> = ascii.split('.').map(label::to_unicode).collect();
    let domain = labels.map_err(EmailError::DomainIdna)?.join(".");
    characters::refuse_unsafe(&domain, Spaces::Refused)?;
    bidi::check_domain(&domain).map_err(EmailError::DomainIdna)?;
    Ok(domain)
}
