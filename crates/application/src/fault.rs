//! What all use-case errors have in common.

use std::error::Error;

use ironplate_measure::{Audience, redacted};

use crate::{
    access::Denied,
    limits::Throttle,
    ports::{HashingError, StoreError},
};

/// What sort of refusal or failure an error is; an inbound adapter maps it to its own answers in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request can't be carried out as it stands.
    Invalid,
    /// The field of this name can't be taken as it is.
    InvalidField(&'static str),
    /// It contradicts what is stored.
    Conflict,
    /// The credential is not valid, or not any more.
    Unauthenticated,
    /// The access rules deny it to this actor, which is in the audit log already.
    Denied(Denied),
    /// It is not allowed as things stand, whatever the access rules say.
    Forbidden,
    /// What it names is not there.
    NotFound,
    /// This was tried too often.
    Throttled(Throttle),
    /// Something needed is out of reach or overloaded; trying again later may help.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// This kind, with a stable name for machines in `snake_case`.
    #[must_use]
    pub const fn coded(self, code: &'static str) -> Class {
        Class { kind: self, code, fields: None }
    }
}

/// What an inbound adapter has to know of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// What sort of error it is.
    pub kind: Kind,
    /// Its stable name for machines, in `snake_case`.
    pub code: &'static str,
    /// The fields of a form that it may be about, by their names in the API, the likeliest first. `None` where no form tells it.
    pub fields: Option<&'static [&'static str]>,
}

impl Class {
    /// About one of these fields, the likeliest first: a form tells it there, or above all fields if it has none of them.
    #[must_use]
    pub const fn about(self, fields: &'static [&'static str]) -> Self {
        Self { fields: Some(fields), ..self }
    }

    /// About no field: a form tells it above them.
    #[must_use]
    pub const fn about_no_field(self) -> Self {
        self.about(&[])
    }
}

/// An error with every cause behind it, in one line: for the operator.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The same for the log: databases and mail servers quote what they refuse, and addresses and secrets are not told there.
#[must_use]
pub fn logged(error: &dyn Error) -> String {
    redacted(&with_causes(error), Audience::Operator)
}

/// An error of a use case. Its `Display` is a sentence for the caller, unless the kind is
/// [`Kind::Unavailable`] or [`Kind::Internal`]: then it is for the operator alone.
pub trait Fault: Error + Send + Sync + 'static {
    /// What sort of error it is, by which name.
    fn class(&self) -> Class;
}

/// Says beside an error what sort each of its variants is, and by which code.
///
/// ```text
/// faults! { CreateItemError:
///     OwnerGone => Kind::NotFound.coded("user_not_found"),
///     NameTaken => Kind::Conflict.coded("name_taken").about(&["name"]),
///     Store(error) => error.class(),
/// }
/// ```
macro_rules! faults {
    ($error:ident: $($variant:ident $(($($tuple:tt)*))? $({ $($fields:tt)* })? => $class:expr,)+) => {
        impl $crate::fault::Fault for $error {
            fn class(&self) -> $crate::fault::Class {
                match self {
                    $(Self::$variant $(($($tuple)*))? $({ $($fields)* })? => $class,)+
                }
            }
        }
    };
}
pub(crate) use faults;

faults! { StoreError:
    Unavailable(_) => Kind::Unavailable.coded("unavailable"),
    Conflict(_) => Kind::Internal.coded("internal_error"),
    Internal(_) => Kind::Internal.coded("internal_error"),
}

faults! { HashingError:
    Busy => Kind::Unavailable.coded("busy"),
    Failed(_) => Kind::Internal.coded("internal_error"),
}
