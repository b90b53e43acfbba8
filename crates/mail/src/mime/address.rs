//! Addresses as mail servers take them.

use ironplate_domain::Email;
use lettre::Address;

/// From whom mail comes.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name that mail programs show; may be empty.
    pub name: String,
    /// The address, also of the envelope: bounces go there.
    pub address: Email,
}

/// Cannot stand in a header or in a command.
#[derive(Debug, thiserror::Error)]
#[error("the address can't be written in a mail")]
pub(crate) struct Unwritable;

/// An address with its domain in ASCII. The local part keeps its owner's spelling, since case may matter to the server
/// that delivers.
#[derive(Debug, Clone)]
pub(crate) struct Mailable {
    local: String,
    domain: String,
}

impl Mailable {
    pub(crate) fn new(email: &Email) -> Result<Self, Unwritable> {
        let local = email.as_str().rsplit_once('@').ok_or(Unwritable)?.0;
        let domain = email.canonical().rsplit_once('@').ok_or(Unwritable)?.1;
        // An `Email` has none of these, but one from an older database is trusted unread.
        let breaks_out =
            |letter: char| letter.is_control() || letter.is_whitespace() || "<>()[],;:\\\"".contains(letter);
        let is_sound = |part: &str| !part.is_empty() && !part.contains(breaks_out);
        if is_sound(local) && is_sound(domain) && domain.is_ascii() {
            Ok(Self { local: local.to_owned(), domain: domain.to_owned() })
        } else {
            Err(Unwritable)
        }
    }

    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether every server can take it; else only those that know SMTPUTF8.
    pub(crate) fn is_ascii(&self) -> bool {
        self.local.is_ascii()
    }

    pub(crate) fn to_lettre(&self) -> Address {
        Address::new_dangerous(&self.local, &self.domain)
    }

    pub(crate) fn to_text(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }
}
