//! What whoever has the command line does with accounts: they are asked no permission, and all else is as for a superuser.

use ironplate_domain::{AuditEvent, AuditKind, User, UserChanges, UserId};

use super::{
    CreateUser, CreateUserError, DeleteUserError, ReadUserError, UpdateUser, UpdateUserError, UserDetails, Users,
    Welcome,
};
use crate::{
    operator::Operator,
    organizations::SoleOwned,
    ports::{Page, PageRequest, StoreResult, UserFilter, UserOrder},
};

/// All accounts, in the hands of an operator. What they do is recorded as theirs.
pub struct ByOperator<'a> {
    users: &'a Users,
    by: &'a Operator,
}

impl Users {
    /// The same use cases, for the command line only.
    #[must_use]
    pub fn by_operator<'a>(&'a self, by: &'a Operator) -> ByOperator<'a> {
        ByOperator { users: self, by }
    }
}

impl ByOperator<'_> {
    /// One page of the users that the filter names.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn list(&self, filter: &UserFilter, page: &PageRequest<UserOrder>) -> StoreResult<Page<User>> {
        self.users.core.store.read().await?.users().list(filter, page).await
    }

    /// The user of this id, with what belongs to them.
    ///
    /// # Errors
    /// There is no such user, or storage failed.
    pub async fn look(&self, id: UserId) -> Result<UserDetails, ReadUserError> {
        self.users.details(id).await
    }

    /// As [`Users::create`].
    ///
    /// # Errors
    /// See [`CreateUserError`].
    pub async fn create(&self, command: CreateUser, welcome: Welcome) -> Result<User, CreateUserError> {
        let event = self.event(AuditKind::UserCreated);
        let outcome = self.users.insert(None, command, welcome, event.clone()).await;
        self.users.core.recorder.refusal_of(event, outcome).await
    }

    /// As [`Users::update`]; no session outlives a new password.
    ///
    /// # Errors
    /// See [`UpdateUserError`].
    pub async fn update(&self, id: UserId, command: UpdateUser) -> Result<User, UpdateUserError> {
        let event = self.event(AuditKind::UserChanged).on(id);
        let outcome = self.users.try_update(None, id, command, &event).await;
        self.users.core.recorder.refusal_of(event, outcome).await
    }

    /// Vouches that the address is the user's own.
    ///
    /// # Errors
    /// See [`UpdateUserError`].
    pub async fn verify(&self, id: UserId) -> Result<User, UpdateUserError> {
        let event = self.event(AuditKind::UserChanged).on(id);
        let verified = UserChanges { is_verified: Some(true), ..UserChanges::default() };
        let outcome = self.users.change(None, id, verified, &event).await;
        self.users.core.recorder.refusal_of(event, outcome).await
    }

    /// As [`Users::delete`], but for the last active superuser, who stays.
    ///
    /// # Errors
    /// See [`DeleteUserError`].
    pub async fn delete(&self, id: UserId, organizations: SoleOwned) -> Result<(), DeleteUserError> {
        let event = self.event(AuditKind::UserDeleted).on(id);
        let outcome = self.users.try_delete(None, id, organizations, &event).await;
        self.users.core.recorder.refusal_of(event, outcome).await
    }

    fn event(&self, kind: AuditKind) -> AuditEvent {
        self.by.does(self.users.core.recorder.event(kind, &self.by.client))
    }
}
