//! Storage of authenticator apps.

use async_trait::async_trait;
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, FactorName, KeyId, SealedSecret, Step, Timestamp, UserId,
};

use super::StoreResult;

/// The authenticator apps. A user has at most one that waits for its first code.
///
/// Lock the user before enrolling, confirming or removing one: then nobody has more than there may be, and whoever logs in by one
/// that is being removed does so before or not at all.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuthenticatorAppRepository: Send {
    /// Adds an app, in the place of the user's that waits for its first code. Fails with
    /// [`Constraint::AuthenticatorAppUser`](super::Constraint::AuthenticatorAppUser) when the user does not exist (any more).
    async fn enrol(&mut self, app: &AuthenticatorApp) -> StoreResult<()>;

    /// The user's app of this id.
    async fn find(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<Option<AuthenticatorApp>>;

    /// The apps of a user, those that count and the one that waits, by their ids.
    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<AuthenticatorApp>>;

    /// Has an app count from now on, whose code of this step was shown, in ONE statement; whether it did. It does not where one
    /// counts already, nor where its secret was told before `since`.
    async fn confirm(
        &mut self,
        id: AuthenticatorAppId,
        step: Step,
        now: Timestamp,
        since: Timestamp,
    ) -> StoreResult<bool>;

    /// Takes the code of this step, in ONE statement: of many who show it at once, on any number of servers, one gets `true`. Nor
    /// does anybody who shows one of an earlier step, or of an app that does not count.
    async fn take_step(&mut self, id: AuthenticatorAppId, step: Step, now: Timestamp) -> StoreResult<bool>;

    /// Calls an app of this user otherwise; whether there was one.
    async fn rename(&mut self, user: UserId, id: AuthenticatorAppId, name: &FactorName) -> StoreResult<bool>;

    /// Removes an app of this user; whether there was one.
    async fn remove(&mut self, user: UserId, id: AuthenticatorAppId) -> StoreResult<bool>;

    /// Removes all apps of a user; how many.
    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64>;

    /// At most `limit` apps, of anybody, whose secrets another key than this one sealed, by their ids, from behind this one on.
    async fn sealed_otherwise(
        &mut self,
        key: &KeyId,
        after: Option<AuthenticatorAppId>,
        limit: u32,
    ) -> StoreResult<Vec<AuthenticatorApp>>;

    /// Puts a secret that was sealed anew in the place of the one that must be there, in ONE statement; whether it did.
    async fn reseal(&mut self, id: AuthenticatorAppId, from: &SealedSecret, to: &SealedSecret) -> StoreResult<bool>;

    /// Removes at most `limit` apps that wait since before `before`; how many.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
