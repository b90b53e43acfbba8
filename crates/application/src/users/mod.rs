//! What superusers do with everybody's accounts.

mod create;
mod delete;
mod ensure_superuser;
mod list;
mod look;
mod operate;
mod read;
mod superusers;
mod update;

pub use create::{CreateUser, CreateUserError, Welcome};
pub use delete::DeleteUserError;
pub use ensure_superuser::{EnsureSuperuser, Ensured};
pub use list::ListUsersError;
pub use look::UserDetails;
pub use operate::ByOperator;
pub use read::ReadUserError;
pub use update::{UpdateUser, UpdateUserError};

use crate::core::service;

service! {
    /// The service of all accounts.
    Users
}
