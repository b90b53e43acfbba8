//! Whether the server lives and serves.

use serde::Serialize;
use utoipa::ToSchema;

/// The process answers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "alive"}))]
pub(crate) struct Liveness {
    pub(crate) status: &'static str,
}

/// Whether requests can be served.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ready", "reasons": []}))]
pub(crate) struct Readiness {
    /// `ready` or `unavailable`.
    pub(crate) status: &'static str,
    /// What is in the way.
    pub(crate) reasons: Vec<String>,
}
