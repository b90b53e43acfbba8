//! A sentence as an answer.

use serde::Serialize;
use utoipa::ToSchema;

/// What was done, for people.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"message": "Item deleted successfully"}))]
pub(crate) struct Message {
    message: &'static str,
}

impl Message {
    pub(crate) fn new(message: &'static str) -> Self {
        Self { message }
    }
}
