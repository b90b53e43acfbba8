//! What somebody has beside their password: passkeys, authenticator apps, and recovery codes for when those are lost.

mod begin;
mod codes;
mod confirm;
mod consequences;
mod enrol;
mod look;
mod passkeys;
mod proof;
mod remove;
mod rename;
mod reset;
mod take;

pub use begin::{BeginFactorError, UnprovedAddress};
pub use codes::MakeRecoveryCodesError;
pub use confirm::{ConfirmAppError, ConfirmedApp};
pub use enrol::{EnrolAppError, Enrolment};
pub use look::OwnSecondFactors;
pub use passkeys::{
    AddPasskeyError, AddedPasskey, KnownPasskey, NewPasskey, PasskeyCreation, PasskeyRequest, RemovePasskeyError,
    RenamePasskeyError,
};
pub(crate) use proof::CheckedProof;
pub use proof::{FactorProof, ProvedBy};
pub use remove::RemoveAppError;
pub use rename::RenameAppError;
pub use reset::ResetSecondFactorsError;
pub(crate) use take::has_second_factor;

use crate::core::service;

service! {
    /// The service of second factors.
    SecondFactors
}
