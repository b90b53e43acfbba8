//! Users.

use ironplate_application::{
    accounts::{ChangePassword, ChangeProfile, SignUp},
    ports::{Page, UserOrder},
    users::{CreateUser, UpdateUser},
};
use ironplate_domain::User;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::input::{Fields, FromFields, ListOrder, Refused, cursor_text, parse};

/// A user.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "email": "ann@example.com", "is_active": true, "is_superuser": false, "full_name": "Ann",
    "id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10", "created_at": "2026-11-22T01:27:58.151226Z", "is_verified": true
}))]
pub(crate) struct UserPublic {
    #[schema(format = Email, max_length = 255)]
    email: String,
    #[schema(required = false, default = true)]
    is_active: bool,
    #[schema(required = false, default = false)]
    is_superuser: bool,
    #[schema(max_length = 255)]
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
        Self {
            email: user.email.into(),
            is_active: user.is_active,
            is_superuser: user.is_superuser,
            full_name: user.full_name.map(String::from),
            id: user.id.0,
            created_at: Some(user.created_at.to_string()),
            is_verified: user.is_verified,
        }
    }
}

/// A page of users.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsersPublic {
    data: Vec<UserPublic>,
    /// How many there are in all: search applied, paging not.
    count: u64,
    /// To be sent as `after` for the next page; null on the last.
    next: Option<String>,
}

impl UsersPublic {
    pub(crate) fn new(page: Page<User>, order: UserOrder) -> Self {
        let last = if page.more { page.rows.last() } else { None };
        let next = last.map(|user| cursor_text(order.behind(user)));
        Self { data: page.rows.into_iter().map(UserPublic::from).collect(), count: page.count, next }
    }
}

impl ListOrder for UserOrder {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("-created_at", Self::Newest),
        ("created_at", Self::Oldest),
        ("email", Self::Email),
        ("-email", Self::EmailDescending),
    ];

    fn by_time(self) -> bool {
        matches!(self, Self::Newest | Self::Oldest)
    }
}

/// A new account for oneself.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann"}))]
#[expect(dead_code, reason = "describes what `SignUp` is read from")]
pub(crate) struct UserRegister {
    #[schema(format = Email, max_length = 255)]
    email: String,
    #[schema(min_length = 8, max_length = 128)]
    password: String,
    #[schema(max_length = 255)]
    full_name: Option<String>,
}

impl FromFields for SignUp {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let email = fields.required("email", parse::email);
        let password = fields.required("password", parse::password);
        let full_name = fields.nullable("full_name", parse::full_name);
        Ok(Self { email: email?, password: password?, full_name: full_name?.flatten() })
    }
}

/// A new account for somebody else.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann"}))]
#[expect(dead_code, reason = "describes what `CreateUser` is read from")]
pub(crate) struct UserCreate {
    #[schema(format = Email, max_length = 255)]
    email: String,
    #[schema(required = false, default = true)]
    is_active: bool,
    #[schema(required = false, default = false)]
    is_superuser: bool,
    #[schema(max_length = 255)]
    full_name: Option<String>,
    /// Left out, the user sets one by the link in their mail.
    #[schema(min_length = 8, max_length = 128)]
    password: Option<String>,
}

impl FromFields for CreateUser {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let email = fields.required("email", parse::email);
        let is_active = fields.optional("is_active", parse::boolean);
        let is_superuser = fields.optional("is_superuser", parse::boolean);
        let full_name = fields.nullable("full_name", parse::full_name);
        let password = fields.nullable("password", parse::password);
        Ok(Self {
            email: email?,
            is_active: is_active?.unwrap_or(true),
            is_superuser: is_superuser?.unwrap_or(false),
            full_name: full_name?.flatten(),
            password: password?.flatten(),
            is_verified: false,
        })
    }
}

/// A new account with a vouched-for address, for seeding and for tests of clients.
#[derive(ToSchema)]
#[schema(example = json!({
    "email": "ann@example.com", "password": "correct horse battery", "full_name": "Ann", "is_verified": true
}))]
#[expect(dead_code, reason = "describes the schema")]
pub(crate) struct PrivateUserCreate {
    #[schema(format = Email, max_length = 255)]
    email: String,
    #[schema(min_length = 8, max_length = 128)]
    password: String,
    #[schema(max_length = 255)]
    full_name: String,
    #[schema(required = false, default = false)]
    is_verified: bool,
}

/// [`CreateUser`], read from the fields of [`PrivateUserCreate`].
pub(crate) struct PrivateUser(pub(crate) CreateUser);

impl FromFields for PrivateUser {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let email = fields.required("email", parse::email);
        let password = fields.required("password", parse::password);
        let full_name = fields.required("full_name", parse::full_name);
        let is_verified = fields.optional("is_verified", parse::boolean);
        Ok(Self(CreateUser {
            email: email?,
            password: Some(password?),
            full_name: Some(full_name?),
            is_verified: is_verified?.unwrap_or(false),
            is_active: true,
            is_superuser: false,
        }))
    }
}

/// What to change of somebody's account; what is left out stays.
#[derive(ToSchema)]
#[schema(example = json!({"is_active": false}))]
#[expect(dead_code, reason = "describes what `UpdateUser` is read from")]
pub(crate) struct UserUpdate {
    #[schema(format = Email, max_length = 255)]
    email: Option<String>,
    is_active: Option<bool>,
    is_superuser: Option<bool>,
    #[schema(max_length = 255)]
    full_name: Option<String>,
    #[schema(min_length = 8, max_length = 128)]
    password: Option<String>,
}

impl FromFields for UpdateUser {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let email = fields.optional("email", parse::email);
        let is_active = fields.optional("is_active", parse::boolean);
        let is_superuser = fields.optional("is_superuser", parse::boolean);
        let full_name = fields.nullable("full_name", parse::full_name);
        let password = fields.optional("password", parse::password);
        Ok(Self {
            email: email?,
            is_active: is_active?,
            is_superuser: is_superuser?,
            full_name: full_name?,
            password: password?,
        })
    }
}

/// What to change of one's own account; what is left out stays.
#[derive(ToSchema)]
#[schema(example = json!({"full_name": "Ann Example"}))]
#[expect(dead_code, reason = "describes what `ChangeProfile` is read from")]
pub(crate) struct UserUpdateMe {
    #[schema(max_length = 255)]
    full_name: Option<String>,
    #[schema(format = Email, max_length = 255)]
    email: Option<String>,
}

impl FromFields for ChangeProfile {
    const HAS_SECRETS: bool = false;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let full_name = fields.nullable("full_name", parse::full_name);
        let email = fields.optional("email", parse::email);
        Ok(Self { full_name: full_name?, email: email? })
    }
}

/// One's current password, and the new one.
#[derive(ToSchema)]
#[schema(example = json!({"current_password": "correct horse battery", "new_password": "staple battery horse"}))]
#[expect(dead_code, reason = "describes what `ChangePassword` is read from")]
pub(crate) struct UpdatePassword {
    /// Of any length: it is only compared.
    current_password: String,
    #[schema(min_length = 8, max_length = 128)]
    new_password: String,
}

impl FromFields for ChangePassword {
    const HAS_SECRETS: bool = true;

    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused> {
        let current = fields.required("current_password", parse::attempt);
        let new = fields.required("new_password", parse::password);
        Ok(Self { current: current?, new: new? })
    }
}
