//! What somebody has beside their password: authenticator apps, and recovery codes for when those are lost.

mod codes;
mod confirm;
mod enrol;
mod look;
mod proof;
mod remove;
mod rename;

pub use codes::MakeRecoveryCodesError;
pub use confirm::{ConfirmAppError, ConfirmedApp};
pub use enrol::{EnrolAppError, Enrolment};
pub use look::OwnSecondFactors;
pub use proof::{FactorProof, ProvedBy};
pub use remove::RemoveAppError;
pub use rename::RenameAppError;

use crate::core::service;

service! {
    /// The service of second factors.
    SecondFactors
}
