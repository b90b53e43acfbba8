//! An invitation: a membership that waits for whoever has an address.

use crate::{Email, OrganizationId, Role, Timestamp, TokenDigest, UserId, id};

id! {
    /// Names an [`Invitation`].
    InvitationId
}

/// A membership that waits for whoever has an address. One that was taken, declined or revoked is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Identity, never reused.
    pub id: InvitationId,
    /// To which organisation. Deleting it deletes the invitation.
    pub organization: OrganizationId,
    /// Who has this address may take it. An organisation has at most one for each.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who sent it. Deleting the user deletes the invitation.
    pub invited_by: UserId,
    /// Recognises the secret of the newest link.
    pub digest: TokenDigest,
    /// When it was sent first.
    pub created_at: Timestamp,
    /// From here on it is good for nothing, unless it is sent again.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// It can still be taken.
    #[must_use]
    pub fn is_pending(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}
