//! Why a command did not do what it should.

use std::error::Error;

/// A sentence for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    /// What was tried, and every cause behind the error.
    pub(crate) fn because(tried: &str, error: &dyn Error) -> Self {
        Self(format!("{tried}: {}", with_causes(error)))
    }
}

/// An error and every cause behind it, in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
