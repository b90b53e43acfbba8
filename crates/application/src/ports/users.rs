//! Storage of users.

use async_trait::async_trait;
use ironplate_domain::{Email, PasswordHash, PasswordRecipe, User, UserChanges, UserId};

use super::{Page, PageRequest, StoreResult};
use crate::list_order;

list_order! {
    /// How a list of users is sorted. Each order is served by an index.
    pub enum UserOrder of user: User {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(user.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(user.created_at),
        /// By canonical address.
        Email = "email" => Text(user.email.canonical().to_owned()) unique,
        /// By canonical address, backwards.
        EmailDescending = "-email" => Text(user.email.canonical().to_owned()) unique,
    }
}

/// Which users are wanted: those that are all that is named here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Superusers, or those who are none.
    pub is_superuser: Option<bool>,
    /// In this state.
    pub state: Option<UserState>,
}

/// What has become of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserState {
    /// Its owner can log in.
    Active,
    /// It is switched off.
    Inactive,
    /// It is active, but waits for its first password.
    Invited,
    /// Its address was not proved yet, whatever else it is.
    Unverified,
}

impl UserFilter {
    /// Whether this user is wanted.
    #[must_use]
    pub fn matches(&self, user: &User) -> bool {
        let has_password = user.password_hash.is_some();
        let is_in_state = |state| match state {
            UserState::Active => user.is_active && has_password,
            UserState::Inactive => !user.is_active,
            UserState::Invited => user.is_active && !has_password,
            UserState::Unverified => !user.is_verified,
        };
        self.is_superuser.is_none_or(|wanted| user.is_superuser == wanted) && self.state.is_none_or(is_in_state)
    }
}

/// The users.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send {
    /// Adds a user. Fails with [`Constraint::UserEmail`](super::Constraint::UserEmail) when the address
    /// is taken in any spelling, also by a simultaneous insert.
    async fn insert(&mut self, user: &User) -> StoreResult<()>;

    /// Adds a user, unless another one has the id or the address in any spelling, also by a simultaneous insert; whether it did.
    async fn insert_new(&mut self, user: &User) -> StoreResult<bool>;

    /// The user of this id.
    async fn find(&mut self, id: UserId) -> StoreResult<Option<User>>;

    /// Those of these users that there are, in no order.
    async fn find_many(&mut self, ids: &[UserId]) -> StoreResult<Vec<User>>;

    /// The user of this address, compared in canonical form.
    async fn find_by_email(&mut self, email: &Email) -> StoreResult<Option<User>>;

    /// The user of this id, whom nobody else can change or delete until the unit of work ends.
    async fn lock(&mut self, id: UserId) -> StoreResult<Option<User>>;

    /// The ids of all superusers who are [active](UserState::Active) in ascending order, none of whom can lose that rank or be
    /// deleted by somebody else until the unit of work ends. Who was invited and has no password yet is none of them.
    async fn lock_active_superusers(&mut self) -> StoreResult<Vec<UserId>>;

    /// Changes a user and answers the result; `None` when there is no such user. Empty changes only read.
    /// Fails like [`insert`](Self::insert).
    async fn update(&mut self, id: UserId, changes: &UserChanges) -> StoreResult<Option<User>>;

    /// Replaces the password hash if it still is `current`; whether it did.
    async fn replace_password_hash(
        &mut self,
        id: UserId,
        current: &PasswordHash,
        next: &PasswordHash,
    ) -> StoreResult<bool>;

    /// The recipes by which passwords that are stored were hashed, each once; at most `limit`. What is neither bcrypt nor
    /// Argon2 has none.
    async fn password_recipes(&mut self, limit: u32) -> StoreResult<Vec<PasswordRecipe>>;

    /// Removes a user with all that is theirs but audit events; whether there was one.
    async fn delete(&mut self, id: UserId) -> StoreResult<bool>;

    /// One page of the users that the filter names and whose address or name contains the search text. All users are counted exactly.
    async fn list(&mut self, filter: &UserFilter, page: &PageRequest<UserOrder>) -> StoreResult<Page<User>>;
}
