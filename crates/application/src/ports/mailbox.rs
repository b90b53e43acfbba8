//! Mail that stays on a developer's machine.

use ironplate_domain::MessageId;

use super::BoxError;

/// A mail in the mailbox. Does not print: its text may hold a live link.
#[derive(Clone)]
pub struct KeptMail {
    /// Whose message it is.
    pub id: MessageId,
    /// Its header fields in their order, decoded for people.
    pub headers: Vec<(String, String)>,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
    /// The whole message as it would have gone over the wire.
    pub source: String,
}

impl KeptMail {
    /// The value of the first header field of this name, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// Where mail is kept instead of being sent, for development alone.
pub trait Mailbox: Send + Sync {
    /// The mails kept, newest first. Bounded: the oldest make room for new ones.
    ///
    /// # Errors
    /// They can't be read.
    fn list(&self) -> Result<Vec<KeptMail>, BoxError>;

    /// The mail of this message.
    ///
    /// # Errors
    /// It is there and can't be read.
    fn find(&self, id: MessageId) -> Result<Option<KeptMail>, BoxError>;
}
