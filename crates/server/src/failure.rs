//! Why a command did not do what it should.

use std::error::Error;

use ironplate_application::with_causes;

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
