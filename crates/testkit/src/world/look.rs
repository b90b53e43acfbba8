//! What is stored, found by what a test has in hand.

use ironplate_application::ports::{AccessClaims, AccessTokens, Clock};
use ironplate_domain::{Actor, Email, Session, SessionId, User};
use secrecy::ExposeSecret;

use super::World;
use crate::samples;

impl World {
    /// The stored user of this address, in any spelling.
    #[must_use]
    pub fn find_user(&self, email: &str) -> Option<User> {
        let email: Email = samples::email(email);
        self.store.users().into_iter().find(|user| user.email == email)
    }

    /// The stored user of this address, who must be there.
    #[must_use]
    pub fn user(&self, email: &str) -> User {
        self.find_user(email).unwrap_or_else(|| panic!("nobody has the address {email}"))
    }

    /// The user of this address as somebody who acts.
    #[must_use]
    pub fn actor(&self, email: &str) -> Actor {
        self.user(email).actor()
    }

    /// The stored session of this id, which must be there.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Session {
        let found = self.store.sessions().into_iter().find(|session| session.id == id);
        found.unwrap_or_else(|| panic!("there is no session {id}"))
    }

    /// Whether the session of this id is stored and neither ended nor expired.
    #[must_use]
    pub fn is_live(&self, id: SessionId) -> bool {
        self.store.sessions().iter().any(|session| session.id == id && session.is_live(self.clock.now()))
    }

    /// An access token for this session, issued now.
    #[must_use]
    pub fn token_for(&self, session: &Session) -> String {
        let claims = AccessClaims { user: session.user, session: session.id, generation: 0 };
        self.tokens.issue(&claims, self.clock.now()).expose_secret().to_owned()
    }
}
