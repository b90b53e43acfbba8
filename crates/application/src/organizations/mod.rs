//! Organisations: what several users have in common, and what each of them is in it.

mod change;
mod create;
mod delete;
mod locked;
mod look;
mod members;
mod notices;
mod size;
mod succession;

pub use change::ChangeOrganizationError;
pub use create::{CreateOrganization, CreateOrganizationError};
pub use delete::DeleteOrganizationError;
pub(crate) use locked::{Locked, acting_on};
pub(crate) use look::find;
pub use look::{ListOrganizationsError, OrganizationError};
pub use members::MemberError;
pub use size::OrganizationSize;
pub use succession::{SoleOwned, SoleOwnership};
pub(crate) use succession::{memberships_of, sole_among};

use crate::core::service;

service! {
    /// The service of organisations and their members.
    Organizations
}
