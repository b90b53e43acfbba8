//! Why a text is no address, in the sentences the contract gives to clients.

use std::fmt;

use super::{IpAddressError, LabelError};

/// Why a text was refused. Its `Display` is a text of the contract.
///
/// A `String` within is a list of characters, each in quotes or by its Unicode name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// More text than anyone types.
    #[error("Length must not exceed 2048 characters")]
    TextTooLong,
    /// No `@` outside quotes.
    #[error("An email address must have an @-sign.")]
    NoAtSign,
    /// U+FF20 in place of `@`.
    #[error("The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign.")]
    FullWidthAtSign,
    /// U+FE6B in place of `@`.
    #[error("The email address has the \"small commercial at\" character instead of a regular at-sign.")]
    SmallAtSign,
    /// `Name <address>` with a character in the name that only quotes allow.
    #[error("The display name contains invalid characters when not quoted: {0}.")]
    DisplayNameCharacters(String),
    /// `<` without `>`.
    #[error(
        "An open angle bracket at the start of the email address has to be followed by a close angle bracket at the end."
    )]
    UnclosedAngleBracket,
    /// `<address>` with more to follow.
    #[error("There can't be anything after the email address.")]
    TextAfterAngleBracket,
    /// A good address, but in angle brackets.
    #[error("A display name and angle brackets around the email address are not permitted here.")]
    DisplayName,
    /// `"quoted"more@…`.
    #[error("Extra character(s) found after close quote: {0}")]
    TextAfterQuote(String),
    /// A control character, a bidirectional override, an unassigned code point and the like.
    #[error("The email address contains unsafe characters: {0}.")]
    UnsafeCharacters(String),

    /// `@example.com`.
    #[error("There must be something before the @-sign.")]
    LocalPartEmpty,
    /// More than 64 octets before the `@`.
    #[error("The email address is too long before the @-sign ({0}).")]
    LocalPartTooLong(Excess),
    /// A character that no unquoted local part has.
    #[error("The email address contains invalid characters before the @-sign: {0}.")]
    LocalPartCharacters(String),
    /// A character that no quoted local part has.
    #[error("The email address contains invalid characters in quotes before the @-sign: {0}.")]
    QuotedCharacters(String),
    /// `.ann@…`.
    #[error("An email address cannot start with a period.")]
    LocalPartStartsWithPeriod,
    /// `ann.@…`.
    #[error("An email address cannot have a period immediately before the @-sign.")]
    LocalPartEndsWithPeriod,
    /// `..` on either side of the `@`.
    #[error("An email address cannot have two periods in a row.")]
    TwoPeriods,
    /// Faulty once its characters are composed (NFC).
    #[error("After Unicode normalization: {0}")]
    LocalPartNormalized(Box<EmailError>),
    /// A good address, but quoted.
    #[error("Quoting the part before the @-sign is not allowed here.")]
    Quoted,

    /// `ann@`.
    #[error("There must be something after the @-sign.")]
    DomainEmpty,
    /// More than 253 characters after the `@`.
    #[error("The email address is too long after the @-sign ({0}).")]
    DomainTooLong(Excess),
    /// More than 253 octets in the ASCII form.
    #[error("The email address is too long after the @-sign ({0} after IDNA encoding).")]
    DomainTooLongInAscii(Excess),
    /// A character that no domain name has.
    #[error("The part after the @-sign contains invalid characters: {0}.")]
    DomainCharacters(String),
    /// A character that has no counterpart in domain names.
    #[error("The part after the @-sign contains invalid characters ({0}).")]
    DomainMapping(LabelError),
    /// A character that stands for one that no domain name has.
    #[error("The part after the @-sign contains invalid characters after Unicode normalization: {0}.")]
    DomainCharactersNormalized(String),
    /// `ann@.example.com`, `ann@-example.com`.
    #[error("An email address cannot have a {0} immediately after the @-sign.")]
    DomainStartsWith(Punctuation),
    /// `ann@example.com.`, `ann@example.com-`.
    #[error("An email address cannot end with a {0}.")]
    DomainEndsWith(Punctuation),
    /// `ann@a-.com`.
    #[error("An email address cannot have a period and a hyphen next to each other.")]
    PeriodNextToHyphen,
    /// `ann@ab--c.com`: a form reserved for future encodings.
    #[error(
        "An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode."
    )]
    ReservedLabel,
    /// A label that has no ASCII form.
    #[error("The part after the @-sign is invalid ({0}).")]
    DomainLabel(LabelError),
    /// An ASCII form (`xn--…`) that stands for nothing.
    #[error("The part after the @-sign is not valid IDNA ({0}).")]
    DomainIdna(LabelError),
    /// More than 63 octets between periods.
    #[error("After the @-sign, periods cannot be separated by so many characters ({0}).")]
    LabelTooLong(Excess),
    /// `ann@example`.
    #[error("The part after the @-sign is not valid. It should have a period.")]
    NoPeriod,
    /// `ann@example.123`.
    #[error("The part after the @-sign is not valid. It is not within a valid top-level domain.")]
    NoTopLevelDomain,
    /// A name that can't get mail from elsewhere, such as `localhost`.
    #[error("The part after the @-sign is a special-use or reserved name that cannot be used with email.")]
    SpecialUse,

    /// `ann@[999.0.0.1]`.
    #[error(
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address ({0}) or is missing an address literal tag."
    )]
    NotIpv4(IpAddressError),
    /// `ann@[IPv6:x]`.
    #[error("The IPv6 address in brackets after the @-sign is not valid ({0}).")]
    NotIpv6(IpAddressError),
    /// `ann@[x]`.
    #[error("The part after the @-sign in brackets is not an IPv4 address and has no address literal tag.")]
    NoLiteralTag,
    /// Brackets around characters that no IP address has.
    #[error("The part after the @-sign contains invalid characters in brackets: {0}.")]
    LiteralCharacters(String),
    /// `ann@[x:y]`.
    #[error("The part after the @-sign contains an invalid address literal tag in brackets.")]
    UnknownLiteralTag,
    /// A good IP address, but no domain name.
    #[error("A bracketed IP address after the @-sign is not allowed here.")]
    IpLiteral,

    /// More than 254 octets as given.
    #[error("The email address is too long ({0}).")]
    TooLong(Excess),
    /// More than 254 octets as it would be kept.
    #[error("The email address is too long after normalization ({0}).")]
    TooLongNormalized(Excess),
    /// More than 254 octets with its domain in ASCII.
    #[error("The email address is too long when the part after the @-sign is converted to IDNA ASCII ({0}).")]
    TooLongInAscii(Excess),
}

/// The two signs that have their place only inside a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Punctuation {
    /// `.`
    #[error("period")]
    Period,
    /// `-`
    #[error("hyphen")]
    Hyphen,
}

/// By how much a limit is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// So many characters, of one octet each.
    Characters(usize),
    /// So many characters at least and at most, as they differ in octets.
    Between(usize, usize),
    /// So many octets.
    Bytes(usize),
}

impl Excess {
    /// The excess of `octets` in terms of what the owner of `text` can count: characters.
    pub(super) fn octets_as_characters(text: &str, octets: usize) -> Self {
        let widest = text.chars().map(char::len_utf8).max().unwrap_or(1);
        match (octets / widest).max(1) {
            at_least if at_least == octets => Self::Characters(octets),
            at_least => Self::Between(at_least, octets),
        }
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        match *self {
            Self::Characters(n) => write!(f, "{n} character{} too many", plural(n)),
            Self::Between(n, m) => write!(f, "{n}-{m} character{} too many", plural(m)),
            Self::Bytes(n) => write!(f, "{n} byte{} too many", plural(n)),
        }
    }
}
