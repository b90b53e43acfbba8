//! Storage of the clients that an account is used by.

use async_trait::async_trait;
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::StoreResult;

/// What is known of a client, as far back as clients are remembered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Familiarity {
    /// The user was seen with some client.
    pub user: bool,
    /// They were seen with a device of this name.
    pub device: bool,
    /// They were seen with a device of this name [near](KnownClient::is_near) that range.
    pub near: bool,
    /// They were seen in this range of addresses. A client without an address is in none.
    pub range: bool,
}

/// The clients that accounts are used by.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait KnownClientRepository: Send {
    /// Notes that this user was seen with this client. Of more than [`KnownClient::MOST`], those are forgotten that were not
    /// seen for the longest time. Fails with
    /// [`Constraint::ClientUser`](super::Constraint::ClientUser) when the user does not exist (any more).
    async fn remember(&mut self, user: UserId, client: &KnownClient) -> StoreResult<()>;

    /// What is known of this client.
    async fn familiarity(&mut self, user: UserId, client: &KnownClient) -> StoreResult<Familiarity>;

    /// The clients of a user, those first that were seen last; at most `limit`.
    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>>;

    /// Forgets at most `limit` clients that were seen last before `before`; how many.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
