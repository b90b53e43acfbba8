//! Storage of invitations that were neither taken nor withdrawn.

use async_trait::async_trait;
use ironplate_domain::{Email, Invitation, InvitationId, OrganizationId, Timestamp, TokenDigest, UserId};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

list_order! {
    /// How a list of invitations is sorted. Each order is served by an index.
    pub enum InvitationOrder of invitation: Invitation {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(invitation.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(invitation.created_at),
    }
}

/// The invitations. An organisation has at most one for each address.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait InvitationRepository: Send {
    /// Adds an invitation, in the place of one to its address that has expired; whether it did. It does not where one to the
    /// address, in any spelling, is [pending](Invitation::is_pending). Organisation and inviter are locked, so they exist.
    async fn add(&mut self, invitation: &Invitation, now: Timestamp) -> StoreResult<bool>;

    /// The invitation of this id, expired or not.
    async fn find(&mut self, id: InvitationId) -> StoreResult<Option<Invitation>>;

    /// The pending invitation whose newest link this is. Only looks.
    async fn find_by_digest(&mut self, digest: TokenDigest, now: Timestamp) -> StoreResult<Option<Invitation>>;

    /// Makes an invitation this user's, with another link and another end; whether there was such an invitation. Older links are
    /// worth nothing from here on. The user is locked, so they exist.
    async fn renew(
        &mut self,
        id: InvitationId,
        by: UserId,
        digest: TokenDigest,
        expires_at: Timestamp,
    ) -> StoreResult<bool>;

    /// Takes an invitation out of the store, in one statement, if it is pending, and this is its newest link, if one is given. Of
    /// many who try at once, one gets it.
    async fn take(
        &mut self,
        id: InvitationId,
        digest: Option<TokenDigest>,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>>;

    /// Removes an invitation of this organisation, expired or not, and answers it.
    async fn remove(&mut self, organization: OrganizationId, id: InvitationId) -> StoreResult<Option<Invitation>>;

    /// How many pending invitations an organisation has.
    async fn count_of(&mut self, organization: OrganizationId, now: Timestamp) -> StoreResult<u64>;

    /// One page of the invitations of an organisation, expired or not, whose address contains the search text.
    async fn list(
        &mut self,
        organization: OrganizationId,
        page: &PageRequest<InvitationOrder>,
    ) -> StoreResult<Page<Invitation>>;

    /// The pending invitations to this address, compared in canonical form, of all organisations, by their ids; at most `limit`.
    async fn list_for(&mut self, email: &Email, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>>;

    /// Removes the invitations of an organisation that this user sent; how many.
    async fn remove_by(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<u64>;

    /// The invitations that this user sent, expired or not, of all organisations, by their ids, from behind this one on; at most
    /// `limit`.
    async fn sent_by(&mut self, user: UserId, after: Option<InvitationId>, limit: u32) -> StoreResult<Vec<Invitation>>;

    /// Removes at most `limit` invitations that have expired, those first that expired first; how many.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
