//! Users out of a few words.

use ironplate_domain::{Email, FullName, PasswordHash, Timestamp, User, UserId};

use crate::{FakeHasher, samples};

/// A user to be: active, unverified, nameless and without privilege, unless told otherwise.
#[derive(Debug, Clone)]
pub struct UserBuilder {
    email: Email,
    full_name: Option<FullName>,
    password: Option<String>,
    hash: fn(&FakeHasher, &str) -> PasswordHash,
    is_active: bool,
    is_superuser: bool,
    is_verified: bool,
}

/// Somebody with this address and the password [`samples::PASSWORD`].
#[must_use]
pub fn user(email: &str) -> UserBuilder {
    UserBuilder {
        email: samples::email(email),
        full_name: None,
        password: Some(samples::PASSWORD.to_owned()),
        hash: FakeHasher::hash_of,
        is_active: true,
        is_superuser: false,
        is_verified: false,
    }
}

impl UserBuilder {
    /// Who administers users.
    #[must_use]
    pub fn superuser(self) -> Self {
        Self { is_superuser: true, ..self }
    }

    /// Whose account is switched off.
    #[must_use]
    pub fn inactive(self) -> Self {
        Self { is_active: false, ..self }
    }

    /// Whose address was proved to be theirs.
    #[must_use]
    pub fn verified(self) -> Self {
        Self { is_verified: true, ..self }
    }

    /// Who is called this.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { full_name: Some(samples::full_name(name)), ..self }
    }

    /// Whose password is this, even one that could not be set today.
    #[must_use]
    pub fn with_password(self, password: &str) -> Self {
        Self { password: Some(password.to_owned()), ..self }
    }

    /// Who has not set a password yet.
    #[must_use]
    pub fn without_password(self) -> Self {
        Self { password: None, ..self }
    }

    /// Whose password was hashed with less effort than today.
    #[must_use]
    pub fn weakly_hashed(self) -> Self {
        Self { hash: FakeHasher::weak_hash_of, ..self }
    }

    /// The user.
    #[must_use]
    pub fn build(self, id: UserId, created_at: Timestamp, hasher: &FakeHasher) -> User {
        let password_hash = self.password.as_deref().map(|password| (self.hash)(hasher, password));
        let Self { email, full_name, is_active, is_superuser, is_verified, .. } = self;
        User { full_name, password_hash, is_active, is_superuser, is_verified, ..User::new(id, email, created_at) }
    }
}
