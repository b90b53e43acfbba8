//! What people do with their own account.

mod change_password;
mod change_profile;
mod confirm_password;
mod delete_account;
mod export;
mod pending_address;
mod sign_up;

use std::sync::Arc;

pub use change_password::{ChangePassword, ChangePasswordError};
pub use change_profile::{ChangeProfile, ChangeProfileError};
pub use confirm_password::ConfirmPasswordError;
pub use delete_account::DeleteAccountError;
pub use export::{Export, ExportError, ExportPart};
pub use sign_up::{SignUp, SignUpError, SignedUp};

use crate::{
    Mailer, Policy,
    audit::Recorder,
    limits::Limiter,
    new_passwords::NewPasswords,
    ports::{Clock, PasswordHasher, Secrets, Store},
};

/// The service of one's own account.
#[derive(Clone)]
pub struct Accounts {
    /// Where users and sessions are kept.
    pub store: Arc<dyn Store>,
    /// Checks current passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Hashes new ones that are strong enough.
    pub passwords: NewPasswords,
    /// Dates what happens.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub secrets: Arc<dyn Secrets>,
    /// Enqueues mail.
    pub mailer: Mailer,
    /// Says who may sign up, and when a new address counts.
    pub policy: Arc<Policy>,
    /// Says how often one may try.
    pub limiter: Limiter,
    /// Records what happens.
    pub recorder: Recorder,
}
