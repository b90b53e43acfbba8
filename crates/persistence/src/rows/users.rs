//! Rows of `users`.

use diesel::prelude::*;
use ironplate_domain::{Email, FullName, PasswordHash, User, UserChanges, UserId, fold};

use crate::{
    schema::users,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    pub(crate) id: Id,
    email: String,
    email_canonical: String,
    full_name: Option<String>,
    password_hash: Option<String>,
    is_active: bool,
    is_superuser: bool,
    is_verified: bool,
    created_at: Moment,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId(row.id.0),
            email: Email::from_stored(row.email, row.email_canonical),
            full_name: row.full_name.map(FullName::from_stored),
            password_hash: row.password_hash.map(PasswordHash::new),
            is_active: row.is_active,
            is_superuser: row.is_superuser,
            is_verified: row.is_verified,
            created_at: row.created_at.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub(crate) struct NewUserRow<'a> {
    id: Id,
    email: &'a str,
    email_canonical: &'a str,
    email_folded: String,
    full_name: Option<&'a str>,
    full_name_folded: Option<String>,
    password_hash: Option<&'a str>,
    is_active: bool,
    is_superuser: bool,
    is_verified: bool,
    created_at: Moment,
}

impl<'a> From<&'a User> for NewUserRow<'a> {
    fn from(user: &'a User) -> Self {
        let full_name = user.full_name.as_ref().map(FullName::as_str);
        Self {
            id: Id(user.id.0),
            email: user.email.as_str(),
            email_canonical: user.email.canonical(),
            email_folded: fold(user.email.as_str()),
            full_name,
            full_name_folded: full_name.map(fold),
            password_hash: user.password_hash.as_ref().map(PasswordHash::expose),
            is_active: user.is_active,
            is_superuser: user.is_superuser,
            is_verified: user.is_verified,
            created_at: Moment(user.created_at),
        }
    }
}

#[derive(AsChangeset)]
#[diesel(table_name = users)]
pub(crate) struct UserChangeset<'a> {
    email: Option<&'a str>,
    email_canonical: Option<&'a str>,
    email_folded: Option<String>,
    full_name: Option<Option<&'a str>>,
    full_name_folded: Option<Option<String>>,
    password_hash: Option<&'a str>,
    is_active: Option<bool>,
    is_superuser: Option<bool>,
    is_verified: Option<bool>,
}

impl<'a> From<&'a UserChanges> for UserChangeset<'a> {
    fn from(changes: &'a UserChanges) -> Self {
        let full_name = changes.full_name.as_ref().map(|name| name.as_ref().map(FullName::as_str));
        Self {
            email: changes.email.as_ref().map(Email::as_str),
            email_canonical: changes.email.as_ref().map(Email::canonical),
            email_folded: changes.email.as_ref().map(|email| fold(email.as_str())),
            full_name,
            full_name_folded: full_name.map(|name| name.map(fold)),
            password_hash: changes.password_hash.as_ref().map(PasswordHash::expose),
            is_active: changes.is_active,
            is_superuser: changes.is_superuser,
            is_verified: changes.is_verified,
        }
    }
}
