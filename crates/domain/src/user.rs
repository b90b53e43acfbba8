//! A user: somebody with an account.

use crate::{Actor, Email, PasswordHash, Timestamp, bounded_text, changes, id};

id! {
    /// Names a [`User`].
    UserId
}
bounded_text! {
    /// How a user wants to be called, at most 255 code points.
    FullName, 0..=255
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity, never reused.
    pub id: UserId,
    /// Unique among users in its canonical form.
    pub email: Email,
    /// How the user wants to be called.
    pub full_name: Option<FullName>,
    /// Proves the password without knowing it; `None` until one is set, and nobody can log in before that.
    pub password_hash: Option<PasswordHash>,
    /// An inactive user is refused everywhere.
    pub is_active: bool,
    /// May administer users, and do to everybody's items what their owner may.
    pub is_superuser: bool,
    /// The address was proved to be the user's own.
    pub is_verified: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl User {
    /// An account like any other: active, without privilege, and so far without a password, a proved address or a name.
    #[must_use]
    pub const fn new(id: UserId, email: Email, created_at: Timestamp) -> Self {
        Self {
            id,
            email,
            full_name: None,
            password_hash: None,
            is_active: true,
            is_superuser: false,
            is_verified: false,
            created_at,
        }
    }

    /// The user as somebody who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { user: self.id, is_superuser: self.is_superuser, session: None, at: None, fresh_until: None }
    }

    /// Nobody ever proved to be the owner of this account: it has no password, and its address is nobody's yet. Such is
    /// an account that was signed up for or made by an administrator, until its first link is followed.
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        self.password_hash.is_none() && !self.is_verified
    }
}

changes! {
    /// What to change of a user; `None` leaves a field as it is.
    pub struct UserChanges of User {
        /// A new address, also one that differs by its spelling alone.
        email: Email => Email::as_str,
        /// A new name, or none at all (`Some(None)`).
        full_name: Option<FullName>,
        /// A new password's hash.
        password_hash as "password": PasswordHash,
        /// Activate or deactivate.
        is_active: bool,
        /// Promote or demote.
        is_superuser: bool,
        /// The address was proved, or a new one is yet to be.
        is_verified: bool,
    }
}

impl UserChanges {
    /// Also to this address, which is yet to be proved.
    #[must_use]
    pub fn with_unproved_email(self, email: Email) -> Self {
        Self { email: Some(email), is_verified: Some(false), ..self }
    }

    /// A superuser would be one no longer, or no longer an active one.
    #[must_use]
    pub fn takes_superuser_away(&self) -> bool {
        self.is_superuser == Some(false) || self.is_active == Some(false)
    }

    /// Somebody would get in by something else, or as something else: more is at stake than what they are called.
    #[must_use]
    pub fn touch_access(&self) -> bool {
        self.email.is_some() || self.password_hash.is_some() || self.is_active.is_some() || self.is_superuser.is_some()
    }

    /// Whoever holds a session of this user should lose it: the rights or the key behind it change.
    #[must_use]
    pub fn end_sessions_of(&self, user: &User) -> bool {
        self.password_hash.is_some()
            || (user.is_active && self.is_active == Some(false))
            || (user.is_superuser && self.is_superuser == Some(false))
    }
}
