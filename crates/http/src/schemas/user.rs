//! Users.

use ironplate_application::{
    accounts::{ChangePassword, ChangeProfile, SignUp},
    users::{CreateUser, UpdateUser},
};
use ironplate_domain::{Email, FullName, Password, PasswordAttempt, User, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{Listed, PageOf};
use crate::input::{Flag, Nullable, Optional, PathId, Required, bounded_texts, described, json_body};

bounded_texts!(FullName);

impl PathId for UserId {
    const NAME: &'static str = "user_id";
}

/// A user.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "email": "ann@example.com", "is_active": true, "is_superuser": false, "full_name": "Ann",
    "id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "created_at": "2026-11-22T01:27:58.151226Z", "is_verified": true
}))]
pub struct UserPublic {
    #[schema(schema_with = described::<Required<Email>>)]
    email: String,
    #[schema(required = false, default = true)]
    is_active: bool,
    #[schema(required = false, default = false)]
    is_superuser: bool,
    #[schema(schema_with = described::<Nullable<FullName>>)]
    full_name: Option<String>,
    id: Uuid,
    #[schema(format = DateTime)]
    created_at: Option<String>,
    /// The address was proved to be the user's own.
    #[schema(required = false, default = false)]
    is_verified: bool,
}

impl From<User> for UserPublic {
    fn from(user: User) -> Self {
        // Taken apart, so that the compiler asks whether clients see what a user has.
        let User { id, email, full_name, password_hash: _, is_active, is_superuser, is_verified, created_at } = user;
        Self {
            email: email.into(),
            is_active,
            is_superuser,
            full_name: full_name.map(String::from),
            id: id.0,
            created_at: Some(created_at.to_string()),
            is_verified,
        }
    }
}

/// A page of users.
pub(crate) type UsersPublic = PageOf<UserPublic>;

impl Listed for UserPublic {
    const PAGES: &'static str = "UsersPublic";
    const PAGE: &'static str = "A page of users.";
}

json_body! {
    /// A new account for oneself.
    UserRegister -> SignUp {
        email: Required<Email>,
        password: Required<Password>,
        full_name: Nullable<FullName>,
    }
    example {"email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann"}
    => SignUp { email, password, full_name: full_name.flatten() }
}

json_body! {
    /// A new account for somebody else.
    UserCreate -> CreateUser {
        email: Required<Email>,
        is_active: Flag<true>,
        is_superuser: Flag<false>,
        full_name: Nullable<FullName>,
        /// Left out, the user sets one by the link in their mail.
        password: Nullable<Password>,
    }
    example {"email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann"}
    => CreateUser {
        email,
        is_active,
        is_superuser,
        full_name: full_name.flatten(),
        password: password.flatten(),
        is_verified: false,
    }
}

json_body! {
    /// A new account with a vouched-for address, for seeding and for tests of clients.
    PrivateUserCreate -> CreateUser {
        email: Required<Email>,
        password: Required<Password>,
        full_name: Required<FullName>,
        is_verified: Flag<false>,
    }
    example {"email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann", "is_verified": true}
    => CreateUser { password: Some(password), full_name: Some(full_name), is_verified, ..CreateUser::new(email) }
}

json_body! {
    /// What to change of somebody's account; what is left out stays.
    UserUpdate -> UpdateUser {
        email: Optional<Email>,
        is_active: Optional<bool>,
        is_superuser: Optional<bool>,
        full_name: Nullable<FullName>,
        password: Optional<Password>,
    }
    example {"is_active": false}
    => UpdateUser { email, is_active, is_superuser, full_name, password }
}

json_body! {
    /// What to change of one's own account; what is left out stays.
    UserUpdateMe -> ChangeProfile {
        full_name: Nullable<FullName>,
        email: Optional<Email>,
    }
    example {"full_name": "Ann Example"}
    => ChangeProfile { full_name, email }
}

json_body! {
    /// One's current password, and the new one.
    UpdatePassword -> ChangePassword {
        /// Of any length: it is only compared.
        current_password: Required<PasswordAttempt>,
        new_password: Required<Password>,
    }
    example {"current_password": "correct horse battery", "new_password": "staple battery horse"}
    => ChangePassword { current: current_password, new: new_password }
}
