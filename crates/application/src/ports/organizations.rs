//! Storage of organisations.

use async_trait::async_trait;
use ironplate_domain::{Organization, OrganizationChanges, OrganizationId, UserId, fold};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

list_order! {
    /// How a list of organisations is sorted. Each order is served by an index.
    pub enum OrganizationOrder of organization: Organization {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(organization.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(organization.created_at),
        /// By folded name.
        Name = "name" => Text(fold(organization.name.as_str())),
        /// By folded name, backwards.
        NameDescending = "-name" => Text(fold(organization.name.as_str())),
    }
}

/// The organisations.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OrganizationRepository: Send {
    /// Adds an organisation. Fails with [`Constraint::OrganizationSlug`](super::Constraint::OrganizationSlug) when the slug is
    /// taken, also by a simultaneous insert. Lock whoever makes it first, so that they exist.
    async fn insert(&mut self, organization: &Organization) -> StoreResult<()>;

    /// The organisation of this id.
    async fn find(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>>;

    /// Those of these organisations that there are, in no order.
    async fn find_many(&mut self, ids: &[OrganizationId]) -> StoreResult<Vec<Organization>>;

    /// The organisation of this id, which nobody else can lock, change or delete until the unit of work ends. Whoever changes who
    /// owns it holds this lock.
    ///
    /// All units of work lock in one order: superusers, users by id, organisations by id, and memberships last.
    async fn lock(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>>;

    /// Locks all organisations that a user is an owner of, and answers their ids in ascending order. Lock the user first: then
    /// nobody makes them an owner of another one meanwhile.
    async fn lock_owned_by(&mut self, user: UserId) -> StoreResult<Vec<OrganizationId>>;

    /// Changes an organisation and answers the result; `None` when there is no such one. Empty changes only read. Fails like
    /// [`insert`](Self::insert).
    async fn update(&mut self, id: OrganizationId, changes: &OrganizationChanges) -> StoreResult<Option<Organization>>;

    /// Removes an organisation with all that is its own but audit events; whether there was one. It waits for whoever
    /// [holds](super::MembershipRepository::hold) a membership of it. Lock it first.
    async fn delete(&mut self, id: OrganizationId) -> StoreResult<bool>;

    /// One page of all organisations whose name or slug contains the search text. All organisations are counted exactly.
    async fn list(&mut self, page: &PageRequest<OrganizationOrder>) -> StoreResult<Page<Organization>>;
}
