//! Storage of trusted devices.

use async_trait::async_trait;
use ironplate_domain::{Timestamp, TokenDigest, TrustedDevice, TrustedDeviceId, UserId};

use super::StoreResult;

/// A device that shows the secret of a trusted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDevice {
    /// Of its secret.
    pub digest: TokenDigest,
    /// What it is, in plain words: the same as when it was trusted.
    pub device: String,
    /// It was trusted later than this.
    pub trusted_after: Timestamp,
    /// And has not expired by now.
    pub now: Timestamp,
}

impl ShownDevice {
    /// Whether it is this one.
    #[must_use]
    pub fn is_of(&self, device: &TrustedDevice) -> bool {
        let is_same = device.digest == self.digest && device.device == self.device;
        is_same && device.created_at > self.trusted_after && device.is_trusted(self.now)
    }
}

/// The trusted devices, of whose secrets there are digests alone.
///
/// Lock the user before adding or removing one: then nobody has more than there may be, and whoever logs in by one that is being
/// removed does so before or not at all.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TrustedDeviceRepository: Send {
    /// Adds a device. Of more than [`TrustedDevice::MOST`], those go that were added first. Fails with
    /// [`Constraint::TrustedDeviceUser`](super::Constraint::TrustedDeviceUser) when the user does not exist (any more).
    async fn insert(&mut self, device: &TrustedDevice) -> StoreResult<()>;

    /// The devices of a user by their ids, also those that have expired.
    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<TrustedDevice>>;

    /// Notes that a device took a second factor's place, and answers it, in ONE statement. `None`: this user has no such device,
    /// or not any more, or it is not [as it was](ShownDevice).
    async fn note_use(&mut self, user: UserId, shown: &ShownDevice) -> StoreResult<Option<TrustedDevice>>;

    /// Removes a device of this user; whether there was one. Of many who remove it at once, one gets `true`.
    async fn remove(&mut self, user: UserId, id: TrustedDeviceId) -> StoreResult<bool>;

    /// Removes all devices of a user; how many.
    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64>;

    /// Removes all devices of everybody; how many.
    async fn remove_everybodys(&mut self) -> StoreResult<u64>;

    /// Removes at most `limit` devices that have expired; how many.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
