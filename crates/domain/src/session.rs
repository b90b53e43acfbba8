//! A session: one log-in of one user, which every access token is bound to.

use crate::{SessionId, Timestamp, UserId};

/// One log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity; access tokens carry it as `sid`.
    pub id: SessionId,
    /// Who logged in. Deleting the user deletes the session.
    pub user: UserId,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// From here on it is over, whatever the tokens say.
    pub expires_at: Timestamp,
    /// When it was ended by hand: by logging out or because the account changed.
    pub revoked_at: Option<Timestamp>,
}

impl Session {
    /// Neither ended nor expired.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_session_lives_until_it_expires_or_is_revoked() {
        let at = Timestamp::from_seconds;
        let session = Session {
            id: SessionId(Uuid::nil()),
            user: UserId(Uuid::nil()),
            created_at: at(0),
            expires_at: at(60),
            revoked_at: None,
        };
        assert!(session.is_live(at(59)));
        assert!(!session.is_live(at(60)));
        assert!(!Session { revoked_at: Some(at(1)), ..session }.is_live(at(2)));
    }
}
