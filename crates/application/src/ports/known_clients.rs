//! Storage of the clients that an account is used by.

use async_trait::async_trait;
use ironplate_domain::{KnownClient, Timestamp, UserId};

use super::StoreResult;

/// What is known of a client, as far back as clients are remembered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClientHistory {
    /// The user was seen with some client.
    pub user: bool,
    /// Where they were seen with a device of this name.
    pub device: DeviceSeen,
    /// They were seen in this range of addresses. A client without an address is in none.
    pub range: bool,
}

/// Where a user was seen with a device of some name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceSeen {
    /// Nowhere.
    #[default]
    Never,
    /// In other networks only.
    Elsewhere,
    /// [Near](KnownClient::is_near) where it is now.
    NearBy,
}

impl DeviceSeen {
    /// A device of this client's name was seen in these ranges of addresses.
    pub fn of(client: &KnownClient, ranges: &[impl AsRef<str>]) -> Self {
        match ranges {
            [] => Self::Never,
            _ if ranges.iter().any(|range| client.is_near(range.as_ref())) => Self::NearBy,
            _ => Self::Elsewhere,
        }
    }
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
    async fn client_history(&mut self, user: UserId, client: &KnownClient) -> StoreResult<ClientHistory>;

    /// The clients of a user, those first that were seen last; at most `limit`.
    async fn list_for(&mut self, user: UserId, limit: u32) -> StoreResult<Vec<KnownClient>>;

    /// Forgets at most `limit` clients that were seen last before `before`; how many.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
