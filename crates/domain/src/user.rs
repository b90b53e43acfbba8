//! A user: somebody with an account.

use crate::{Actor, Email, FullName, PasswordHash, Timestamp, UserId};

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
    /// May administer users and see everybody's items.
    pub is_superuser: bool,
    /// The address was proved to be the user's own.
    pub is_verified: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl User {
    /// The user as somebody who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { user: self.id, is_superuser: self.is_superuser, session: None }
    }

    /// Nobody ever proved to be the owner of this account: it has no password, and its address is nobody's yet. Such is
    /// an account that was signed up for or made by an administrator, until its first link is followed.
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        self.password_hash.is_none() && !self.is_verified
    }
}

/// What to change of a user; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChanges {
    /// A new address.
    pub email: Option<Email>,
    /// A new name, or none at all (`Some(None)`).
    pub full_name: Option<Option<FullName>>,
    /// A new password's hash.
    pub password_hash: Option<PasswordHash>,
    /// Activate or deactivate.
    pub is_active: Option<bool>,
    /// Promote or demote.
    pub is_superuser: Option<bool>,
    /// The address was proved, or a new one is yet to be.
    pub is_verified: Option<bool>,
}

impl UserChanges {
    /// Nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Without what the user has already, letter by letter.
    #[must_use]
    pub fn beyond(self, user: &User) -> Self {
        let Self { email, full_name, password_hash, is_active, is_superuser, is_verified } = self;
        Self {
            email: email.filter(|email| email.as_str() != user.email.as_str()),
            full_name: full_name.filter(|full_name| *full_name != user.full_name),
            password_hash,
            is_active: is_active.filter(|is_active| *is_active != user.is_active),
            is_superuser: is_superuser.filter(|is_superuser| *is_superuser != user.is_superuser),
            is_verified: is_verified.filter(|is_verified| *is_verified != user.is_verified),
        }
    }

    /// The names of the fields that it changes, as the API has them.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let fields = [
            ("email", self.email.is_some()),
            ("full_name", self.full_name.is_some()),
            ("password", self.password_hash.is_some()),
            ("is_active", self.is_active.is_some()),
            ("is_superuser", self.is_superuser.is_some()),
            ("is_verified", self.is_verified.is_some()),
        ];
        fields.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name).collect()
    }

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

    /// Whoever holds a session of this user should lose it: the rights or the key behind it change.
    #[must_use]
    pub fn end_sessions_of(&self, user: &User) -> bool {
        self.password_hash.is_some()
            || (user.is_active && self.is_active == Some(false))
            || (user.is_superuser && self.is_superuser == Some(false))
    }

    /// Carries the changes out.
    pub fn apply_to(self, user: &mut User) {
        let Self { email, full_name, password_hash, is_active, is_superuser, is_verified } = self;
        if let Some(email) = email {
            user.email = email;
        }
        if let Some(full_name) = full_name {
            user.full_name = full_name;
        }
        if let Some(password_hash) = password_hash {
            user.password_hash = Some(password_hash);
        }
        user.is_active = is_active.unwrap_or(user.is_active);
        user.is_superuser = is_superuser.unwrap_or(user.is_superuser);
        user.is_verified = is_verified.unwrap_or(user.is_verified);
    }
}
