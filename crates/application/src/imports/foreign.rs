//! Rows as another system has them: nothing of them was judged yet.

use std::fmt;

use ironplate_domain::{Email, FullName, PasswordHash, Timestamp, User, UserId};
use uuid::Uuid;

use super::RowFault;
use crate::core::Core;

/// Of this namespace are the ids (RFC 9562, version 5) that are made of another system's numbers: of `user/17`, of `item/17`. They are
/// the same each time, so that nothing comes in twice.
const NAMESPACE: Uuid = Uuid::from_u128(0x8bb2_6a0e_5d3c_4f0b_9c3e_2f6d_71a4_e05d);

/// What another system calls a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignId {
    /// Its id, which it keeps.
    Uuid(Uuid),
    /// Its id, which is a number, so that it gets another one.
    Number(i64),
    /// It has no id, but a place in a list, counted from 1. It gets an id, and is known by its address.
    Row(u64),
}

/// Somebody who has an account in another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignUser {
    /// What they are called there.
    pub id: ForeignId,
    /// Their address.
    pub email: String,
    /// How they want to be called.
    pub full_name: Option<String>,
    /// Proves their password; without one, they are yet to be invited.
    pub password_hash: Option<PasswordHash>,
    /// Whether they can log in.
    pub is_active: bool,
    /// Whether they administer users.
    pub is_superuser: bool,
    /// Whether the operator vouches that the address is theirs.
    pub is_verified: bool,
    /// When the account was made, where that is known; else it is now.
    pub created_at: Option<Timestamp>,
}

/// Something that a user keeps in another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignItem {
    /// What it is called there.
    pub id: ForeignId,
    /// Whose it is.
    pub owner: Option<ForeignId>,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// When it was made, where that is known; else it is now.
    pub created_at: Option<Timestamp>,
}

impl ForeignId {
    /// The id of a row that has one there.
    pub(super) fn kept(self, kind: &str) -> Option<Uuid> {
        match self {
            Self::Uuid(id) => Some(id),
            Self::Number(number) => Some(Uuid::new_v5(&NAMESPACE, format!("{kind}/{number}").as_bytes())),
            Self::Row(_) => None,
        }
    }

    /// The user of this id.
    pub(super) fn user(self) -> Option<UserId> {
        self.kept("user").map(UserId)
    }
}

impl fmt::Display for ForeignId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(id) => id.fmt(out),
            Self::Number(number) => number.fmt(out),
            Self::Row(row) => row.fmt(out),
        }
    }
}

impl ForeignUser {
    pub(super) fn parse(self, core: &Core) -> Result<User, RowFault> {
        let email = Email::parse(&self.email).map_err(RowFault::Address)?;
        let full_name = self.full_name.map(FullName::parse).transpose().map_err(RowFault::Name)?;
        if let Some(hash) = &self.password_hash {
            core.hasher.check(hash).map_err(RowFault::Hash)?;
        }
        let id = self.id.user().unwrap_or_else(|| UserId(core.secrets.id()));
        Ok(User {
            full_name,
            password_hash: self.password_hash,
            is_active: self.is_active,
            is_superuser: self.is_superuser,
            is_verified: self.is_verified,
            ..User::new(id, email, self.created_at.unwrap_or_else(|| core.clock.now()))
        })
    }
}
