//! An e-mail address: what a person may type, and the one form in which two spellings meet.

mod bidi;
mod characters;
mod code_points;
mod domain_part;
mod error;
mod ip_literal;
mod label;
mod local_part;
mod mapping;
mod names;
mod parts;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use domain_part::DomainPart;
pub use error::{EmailError, Excess, Punctuation};
pub use ip_literal::IpAddressError;
pub use label::LabelError;
use local_part::LocalPart;
use parts::{Enclosure, Parts};

/// Characters of a text that is read at all; whatever is longer is refused unread.
const MAX_TEXT_CHARACTERS: usize = 2048;

/// Octets of a whole address (RFC 5321, 4.5.3.1.3).
const MAX_OCTETS: usize = 254;

/// An address that mail can be sent to, in the form its owner typed and in the form that is compared.
///
/// Equality and hashing look at [`Email::canonical`] only: `Ann@example.com` and `ann@EXAMPLE.com` are
/// one address, whichever of them is kept for display.
#[derive(Clone)]
pub struct Email {
    typed: String,
    canonical: String,
}

impl Email {
    /// Reads an address, without a display name, angle brackets, quotes or IP address.
    ///
    /// # Errors
    /// [`EmailError`] says in one sentence, fit for the person who typed the text, what is wrong.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.chars().nth(MAX_TEXT_CHARACTERS).is_some() {
            return Err(EmailError::TextTooLong);
        }
        let parts = Parts::split(text.trim_matches(characters::is_stripped))?;
        let local = LocalPart::parse(parts.local)?;
        let domain = DomainPart::parse(parts.domain)?;

        let typed = format!("{}@{}", local.as_str(), domain.unicode());
        check_length(&parts, &typed, &local, &domain)?;
        local.check_length()?;
        if parts.enclosure == Enclosure::AngleBrackets {
            return Err(EmailError::DisplayName);
        }
        let canonical = format!("{}@{}", local.canonical(), domain.ascii());
        Ok(Self { typed, canonical })
    }

    /// The address as its owner typed it, less what nobody sees around it: local part in Unicode's
    /// composed form (NFC), domain in lower-case Unicode. At most 254 octets.
    ///
    /// The case of the local part is kept, except for the few mailbox names that RFC 2142 declares
    /// case-insensitive (`POSTMASTER@…` becomes `postmaster@…`).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form for comparing: local part in lower case, domain in lower-case ASCII (`xn--…`). Nothing else is made equal: dots in
    /// the local part, or a `+tag` behind it, make another address.
    ///
    /// It may be longer than the typed form, since some letters take more octets in lower case, but
    /// never longer than 350 octets.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// What stands behind the `@` of the canonical form.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.canonical.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// An address out of storage: the pair of [`Email::as_str`] and [`Email::canonical`] of an `Email`
    /// that was written there. It is trusted, so rows outlive a change of the rules.
    #[must_use]
    pub fn from_stored(typed: String, canonical: String) -> Self {
        Self { typed, canonical }
    }
}

/// The limit holds for the address as given, as kept, and as it travels with an ASCII domain, because
/// any of the three may be what another system gets to see.
fn check_length(parts: &Parts<'_>, typed: &str, local: &LocalPart, domain: &DomainPart) -> Result<(), EmailError> {
    let given = format!("{}@{}", parts.local, parts.domain);
    if let Some(octets) = octets_over(given.len()) {
        return Err(EmailError::TooLong(Excess::octets_as_characters(&given, octets)));
    }
    if let Some(octets) = octets_over(typed.len()) {
        return Err(EmailError::TooLongNormalized(Excess::Bytes(octets)));
    }
    match octets_over(local.as_str().len() + "@".len() + domain.ascii().len()) {
        Some(octets) => Err(EmailError::TooLongInAscii(Excess::Bytes(octets))),
        None => Ok(()),
    }
}

fn octets_over(octets: usize) -> Option<usize> {
    octets.checked_sub(MAX_OCTETS).filter(|over| *over > 0)
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl From<Email> for String {
    /// The typed form.
    fn from(email: Email) -> Self {
        email.typed
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Email").field(&self.typed).finish()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
