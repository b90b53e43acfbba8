//! A membership: what a user is in an organisation.

use crate::{OrganizationId, Timestamp, UserId, named_enum};

named_enum! {
    /// What a member may do, in ascending order; the table in `permission.rs` says what.
    ///
    /// A new one needs two versions of the server, one that reads it and then one that writes it, and the `CHECK` of both tables
    /// that name them.
    pub enum Role {
        /// Sees what the organisation has.
        Viewer = "viewer",
        /// Works with what the organisation has.
        Member = "member",
        /// Manages members and viewers as well.
        Admin = "admin",
        /// Manages everybody, and the organisation itself. There is always one.
        Owner = "owner",
    }
}

/// What a user is in an organisation. Each user has at most one in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// In which organisation. Deleting it deletes the membership.
    pub organization: OrganizationId,
    /// Who. Deleting the user deletes the membership.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_ascend() {
        assert!(
            Role::ALL.is_sorted()
                && Role::Viewer < Role::Member
                && Role::Member < Role::Admin
                && Role::Admin < Role::Owner
        );
    }
}
