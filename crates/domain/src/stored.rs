//! What is kept as one text.

use crate::PasswordHash;

/// A value that is stored as one text. It is trusted when it comes back: it was valid by the rules of its time.
pub trait StoredText: Sized {
    /// The text to store.
    fn as_stored(&self) -> &str;

    /// The value that was stored as this text; `None` where no such value is known.
    fn from_stored(text: String) -> Option<Self>;
}

impl StoredText for String {
    fn as_stored(&self) -> &str {
        self
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(text)
    }
}

impl StoredText for PasswordHash {
    fn as_stored(&self) -> &str {
        self.expose()
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(Self::new(text))
    }
}
