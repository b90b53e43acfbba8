//! The shapes of errors, for the OpenAPI document; `problem` writes them.

use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
};

/// Why a request was refused or failed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Problem` writes")]
#[schema(as = Problem, example = json!({
    "detail": "Item not found", "code": "item_not_found", "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"
}))]
pub(crate) struct ErrorBody {
    /// For people.
    detail: String,
    /// For machines; stable.
    code: String,
    /// Names the request in the server's log.
    request_id: Option<String>,
}

/// Everything that is wrong with a request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Problem` writes")]
#[schema(example = json!({
    "detail": [{
        "type": "string_too_short", "loc": ["body", "title"], "msg": "String should have at least 1 character",
        "input": "", "ctx": {"min_length": 1}
    }],
    "code": "validation_error", "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"
}))]
pub(crate) struct HTTPValidationError {
    #[schema(required = false)]
    detail: Vec<ValidationError>,
    /// `validation_error`.
    #[schema(required = false)]
    code: String,
    /// Names the request in the server's log.
    request_id: Option<String>,
}

/// One thing that is wrong.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Problem` writes")]
pub(crate) struct ValidationError {
    /// Where: `body`, `query` or `path`, then the field.
    #[schema(schema_with = place)]
    loc: Vec<String>,
    /// For people.
    msg: String,
    /// For machines; stable.
    #[schema(rename = "type")]
    kind: String,
    /// What was sent, unless it is a secret.
    #[schema(required = false)]
    input: serde_json::Value,
    /// The bounds or the reason behind `msg`.
    #[schema(required = false, value_type = Object)]
    ctx: serde_json::Value,
}

/// Names of fields, and positions in lists or texts.
fn place() -> impl Into<RefOr<Schema>> {
    let steps = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::String))
        .item(ObjectBuilder::new().schema_type(Type::Integer));
    ArrayBuilder::new().items(steps)
}
