//! What superusers do with everybody's accounts.

mod create;
mod delete;
mod ensure_superuser;
mod list;
mod look;
mod read;
mod superusers;
mod update;

use std::sync::Arc;

pub use create::{CreateUser, CreateUserError, Welcome};
pub use delete::DeleteUserError;
pub use ensure_superuser::{EnsureSuperuser, Ensured};
pub use list::ListUsersError;
pub use look::UserLook;
pub use read::ReadUserError;
pub use update::{UpdateUser, UpdateUserError};

use crate::{
    Mailer,
    audit::Recorder,
    new_passwords::NewPasswords,
    ports::{Clock, Secrets, Store},
};

/// The service of all accounts.
pub struct Users {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// Hashes new passwords that are strong enough.
    pub passwords: NewPasswords,
    /// Dates what happens.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub secrets: Arc<dyn Secrets>,
    /// Enqueues mail.
    pub mailer: Mailer,
    /// Records what happens, and asks the access rules.
    pub recorder: Recorder,
}
