//! Storage of memberships: who is in which organisation, as what.

use async_trait::async_trait;
use ironplate_domain::{Email, FullName, Membership, Organization, OrganizationId, Role, Timestamp, UserId};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

/// A member as the others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user's identity.
    pub id: UserId,
    /// The address they have now.
    pub email: Email,
    /// How they want to be called.
    pub full_name: Option<FullName>,
    /// Whether they can use their account.
    pub is_active: bool,
    /// What they may do.
    pub role: Role,
    /// When they joined.
    pub joined_at: Timestamp,
}

list_order! {
    /// How a list of members is sorted. Each order is served by an index.
    pub enum MemberOrder of member: Member {
        /// Those first who joined last.
        #[default]
        Newest = "-joined_at" => Time(member.joined_at),
        /// Those first who joined first.
        Oldest = "joined_at" => Time(member.joined_at),
        /// By canonical address.
        Email = "email" => Text(member.email.canonical().to_owned()) unique,
        /// By canonical address, backwards.
        EmailDescending = "-email" => Text(member.email.canonical().to_owned()) unique,
    }
}

/// An organisation as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnOrganization {
    /// Which.
    pub organization: Organization,
    /// What they may do in it.
    pub role: Role,
    /// When they joined.
    pub joined_at: Timestamp,
}

list_order! {
    /// How a list of somebody's organisations is sorted. Each order is served by an index.
    pub enum OwnOrder of own: OwnOrganization as (own.organization.id) {
        /// Those first that they joined last.
        #[default]
        Newest = "-joined_at" => Time(own.joined_at),
        /// Those first that they joined first.
        Oldest = "joined_at" => Time(own.joined_at),
    }
}

/// Where mail to a member goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberAddress {
    /// The member.
    pub user: UserId,
    /// Their address.
    pub email: Email,
}

/// The memberships. A user has at most one in each organisation.
///
/// Whoever changes somebody's membership locks that user first and the organisation then.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait MembershipRepository: Send {
    /// Adds a membership of whoever has this address, unless they have one; whether it did. User and organisation are locked, so
    /// they exist.
    async fn add(&mut self, membership: &Membership, email: &Email) -> StoreResult<bool>;

    /// The membership of a user in an organisation.
    async fn find(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Membership>>;

    /// What a user is in an organisation, which nobody can change until the unit of work ends. It waits for a change that has
    /// begun. Whoever holds a membership locks no user and no organisation afterwards.
    async fn hold(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>>;

    /// Makes `to` of a member who is `from`; whether it did. It waits for whoever holds the membership.
    async fn set_role(&mut self, organization: OrganizationId, user: UserId, from: Role, to: Role)
    -> StoreResult<bool>;

    /// Removes a membership, and answers what its user was. It waits for whoever holds it.
    async fn remove(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>>;

    /// Whether an organisation has an owner beside this user who is [active](super::UserState::Active). Lock the organisation
    /// first where the answer is to hold.
    async fn has_other_active_owner(&mut self, organization: OrganizationId, but: UserId) -> StoreResult<bool>;

    /// How many members an organisation has. Lock it first where the answer is to hold.
    async fn count_of(&mut self, organization: OrganizationId) -> StoreResult<u64>;

    /// How many organisations a user is an owner of. Lock the user first where the answer is to hold.
    async fn count_owned(&mut self, user: UserId) -> StoreResult<u64>;

    /// One page of the members of an organisation, of one role if one is given, whose address or name contains the search text.
    async fn list(
        &mut self,
        organization: OrganizationId,
        role: Option<Role>,
        page: &PageRequest<MemberOrder>,
    ) -> StoreResult<Page<Member>>;

    /// One page of the organisations that a user is a member of and whose name or slug contains the search text.
    async fn list_of(&mut self, user: UserId, page: &PageRequest<OwnOrder>) -> StoreResult<Page<OwnOrganization>>;

    /// Where mail to the members of an organisation goes, by their ids, from behind this user on; at most `limit`.
    async fn addresses(
        &mut self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberAddress>>;

    /// The addresses of those of these users who are members of an organisation, each once.
    async fn addresses_of(&mut self, organization: OrganizationId, users: &[UserId])
    -> StoreResult<Vec<MemberAddress>>;
}
