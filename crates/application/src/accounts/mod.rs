//! What people do with their own account.

mod change_password;
mod change_profile;
mod delete_account;
mod export;
mod pending_address;
mod sign_up;

pub use change_password::{ChangePassword, ChangePasswordError};
pub use change_profile::{ChangeProfile, ChangeProfileError};
pub use delete_account::DeleteAccountError;
pub use export::{Export, ExportError, ExportPart, ExportedInvitation, ExportedMembership};
pub use sign_up::{SignUp, SignUpError, SignedUp};

use crate::core::service;

service! {
    /// The service of one's own account.
    #[derive(Clone)]
    Accounts
}
