//! A trusted device: a browser that is not asked for a second factor for a time.

use crate::{Timestamp, TokenDigest, UserId, id};

id! {
    /// Names a [`TrustedDevice`].
    TrustedDeviceId
}

/// A browser whose user showed a second factor, and asked not to be asked for it again. It holds a secret, which is worth nothing
/// without their password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedDevice {
    /// Identity, never reused. No secret.
    pub id: TrustedDeviceId,
    /// Whose it is. Deleting the user deletes it.
    pub user: UserId,
    /// Recognises its secret.
    pub digest: TokenDigest,
    /// What it is, in plain words.
    pub device: String,
    /// When the second factor was shown.
    pub created_at: Timestamp,
    /// When it last took a second factor's place; at first when it was trusted.
    pub last_used_at: Timestamp,
    /// From here on it is worth nothing. Use does not put that off.
    pub expires_at: Timestamp,
}

impl TrustedDevice {
    /// So many of a user are trusted at the most: the newest.
    pub const MOST: u32 = 20;

    /// Whether it is still trusted.
    #[must_use]
    pub fn is_trusted(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
