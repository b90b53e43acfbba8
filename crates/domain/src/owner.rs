//! Whose something is.

use std::fmt;

use uuid::Uuid;

use crate::{OrganizationId, UserId};

/// Whose something is: a user's, or an organisation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// One user's.
    User(UserId),
    /// An organisation's: its members may do to it what their roles say.
    Organization(OrganizationId),
}

/// Who may own what is of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owners {
    /// Users and organisations.
    Either,
    /// Users alone.
    Users,
    /// Organisations alone.
    Organizations,
}

impl Owners {
    /// Whether this one is among them.
    #[must_use]
    pub const fn include(self, owner: Owner) -> bool {
        match self {
            Self::Either => true,
            Self::Users => owner.user().is_some(),
            Self::Organizations => owner.organization().is_some(),
        }
    }
}

impl Owner {
    /// The user, if it is a user's.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Organization(_) => None,
        }
    }

    /// The organisation, if it is an organisation's.
    #[must_use]
    pub const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::User(_) => None,
            Self::Organization(organization) => Some(organization),
        }
    }

    /// The id of either.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(user) => user.0,
            Self::Organization(organization) => organization.0,
        }
    }
}

/// `user …` or `organization …`, with the id.
impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(out, "user {user}"),
            Self::Organization(organization) => write!(out, "organization {organization}"),
        }
    }
}

impl From<UserId> for Owner {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<OrganizationId> for Owner {
    fn from(organization: OrganizationId) -> Self {
        Self::Organization(organization)
    }
}
