//! Storage of passkeys.

use async_trait::async_trait;
use ironplate_domain::{CredentialId, FactorName, Passkey, PasskeyId, Timestamp, UserId};

use super::StoreResult;

/// A passkey that signed: what changes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyUse {
    /// How often it had signed before.
    pub from: u32,
    /// How often it has signed now.
    pub to: u32,
    /// Whether copies of it are kept elsewhere by now.
    pub is_backed_up: bool,
    /// When.
    pub now: Timestamp,
}

/// The passkeys. No two have the same credential, whosesoever they are.
///
/// Lock the user before adding or removing one: then nobody has more than there may be, and whoever logs in by one that is being
/// removed does so before or not at all.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasskeyRepository: Send {
    /// Adds a passkey. Fails with [`Constraint::PasskeyCredential`](super::Constraint::PasskeyCredential) when there is one of this
    /// credential, and with [`Constraint::PasskeyUser`](super::Constraint::PasskeyUser) when the user does not exist (any more).
    async fn insert(&mut self, passkey: &Passkey) -> StoreResult<()>;

    /// The user's passkey of this id.
    async fn find(&mut self, user: UserId, id: PasskeyId) -> StoreResult<Option<Passkey>>;

    /// The passkey of this credential, whosever it is.
    async fn find_by_credential(&mut self, credential: &CredentialId) -> StoreResult<Option<Passkey>>;

    /// The passkeys of a user, by their ids.
    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<Passkey>>;

    /// Notes that a passkey signed, in ONE statement; whether it did. It does not where the passkey is gone, or has signed another
    /// number of times than was read: of many who note a count that grew, on any number of servers, one gets `true`.
    async fn note_use(&mut self, id: PasskeyId, used: &PasskeyUse) -> StoreResult<bool>;

    /// Calls a passkey of this user otherwise; whether there was one.
    async fn rename(&mut self, user: UserId, id: PasskeyId, name: &FactorName) -> StoreResult<bool>;

    /// Removes a passkey of this user; whether there was one.
    async fn remove(&mut self, user: UserId, id: PasskeyId) -> StoreResult<bool>;

    /// Removes all passkeys of a user; how many.
    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64>;
}
