//! What all use-case errors have in common.

use std::error::Error;

use crate::ports::{HashingError, StoreError};

/// What sort of refusal or failure an error is; a way in maps it to its own answers in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request can't be carried out as it stands.
    Invalid,
    /// It contradicts what is stored.
    Conflict,
    /// The credential is not valid, or not any more.
    Unauthenticated,
    /// This caller may not do it.
    Denied,
    /// What it names is not there.
    NotFound,
    /// Something needed is out of reach or overloaded; trying again later may help.
    Unavailable,
    /// A fault of ours.
    Internal,
}

/// An error of a use case. Its `Display` is a sentence for the caller, unless the kind is
/// [`Kind::Unavailable`] or [`Kind::Internal`]: then it is for the operator alone.
pub trait Fault: Error + Send + Sync + 'static {
    /// What sort of error it is.
    fn kind(&self) -> Kind;

    /// A stable name for machines, in `snake_case`.
    fn code(&self) -> &'static str;
}

impl Fault for StoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) => Kind::Unavailable,
            Self::Conflict(_) | Self::Internal(_) => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Conflict(_) | Self::Internal(_) => "internal_error",
        }
    }
}

impl Fault for HashingError {
    fn kind(&self) -> Kind {
        match self {
            Self::Busy => Kind::Unavailable,
            Self::Failed(_) => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Failed(_) => "internal_error",
        }
    }
}
