//! Why a task was not done: a sentence for whoever asked for it.

use std::{fmt, io, path::Path};

/// What is in the way, and what to do.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// What came of it.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// What happened to this file.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Refuses with a sentence.
macro_rules! refuse {
    ($($sentence:tt)+) => {
        return Err($crate::failure::Failure(format!($($sentence)+)))
    };
}
pub(crate) use refuse;
