//! An IP address in place of a domain, as in `ann@[192.0.2.1]`: never accepted, but told apart from
//! a mistyped one.

use super::EmailError;
use super::characters::{others, quoted};

const GROUPS: usize = 8;

/// Why a text is no IP address. Part of the sentences of [`EmailError`].
///
/// A `String` within is the text in question, in quotes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IpAddressError {
    /// Nothing there.
    #[error("Address cannot be empty")]
    Empty,
    /// A network rather than an address.
    #[error("Unexpected '/' in {0}")]
    Network(String),
    /// A good address with a `%zone`.
    #[error("It has a zone index")]
    Zone,
    /// A `%` and no zone.
    #[error("Invalid IPv6 address: \"{0}\"")]
    BadZone(String),
    /// More or less than three periods.
    #[error("Expected 4 octets in {0}")]
    FourOctets(String),
    /// Less than two colons.
    #[error("At least 3 parts expected in {0}")]
    TooFewGroups(String),
    /// More than eight colons.
    #[error("At most 8 colons permitted in {0}")]
    TooManyColons(String),
    /// `::` twice.
    #[error("At most one '::' permitted in {0}")]
    TwoGaps(String),
    /// A lone colon in front.
    #[error("Leading ':' only permitted as part of '::' in {0}")]
    LeadingColon(String),
    /// A lone colon at the end.
    #[error("Trailing ':' only permitted as part of '::' in {0}")]
    TrailingColon(String),
    /// `::` that stands for nothing.
    #[error("Expected at most 7 other parts with '::' in {0}")]
    NothingInGap(String),
    /// Neither eight groups nor `::`.
    #[error("Exactly 8 parts expected without '::' in {0}")]
    EightGroups(String),
    /// Two periods in a row.
    #[error("Empty octet not permitted")]
    EmptyOctet,
    /// Something else than digits.
    #[error("Only decimal digits permitted in {0}")]
    OctetDigits(String),
    /// Four digits or more.
    #[error("At most 3 characters permitted in {0}")]
    OctetTooLong(String),
    /// `01`, which some read as octal.
    #[error("Leading zeros are not permitted in {0}")]
    LeadingZero(String),
    /// More than 255.
    #[error("Octet {0} (> 255) not permitted")]
    OctetTooLarge(u16),
    /// Something else than hexadecimal digits.
    #[error("Only hex digits permitted in {0}")]
    GroupDigits(String),
    /// Five digits or more.
    #[error("At most 4 characters permitted in {0}")]
    GroupTooLong(String),
    /// A fault in one part of the whole.
    #[error("{0} in {1}")]
    In(Box<IpAddressError>, String),
}

/// What to say of the text between the brackets.
pub(super) fn refusal(literal: &str) -> EmailError {
    if !literal.is_empty() && literal.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return match check_ipv4(literal) {
            Ok(()) => EmailError::IpLiteral,
            Err(error) => EmailError::NotIpv4(error),
        };
    }
    let Some((tag, address)) = literal.split_once(':') else {
        return EmailError::NoLiteralTag;
    };
    if tag.eq_ignore_ascii_case("ipv6") {
        return match check_ipv6_in_zone(address) {
            Ok(()) => EmailError::IpLiteral,
            Err(error) => EmailError::NotIpv6(error),
        };
    }
    match others(literal, |c| matches!(c, '!'..='\u{FA}')) {
        Some(found) => EmailError::LiteralCharacters(found),
        None => EmailError::UnknownLiteralTag,
    }
}

fn check_ipv4(text: &str) -> Result<(), IpAddressError> {
    if text.contains('/') {
        return Err(IpAddressError::Network(quoted(text)));
    }
    if text.is_empty() {
        return Err(IpAddressError::Empty);
    }
    if text.split('.').count() != 4 {
        return Err(IpAddressError::FourOctets(quoted(text)));
    }
    text.split('.').try_for_each(check_octet).map_err(within(text))
}

fn check_octet(text: &str) -> Result<(), IpAddressError> {
    if text.is_empty() {
        return Err(IpAddressError::EmptyOctet);
    }
    if !text.chars().all(|c| c.is_ascii_digit()) {
        return Err(IpAddressError::OctetDigits(quoted(text)));
    }
    if text.len() > 3 {
        return Err(IpAddressError::OctetTooLong(quoted(text)));
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(IpAddressError::LeadingZero(quoted(text)));
    }
    match text.parse() {
        Ok(number @ 256..) => Err(IpAddressError::OctetTooLarge(number)),
        _ => Ok(()),
    }
}

fn check_ipv6_in_zone(text: &str) -> Result<(), IpAddressError> {
    if text.contains('/') {
        return Err(IpAddressError::Network(quoted(text)));
    }
    let Some((address, zone)) = text.split_once('%') else {
        return check_ipv6(text);
    };
    if zone.is_empty() || zone.contains('%') {
        return Err(IpAddressError::BadZone(quoted(text)));
    }
    check_ipv6(address)?;
    Err(IpAddressError::Zone)
}

fn check_ipv6(text: &str) -> Result<(), IpAddressError> {
    if text.is_empty() {
        return Err(IpAddressError::Empty);
    }
    let mut groups: Vec<&str> = text.split(':').collect();
    if groups.len() < 3 {
        return Err(IpAddressError::TooFewGroups(quoted(text)));
    }
    if let Some(ipv4) = groups.pop_if(|last| last.contains('.')) {
        check_ipv4(ipv4).map_err(within(text))?;
        groups.extend(["0", "0"]);
    }
    if groups.len() > GROUPS + 1 {
        return Err(IpAddressError::TooManyColons(quoted(text)));
    }
    check_gap(&groups, text)?;
    groups.into_iter().try_for_each(check_group).map_err(within(text))
}

/// Eight groups, or less with one `::` for the rest.
fn check_gap(groups: &[&str], text: &str) -> Result<(), IpAddressError> {
    let [first, middle @ .., last] = groups else {
        return Err(IpAddressError::TooFewGroups(quoted(text)));
    };
    let mut gaps = middle.iter().enumerate().filter(|(_, group)| group.is_empty());
    let gap = gaps.next().map(|(at, _)| at);
    if gaps.next().is_some() {
        return Err(IpAddressError::TwoGaps(quoted(text)));
    }
    if gap.is_none() && groups.len() != GROUPS {
        return Err(IpAddressError::EightGroups(quoted(text)));
    }
    if first.is_empty() && gap != Some(0) {
        return Err(IpAddressError::LeadingColon(quoted(text)));
    }
    if last.is_empty() && gap.is_none_or(|at| at + 1 != middle.len()) {
        return Err(IpAddressError::TrailingColon(quoted(text)));
    }
    let written = groups.iter().filter(|group| !group.is_empty()).count();
    if gap.is_some() && written >= GROUPS {
        return Err(IpAddressError::NothingInGap(quoted(text)));
    }
    Ok(())
}

fn check_group(text: &str) -> Result<(), IpAddressError> {
    if !text.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(IpAddressError::GroupDigits(quoted(text)));
    }
    if text.len() > 4 {
        return Err(IpAddressError::GroupTooLong(quoted(text)));
    }
    Ok(())
}

fn within(text: &str) -> impl Fn(IpAddressError) -> IpAddressError {
    move |error| IpAddressError::In(Box::new(error), quoted(text))
}
